// SPDX-License-Identifier: Apache-2.0
//
// One request to generate a clip, as the GUI, the command line and files all state it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace faststar
{

// Width to height of the picture, in whole numbers ("16:9").
struct Aspect {
    int width = 16;
    int height = 9;

    // The model's own measure: height / width.
    [[nodiscard]] double heightOverWidth() const { return double(height) / double(width); }
    bool operator==(const Aspect &) const = default;
};

enum class Guidance { Apg, Cfg };

// How tokens are chosen for the reduced steps. More methods come with the comparison.
enum class Method { None, FastStar };

enum class SpatialRef { PrevScale, PrevStep, OwnStep };
enum class TemporalRef { FirstClipFinal, PrevClipLastFrame, PrevFrame, None };
enum class TopkScope { Global, PerFrame, GlobalFloor };
enum class TopkRound { Nearest, Ceil, Floor };
enum class MaskMode { AreaExact, Nearest, ScoreFirst };
enum class MaskUp { Original, NearestUp };
enum class Fill { Zero, Renorm, NearestKept };
enum class ApgStats { Kept, Frozen };
enum class ContextKv { Protect, KeptOnly, Recompute };
enum class ClipScope { All, Last };
enum class Compute { Pruned, Full };

// FastSTAR's knobs. Keys and values on the command line and in files are the snake_case spelling
// (spatial_ref=prev_scale); see option_names.h.
struct PruningOptions {
    SpatialRef spatialRef = SpatialRef::PrevScale;
    std::optional<TemporalRef>
        temporalRef; // unset = FirstClipFinal for clip 2, PrevClipLastFrame from clip 3 on
    TopkScope topkScope = TopkScope::Global;
    TopkRound topkRound = TopkRound::Nearest;
    MaskMode maskMode = MaskMode::AreaExact;
    MaskUp maskUp = MaskUp::Original;
    Fill fill = Fill::Zero;
    ApgStats apgStats = ApgStats::Kept;
    ContextKv contextKv = ContextKv::Protect;
    ClipScope clips = ClipScope::All;
    Compute compute = Compute::Pruned;
    double frameFloor = 0.1; // share of a frame always kept under GlobalFloor, [0, 1]
    double eps = 1e-8;       // lower bound of a norm in the cosine

    bool operator==(const PruningOptions &) const = default;
};

// What a run starts from besides the text.
enum class ConditionKind { None, Image, Video };

struct GenerationRequest {
    std::string prompt;
    std::string negativePrompt; // empty = the model's own unconditional branch
    std::int64_t seed = 0;      // the seed used; "random" is resolved before a request is made
    std::string size;           // resolution class, e.g. "0.06M"
    Aspect aspect;
    int frames = 17; // of the whole output; 1 + 4k

    Guidance guidance = Guidance::Apg;
    double guidanceScale = 34.0; // >= 1; 1 = no unconditional branch
    double apgNormThreshold = 0.05;
    double tauImage = 1.0; // > 0
    double tauVideo = 0.4; // > 0
    bool greedy = false;

    Method method = Method::FastStar;
    std::array<int, 4> ratiosPermille{200, 300, 400, 700}; // share pruned at the last four scales
    double p = 2.0;                                        // norm of the score fusion, [1, inf]
    PruningOptions pruning;

    ConditionKind condition = ConditionKind::None;
    std::string conditionPath;     // for the record; the frames travel in RunInput
    int conditionLatentFrames = 0; // video: 1 + m latent frames that are given (image: 1)

    std::string promptPrefix; // already expanded
    std::string promptSuffix;
    bool smoothFirstFrame = false; // overwrite frame 0 by frame 1, as the released script does

    bool operator==(const GenerationRequest &) const = default;
};

} // namespace faststar
