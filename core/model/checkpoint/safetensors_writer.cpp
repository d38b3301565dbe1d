// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <set>
#include <string_view>
#include <system_error>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "core/model/checkpoint/file_error.h"
#include "core/model/checkpoint/weight_source.h"

namespace faststar::model
{

namespace
{

static_assert(std::endian::native == std::endian::little, "tensor data are stored little-endian");

std::string_view typeName(at::ScalarType type)
{
    switch (type) {
    case at::kFloat:
        return "F32";
    case at::kHalf:
        return "F16";
    case at::kInt:
        return "I32";
    case at::kLong:
        return "I64";
    case at::kByte:
        return "U8";
    default:
        return {};
    }
}

// Removes the unfinished file unless it was renamed.
class Temporary
{
public:
    explicit Temporary(std::filesystem::path path) : m_path(std::move(path)) {}
    Temporary(const Temporary &) = delete;
    Temporary &operator=(const Temporary &) = delete;
    ~Temporary()
    {
        std::error_code ignored;
        if (!m_path.empty())
            std::filesystem::remove(m_path, ignored);
    }
    [[nodiscard]] const std::filesystem::path &path() const { return m_path; }
    void keep() { m_path.clear(); }

private:
    std::filesystem::path m_path;
};

} // namespace

Status writeSafetensors(const std::filesystem::path &path,
                        const std::vector<std::pair<std::string, at::Tensor>> &tensors)
{
    nlohmann::ordered_json header = nlohmann::ordered_json::object();
    std::vector<at::Tensor> data;
    std::set<std::string_view> names;
    std::uint64_t offset = 0;
    for (const auto &[name, tensor] : tensors) {
        const auto type = typeName(tensor.scalar_type());
        if (type.empty() || name == "__metadata__" || !names.insert(name).second)
            return tensorFailure(ErrorCode::Internal, path, name, "cannot be written (type or name)");
        data.push_back(tensor.to(at::kCPU).contiguous());
        const std::uint64_t bytes = data.back().nbytes();
        header[name] = {
            {"dtype", type}, {"shape", tensor.sizes().vec()}, {"data_offsets", {offset, offset + bytes}}};
        offset += bytes;
    }
    std::string text = header.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    text.resize((text.size() + 7) / 8 * 8, ' '); // keeps the data 8-byte aligned in the mapping

    std::filesystem::path temporaryName = path;
    temporaryName += ".part" + std::to_string(::getpid());
    Temporary temporary(temporaryName);
    errno = 0; // what the system says first, for the stream forgets it
    std::ofstream out(temporary.path(), std::ios::binary | std::ios::trunc);
    const auto length = std::bit_cast<std::array<char, 8>>(static_cast<std::uint64_t>(text.size()));
    out.write(length.data(), length.size());
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
    for (auto tensor = data.begin(); out && tensor != data.end(); ++tensor)
        out.write(static_cast<const char *>(tensor->const_data_ptr()),
                  static_cast<std::streamsize>(tensor->nbytes()));
    int reason = out ? 0 : errno;
    out.close();
    if (!out) {
        reason = reason != 0 ? reason : errno;
        return fileFailure(ErrorCode::WriteFailed, path,
                           "it could not be written: " +
                               std::generic_category().message(reason != 0 ? reason : EIO));
    }
    std::error_code error;
    std::filesystem::rename(temporary.path(), path, error);
    if (error)
        return fileFailure(ErrorCode::WriteFailed, path, error.message());
    temporary.keep();
    return {};
}

} // namespace faststar::model
