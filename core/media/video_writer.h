// SPDX-License-Identifier: Apache-2.0
//
// MP4 files: H.264, yuv420p, BT.709 limited range, constant frame rate, index first ("faststart").
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/domain/grids.h"
#include "core/domain/result.h"
#include "core/files/output_file.h"

namespace faststar::media
{

struct VideoSettings {
    int fps = 16;                  // [1, 1000]
    int crf = 16;                  // [0, 51], less is better; encoders without it get a matching rate
    std::string preset = "medium"; // x264's names; other encoders have none
    // Tried in this order; the first that opens is used. Empty = defaultEncoders().
    std::vector<std::string> encoders{};
    // Written under these keys so that ffprobe and readMetadata() show them: "faststar" (the recipe,
    // JSON) and "comment" (one line for people).
    std::map<std::string, std::string> metadata{};
    files::Existing existing = files::Existing::Refuse;

    bool operator==(const VideoSettings &) const = default;
};

// libx264, libopenh264, hardware encoders for H.264, and last MPEG-4 part 2 at its best quality: FFmpeg's
// own, so always there, and most players show it.
[[nodiscard]] std::vector<std::string> defaultEncoders();

// Those of defaultEncoders() that this FFmpeg build contains. Hardware encoders are listed even where the
// hardware is missing: only opening one tells.
[[nodiscard]] std::vector<std::string> availableEncoders();

// Writes one file. Equal frames and settings give equal bytes on one machine: no time is written, and the
// number of encoder threads is fixed. One thread at a time; several writers may run at once.
//
// 4:2:0 needs even sizes: an odd width or height is padded by one column or row that repeats the last one
// (codedWidth(), codedHeight()).
class VideoWriter
{
public:
    VideoWriter();
    ~VideoWriter(); // an unfinished file is removed
    VideoWriter(VideoWriter &&) noexcept;
    VideoWriter &operator=(VideoWriter &&) noexcept;

    // Once. InvalidRequest for impossible sizes or settings, AlreadyExists, NotFound and WriteFailed as
    // files::OutputFile tells, Unsupported when no encoder opens (the detail names those tried).
    Status open(const std::filesystem::path &path, int width, int height, const VideoSettings &settings);

    // Frames in order of time. InvalidRequest for another size than open() was told; WriteFailed when the
    // file cannot grow, after which the writer is closed and the temporary file gone.
    Status addFrame(const Image &frame);

    // Completes the file and gives it its name. InvalidRequest when there was no frame.
    Status finish();

    // Valid after open().
    [[nodiscard]] std::string encoderName() const;
    [[nodiscard]] int codedWidth() const;
    [[nodiscard]] int codedHeight() const;
    [[nodiscard]] std::int64_t frames() const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace faststar::media
