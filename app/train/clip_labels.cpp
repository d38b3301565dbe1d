// SPDX-License-Identifier: Apache-2.0
#include "app/train/clip_labels.h"

#include <algorithm>
#include <cmath>

#include <ATen/ATen.h>
#include <ATen/Context.h>

namespace faststar::train
{
namespace
{

constexpr std::int64_t kChannels = 64;

// Bits are signs of small differences: float32 products must be just that while this lives.
class ExactProducts
{
public:
    ExactProducts() : m_before(at::globalContext().allowTF32CuBLAS())
    {
        at::globalContext().setAllowTF32CuBLAS(false);
    }
    ~ExactProducts() { at::globalContext().setAllowTF32CuBLAS(m_before); }
    ExactProducts(const ExactProducts &) = delete;
    ExactProducts &operator=(const ExactProducts &) = delete;

private:
    bool m_before;
};

// The columns of an interpolation are what it makes of the unit maps.
at::Tensor unitMaps(std::int64_t h, std::int64_t w)
{
    return at::eye(h * w).view({h * w, 1, h, w});
}

// [rows, frames, channels, n] -> [rows, frames * n, channels]
at::Tensor tokensOf(const at::Tensor &map)
{
    return map.transpose(2, 3).flatten(1, 2);
}

} // namespace

ClipLabels::ClipLabels(const Schedule &schedule, at::Device device, int clipScales)
    : m_schedule(schedule), m_clipScales(clipScales > 0 ? clipScales : schedule.scalesPerClip)
{
    const GridShape last = schedule.lastShape(0);
    for (int i = 0; i < schedule.scalesPerClip; ++i) {
        const Scale &scale = scaleOf(0, i);
        Size size;
        size.bits = scale.bits;
        if (scale.shape.h != last.h || scale.shape.w != last.w) {
            size.down = at::adaptive_avg_pool2d(unitMaps(last.h, last.w), {scale.shape.h, scale.shape.w})
                            .flatten(1)
                            .to(device);
            size.up = at::upsample_bilinear2d(unitMaps(scale.shape.h, scale.shape.w), {last.h, last.w}, false)
                          .flatten(1)
                          .to(device);
        }
        if (scale.bits != kChannels)
            size.channelsUp = at::upsample_linear1d(at::eye(scale.bits).unsqueeze(1), {kChannels}, false)
                                  .squeeze(1)
                                  .t()
                                  .contiguous()
                                  .to(device);
        m_sizes.push_back(std::move(size));
    }
    std::vector<std::int64_t> clips;
    for (std::size_t clip = 0; clip < schedule.clips.size(); ++clip)
        clips.insert(clips.end(), std::size_t(schedule.clips[clip].latentFrames), std::int64_t(clip));
    m_clipOfFrame = at::tensor(clips, at::kLong).to(device);
    for (const Scale &scale : schedule.scales)
        m_mostRepetitions = std::max(m_mostRepetitions, scale.repetitions);
}

const Scale &ClipLabels::scaleOf(int clip, int scale) const
{
    return m_schedule.scales[std::size_t(clip) * std::size_t(m_schedule.scalesPerClip) + std::size_t(scale)];
}

std::vector<ClipLabels::Frames> ClipLabels::framesAt(int scale, int repetition) const
{
    std::vector<Frames> result;
    for (int clip = 0; clip < int(m_schedule.clips.size()); ++clip) {
        if (scaleOf(clip, scale).repetitions <= repetition || (clip > 0 && scale >= m_clipScales))
            continue;
        const Clip &frames = m_schedule.clips[std::size_t(clip)];
        if (!result.empty() && result.back().first + result.back().count == frames.firstFrame)
            result.back().count += frames.latentFrames;
        else
            result.push_back({frames.firstFrame, frames.latentFrames});
    }
    return result;
}

std::vector<ScaleLabels> ClipLabels::of(const at::Tensor &latents, const std::vector<int> &repetitions,
                                        double mostFlips, const at::Generator &generator) const
{
    const ExactProducts exact;
    const std::int64_t rows = latents.size(0);
    at::Tensor features = at::zeros_like(latents);
    at::Tensor shares; // [rows, frames, scales, repetitions]
    if (mostFlips > 0.0)
        shares = at::rand({rows, std::int64_t(m_schedule.clips.size()), m_schedule.scalesPerClip,
                           m_mostRepetitions},
                          generator, latents.options())
                     .mul_(mostFlips)
                     .index_select(1, m_clipOfFrame);
    std::vector<ScaleLabels> result(m_schedule.scales.size());
    for (int index = 0; index < m_schedule.scalesPerClip; ++index) {
        const Size &size = m_sizes[std::size_t(index)];
        const bool last = index + 1 == m_schedule.scalesPerClip;
        for (int repetition = 0; repetition < m_mostRepetitions; ++repetition) {
            for (const Frames &frames : framesAt(index, repetition)) {
                at::Tensor map = features.narrow(1, frames.first, frames.count);
                at::Tensor residual = latents.narrow(1, frames.first, frames.count) - map;
                if (size.down.defined())
                    residual = residual.matmul(size.down);
                if (size.channelsUp.defined())
                    residual = residual.unflatten(2, {size.bits, -1}).mean(3);
                at::Tensor bits = residual.gt(0);
                for (int clip = 0; clip < int(m_schedule.clips.size()); ++clip) {
                    const Scale &scale = scaleOf(clip, index);
                    const Clip &part = m_schedule.clips[std::size_t(clip)];
                    const std::int64_t offset = part.firstFrame - frames.first;
                    if (repetitions[std::size_t(scale.index)] != repetition || offset < 0 ||
                        offset >= frames.count)
                        continue;
                    const at::Tensor own = map.narrow(1, offset, part.latentFrames);
                    result[std::size_t(scale.index)] = {
                        tokensOf(size.down.defined() ? own.matmul(size.down) : own).clone(),
                        tokensOf(bits.narrow(1, offset, part.latentFrames)).to(latents.scalar_type())};
                }
                if (mostFlips > 0.0 && !last) {
                    const at::Tensor share = shares.narrow(1, frames.first, frames.count)
                                                 .select(3, repetition)
                                                 .select(2, index)
                                                 .unsqueeze(-1)
                                                 .unsqueeze(-1);
                    bits = bits.logical_xor(at::rand(bits.sizes(), generator, latents.options()).lt(share));
                }
                at::Tensor codes = bits.to(latents.scalar_type()).mul_(2.0).sub_(1.0);
                codes.mul_(1.0 / std::sqrt(double(size.bits)));
                if (size.up.defined())
                    codes = codes.matmul(size.up);
                if (size.channelsUp.defined())
                    codes = size.channelsUp.matmul(codes);
                map.add_(codes);
            }
        }
    }
    return result;
}

std::vector<at::Tensor> ClipLabels::motionOf(const at::Tensor &latents) const
{
    const std::int64_t frames = latents.size(1);
    at::Tensor change = at::zeros({latents.size(0), frames, latents.size(3)}, latents.options());
    if (frames > 1) {
        const at::Tensor steps =
            (latents.narrow(1, 1, frames - 1) - latents.narrow(1, 0, frames - 1)).square().mean(2);
        change = at::cat({steps.narrow(1, 0, 1), steps}, 1);
    }
    std::vector<at::Tensor> result;
    for (const Scale &scale : m_schedule.scales) {
        const Size &size = m_sizes[std::size_t(scale.indexInClip)];
        const Clip &clip = m_schedule.clips[std::size_t(scale.clip)];
        const at::Tensor own = change.narrow(1, clip.firstFrame, clip.latentFrames);
        result.push_back((size.down.defined() ? own.matmul(size.down) : own).flatten(1));
    }
    return result;
}

} // namespace faststar::train
