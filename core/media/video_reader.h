// SPDX-License-Identifier: Apache-2.0
//
// Videos from outside: not trusted, decoded into plain frames. Local files only; the containers are MP4, MOV,
// Matroska, WebM, AVI, MPEG and single GIFs; playlists that name other files are not opened. All
// functions are safe on any thread, several at once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/domain/grids.h"
#include "core/domain/result.h"

namespace faststar::media
{

// Checked against what the file claims before memory is taken, and against what the decoder then gives.
struct VideoLimits {
    std::int64_t maxPixels = 8192LL * 4608; // a frame
    std::int64_t maxFrames = 200'000;       // decoded; about two hours
    std::int64_t maxBytes = 2LL << 30;      // of all frames that are handed out together

    bool operator==(const VideoLimits &) const = default;
};

struct TimedFrame {
    Image image;
    double seconds = 0.0; // when it is shown, from the first frame on; never decreasing
};

struct Video {
    std::vector<TimedFrame> frames;
    double fps = 0.0; // the container's mean; 0 = unknown
};

// Every frame at its own size: upright (rotation honoured), square pixels, 8-bit RGB by the file's own colour
// matrix and range (untagged: BT.709 from 720 lines on, BT.601 below).
// NotFound, Unreadable (no permission, no regular file); CorruptFile for what is no video, is truncated or
// does not decode; UnknownFormat for a video without a video stream, an unknown codec, or one over the
// limits.
[[nodiscard]] Result<Video> readVideo(const std::filesystem::path &path, const VideoLimits &limits = {});

// What video to video starts from.
struct TailRequest {
    int frames = 17; // at most so many, 1 + 4m
    double fps = 16.0;
    int width = 0; // of the result
    int height = 0;

    bool operator==(const TailRequest &) const = default;
};

// The video's last 1 + 4m frames at `fps`: the last one is the video's last, each earlier one is the frame
// nearest to 1/fps before (ties: the earlier; over four frames in 1/fps some are skipped). m is the largest
// that the video's length allows, so fewer frames than asked come from a short one, and one frame from a
// still. Scaled to cover width x height (Lanczos) and cut to the middle while decoding: memory is bounded by
// the result, not by the video. Errors as above; InvalidRequest for a request that is not 1 + 4m or has a
// side outside [1, 16384].
[[nodiscard]] Result<std::vector<Image>>
readVideoTail(const std::filesystem::path &path, const TailRequest &request, const VideoLimits &limits = {});

// The container's own keys and values ("faststar", "comment", ...), without decoding. Values over 16 MiB are
// left out.
[[nodiscard]] Result<std::map<std::string, std::string>> readMetadata(const std::filesystem::path &path);

// Which of `times` (ascending) to show at each 1/fps up to the last: indices, oldest first, 1 + 4m <= frames
// of them. What readVideoTail does, without the pixels.
[[nodiscard]] std::vector<std::size_t> tailIndices(const std::vector<double> &times, int frames, double fps);

} // namespace faststar::media
