// SPDX-License-Identifier: Apache-2.0
//
// Writes pickles and archives as torch.save does, operation by operation and field by field, so that each of
// them can lie.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/domain/result.h"
#include "core/model/checkpoint/weight_source.h"

namespace faststar::test
{

inline std::string joined(std::initializer_list<std::string_view> parts)
{
    std::string all;
    for (const auto part : parts)
        all += part;
    return all;
}

inline std::string repeated(std::string_view text, int count)
{
    std::string all;
    for (int i = 0; i < count; ++i)
        all += text;
    return all;
}

inline std::string little(std::uint64_t value, int bytes)
{
    std::string text;
    for (int i = 0; i < bytes; ++i)
        text += static_cast<char>(i < 8 ? value >> (8 * i) : 0);
    return text;
}

// Pickle operations, written by hand.
inline std::string unicode(std::string_view text)
{
    return joined({"X", little(text.size(), 4), text});
}
inline std::string whole(std::int64_t value)
{
    return joined({"\x8a\x08", little(static_cast<std::uint64_t>(value), 8)});
}
inline std::string global(std::string_view module, std::string_view name)
{
    return joined({"c", module, "\n", name, "\n"});
}
inline std::string tuple(const std::vector<std::int64_t> &values)
{
    std::string text = "(";
    for (const auto value : values)
        text += whole(value);
    return text + "t";
}
inline std::string storage(std::string_view type, std::string_view key, std::int64_t elements)
{
    return joined({"(", unicode("storage"), global("torch", type), unicode(key), unicode("cpu"),
                   whole(elements), "tQ"});
}
inline std::string tensor(std::string_view held, std::int64_t offset, const std::vector<std::int64_t> &sizes,
                          const std::vector<std::int64_t> &strides)
{
    return joined({global("torch._utils", "_rebuild_tensor_v2"), "(", held, whole(offset), tuple(sizes),
                   tuple(strides), "\x89", global("collections", "OrderedDict"), ")RtR"});
}
inline std::string dict(std::initializer_list<std::pair<std::string_view, std::string>> items)
{
    std::string text = "}(";
    for (const auto &[key, value] : items) {
        text += unicode(key);
        text += value;
    }
    return text + "u";
}
inline std::string pickle(std::string_view body)
{
    return joined({"\x80\x02", body, "."});
}

// A zip file, written by hand so that every field can lie.
struct ZipPart {
    std::string name;
    std::string data;
    int method = 0;
    int flags = 0;
    std::int64_t claimedSize = -1;
    std::string localName = {};
};

inline std::string zipOf(const std::vector<ZipPart> &parts, int entriesMore = 0,
                         std::int64_t directoryMore = 0)
{
    std::string file;
    std::string directory;
    for (const auto &part : parts) {
        const auto size =
            part.claimedSize < 0 ? part.data.size() : static_cast<std::uint64_t>(part.claimedSize);
        const auto common = joined(
            {little(part.flags, 2), little(part.method, 2), little(0, 8), little(size, 4), little(size, 4)});
        const std::string &local = part.localName.empty() ? part.name : part.localName;
        const std::string padding(static_cast<std::size_t>(64 - (file.size() + 30 + local.size() + 4) % 64),
                                  'Z');
        directory += joined({"PK\x01\x02", little(0, 2), little(20, 2), common, little(part.name.size(), 2),
                             little(0, 12), little(file.size(), 4), part.name});
        file += joined({"PK\x03\x04", little(20, 2), common, little(local.size(), 2),
                        little(padding.size() + 4, 2), local, "FB", little(padding.size(), 2), padding,
                        part.data});
    }
    const auto start = file.size();
    const auto count = static_cast<std::uint64_t>(parts.size()) + static_cast<std::uint64_t>(entriesMore);
    return joined({file, directory, "PK\x05\x06", little(0, 4), little(count, 2), little(count, 2),
                   little(directory.size() + static_cast<std::uint64_t>(directoryMore), 4), little(start, 4),
                   little(0, 2)});
}

inline std::string floats(const std::vector<float> &values)
{
    return {reinterpret_cast<const char *>(values.data()), values.size() * sizeof(float)};
}

// An archive with storages 0 (six floats, 0 to 5) and 1 (two int64).
inline std::string archiveOf(std::string_view pickled)
{
    return zipOf({{"m/data.pkl", std::string(pickled)},
                  {"m/byteorder", "little"},
                  {"m/data/0", floats({0, 1, 2, 3, 4, 5})},
                  {"m/data/1", little(7, 8) + little(8, 8)},
                  {"m/version", "3\n"}});
}

inline std::string six(std::int64_t offset, const std::vector<std::int64_t> &sizes,
                       const std::vector<std::int64_t> &strides)
{
    return tensor(storage("FloatStorage", "0", 6), offset, sizes, strides);
}

inline void writeArchive(const std::filesystem::path &file, const std::string &bytes)
{
    std::ofstream out(file, std::ios::binary);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

// Writes the bytes as m.pth of the folder and opens them.
inline Result<model::WeightSource> openArchive(const std::filesystem::path &folder, const std::string &bytes,
                                               const std::vector<std::string> &dictionaries = {})
{
    writeArchive(folder / "m.pth", bytes);
    return model::WeightSource::open(folder / "m.pth", dictionaries);
}

} // namespace faststar::test
