// SPDX-License-Identifier: Apache-2.0
#include "core/media/video_writer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/media/libav.h"
#include "core/media/yuv.h"

namespace faststar::media
{

namespace
{

constexpr int kLargestSide = 16384;
constexpr std::array kPresets{"ultrafast", "superfast", "veryfast", "faster",   "fast",
                              "medium",    "slow",      "slower",   "veryslow", "placebo"};
constexpr int kThreads = 4; // fixed: x264's output depends on it

tl::unexpected<Error> writeFailure(const std::filesystem::path &path, int error)
{
    return failure(ErrorCode::WriteFailed, path.string() + ": " + libav::message(error));
}

bool canHold(const AVOutputFormat *format, const AVCodec *codec)
{
    return avformat_query_codec(format, codec->id, FF_COMPLIANCE_NORMAL) == 1;
}

void describe(AVCodecContext *context, int width, int height, const VideoSettings &settings)
{
    context->width = width;
    context->height = height;
    context->pix_fmt = AV_PIX_FMT_YUV420P;
    context->time_base = AVRational{1, settings.fps};
    context->framerate = AVRational{settings.fps, 1};
    context->sample_aspect_ratio = AVRational{1, 1};
    context->color_primaries = AVCOL_PRI_BT709;
    context->color_trc = AVCOL_TRC_BT709;
    context->colorspace = AVCOL_SPC_BT709;
    context->color_range = AVCOL_RANGE_MPEG;
    context->chroma_sample_location = AVCHROMA_LOC_LEFT;
    context->gop_size = settings.fps; // a key frame a second: clips are short and get scrubbed
    context->thread_count = kThreads;
    context->flags |= AV_CODEC_FLAG_BITEXACT | AV_CODEC_FLAG_GLOBAL_HEADER;
}

void setQuality(AVCodecContext *context, const VideoSettings &settings)
{
    if (av_opt_set_int(context, "crf", settings.crf, AV_OPT_SEARCH_CHILDREN) == 0) {
        av_opt_set(context, "preset", settings.preset.c_str(), AV_OPT_SEARCH_CHILDREN);
        // Off because x264's AVX-512 code for it reads past small frames: equal input gave unequal files.
        av_opt_set_int(context, "mbtree", 0, AV_OPT_SEARCH_CHILDREN);
        return;
    }
    if (context->codec->id == AV_CODEC_ID_MPEG4) {
        // Six steps of x264's quantiser double the step, MPEG-4's scale is linear: 17 and less -> 2 (its
        // best).
        context->flags |= AV_CODEC_FLAG_QSCALE;
        context->global_quality = FF_QP2LAMBDA * std::clamp(settings.crf / 6, 2, 31);
        return;
    }
    // About a quarter bit a pixel at crf 18, halved every six steps.
    double bits = 0.25 * context->width * context->height * settings.fps;
    for (int crf = settings.crf; crf > 18; crf -= 6)
        bits *= 0.5;
    context->bit_rate = std::max<std::int64_t>(std::int64_t(bits), 200'000);
}

} // namespace

struct VideoWriter::Impl {
    files::OutputFile file;
    AVFormatContext *container = nullptr;
    libav::Codec codec;
    libav::Frame frame;
    libav::Packet packet;
    AVStream *stream = nullptr;
    int width = 0;
    int height = 0;
    std::int64_t frames = 0;

    explicit Impl(files::OutputFile output) : file(std::move(output)) {}
    Impl(const Impl &) = delete;
    Impl &operator=(const Impl &) = delete;
    ~Impl()
    {
        if (container == nullptr)
            return;
        if (container->pb != nullptr)
            avio_closep(&container->pb);
        avformat_free_context(container);
    }

    Status openEncoder(const VideoSettings &settings);
    Status openFrame();
    Status openContainer(const VideoSettings &settings);
    Status encode(const AVFrame *input) const;
};

Status VideoWriter::Impl::openEncoder(const VideoSettings &settings)
{
    const auto names = settings.encoders.empty() ? defaultEncoders() : settings.encoders;
    std::string tried;
    for (const auto &name : names) {
        const AVCodec *encoder = avcodec_find_encoder_by_name(name.c_str());
        tried += (tried.empty() ? "" : ", ") + name;
        if (encoder == nullptr || encoder->type != AVMEDIA_TYPE_VIDEO ||
            !canHold(container->oformat, encoder))
            continue;
        libav::Codec candidate(avcodec_alloc_context3(encoder));
        if (!candidate)
            return failure(ErrorCode::OutOfMemory, "no memory for the encoder " + name);
        describe(candidate.get(), width + width % 2, height + height % 2, settings);
        setQuality(candidate.get(), settings);
        if (avcodec_open2(candidate.get(), encoder, nullptr) == 0) {
            codec = std::move(candidate);
            return {};
        }
    }
    return failure(ErrorCode::Unsupported, "none of these video encoders can be used here: " + tried);
}

Status VideoWriter::Impl::openFrame()
{
    frame.reset(av_frame_alloc());
    packet.reset(av_packet_alloc());
    if (!frame || !packet)
        return failure(ErrorCode::OutOfMemory, "no memory for a video frame");
    frame->format = AV_PIX_FMT_YUV420P;
    frame->width = codec->width;
    frame->height = codec->height;
    frame->color_primaries = codec->color_primaries;
    frame->color_trc = codec->color_trc;
    frame->colorspace = codec->colorspace;
    frame->color_range = codec->color_range;
    frame->chroma_location = codec->chroma_sample_location;
    if (av_frame_get_buffer(frame.get(), 0) < 0)
        return failure(ErrorCode::OutOfMemory, "no memory for a video frame");
    return {};
}

Status VideoWriter::Impl::openContainer(const VideoSettings &settings)
{
    const auto url = libav::fileUrl(file.temporaryPath());
    stream = avformat_new_stream(container, nullptr);
    if (stream == nullptr || avcodec_parameters_from_context(stream->codecpar, codec.get()) < 0)
        return failure(ErrorCode::OutOfMemory, "no memory for the video stream");
    stream->time_base = codec->time_base;
    stream->avg_frame_rate = codec->framerate;
    stream->r_frame_rate = codec->framerate;
    stream->sample_aspect_ratio = codec->sample_aspect_ratio;
    container->flags |= AVFMT_FLAG_BITEXACT; // no library version, no creation time
    for (const auto &[key, value] : settings.metadata)
        av_dict_set(&container->metadata, key.c_str(), value.c_str(), 0);
    if (const int opened = avio_open(&container->pb, url.c_str(), AVIO_FLAG_WRITE); opened < 0)
        return writeFailure(file.targetPath(), opened);
    AVDictionary *options = nullptr;
    av_dict_set(&options, "movflags", "+faststart+use_metadata_tags+write_colr", 0);
    const int written = avformat_write_header(container, &options);
    av_dict_free(&options);
    if (written < 0)
        return writeFailure(file.targetPath(), written);
    return {};
}

// nullptr = the end: drains the encoder.
Status VideoWriter::Impl::encode(const AVFrame *input) const
{
    int result = avcodec_send_frame(codec.get(), input);
    if (result < 0)
        return failure(ErrorCode::Internal, file.targetPath().string() + ": the encoder " +
                                                codec->codec->name + " refused frame " +
                                                std::to_string(frames) + ": " + libav::message(result));
    while ((result = avcodec_receive_packet(codec.get(), packet.get())) == 0) {
        packet->stream_index = stream->index;
        packet->duration = 1;
        av_packet_rescale_ts(packet.get(), codec->time_base, stream->time_base);
        if (const int written = av_interleaved_write_frame(container, packet.get()); written < 0)
            return writeFailure(file.targetPath(), written);
    }
    if (result != AVERROR(EAGAIN) && result != AVERROR_EOF)
        return failure(ErrorCode::Internal, file.targetPath().string() + ": " + libav::message(result));
    return {};
}

std::vector<std::string> defaultEncoders()
{
    return {"libx264", "libopenh264", "h264_nvenc", "h264_qsv", "h264_v4l2m2m", "mpeg4"};
}

std::vector<std::string> availableEncoders()
{
    auto names = defaultEncoders();
    std::erase_if(names, [](const std::string &name) { return !avcodec_find_encoder_by_name(name.c_str()); });
    return names;
}

VideoWriter::VideoWriter() = default;
VideoWriter::~VideoWriter() = default;
VideoWriter::VideoWriter(VideoWriter &&) noexcept = default;
VideoWriter &VideoWriter::operator=(VideoWriter &&) noexcept = default;

Status VideoWriter::open(const std::filesystem::path &path, int width, int height,
                         const VideoSettings &settings)
{
    libav::routeLog();
    if (m_impl)
        return failure(ErrorCode::Internal,
                       "this writer has a file open: " + m_impl->file.targetPath().string());
    if (width < 1 || height < 1 || width > kLargestSide || height > kLargestSide)
        return failure(ErrorCode::InvalidRequest,
                       "a video of " + std::to_string(width) + "x" + std::to_string(height) + " pixels");
    if (settings.fps < 1 || settings.fps > 1000 || settings.crf < 0 || settings.crf > 51)
        return failure(ErrorCode::InvalidRequest, "a video of " + std::to_string(settings.fps) +
                                                      " frames a second at crf " +
                                                      std::to_string(settings.crf));
    // Checked here: x264 would refuse to open, and the clip would silently come from a poorer encoder.
    if (std::find(kPresets.begin(), kPresets.end(), settings.preset) == kPresets.end())
        return failure(ErrorCode::InvalidRequest, "'" + settings.preset + "' is no encoder preset");
    auto file = files::OutputFile::create(path, settings.existing);
    if (!file)
        return tl::unexpected(file.error());
    auto impl = std::make_unique<Impl>(std::move(*file));
    impl->width = width;
    impl->height = height;
    // The URL is named here too: "faststart" opens the file again to move the index to its front.
    const auto url = libav::fileUrl(impl->file.temporaryPath());
    if (avformat_alloc_output_context2(&impl->container, nullptr, "mp4", url.c_str()) < 0)
        return failure(ErrorCode::Unsupported, "this FFmpeg cannot write MP4");
    if (auto ready = impl->openEncoder(settings); !ready)
        return ready;
    if (auto ready = impl->openFrame(); !ready)
        return ready;
    if (auto ready = impl->openContainer(settings); !ready)
        return ready;
    m_impl = std::move(impl);
    return {};
}

Status VideoWriter::addFrame(const Image &frame)
{
    if (!m_impl)
        return failure(ErrorCode::Internal, "no video is open");
    if (frame.width != m_impl->width || frame.height != m_impl->height ||
        frame.rgb.size() != std::size_t(frame.width) * std::size_t(frame.height) * 3)
        return failure(ErrorCode::InvalidRequest,
                       "frame " + std::to_string(m_impl->frames) + " has " + std::to_string(frame.width) +
                           "x" + std::to_string(frame.height) + " pixels, the video " +
                           std::to_string(m_impl->width) + "x" + std::to_string(m_impl->height));
    auto *target = m_impl->frame.get();
    if (av_frame_make_writable(target) < 0)
        return failure(ErrorCode::OutOfMemory, "no memory for a video frame");
    rgbToYuv420(frame, {target->data[0], target->data[1], target->data[2], target->linesize[0],
                        target->linesize[1], target->linesize[2], target->width, target->height});
    target->pts = m_impl->frames;
    auto status = m_impl->encode(target);
    if (!status)
        m_impl.reset();
    else
        ++m_impl->frames;
    return status;
}

Status VideoWriter::finish()
{
    if (!m_impl)
        return failure(ErrorCode::Internal, "no video is open");
    const auto impl = std::exchange(m_impl, nullptr); // whatever happens now, the file is closed
    if (impl->frames == 0)
        return failure(ErrorCode::InvalidRequest,
                       impl->file.targetPath().string() + ": a video without frames");
    if (auto drained = impl->encode(nullptr); !drained)
        return drained;
    int result = av_write_trailer(impl->container);
    const int closed = avio_closep(&impl->container->pb);
    result = result < 0 ? result : closed;
    if (result < 0)
        return writeFailure(impl->file.targetPath(), result);
    return impl->file.commit();
}

std::string VideoWriter::encoderName() const
{
    return m_impl ? m_impl->codec->codec->name : "";
}
int VideoWriter::codedWidth() const
{
    return m_impl ? m_impl->codec->width : 0;
}
int VideoWriter::codedHeight() const
{
    return m_impl ? m_impl->codec->height : 0;
}
std::int64_t VideoWriter::frames() const
{
    return m_impl ? m_impl->frames : 0;
}

} // namespace faststar::media
