// SPDX-License-Identifier: Apache-2.0
#include "core/media/video_decoder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <fstream>

#include "core/files/exif.h"
#include "core/files/input_file.h"

namespace faststar::media
{

namespace
{

namespace fs = std::filesystem;

constexpr int kThreads = 2;
// No playlists (hls, concat, dash): they make the reader open what they name.
constexpr const char *kContainers =
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpeg,mpegts,mpegvideo,h264,hevc,m4v,ivf,gif,ogg,flv,asf";

const AVRational kSecond{1, 1};

double ratio(AVRational value)
{
    return value.den == 0 ? 0.0 : double(value.num) / double(value.den);
}

const std::uint8_t *displayMatrix(const AVStream *stream)
{
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 102)
    const auto *data = av_packet_side_data_get(
        stream->codecpar->coded_side_data, stream->codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
    return data != nullptr && data->size >= 9 * sizeof(std::int32_t) ? data->data : nullptr;
#else
    std::size_t size = 0;
    const auto *data = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size);
    return size >= 9 * sizeof(std::int32_t) ? data : nullptr;
#endif
}

} // namespace

VideoDecoder::~VideoDecoder()
{
    m_codec.reset();
    avformat_close_input(&m_container);
}

tl::unexpected<Error> VideoDecoder::corrupt(const std::string &why) const
{
    return failure(ErrorCode::CorruptFile, m_path.string() + ": " + why);
}

Status VideoDecoder::openContainer(const fs::path &path)
{
    libav::routeLog();
    m_path = path;
    const auto bytes = files::inputFileBytes(path);
    if (!bytes)
        return tl::unexpected(bytes.error());
    m_fileBytes = *bytes;
    if (!std::ifstream(path))
        return failure(ErrorCode::Unreadable, path.string() + " cannot be opened");
    AVDictionary *options = nullptr;
    av_dict_set(&options, "format_whitelist", kContainers, 0);
    av_dict_set(&options, "protocol_whitelist", "file", 0);
    const int opened = avformat_open_input(&m_container, libav::fileUrl(path).c_str(), nullptr, &options);
    av_dict_free(&options);
    if (opened < 0)
        return corrupt("this is no video that can be read: " + libav::message(opened));
    return {};
}

Status VideoDecoder::openStream(const VideoLimits &limits)
{
    m_limits = limits;
    m_container->max_analyze_duration = std::int64_t(5) * AV_TIME_BASE;
    if (const int found = avformat_find_stream_info(m_container, nullptr); found < 0)
        return corrupt(libav::message(found));
    const AVCodec *decoder = nullptr;
    const int index = av_find_best_stream(m_container, AVMEDIA_TYPE_VIDEO, -1, -1, &decoder, 0);
    if (index == AVERROR_STREAM_NOT_FOUND)
        return failure(ErrorCode::UnknownFormat, m_path.string() + " contains no video");
    if (index < 0 || decoder == nullptr)
        return failure(ErrorCode::UnknownFormat, m_path.string() + ": there is no decoder for its video");
    m_stream = m_container->streams[index];
    for (unsigned i = 0; i < m_container->nb_streams; ++i) {
        if (int(i) != index)
            m_container->streams[i]->discard = AVDISCARD_ALL;
    }
    const auto *claims = m_stream->codecpar;
    if (claims->width < 1 || claims->height < 1)
        return corrupt("its frames have no size");
    if (std::int64_t(claims->width) * claims->height > limits.maxPixels)
        return failure(ErrorCode::UnknownFormat, m_path.string() + " has frames of " +
                                                     std::to_string(claims->width) + "x" +
                                                     std::to_string(claims->height) + " pixels, more than " +
                                                     std::to_string(limits.maxPixels));
    if (auto whole = checkIndex(); !whole)
        return whole;
    m_codec.reset(avcodec_alloc_context3(decoder));
    m_packet.reset(av_packet_alloc());
    m_frame.reset(av_frame_alloc());
    if (!m_codec || !m_packet || !m_frame)
        return failure(ErrorCode::OutOfMemory, "no memory for the video decoder");
    if (avcodec_parameters_to_context(m_codec.get(), claims) < 0)
        return corrupt("its video stream describes itself wrongly");
    m_codec->pkt_timebase = m_stream->time_base;
    m_codec->thread_count = kThreads;
    // A coarse net with room for the decoder's own padding; convert() checks each frame exactly.
    m_codec->max_pixels = 2 * limits.maxPixels + 65'536;
    if (const int opened = avcodec_open2(m_codec.get(), decoder, nullptr); opened < 0)
        return corrupt(std::string("its ") + decoder->name +
                       " stream cannot be decoded: " + libav::message(opened));
    return {};
}

// Containers with an index say where every frame lies: a file that was cut shows before anything is decoded.
Status VideoDecoder::checkIndex() const
{
    const int count = avformat_index_get_entries_count(m_stream);
    for (int i = 0; i < count; ++i) {
        const AVIndexEntry *entry = avformat_index_get_entry(m_stream, i);
        if (entry->pos < 0 || entry->pos > m_fileBytes || entry->size > m_fileBytes - entry->pos)
            return corrupt("it is truncated: frame " + std::to_string(i) + " of " + std::to_string(count) +
                           " lies behind its end");
    }
    return {};
}

Status VideoDecoder::send()
{
    for (;;) {
        const int read = av_read_frame(m_container, m_packet.get());
        if (read == AVERROR_EOF) {
            m_draining = true;
            avcodec_send_packet(m_codec.get(), nullptr);
            return {};
        }
        if (read < 0)
            return corrupt("it cannot be read to its end: " + libav::message(read));
        const bool ours = m_packet->stream_index == m_stream->index;
        const bool damaged = (m_packet->flags & AV_PKT_FLAG_CORRUPT) != 0;
        const int sent = ours ? avcodec_send_packet(m_codec.get(), m_packet.get()) : 0;
        av_packet_unref(m_packet.get());
        if (!ours)
            continue;
        if ((damaged || sent < 0) && !m_afterSeek)
            return corrupt("frame " + std::to_string(m_decoded) + " is damaged" +
                           (sent < 0 ? ": " + libav::message(sent) : std::string()));
        return {};
    }
}

// true = m_frame holds a frame, false = the end.
Result<bool> VideoDecoder::receive()
{
    for (;;) {
        const int received = avcodec_receive_frame(m_codec.get(), m_frame.get());
        if (received == AVERROR_EOF)
            return false;
        if (received == AVERROR(EAGAIN)) {
            if (m_draining)
                return false;
            if (auto sent = send(); !sent)
                return tl::unexpected(sent.error());
            continue;
        }
        const bool damaged =
            received < 0 || m_frame->decode_error_flags != 0 || (m_frame->flags & AV_FRAME_FLAG_CORRUPT) != 0;
        if (!damaged) {
            m_afterSeek = false;
            return true;
        }
        if (!m_afterSeek)
            return corrupt("frame " + std::to_string(m_decoded) + " is damaged");
        if (received < 0 && m_draining)
            return false;
    }
}

Result<std::optional<TimedFrame>> VideoDecoder::next()
{
    const auto more = receive();
    if (!more)
        return tl::unexpected(more.error());
    if (!*more)
        return std::optional<TimedFrame>{};
    if (++m_decoded > m_limits.maxFrames)
        return failure(ErrorCode::UnknownFormat,
                       m_path.string() + " has more than " + std::to_string(m_limits.maxFrames) + " frames");
    auto image = convert();
    if (!image)
        return tl::unexpected(image.error());
    auto stamp = m_frame->best_effort_timestamp;
    double seconds = m_last;
    if (stamp != AV_NOPTS_VALUE) {
        stamp -= m_stream->start_time == AV_NOPTS_VALUE ? 0 : m_stream->start_time;
        seconds = double(stamp) * ratio(m_stream->time_base);
    } else if (m_decoded > 1) {
        seconds += fps() > 0.0 ? 1.0 / fps() : 1.0 / 25.0;
    }
    m_last = std::max(m_last, seconds);
    return TimedFrame{std::move(*image), m_last};
}

Result<Image> VideoDecoder::convert()
{
    const auto *in = m_frame.get();
    if (in->width < 1 || in->height < 1 || std::int64_t(in->width) * in->height > m_limits.maxPixels)
        return failure(ErrorCode::UnknownFormat, m_path.string() + ": frame " + std::to_string(m_decoded) +
                                                     " has " + std::to_string(in->width) + "x" +
                                                     std::to_string(in->height) + " pixels");
    const double aspect = ratio(av_guess_sample_aspect_ratio(m_container, m_stream, m_frame.get()));
    int width = in->width;
    if (aspect > 0.1 && aspect < 10.0)
        width = std::max(1, int(std::lround(in->width * aspect)));
    if (std::int64_t(width) * in->height > m_limits.maxPixels)
        width = in->width;
    const bool tagged = in->colorspace != AVCOL_SPC_UNSPECIFIED && in->colorspace != AVCOL_SPC_RGB;
    const int space = tagged ? int(in->colorspace) : in->height >= 720 ? SWS_CS_ITU709 : SWS_CS_ITU601;
    const int fullRange = in->color_range == AVCOL_RANGE_JPEG ? 1 : 0;

    const int key[6] = {in->width, in->height, in->format, width, space, fullRange};
    if (!m_scaler || !std::equal(std::begin(key), std::end(key), m_scalerKey)) {
        const int flags =
            SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP | SWS_BITEXACT;
        m_scaler.reset(sws_getContext(in->width, in->height, AVPixelFormat(in->format), width, in->height,
                                      AV_PIX_FMT_RGB24, flags, nullptr, nullptr, nullptr));
        if (!m_scaler)
            return failure(ErrorCode::UnknownFormat,
                           m_path.string() + ": its pixel format cannot be converted");
        // Refused for formats that are RGB already, which need no matrix.
        sws_setColorspaceDetails(m_scaler.get(), sws_getCoefficients(space), fullRange,
                                 sws_getCoefficients(SWS_CS_DEFAULT), 1, 0, 1 << 16, 1 << 16);
        std::copy(std::begin(key), std::end(key), m_scalerKey);
        // A frame of libav's own: swscale writes whole vectors, past the end of an exactly fitting row.
        m_rgb.reset(av_frame_alloc());
        if (m_rgb) {
            m_rgb->format = AV_PIX_FMT_RGB24;
            m_rgb->width = width;
            m_rgb->height = in->height;
        }
        if (!m_rgb || av_frame_get_buffer(m_rgb.get(), 0) < 0)
            return failure(ErrorCode::OutOfMemory, "no memory for a video frame");
    }
    sws_scale(m_scaler.get(), in->data, in->linesize, 0, in->height, m_rgb->data, m_rgb->linesize);
    Image image{width, in->height, {}};
    const std::size_t stride = std::size_t(width) * 3;
    image.rgb.resize(stride * std::size_t(in->height));
    for (int y = 0; y < in->height; ++y)
        std::memcpy(&image.rgb[std::size_t(y) * stride],
                    m_rgb->data[0] + std::ptrdiff_t(y) * m_rgb->linesize[0], stride);
    constexpr std::array kExif{1, 6, 3, 8}; // by quarter turns to the right
    return files::uprighted(std::move(image), kExif[std::size_t(quarterTurns())]);
}

// To the right, 0..3.
int VideoDecoder::quarterTurns() const
{
    const auto *matrix = displayMatrix(m_stream);
    if (matrix == nullptr)
        return 0;
    std::array<std::int32_t, 9> numbers{};
    std::memcpy(numbers.data(), matrix, sizeof(numbers));
    const double left = av_display_rotation_get(numbers.data());
    return std::isfinite(left) ? ((int(std::lround(-left / 90.0)) % 4) + 4) % 4 : 0;
}

bool VideoDecoder::seek(double seconds)
{
    const auto start = m_stream->start_time == AV_NOPTS_VALUE ? 0 : m_stream->start_time;
    const auto target = start + std::int64_t(seconds / ratio(m_stream->time_base));
    if (av_seek_frame(m_container, m_stream->index, target, AVSEEK_FLAG_BACKWARD) < 0)
        return false;
    avcodec_flush_buffers(m_codec.get());
    m_draining = false;
    m_afterSeek = true;
    m_last = 0.0;
    return true;
}

Status VideoDecoder::rewind()
{
    if (!seek(0.0))
        return corrupt("it cannot be read again from its start");
    m_afterSeek = false;
    m_decoded = 0;
    return {};
}

double VideoDecoder::durationSeconds() const
{
    if (m_stream->duration != AV_NOPTS_VALUE)
        return double(m_stream->duration) * ratio(m_stream->time_base);
    return m_container->duration == AV_NOPTS_VALUE ? 0.0 : double(m_container->duration) / AV_TIME_BASE;
}

double VideoDecoder::fps() const
{
    return ratio(m_stream->avg_frame_rate);
}

} // namespace faststar::media
