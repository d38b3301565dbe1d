// SPDX-License-Identifier: Apache-2.0
//
// A stream of choices that depends on a seed and a number only; the standard library's distributions
// differ between implementations.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "core/domain/philox.h"

namespace faststar::train
{

class Draws
{
public:
    // `purpose` keeps streams of one clip apart.
    Draws(std::uint64_t seed, std::uint64_t index, std::uint32_t purpose)
        : m_counter{0, std::uint32_t(index), std::uint32_t(index >> 32), purpose}, m_key{std::uint32_t(seed),
                                                                                         std::uint32_t(seed >>
                                                                                                       32)}
    {
    }

    // [0, 1)
    double uniform()
    {
        if (m_used == 4) {
            m_words = philox4x32(m_counter, m_key);
            ++m_counter[0];
            m_used = 0;
        }
        return double(m_words[m_used++]) * (1.0 / 4294967296.0);
    }
    double between(double low, double high) { return low + (high - low) * uniform(); }
    bool chance(double probability) { return uniform() < probability; }
    int below(int count) { return int(uniform() * count); }

    template <typename T> T oneOf(std::initializer_list<T> values)
    {
        return values.begin()[below(int(values.size()))];
    }
    // Index of a share; the shares sum to 1.
    int share(std::initializer_list<double> shares)
    {
        double rest = uniform();
        int index = 0;
        for (const double value : shares) {
            if (rest < value)
                return index;
            rest -= value;
            ++index;
        }
        return int(shares.size()) - 1;
    }

    // Index of a weight, in proportion to the weights.
    template <std::size_t size> int weighted(const std::array<double, size> &weights)
    {
        double sum = 0.0;
        for (const double weight : weights)
            sum += weight;
        double rest = uniform() * sum;
        for (std::size_t i = 0; i < size; ++i) {
            if (rest < weights[i])
                return int(i);
            rest -= weights[i];
        }
        return int(size) - 1;
    }

private:
    PhiloxCounter m_counter;
    PhiloxKey m_key;
    PhiloxCounter m_words{};
    std::size_t m_used = 4;
};

} // namespace faststar::train
