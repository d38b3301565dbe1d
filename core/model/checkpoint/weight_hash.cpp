// SPDX-License-Identifier: Apache-2.0
#include "core/model/checkpoint/weight_hash.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <span>
#include <system_error>
#include <vector>

#include "core/model/checkpoint/file_error.h"
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

// Reads rather than maps: a page fault in a large mapping may bring in far more than the block asked for.
Status addFile(Hash &hash, const std::filesystem::path &path)
{
    if (auto regular = checkRegularFile(path); !regular)
        return regular;
    std::error_code error;
    const std::uint64_t size = std::filesystem::file_size(path, error);
    std::ifstream in(path, std::ios::binary);
    std::vector<char> buffer(kBlock);
    const auto addRange = [&](std::uint64_t offset, std::uint64_t length) {
        in.seekg(static_cast<std::streamoff>(offset));
        for (std::uint64_t done = 0; in && done < length; done += kBlock) {
            const std::uint64_t count = std::min(kBlock, length - done);
            in.read(buffer.data(), static_cast<std::streamsize>(count));
            hash.add(std::as_bytes(std::span(buffer).first(count)));
        }
    };
    hash.add(size);
    if (size <= kWholeFile) {
        addRange(0, size);
    } else {
        addRange(0, kEnds);
        addRange(size - kEnds, kEnds);
        const std::uint64_t step = (size - kBlock) / (kBlocks - 1);
        for (std::uint64_t i = 0; i < kBlocks; ++i)
            addRange(i * step, kBlock);
    }
    if (error || !in)
        return fileFailure(ErrorCode::Unreadable, path, "it could not be read to its end");
    return {};
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
            if (auto added = addFile(hash, file); !added)
                return added;
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
