// SPDX-License-Identifier: Apache-2.0
//
// How libpng's complaints reach us: its message is kept, and it leaves by longjmp. For the sources of this
// folder that call libpng.
#pragma once

#include <array>
#include <cstring>

#include <png.h>

namespace faststar::files
{

struct PngFailure {
    std::array<char, 160> message{};
};

[[noreturn]] inline void onPngError(png_structp png, png_const_charp message)
{
    auto *failure = static_cast<PngFailure *>(png_get_error_ptr(png));
    std::strncpy(failure->message.data(), message, failure->message.size() - 1);
    png_longjmp(png, 1);
}

inline void onPngWarning(png_structp, png_const_charp) {}

} // namespace faststar::files
