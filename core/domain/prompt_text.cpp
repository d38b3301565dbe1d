// SPDX-License-Identifier: Apache-2.0
#include "core/domain/prompt_text.h"

namespace faststar
{

long clipSeconds(int frames, int fps)
{
    if (fps < 1 || frames < 1)
        return 0;
    const long span = long(frames) - 1;
    const long whole = span / fps;
    const long twiceRest = 2 * (span % fps); // compared with fps: integers, so a half is exact
    if (twiceRest > fps || (twiceRest == fps && whole % 2 != 0))
        return whole + 1;
    return whole;
}

std::string expandPromptTemplate(std::string_view text, int frames, int fps)
{
    constexpr std::string_view kSeconds = "{seconds}";
    std::string out;
    std::size_t begin = 0;
    for (auto at = text.find(kSeconds); at != std::string_view::npos; at = text.find(kSeconds, begin)) {
        out += text.substr(begin, at - begin);
        out += std::to_string(clipSeconds(frames, fps));
        begin = at + kSeconds.size();
    }
    out += text.substr(begin);
    return out;
}

} // namespace faststar
