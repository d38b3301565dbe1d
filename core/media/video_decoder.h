// SPDX-License-Identifier: Apache-2.0
//
// One open video, frame by frame. Only for the .cpp files of this room.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/domain/grids.h"
#include "core/domain/result.h"
#include "core/media/libav.h"
#include "core/media/video_reader.h"

namespace faststar::media
{

class VideoDecoder
{
public:
    VideoDecoder() = default;
    ~VideoDecoder();
    VideoDecoder(const VideoDecoder &) = delete;
    VideoDecoder &operator=(const VideoDecoder &) = delete;

    // Opens the container only: enough for metadata().
    Status openContainer(const std::filesystem::path &path);
    // Finds the stream, checks its claims against the limits and the file's length, opens the decoder.
    Status openStream(const VideoLimits &limits);

    // The next frame, or nothing at the end. `seconds` counts from the stream's start.
    Result<std::optional<TimedFrame>> next();

    // To the last key frame at or before `seconds`; false = not possible, the position is then undefined.
    bool seek(double seconds);
    Status rewind();

    [[nodiscard]] double durationSeconds() const; // 0 = unknown
    [[nodiscard]] double fps() const;
    [[nodiscard]] const AVDictionary *metadata() const { return m_container->metadata; }

private:
    [[nodiscard]] tl::unexpected<Error> corrupt(const std::string &why) const;
    Status checkIndex() const;
    Result<bool> receive();
    Status send();
    Result<Image> convert();
    [[nodiscard]] int quarterTurns() const;

    std::filesystem::path m_path;
    std::int64_t m_fileBytes = 0;
    VideoLimits m_limits;
    AVFormatContext *m_container = nullptr;
    AVStream *m_stream = nullptr;
    libav::Codec m_codec;
    libav::Packet m_packet;
    libav::Frame m_frame;
    libav::Frame m_rgb;
    libav::Scaler m_scaler;
    int m_scalerKey[6] = {0, 0, 0, 0, 0, 0}; // what m_scaler was made for
    std::int64_t m_decoded = 0;
    double m_last = 0.0;
    bool m_draining = false;
    bool m_afterSeek = false; // damaged frames before the first whole one are then normal
};

} // namespace faststar::media
