// SPDX-License-Identifier: Apache-2.0
#include "core/media/video_reader.h"

#include <algorithm>
#include <cmath>

#include "core/domain/resample.h"
#include "core/media/video_decoder.h"

namespace faststar::media
{

namespace
{

constexpr std::size_t kLongestValue = 16U << 20;
constexpr double kSeekMargin = 1.0;    // seconds decoded before the window, in case stamps are uneven
constexpr double kShortestSeek = 10.0; // videos not longer than this are decoded whole
constexpr double kFinestSpacing = 0.5; // of 1/fps: three frames within it are one too many

// The newest frames of a video, as many as the request can reach back to.
class Window
{
public:
    explicit Window(const TailRequest &request)
        : m_request(request), m_span((request.frames - 0.5) / request.fps)
    {
    }

    Status add(const TimedFrame &frame)
    {
        auto scaled = coverAndCrop(frame.image, m_request.width, m_request.height);
        if (!scaled)
            return tl::unexpected(scaled.error());
        // A file may claim a million frames a second: the one in the middle of three close ones goes.
        const auto count = m_frames.size();
        if (count >= 2 && frame.seconds - m_frames[count - 2].seconds < kFinestSpacing / m_request.fps)
            m_frames.pop_back();
        m_frames.push_back({std::move(*scaled), frame.seconds});
        // One frame before the span stays: it may be the nearest to its start.
        while (m_frames.size() >= 2 && m_frames[1].seconds < frame.seconds - m_span)
            m_frames.erase(m_frames.begin());
        return {};
    }
    void clear() { m_frames.clear(); }
    [[nodiscard]] bool isEmpty() const { return m_frames.empty(); }
    [[nodiscard]] std::vector<std::size_t> chosen() const
    {
        std::vector<double> times;
        for (const auto &frame : m_frames)
            times.push_back(frame.seconds);
        return tailIndices(times, m_request.frames, m_request.fps);
    }
    [[nodiscard]] std::vector<Image> images() const
    {
        std::vector<Image> result;
        for (const auto index : chosen())
            result.push_back(m_frames[index].image);
        return result;
    }

private:
    TailRequest m_request;
    double m_span;
    std::vector<TimedFrame> m_frames;
};

Status fill(Window &window, VideoDecoder &decoder)
{
    for (;;) {
        auto frame = decoder.next();
        if (!frame)
            return tl::unexpected(frame.error());
        if (!*frame)
            return {};
        if (auto added = window.add(**frame); !added)
            return added;
    }
}

tl::unexpected<Error> noFrames(const std::filesystem::path &path)
{
    return failure(ErrorCode::CorruptFile, path.string() + " contains no frame that can be decoded");
}

} // namespace

Result<Video> readVideo(const std::filesystem::path &path, const VideoLimits &limits)
{
    VideoDecoder decoder;
    if (auto opened = decoder.openContainer(path); !opened)
        return tl::unexpected(opened.error());
    if (auto opened = decoder.openStream(limits); !opened)
        return tl::unexpected(opened.error());
    Video video;
    video.fps = decoder.fps();
    std::int64_t bytes = 0;
    for (;;) {
        auto frame = decoder.next();
        if (!frame)
            return tl::unexpected(frame.error());
        if (!*frame)
            break;
        bytes += std::int64_t((*frame)->image.rgb.size());
        if (bytes > limits.maxBytes)
            return failure(ErrorCode::UnknownFormat, path.string() + " needs more than " +
                                                         std::to_string(limits.maxBytes) +
                                                         " bytes once decoded");
        video.frames.push_back(std::move(**frame));
    }
    if (video.frames.empty())
        return noFrames(path);
    return video;
}

std::vector<std::size_t> tailIndices(const std::vector<double> &times, int frames, double fps)
{
    std::vector<std::size_t> newestFirst;
    if (times.empty())
        return newestFirst;
    for (int i = 0; i < frames; ++i) {
        const double wanted = times.back() - i / fps;
        if (wanted < times.front() - 0.5 / fps)
            break; // the video had not begun
        const auto after = std::lower_bound(times.begin(), times.end(), wanted);
        auto best = after == times.end() ? times.end() - 1 : after;
        // A hair's breadth, so that equal distances are equal whatever rounding says.
        if (best != times.begin() && wanted - *(best - 1) <= *best - wanted + 1e-6)
            --best;
        if (i == 0)
            best = times.end() - 1;
        newestFirst.push_back(std::size_t(best - times.begin()));
    }
    newestFirst.resize((newestFirst.size() - 1) / 4 * 4 + 1);
    std::reverse(newestFirst.begin(), newestFirst.end());
    return newestFirst;
}

Result<std::vector<Image>> readVideoTail(const std::filesystem::path &path, const TailRequest &request,
                                         const VideoLimits &limits)
{
    const auto bytes = std::int64_t(request.width) * request.height * 3 * request.frames;
    if (request.frames < 1 || request.frames % 4 != 1 || !(request.fps > 0.0) || request.fps > 1000.0 ||
        std::min(request.width, request.height) < 1 || std::max(request.width, request.height) > 16384 ||
        bytes > limits.maxBytes)
        return failure(ErrorCode::InvalidRequest, "the last " + std::to_string(request.frames) +
                                                      " frames at " + std::to_string(request.width) + "x" +
                                                      std::to_string(request.height) + " of " +
                                                      path.string());
    VideoDecoder decoder;
    if (auto opened = decoder.openContainer(path); !opened)
        return tl::unexpected(opened.error());
    if (auto opened = decoder.openStream(limits); !opened)
        return tl::unexpected(opened.error());
    Window window(request);
    const double span = request.frames / request.fps + kSeekMargin;
    const double duration = decoder.durationSeconds();
    bool sought = duration > std::max(kShortestSeek, 2.0 * span) && decoder.seek(duration - span);
    if (auto filled = fill(window, decoder); !filled && !sought)
        return tl::unexpected(filled.error());
    // The duration is only a claim: where the end did not hold what it promised, everything is decoded.
    if (sought && window.chosen().size() < std::size_t(request.frames)) {
        window.clear();
        if (auto again = decoder.rewind(); !again)
            return tl::unexpected(again.error());
        if (auto filled = fill(window, decoder); !filled)
            return tl::unexpected(filled.error());
    }
    if (window.isEmpty())
        return noFrames(path);
    return window.images();
}

Result<std::map<std::string, std::string>> readMetadata(const std::filesystem::path &path)
{
    VideoDecoder decoder;
    if (auto opened = decoder.openContainer(path); !opened)
        return tl::unexpected(opened.error());
    std::map<std::string, std::string> result;
    const AVDictionaryEntry *entry = nullptr;
    while ((entry = av_dict_get(decoder.metadata(), "", entry, AV_DICT_IGNORE_SUFFIX)) != nullptr) {
        const std::string value(entry->value);
        if (value.size() <= kLongestValue)
            result.emplace(entry->key, value);
    }
    return result;
}

} // namespace faststar::media
