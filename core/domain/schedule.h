// SPDX-License-Identifier: Apache-2.0
//
// The scale pyramid of a clip: which token maps are generated, in which order, how often, and what
// each may attend to. Source: the published InfinityStar schedule
// (infinity_elegant_clip20frames_v2); tested against every released schedule.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/grids.h"
#include "core/domain/model_config.h"
#include "core/domain/request.h"
#include "core/domain/result.h"

namespace faststar
{

// One scale of one clip.
struct Scale {
    int index = 0; // over all clips
    int clip = 0;  // 0 = image clip
    int indexInClip = 0;
    GridShape shape;    // t = the clip's latent frames
    int firstFrame = 0; // absolute latent frame of shape.t = 0
    int repetitions = 1;
    int firstStep = 0;     // step index (RoPE's running count) of repetition 0
    int contextScale = -1; // index of the scale whose last repetition's K/V is read; -1 = none
    bool semantic = true;  // semantic head and semanticBits, else detail
    int bits = 16;         // a token

    bool operator==(const Scale &) const = default;
};

struct Clip {
    int firstFrame = 0; // latent
    int latentFrames = 1;

    bool operator==(const Clip &) const = default;
};

struct Schedule {
    std::string size;
    double aspectKey = 0.0; // real height/width of the nearest template, cut to three decimals
    int scalesPerClip = 0;
    std::vector<Clip> clips;
    std::vector<Scale> scales;

    [[nodiscard]] int latentFrames() const;
    [[nodiscard]] int steps() const;                   // all repetitions of all scales
    [[nodiscard]] GridShape lastShape(int clip) const; // of the clip's feature map
    [[nodiscard]] int pixelWidth() const;              // 16 a token of the last scale
    [[nodiscard]] int pixelHeight() const;
    // Is a later clip going to read this scale's K/V?
    [[nodiscard]] bool isContext(int scaleIndex) const;
    bool operator==(const Schedule &) const = default;
};

// 1 + 4k frames -> 1 + k latent frames; InvalidRequest for anything else.
[[nodiscard]] Result<int> latentFramesOf(int frames);

// Number of scales of a resolution class ("0.06M" 11, "0.25M" 13, "0.40M" 14, "0.90M" 15); 0 = unknown.
[[nodiscard]] int scalesOf(std::string_view size);

// Keys of the aspect templates (height/width cut to three decimals), ascending.
[[nodiscard]] std::vector<double> aspectKeys();

// The template nearest to a wanted height/width.
[[nodiscard]] double nearestAspectKey(double heightOverWidth);

// The token maps (h, w) of one clip's scales for a class and a template key.
[[nodiscard]] std::vector<GridShape> scaleShapes(std::string_view size, double aspectKey);

// The clips of a plain video of `latentFrames`: an image clip, then video clips of up to
// `framesPerClip`.
[[nodiscard]] std::vector<int> clipPlan(int latentFrames, int framesPerClip);

// The whole schedule for the given clips (latent frames of each; the first is 1).
[[nodiscard]] Result<Schedule> buildSchedule(const ScheduleConfig &config, const QuantizerConfig &quantizer,
                                             double heightOverWidth, std::span<const int> clipLatentFrames);

// The clips a request makes: with a video condition the given frames form the image clip and a
// first video clip, and generation adds the rest; see model notes.
[[nodiscard]] Result<Schedule> scheduleOf(const GenerationRequest &request, const ModelConfig &model);

} // namespace faststar
