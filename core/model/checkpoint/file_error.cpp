// SPDX-License-Identifier: Apache-2.0
#include "core/model/checkpoint/file_error.h"

#include <system_error>

namespace faststar::model
{

namespace
{

constexpr std::size_t kLongestName = 120;

// Enough to keep broken sequences out of messages: lead bytes are followed by as many continuation bytes
// as they announce.
bool isUtf8(std::string_view text)
{
    unsigned pending = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (pending > 0) {
            if ((byte & 0xc0U) != 0x80U)
                return false;
            --pending;
        } else if (byte >= 0x80U) {
            if (byte < 0xc2U || byte > 0xf4U)
                return false;
            pending = byte >= 0xf0U ? 3 : byte >= 0xe0U ? 2 : 1;
        }
    }
    return pending == 0;
}

} // namespace

std::string quotedName(std::string_view name)
{
    constexpr std::string_view digits = "0123456789abcdef";
    const bool cut = name.size() > kLongestName;
    const bool isText = !cut && isUtf8(name);
    std::string text = "'";
    for (const char c : cut ? name.substr(0, kLongestName) : name) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !isText)) {
            text += "\\x";
            text += digits[byte >> 4U];
            text += digits[byte & 15U];
        } else {
            text += c;
        }
    }
    text += cut ? "...'" : "'";
    return text;
}

std::string shapeText(const std::vector<std::int64_t> &shape)
{
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (i > 0)
            text += ", ";
        text += std::to_string(shape[i]);
    }
    return text + "]";
}

tl::unexpected<Error> fileFailure(ErrorCode code, const std::filesystem::path &file, std::string_view what)
{
    return failure(code, file.string() + ": " + std::string(what));
}

tl::unexpected<Error> tensorFailure(ErrorCode code, const std::filesystem::path &file,
                                    std::string_view tensor, std::string_view what)
{
    return failure(code, file.string() + ": tensor " + quotedName(tensor) + ": " + std::string(what));
}

Status checkRegularFile(const std::filesystem::path &file)
{
    std::error_code error;
    const auto status = std::filesystem::status(file, error);
    if (status.type() == std::filesystem::file_type::not_found)
        return fileFailure(ErrorCode::NotFound, file, "there is no such file");
    if (error)
        return fileFailure(ErrorCode::Unreadable, file, error.message());
    if (!std::filesystem::is_regular_file(status))
        return fileFailure(ErrorCode::Unreadable, file, "it is not a regular file");
    return {};
}

} // namespace faststar::model
