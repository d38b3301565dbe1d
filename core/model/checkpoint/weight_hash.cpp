// SPDX-License-Identifier: Apache-2.0
#include "core/model/checkpoint/weight_hash.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <span>

#include "core/model/checkpoint/mapped_file.h"
#include "core/model/checkpoint/weight_source.h"

namespace faststar::model
{

namespace
{

constexpr std::uint64_t kWholeFile = 64ULL << 20U;
constexpr std::uint64_t kEnds = 1ULL << 20U;
constexpr std::uint64_t kBlock = 64ULL << 10U;
constexpr std::uint64_t kBlocks = 64;

class Hash
{
public:
    void add(std::uint64_t word)
    {
        m_first = (m_first ^ word) * kPrime;
        m_first ^= m_first >> 29U;
        m_second = (m_second + word) * kOdd;
        m_second ^= m_second >> 31U;
    }
    void add(std::span<const std::byte> bytes)
    {
        add(bytes.size());
        while (!bytes.empty()) {
            std::uint64_t word = 0;
            const std::size_t count = std::min(bytes.size(), sizeof word);
            std::memcpy(&word, bytes.data(), count);
            add(word);
            bytes = bytes.subspan(count);
        }
    }
    [[nodiscard]] std::string text() const
    {
        constexpr char digits[] = "0123456789abcdef";
        std::string result;
        for (std::uint64_t lane : {m_first, m_second}) {
            lane = (lane ^ (lane >> 33U)) * kOdd;
            lane ^= lane >> 29U;
            for (int shift = 60; shift >= 0; shift -= 4)
                result += digits[lane >> static_cast<unsigned>(shift) & 15U];
        }
        return result;
    }

private:
    static constexpr std::uint64_t kPrime = 0x100000001b3;    // FNV's
    static constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15; // 2^64 / golden ratio
    std::uint64_t m_first = 0xcbf29ce484222325;               // FNV's
    std::uint64_t m_second = 0x2545f4914f6cdd1d;
};

void addFile(Hash &hash, const MappedFile &file)
{
    const auto bytes = file.bytes();
    hash.add(bytes.size());
    if (bytes.size() <= kWholeFile) {
        hash.add(bytes);
    } else {
        hash.add(bytes.first(kEnds));
        hash.add(bytes.last(kEnds));
        const std::uint64_t step = (bytes.size() - kBlock) / (kBlocks - 1);
        for (std::uint64_t i = 0; i < kBlocks; ++i)
            hash.add(bytes.subspan(i * step, kBlock));
    }
    file.dropResident(0, bytes.size());
}

} // namespace

Result<std::string> weightHash(const ModelFolder &folder)
{
    Hash hash;
    const auto addPart = [&hash](const std::filesystem::path &path,
                                 const std::vector<std::string> &dictionaries) -> Status {
        const auto source = WeightSource::open(path, dictionaries);
        if (!source)
            return tl::unexpected(source.error());
        std::set<std::filesystem::path> files; // in the order of their names
        for (const auto &info : source->tensors())
            files.insert(info.file);
        for (const auto &file : files) {
            const auto mapped = MappedFile::open(file);
            if (!mapped)
                return tl::unexpected(mapped.error());
            addFile(hash, **mapped);
        }
        return {};
    };
    Status status = addPart(folder.transformer, {});
    if (status)
        status = addPart(folder.vae, folder.vaeDictionaries);
    if (status && !folder.textEncoder.empty())
        status = addPart(folder.textEncoder, {});
    if (!status)
        return tl::unexpected(status.error());
    return hash.text();
}

} // namespace faststar::model
