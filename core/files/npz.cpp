// SPDX-License-Identifier: Apache-2.0
#include "core/files/npz.h"

#include <limits>
#include <memory>
#include <set>

#include <zip.h>

namespace faststar::files
{

namespace
{

constexpr std::size_t kHeaderAlignment = 64;
constexpr std::size_t kMagicBytes = 10;                        // "\x93NUMPY", version, length
constexpr zip_uint16_t kFirstDosDay = (0 << 9) | (1 << 5) | 1; // 1 January 1980, the same for everybody

const char *descriptor(NpyType type)
{
    switch (type) {
    case NpyType::UInt8:
        return "|u1";
    case NpyType::Int32:
        return "<i4";
    case NpyType::Float32:
        break;
    }
    return "<f4";
}

std::int64_t elementBytes(NpyType type)
{
    return type == NpyType::UInt8 ? 1 : 4;
}

bool isSafeName(const std::string &name)
{
    if (name.empty() || name.front() == '/' || name.find('\\') != std::string::npos ||
        name.find('\0') != std::string::npos)
        return false;
    const std::filesystem::path path(name);
    for (const auto &part : path) {
        if (part == ".." || part == "." || part.empty())
            return false;
    }
    return true;
}

struct Discard {
    void operator()(zip_t *archive) const { zip_discard(archive); }
};
using Archive = std::unique_ptr<zip_t, Discard>;

// The archive borrows the bytes until it is closed.
bool add(zip_t *archive, const std::string &name, const std::string &header, std::span<const std::byte> bytes)
{
    // One entry out of two pieces: no copy of the array is made for the sake of its header.
    const zip_buffer_fragment_t fragments[2] = {
        {reinterpret_cast<zip_uint8_t *>(const_cast<char *>(header.data())), header.size()},
        {reinterpret_cast<zip_uint8_t *>(const_cast<std::byte *>(bytes.data())), bytes.size()}};
    zip_source_t *source = zip_source_buffer_fragment(archive, fragments, bytes.empty() ? 1 : 2, 0);
    if (source == nullptr)
        return false;
    const auto index = zip_file_add(archive, (name + ".npy").c_str(), source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
        zip_source_free(source);
        return false;
    }
    return zip_set_file_compression(archive, zip_uint64_t(index), ZIP_CM_STORE, 0) == 0 &&
           zip_file_set_dostime(archive, zip_uint64_t(index), 0, kFirstDosDay, 0) == 0;
}

tl::unexpected<Error> writeFailure(const std::filesystem::path &path, const std::string &why)
{
    return failure(ErrorCode::WriteFailed, path.string() + ": " + why);
}

} // namespace

Result<std::string> npyHeader(const NpyArray &array)
{
    std::string shape;
    const auto available = std::int64_t(array.bytes.size());
    std::int64_t elements = 1;
    bool fits = true;
    for (const auto side : array.shape) {
        fits = fits && side >= 0 &&
               (side == 0 || elements <= std::numeric_limits<std::int64_t>::max() / 8 / side);
        elements = fits ? elements * side : 0;
        shape += std::to_string(side) + (array.shape.size() == 1 ? "," : ", ");
    }
    if (!fits || elements * elementBytes(array.type) != available)
        return failure(ErrorCode::InvalidRequest, array.name + ": " + std::to_string(available) +
                                                      " bytes for the shape (" + shape + ")");
    if (array.shape.size() > 1)
        shape.resize(shape.size() - 2);
    std::string dictionary = "{'descr': '" + std::string(descriptor(array.type)) +
                             "', 'fortran_order': False, 'shape': (" + shape + "), }";
    const std::size_t unpadded = kMagicBytes + dictionary.size() + 1;
    dictionary.append((kHeaderAlignment - unpadded % kHeaderAlignment) % kHeaderAlignment, ' ');
    dictionary += '\n';
    if (dictionary.size() > 0xffff)
        return failure(ErrorCode::InvalidRequest, array.name + ": too many dimensions");
    std::string header("\x93NUMPY\x01\x00", 8);
    header += char(dictionary.size() & 0xff);
    header += char(dictionary.size() >> 8);
    return header + dictionary;
}

Status writeNpz(const std::filesystem::path &path, std::span<const NpyArray> arrays, Existing existing)
{
    if (arrays.empty())
        return failure(ErrorCode::InvalidRequest, path.string() + ": no arrays to write");
    std::vector<std::string> headers;
    std::set<std::string> names;
    for (const auto &array : arrays) {
        if (!isSafeName(array.name) || !names.insert(array.name).second)
            return failure(ErrorCode::InvalidRequest, "'" + array.name + "' is a bad or repeated array name");
        auto header = npyHeader(array);
        if (!header)
            return tl::unexpected(header.error());
        headers.push_back(std::move(*header));
    }
    auto file = OutputFile::create(path, existing);
    if (!file)
        return tl::unexpected(file.error());
    int code = 0;
    Archive archive(zip_open(file->temporaryPath().c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code));
    if (!archive)
        return writeFailure(path, "zip error " + std::to_string(code));
    for (std::size_t i = 0; i < arrays.size(); ++i) {
        if (!add(archive.get(), arrays[i].name, headers[i], arrays[i].bytes))
            return writeFailure(path, arrays[i].name + ": " + zip_strerror(archive.get()));
    }
    if (zip_close(archive.get()) != 0)
        return writeFailure(path, zip_strerror(archive.get()));
    (void)archive.release(); // closed
    return file->commit();
}

} // namespace faststar::files
