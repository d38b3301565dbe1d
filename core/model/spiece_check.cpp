// SPDX-License-Identifier: Apache-2.0
#include "core/model/spiece_check.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

namespace faststar::model
{

namespace
{

// Longer pieces do not occur; without a limit one crafted piece makes every encoding quadratic.
constexpr std::size_t kMaxPieceBytes = 1024;
// The library collects the matches of one position in an array of this many entries.
constexpr int kMaxTrieMatches = 32;

// Field numbers of sentencepiece_model.proto.
constexpr std::uint32_t kModelPieces = 1;
constexpr std::uint32_t kModelNormalizer = 3;
constexpr std::uint32_t kModelDenormalizer = 5;
constexpr std::uint32_t kPieceText = 1;
constexpr std::uint32_t kPieceScore = 2;
constexpr std::uint32_t kNormalizerTable = 2;

struct Field {
    std::uint32_t number = 0;
    std::uint32_t wireType = 0;
    std::string_view bytes; // of a length-delimited or fixed-width field
};

// Walks the fields of one protobuf message. Groups (deprecated, never written) count as damage.
class FieldReader
{
public:
    explicit FieldReader(std::string_view data) : m_data(data) {}

    [[nodiscard]] bool damaged() const { return m_damaged; }

    std::optional<Field> next()
    {
        if (m_data.empty() || m_damaged)
            return std::nullopt;
        const auto key = varint();
        Field field{std::uint32_t(key >> 3), std::uint32_t(key & 7), {}};
        switch (field.wireType) {
        case 0: // varint
            varint();
            break;
        case 1: // 64 bits
            field.bytes = take(8);
            break;
        case 2: // length-delimited
            field.bytes = take(varint());
            break;
        case 5: // 32 bits
            field.bytes = take(4);
            break;
        default:
            m_damaged = true;
        }
        if (m_damaged || key >> 3 == 0)
            return m_damaged = true, std::nullopt;
        return field;
    }

private:
    std::uint64_t varint()
    {
        std::uint64_t value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (m_data.empty())
                break;
            const auto byte = std::uint8_t(m_data.front());
            m_data.remove_prefix(1);
            value |= std::uint64_t(byte & 0x7F) << shift;
            if (byte < 0x80)
                return value;
        }
        m_damaged = true;
        return 0;
    }

    std::string_view take(std::uint64_t count)
    {
        if (m_damaged || count > m_data.size()) {
            m_damaged = true;
            return {};
        }
        const auto result = m_data.substr(0, count);
        m_data.remove_prefix(count);
        return result;
    }

    std::string_view m_data;
    bool m_damaged = false;
};

// The double array of the Darts-clone library: 32-bit units; a unit's children lie at
// base ^ label, a child belongs to its parent when it carries that label.
class DoubleArray
{
public:
    explicit DoubleArray(std::string_view bytes) : m_units(bytes.size() / 4)
    {
        std::memcpy(m_units.data(), bytes.data(), m_units.size() * 4);
    }

    // Every unit that a lookup can reach exists, no path is circular or holds more values than the
    // library has room for, and every value is an offset into a table of `valueLimit` bytes.
    [[nodiscard]] bool isSound(std::size_t valueLimit) const
    {
        if (m_units.empty() || !opens(0, valueLimit))
            return false;
        struct Visit {
            std::size_t unit = 0;
            std::uint32_t label = 1; // the next to try; label 0 marks values
        };
        enum : std::uint8_t { kNew, kOpen, kDone };
        std::vector<std::uint8_t> state(m_units.size(), kNew);
        std::vector<int> values(m_units.size(), 0); // most values on any path that starts below a unit
        std::vector<Visit> path{{0, 1}};
        state[0] = kOpen;
        while (!path.empty()) {
            const auto unit = path.back().unit;
            if (path.back().label > 0xFF) {
                state[unit] = kDone;
                path.pop_back();
                if (!path.empty())
                    raise(values[path.back().unit], values[unit] + (hasValue(unit) ? 1 : 0));
                continue;
            }
            const auto label = path.back().label++;
            const auto child = base(unit) ^ label;
            if ((m_units[child] & 0x800000FFU) != label)
                continue;
            if (state[child] == kDone) {
                raise(values[unit], values[child] + (hasValue(child) ? 1 : 0));
            } else if (state[child] == kOpen || !opens(child, valueLimit)) {
                return false;
            } else {
                state[child] = kOpen;
                path.push_back({child, 1});
            }
        }
        return values[0] <= kMaxTrieMatches;
    }

private:
    static void raise(int &value, int atLeast) { value = std::max(value, atLeast); }

    [[nodiscard]] bool hasValue(std::size_t unit) const { return (m_units[unit] >> 8 & 1) != 0; }

    // Where the children and, at label 0, the value of a unit lie.
    [[nodiscard]] std::size_t base(std::size_t unit) const
    {
        const auto bits = m_units[unit];
        return unit ^ (std::size_t(bits >> 10) << ((bits & (1U << 9)) >> 6));
    }

    // All 256 places where this unit's children may be looked for exist, and its value is in range.
    [[nodiscard]] bool opens(std::size_t unit, std::size_t valueLimit) const
    {
        const auto first = base(unit);
        return (first | 0xFF) < m_units.size() &&
               (!hasValue(unit) || (m_units[first] & 0x7FFFFFFFU) < valueLimit);
    }

    std::vector<std::uint32_t> m_units;
};

// A normaliser table: size of the trie (4 bytes, little endian), the trie, the replacement strings,
// each closed by a zero byte.
bool isSoundTable(std::string_view table)
{
    if (table.empty()) // no normalisation
        return true;
    if (table.size() <= 4)
        return false;
    std::uint32_t trieBytes = 0;
    std::memcpy(&trieBytes, table.data(), sizeof trieBytes);
    if (trieBytes % 4 != 0 || trieBytes >= table.size() - 4)
        return false;
    const auto strings = table.substr(4 + std::size_t(trieBytes));
    return strings.back() == '\0' && DoubleArray(table.substr(4, trieBytes)).isSound(strings.size());
}

// Empty = fine.
std::string problemOfPiece(std::string_view message)
{
    FieldReader reader(message);
    bool hasText = false;
    while (const auto field = reader.next()) {
        if (field->number == kPieceText && field->wireType == 2) {
            hasText = !field->bytes.empty();
            if (field->bytes.size() > kMaxPieceBytes)
                return "is longer than " + std::to_string(kMaxPieceBytes) + " bytes";
        } else if (field->number == kPieceScore && field->wireType == 5) {
            float score = 0;
            std::memcpy(&score, field->bytes.data(), sizeof score);
            if (!std::isfinite(score))
                return "has a score that is not a finite number";
        }
    }
    if (reader.damaged())
        return "is cut off";
    return hasText ? "" : "is empty";
}

} // namespace

Status checkSentencePieceModel(std::string_view data, const std::string &fileName)
{
    const auto corrupt = [&](const std::string &what) {
        return failure(ErrorCode::CorruptFile, fileName + ": not a SentencePiece model: " + what);
    };
    FieldReader model(data);
    std::size_t pieces = 0;
    while (const auto field = model.next()) {
        if (field->wireType != 2)
            continue;
        if (field->number == kModelPieces) {
            if (const auto problem = problemOfPiece(field->bytes); !problem.empty())
                return corrupt("piece " + std::to_string(pieces) + " " + problem);
            ++pieces;
        } else if (field->number == kModelNormalizer || field->number == kModelDenormalizer) {
            FieldReader normalizer(field->bytes);
            while (const auto entry = normalizer.next()) {
                if (entry->number == kNormalizerTable && entry->wireType == 2 && !isSoundTable(entry->bytes))
                    return corrupt("its normaliser table contradicts itself");
            }
            if (normalizer.damaged())
                return corrupt("its normaliser settings are cut off");
        }
    }
    if (model.damaged())
        return corrupt("the file is cut off or damaged");
    if (pieces == 0)
        return corrupt("it holds no pieces");
    return {};
}

} // namespace faststar::model
