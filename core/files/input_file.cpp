// SPDX-License-Identifier: Apache-2.0
#include "core/files/input_file.h"

namespace faststar::files
{

namespace fs = std::filesystem;

Result<std::int64_t> inputFileBytes(const fs::path &path, std::int64_t maxBytes)
{
    std::error_code error;
    const auto status = fs::status(path, error);
    if (!fs::exists(status))
        return failure(ErrorCode::NotFound, path.string() + " does not exist");
    if (!fs::is_regular_file(status))
        return failure(ErrorCode::Unreadable, path.string() + " is no regular file");
    const auto bytes = std::int64_t(fs::file_size(path, error));
    if (error)
        return failure(ErrorCode::Unreadable, path.string() + ": " + error.message());
    if (bytes > maxBytes)
        return failure(ErrorCode::UnknownFormat, path.string() + " has " + std::to_string(bytes) +
                                                     " bytes, more than " + std::to_string(maxBytes));
    return bytes;
}

} // namespace faststar::files
