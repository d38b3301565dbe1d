// SPDX-License-Identifier: Apache-2.0
#include "core/store/step_codec.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>

#include "core/store/byte_stream.h"

namespace faststar::store
{

namespace
{

constexpr std::uint8_t kReduced = 1;
constexpr std::uint8_t kHasTokens = 2;
constexpr int kMaxIndex = 1 << 20; // clips, scales, repetitions, steps

std::uint64_t bytesFor(std::uint64_t bits)
{
    return (bits + 7) / 8;
}

// `isSet(i)` decides bit i, least significant first; unused bits of the last byte are zero.
template <typename IsSet> void writeBitmap(ByteWriter &writer, std::int64_t count, IsSet isSet)
{
    std::uint8_t byte = 0;
    for (std::int64_t i = 0; i < count; ++i) {
        byte = std::uint8_t(byte | (isSet(i) ? 1U << (i % 8) : 0U));
        if (i % 8 == 7 || i + 1 == count) {
            writer.number(byte);
            byte = 0;
        }
    }
}

bool bitOf(std::span<const std::byte> bitmap, std::int64_t i)
{
    return (std::to_integer<unsigned>(bitmap[std::size_t(i / 8)]) >> (i % 8) & 1U) != 0;
}

// Bits after the last one are zero, so that a record has one spelling only.
bool isPadded(std::span<const std::byte> bitmap, std::uint64_t bits)
{
    return bits % 8 == 0 || bitmap.empty() || (std::to_integer<unsigned>(bitmap.back()) >> (bits % 8)) == 0;
}

bool isInRange(int value)
{
    return value >= 0 && value <= kMaxIndex;
}

std::string problemOfTokens(const StepRecord &record)
{
    const auto &tokens = record.tokens;
    if (tokens.empty() && !record.reduced)
        return {};
    if (std::int64_t(tokens.size()) != record.bits.tokens)
        return std::to_string(tokens.size()) + " kept tokens, but bits of " +
               std::to_string(record.bits.tokens);
    if (tokens.empty())
        return {};
    if (tokens.front() < 0 ||
        std::adjacent_find(tokens.begin(), tokens.end(), std::greater_equal<>()) != tokens.end())
        return "the kept tokens are not ascending";
    // A scale's grid is never finer than the feature map, which is what the mask covers.
    const auto limit = record.mask.values.empty() ? kMaxStepTokens : record.mask.shape.tokens();
    if (tokens.back() >= limit)
        return "kept token " + std::to_string(tokens.back()) + " lies outside the grid";
    return {};
}

} // namespace

std::string inconsistencyOf(const StepRecord &record)
{
    const auto &index = record.index;
    for (const int value : {index.clip, index.scale, index.scaleInClip, index.repetition, index.step}) {
        if (!isInRange(value))
            return "an index is " + std::to_string(value);
    }
    const auto &bits = record.bits;
    if (bits.tokens < 0 || bits.tokens > kMaxStepTokens || bits.bits < 0 || bits.bits > kMaxTokenBits ||
        (bits.bits == 0 && bits.tokens != 0))
        return std::to_string(bits.tokens) + " tokens of " + std::to_string(bits.bits) + " bits";
    const auto count = std::uint64_t(bits.tokens) * std::uint64_t(bits.bits);
    if (bits.data.size() != bytesFor(count) || !isPadded(std::as_bytes(std::span(bits.data)), count))
        return std::to_string(bits.data.size()) + " bytes hold " + std::to_string(count) + " bits";
    const auto &shape = record.mask.shape;
    if (!isInRange(shape.t) || !isInRange(shape.h) || !isInRange(shape.w) ||
        std::int64_t(shape.t) * shape.h > kMaxStepTokens || shape.tokens() > kMaxStepTokens ||
        std::int64_t(record.mask.values.size()) != shape.tokens())
        return "the mask does not fill its grid";
    if (!std::isfinite(record.guidance.clip) || !std::isfinite(record.guidance.projection))
        return "a guidance value is not a number";
    return problemOfTokens(record);
}

Result<std::vector<std::byte>> encodeStep(const StepRecord &record)
{
    if (const auto problem = inconsistencyOf(record); !problem.empty())
        return failure(ErrorCode::Internal, "a step that cannot be stored: " + problem);
    ByteWriter writer;
    const auto &index = record.index;
    for (const int value : {index.clip, index.scale, index.scaleInClip, index.repetition, index.step})
        writer.signedNumber(value);
    const bool hasTokens = !record.tokens.empty();
    writer.number(std::uint8_t((record.reduced ? kReduced : 0) | (hasTokens ? kHasTokens : 0)));
    writer.real(record.guidance.clip);
    writer.real(record.guidance.projection);
    writer.number(std::uint32_t(record.bits.bits));
    writer.number(std::uint64_t(record.bits.tokens));
    writer.bytes(std::as_bytes(std::span(record.bits.data)));
    if (hasTokens) {
        const auto places = std::int64_t(record.tokens.back()) + 1;
        writer.number(std::uint64_t(places));
        auto next = record.tokens.begin();
        writeBitmap(writer, places, [&](std::int64_t i) {
            const bool isKept = *next == i;
            next += isKept ? 1 : 0;
            return isKept;
        });
    }
    const auto &mask = record.mask;
    for (const int size : {mask.shape.t, mask.shape.h, mask.shape.w})
        writer.signedNumber(size);
    writeBitmap(writer, mask.shape.tokens(),
                [&](std::int64_t i) { return mask.values[std::size_t(i)] != 0; });
    return std::move(writer.data());
}

Result<StepRecord> decodeStep(std::span<const std::byte> payload)
{
    const auto corrupt = [](const std::string &what) { return failure(ErrorCode::CorruptFile, what); };
    ByteReader reader(payload);
    StepRecord record;
    auto &index = record.index;
    for (int *value : {&index.clip, &index.scale, &index.scaleInClip, &index.repetition, &index.step})
        *value = reader.signedNumber();
    const auto flags = reader.number<std::uint8_t>();
    record.reduced = (flags & kReduced) != 0;
    record.guidance.clip = reader.real();
    record.guidance.projection = reader.real();

    const auto bits = reader.number<std::uint32_t>();
    const auto tokens = reader.number<std::uint64_t>();
    if ((flags & ~(kReduced | kHasTokens)) != 0 || bits > std::uint32_t(kMaxTokenBits) ||
        tokens > std::uint64_t(kMaxStepTokens))
        return corrupt("flags " + std::to_string(flags) + ", " + std::to_string(tokens) + " tokens of " +
                       std::to_string(bits) + " bits");
    record.bits.bits = int(bits);
    record.bits.tokens = std::int64_t(tokens);
    const auto packed = reader.bytes(bytesFor(tokens * bits));
    record.bits.data.resize(packed.size());
    if (!packed.empty())
        std::memcpy(record.bits.data.data(), packed.data(), packed.size());

    if ((flags & kHasTokens) != 0) {
        const auto places = reader.number<std::uint64_t>();
        if (places == 0 || places > std::uint64_t(kMaxStepTokens))
            return corrupt("a grid of " + std::to_string(places) + " places");
        const auto bitmap = reader.bytes(bytesFor(places));
        if (reader.overrun() || !isPadded(bitmap, places) || !bitOf(bitmap, std::int64_t(places) - 1))
            return corrupt("the list of kept tokens is damaged");
        for (std::int32_t i = 0; i < std::int32_t(places); ++i) {
            if (bitOf(bitmap, i))
                record.tokens.push_back(i);
        }
    }

    auto &shape = record.mask.shape;
    for (int *size : {&shape.t, &shape.h, &shape.w})
        *size = reader.signedNumber();
    if (!isInRange(shape.t) || !isInRange(shape.h) || !isInRange(shape.w) ||
        std::int64_t(shape.t) * shape.h > kMaxStepTokens || shape.tokens() > kMaxStepTokens)
        return corrupt("a mask of " + std::to_string(shape.t) + " x " + std::to_string(shape.h) + " x " +
                       std::to_string(shape.w));
    const auto places = std::uint64_t(shape.tokens());
    const auto bitmap = reader.bytes(bytesFor(places));
    if (reader.overrun() || reader.left() != 0 || !isPadded(bitmap, places))
        return corrupt("its length does not fit its contents");
    record.mask.values.resize(places);
    for (std::size_t i = 0; i < places; ++i)
        record.mask.values[i] = bitOf(bitmap, std::int64_t(i)) ? 1 : 0;

    if (const auto problem = inconsistencyOf(record); !problem.empty())
        return corrupt(problem);
    return record;
}

} // namespace faststar::store
