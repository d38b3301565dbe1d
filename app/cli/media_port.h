// SPDX-License-Identifier: Apache-2.0
//
// Pictures and films as the command needs them. The full build has FFmpeg and OpenCV behind it, the
// headless build PNG only; tests may put their own here.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/domain/grids.h"
#include "core/domain/result.h"

namespace faststar::cli
{

struct ClipSettings {
    int fps = 16;
    std::map<std::string, std::string> metadata;
    bool replace = false; // an existing file
};

// The last 1 + 4m frames of a video at a rate and a size, as many as there are, at most `frames`.
struct TailWish {
    int frames = 17;
    int fps = 16;
    int width = 0;
    int height = 0;
};

// Asked between frames with the share done; false ends the work and nothing is left behind.
using KeepGoing = std::function<bool(double done)>;

class MediaPort
{
public:
    virtual ~MediaPort() = default;

    // false: clips leave as folders of PNG, and videos cannot be read.
    [[nodiscard]] virtual bool hasVideo() const = 0;
    // Names of the H.264 and fallback encoders of this build, best first.
    [[nodiscard]] virtual std::vector<std::string> encoders() const = 0;

    [[nodiscard]] virtual Result<Image> readImage(const std::filesystem::path &path) const = 0;
    // The end of a video as `tail` wants it.
    [[nodiscard]] virtual Result<std::vector<Image>> readTail(const std::filesystem::path &path,
                                                              const TailWish &tail) const = 0;

    // true: complete and in place; false: `keepGoing` said no.
    [[nodiscard]] virtual Result<bool> writeVideo(const std::filesystem::path &path,
                                                  const std::vector<Image> &frames,
                                                  const ClipSettings &settings,
                                                  const KeepGoing &keepGoing) const = 0;

protected:
    MediaPort() = default;
    MediaPort(const MediaPort &) = default;
    MediaPort &operator=(const MediaPort &) = default;
};

// What this build has.
[[nodiscard]] std::unique_ptr<MediaPort> makeMediaPort();

} // namespace faststar::cli
