// SPDX-License-Identifier: Apache-2.0
//
// FFmpeg's structs with owners, and its messages in our log. Only for the .cpp files of this room.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/display.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
}

#include <filesystem>
#include <memory>
#include <string>

namespace faststar::media::libav
{

struct Free {
    void operator()(AVCodecContext *p) const { avcodec_free_context(&p); }
    void operator()(AVFrame *p) const { av_frame_free(&p); }
    void operator()(AVPacket *p) const { av_packet_free(&p); }
    void operator()(SwsContext *p) const { sws_freeContext(p); }
    void operator()(AVDictionary *p) const { av_dict_free(&p); }
};
using Codec = std::unique_ptr<AVCodecContext, Free>;
using Frame = std::unique_ptr<AVFrame, Free>;
using Packet = std::unique_ptr<AVPacket, Free>;
using Scaler = std::unique_ptr<SwsContext, Free>;

// "Invalid data found when processing input", for a negative return value.
[[nodiscard]] std::string message(int error);

// A path as the file protocol wants it: a name with a colon must not be taken for another protocol.
[[nodiscard]] std::string fileUrl(const std::filesystem::path &path);

// Sends FFmpeg's own messages to the debug log instead of stderr; every entry point of this room calls it.
void routeLog();

} // namespace faststar::media::libav
