// SPDX-License-Identifier: Apache-2.0
#include "app/cli/media_port.h"

#include "core/files/png.h"

#if FASTSTAR_STUDIO
#include "core/media/image_input.h"
#include "core/media/video_reader.h"
#include "core/media/video_writer.h"
#endif

namespace faststar::cli
{

namespace
{

#if FASTSTAR_STUDIO

class FullMedia final : public MediaPort
{
public:
    [[nodiscard]] bool hasVideo() const override { return true; }
    [[nodiscard]] std::vector<std::string> encoders() const override { return media::availableEncoders(); }

    [[nodiscard]] Result<Image> readImage(const std::filesystem::path &path) const override
    {
        return media::readImage(path);
    }

    [[nodiscard]] Result<std::vector<Image>> readTail(const std::filesystem::path &path,
                                                      const TailWish &tail) const override
    {
        return media::readVideoTail(path, {tail.frames, double(tail.fps), tail.width, tail.height});
    }

    [[nodiscard]] Result<bool> writeVideo(const std::filesystem::path &path, const std::vector<Image> &frames,
                                          const ClipSettings &settings,
                                          const KeepGoing &keepGoing) const override
    {
        if (frames.empty())
            return failure(ErrorCode::InvalidRequest, path.string() + ": no frames to write");
        media::VideoSettings video;
        video.fps = settings.fps;
        video.metadata = settings.metadata;
        video.existing = settings.replace ? files::Existing::Replace : files::Existing::Refuse;
        media::VideoWriter writer;
        if (auto opened = writer.open(path, frames.front().width, frames.front().height, video); !opened)
            return tl::unexpected(opened.error());
        for (std::size_t i = 0; i < frames.size(); ++i) {
            if (keepGoing && !keepGoing(double(i) / double(frames.size())))
                return false; // the writer removes what it began
            if (auto added = writer.addFrame(frames[i]); !added)
                return tl::unexpected(added.error());
        }
        if (auto finished = writer.finish(); !finished)
            return tl::unexpected(finished.error());
        return true;
    }
};

#else

// PNG in and out; what would need FFmpeg or OpenCV says so.
class PngMedia final : public MediaPort
{
public:
    [[nodiscard]] bool hasVideo() const override { return false; }
    [[nodiscard]] std::vector<std::string> encoders() const override { return {}; }

    [[nodiscard]] Result<Image> readImage(const std::filesystem::path &path) const override
    {
        auto file = files::readPng(path);
        if (!file)
            return tl::unexpected(file.error());
        return std::move(file->image);
    }

    [[nodiscard]] Result<std::vector<Image>> readTail(const std::filesystem::path &path,
                                                      const TailWish & /*tail*/) const override
    {
        return failure(ErrorCode::Unsupported, "reading " + path.string() + " needs the build with FFmpeg");
    }

    [[nodiscard]] Result<bool> writeVideo(const std::filesystem::path &path, const std::vector<Image> &,
                                          const ClipSettings &, const KeepGoing &) const override
    {
        return failure(ErrorCode::Unsupported, "writing " + path.string() + " needs the build with FFmpeg");
    }
};

#endif

} // namespace

std::unique_ptr<MediaPort> makeMediaPort()
{
#if FASTSTAR_STUDIO
    return std::make_unique<FullMedia>();
#else
    return std::make_unique<PngMedia>();
#endif
}

} // namespace faststar::cli
