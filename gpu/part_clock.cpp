// SPDX-License-Identifier: Apache-2.0
#include "gpu/part_clock.h"

#include <chrono>
#include <utility>
#include <vector>

#include <c10/core/Event.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>

#include "gpu/torch_device.h"

namespace faststar::gpu
{
namespace
{

using Clock = std::chrono::steady_clock;

thread_local PartClock *currentClock = nullptr;

// A pair of events in the stream.
struct Span {
    Part part;
    c10::Event begin;
    c10::Event end;
};

} // namespace

struct PartClock::Impl {
    c10::Device device;
    std::array<double, kParts> ms{}; // of the CPU
    Part part = Part::Linear;
    Clock::time_point start;
    std::vector<Span> spans; // of a CUDA device; kept for the next step
    std::size_t used = 0;

    [[nodiscard]] c10::Stream stream() const
    {
        return c10::impl::getDeviceGuardImpl(device.type())->getStream(device);
    }
};

PartClock::PartClock(c10::Device device) : m_impl(new Impl{device, {}, Part::Linear, {}, {}, 0}) {}
PartClock::~PartClock() = default;

void PartClock::use(PartClock *clock)
{
    currentClock = clock;
}

PartClock *PartClock::current()
{
    return currentClock;
}

void PartClock::begin(Part part)
{
    m_impl->part = part;
    if (!m_impl->device.is_cuda()) {
        m_impl->start = Clock::now();
        return;
    }
    if (m_impl->used == m_impl->spans.size())
        m_impl->spans.push_back({part, c10::Event(c10::kCUDA, c10::EventFlag::BACKEND_DEFAULT),
                                 c10::Event(c10::kCUDA, c10::EventFlag::BACKEND_DEFAULT)});
    Span &span = m_impl->spans[m_impl->used];
    span.part = part;
    span.begin.record(m_impl->stream());
}

void PartClock::end()
{
    if (!m_impl->device.is_cuda()) {
        m_impl->ms[std::size_t(m_impl->part)] +=
            std::chrono::duration<double, std::milli>(Clock::now() - m_impl->start).count();
        return;
    }
    m_impl->spans[m_impl->used++].end.record(m_impl->stream());
}

std::array<double, kParts> PartClock::take()
{
    auto result = std::exchange(m_impl->ms, {});
    if (m_impl->used == 0)
        return result;
    synchronize(m_impl->device);
    for (std::size_t i = 0; i < m_impl->used; ++i) {
        const Span &span = m_impl->spans[i];
        result[std::size_t(span.part)] += span.begin.elapsedTime(span.end);
    }
    m_impl->used = 0;
    return result;
}

} // namespace faststar::gpu
