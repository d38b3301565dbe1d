// SPDX-License-Identifier: Apache-2.0
//
// How long the parts of a step take on its device, for benches. Off unless a clock is set: then the executors
// mark where parts begin and end. On a CUDA device these are events in the stream, so that nothing waits.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <utility>

#include <c10/core/Device.h>

namespace faststar::gpu
{

enum class Part { Linear, Attention, Elementwise, Copy, Convolution };
constexpr std::size_t kParts = 5;

class PartClock
{
public:
    explicit PartClock(c10::Device device);
    ~PartClock();
    PartClock(const PartClock &) = delete;
    PartClock &operator=(const PartClock &) = delete;

    void begin(Part part);
    void end();
    // Milliseconds of each part since the last call; waits for the device.
    [[nodiscard]] std::array<double, kParts> take();

    // The clock that PartScope reports to on this thread; null = none. The caller keeps it alive.
    static void use(PartClock *clock);
    [[nodiscard]] static PartClock *current();

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

// One part from here to the end of the block. Scopes do not nest.
class PartScope
{
public:
    explicit PartScope(Part part) : m_clock(PartClock::current())
    {
        if (m_clock != nullptr)
            m_clock->begin(part);
    }
    ~PartScope()
    {
        if (m_clock != nullptr)
            m_clock->end();
    }
    PartScope(const PartScope &) = delete;
    PartScope &operator=(const PartScope &) = delete;

private:
    PartClock *m_clock;
};

// What work() returns, its time counted as that part.
template <typename Work> decltype(auto) timed(Part part, Work &&work)
{
    const PartScope scope(part);
    return std::forward<Work>(work)();
}

} // namespace faststar::gpu
