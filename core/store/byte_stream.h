// SPDX-License-Identifier: Apache-2.0
//
// Little-endian numbers to and from bytes.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace faststar::store
{

class ByteWriter
{
public:
    template <std::unsigned_integral T> void number(T value)
    {
        for (std::size_t i = 0; i < sizeof(T); ++i)
            m_bytes.push_back(std::byte(std::uint8_t(value >> (8 * i))));
    }
    void signedNumber(std::int32_t value) { number(std::bit_cast<std::uint32_t>(value)); }
    void real(double value) { number(std::bit_cast<std::uint64_t>(value)); }
    void bytes(std::span<const std::byte> data) { m_bytes.insert(m_bytes.end(), data.begin(), data.end()); }

    [[nodiscard]] std::vector<std::byte> &data() { return m_bytes; }

private:
    std::vector<std::byte> m_bytes;
};

// Reading past the end gives zeros and sets a flag instead of failing at once.
class ByteReader
{
public:
    explicit ByteReader(std::span<const std::byte> data) : m_data(data) {}

    template <std::unsigned_integral T> T number()
    {
        const auto source = bytes(sizeof(T));
        T value = 0;
        for (std::size_t i = 0; i < source.size(); ++i)
            value = T(value | T(T(std::to_integer<std::uint8_t>(source[i])) << (8 * i)));
        return value;
    }
    std::int32_t signedNumber() { return std::bit_cast<std::int32_t>(number<std::uint32_t>()); }
    double real() { return std::bit_cast<double>(number<std::uint64_t>()); }
    // Empty when fewer are left.
    std::span<const std::byte> bytes(std::uint64_t count)
    {
        if (count > m_data.size()) {
            m_overrun = true;
            m_data = {};
            return {};
        }
        const auto result = m_data.first(std::size_t(count));
        m_data = m_data.subspan(std::size_t(count));
        return result;
    }

    [[nodiscard]] std::size_t left() const { return m_data.size(); }
    [[nodiscard]] bool overrun() const { return m_overrun; }

private:
    std::span<const std::byte> m_data;
    bool m_overrun = false;
};

} // namespace faststar::store
