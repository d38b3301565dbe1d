// SPDX-License-Identifier: Apache-2.0
#include "core/media/libav.h"

#include <array>
#include <cstdarg>
#include <mutex>
#include <string_view>

#include <spdlog/spdlog.h>

namespace faststar::media::libav
{

namespace
{

// Whatever matters comes back as an error value; these lines only help to find out why.
void log(void *context, int level, const char *format, va_list arguments)
{
    if (level > AV_LOG_WARNING || !spdlog::should_log(spdlog::level::debug))
        return;
    std::array<char, 1024> line{};
    int prefix = 1;
    av_log_format_line2(context, level, format, arguments, line.data(), int(line.size()), &prefix);
    std::string_view text(line.data());
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
        text.remove_suffix(1);
    spdlog::debug("libav: {}", text);
}

} // namespace

std::string message(int error)
{
    std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
    av_strerror(error, text.data(), text.size());
    return text.data();
}

std::string fileUrl(const std::filesystem::path &path)
{
    return "file:" + path.string();
}

void routeLog()
{
    static std::once_flag once;
    std::call_once(once, [] { av_log_set_callback(log); });
}

} // namespace faststar::media::libav
