// SPDX-License-Identifier: Apache-2.0
#include "gpu/kernel_check.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <ATen/ATen.h>
#include <ATen/DeviceGuard.h>
#include <c10/core/Event.h>
#include <c10/core/InferenceMode.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>

#include "gpu/block_twins.h"
#include "gpu/kernel_module.h"
#include "gpu/machine.h"
#include "gpu/own_kernels.h"
#include "gpu/torch_device.h"

namespace faststar::gpu
{
namespace
{

constexpr double kEps = 1e-6;
constexpr std::array<std::int64_t, 5> kRows{1, 2, 7, 170, 20000};
constexpr std::array<std::uint64_t, 2> kSeeds{1, 2};
constexpr double kTimedBytes = 64e6; // more than caches hold
// One rounding of the same float32 value, whose sums were made in another order; two of them for SwiGLU.
constexpr double kOneRounding = 1.0;
constexpr double kTwoRoundings = 2.0;

struct Heads {
    std::int64_t heads;
    std::int64_t keyHeads;
    std::int64_t dim;
};

// Frames of h x w cells of a size, as the autoencoder's levels have them.
struct Picture {
    std::int64_t frames;
    std::int64_t cellsHigh;
    std::int64_t cellsWide;
    std::int64_t cell;
    std::int64_t channels;
};

// What a kernel must have done here: its module is there and the sizes suit it.
constexpr const char *kRefused = "a kernel did not take a size that it must take";

LayerInput ran(std::optional<LayerInput> result)
{
    TORCH_CHECK(result.has_value(), kRefused);
    return *std::move(result);
}

double unitsOff(const at::Tensor &ours, const at::Tensor &twin)
{
    const at::Tensor a = ours.to(at::kFloat);
    const at::Tensor b = twin.to(at::kFloat);
    const at::Tensor magnitude = b.abs();
    const at::Tensor least = magnitude.amax(-1, true).div(256.0).clamp_min(1e-30);
    constexpr double kMantissa = 7.0; // bits of bfloat16
    const at::Tensor unit = at::maximum(magnitude, least).log2().floor().sub(kMantissa).exp2();
    const at::Tensor off = a.sub(b).abs().div(unit);
    return off.isnan().any().item<bool>() ? 1e30 : off.max().item<double>();
}

double bytesOff(const LayerInput &ours, const LayerInput &twin)
{
    return (ours.values.view(at::kByte).ne(twin.values.view(at::kByte)).sum() +
            ours.scales.ne(twin.scales).sum())
        .item<double>();
}

class Check
{
public:
    Check(c10::Device device, const std::function<void(const KernelCheck &)> &told, KernelReport &report)
        : m_device(device), m_told(told), m_report(report)
    {
        const at::Tensor bytes = at::zeros({std::int64_t{1} << 30}, options(at::kByte));
        const at::Tensor target = at::empty_like(bytes);
        m_report.copyGbs = 2.0 * double(bytes.numel()) / 1e6 / milliseconds([&] { target.copy_(bytes); });
    }

    void all()
    {
        for (const std::int64_t rows : kRows) {
            for (const std::int64_t width : {256, 4096}) {
                norm(rows, width);
                quantise(rows, width);
            }
            for (const std::int64_t width : {1024, 16384})
                gate(rows, width);
            for (const Heads &heads : {Heads{8, 4, 32}, Heads{32, 8, 128}}) {
                for (const std::int64_t batches : {1, 2})
                    split(rows, batches, heads);
            }
        }
        for (const Picture &picture :
             {Picture{1, 1, 1, 1, 16}, Picture{1, 1, 1, 1, 1024}, Picture{1, 3, 5, 1, 24},
              Picture{2, 3, 5, 2, 64}, Picture{5, 3, 7, 4, 128}, Picture{3, 45, 80, 2, 512},
              Picture{2, 45, 80, 1, 1024}, Picture{3, 45, 80, 8, 256}, Picture{3, 45, 80, 16, 128}}) {
            frames(picture, false);
            frames(picture, true);
        }
    }

private:
    [[nodiscard]] at::TensorOptions options(at::ScalarType type) const
    {
        return at::TensorOptions(m_device).dtype(type);
    }

    // Normal values whose rows differ in size by a million, one row of zeros among many.
    [[nodiscard]] at::Tensor values(std::int64_t rows, std::int64_t width, std::uint64_t seed) const
    {
        at::manual_seed(seed);
        at::Tensor x = at::randn({rows, width}, options(at::kFloat));
        x.mul_(at::rand({rows, 1}, options(at::kFloat)).sub_(0.5).mul_(6.0 * 2.302585).exp_());
        if (rows > 2)
            x[1].zero_();
        return x.to(at::kBFloat16);
    }

    // Values as a gate sees them.
    [[nodiscard]] at::Tensor moderate(std::int64_t rows, std::int64_t width, std::uint64_t seed) const
    {
        at::manual_seed(seed);
        return at::randn({rows, width}, options(at::kFloat)).mul_(4.0).to(at::kBFloat16);
    }

    template <typename Work> double milliseconds(const Work &work) const
    {
        const auto stream = c10::impl::getDeviceGuardImpl(c10::kCUDA)->getStream(m_device);
        std::array<double, 7> times{};
        work();
        for (double &time : times) {
            c10::Event start(c10::kCUDA, c10::EventFlag::BACKEND_DEFAULT);
            c10::Event end(c10::kCUDA, c10::EventFlag::BACKEND_DEFAULT);
            start.record(stream);
            work();
            end.record(stream);
            synchronize(m_device);
            time = start.elapsedTime(end);
        }
        std::sort(times.begin(), times.end());
        return std::max(times[times.size() / 2], 1e-6);
    }

    template <typename Kernel, typename Twin>
    void add(KernelCheck check, double bytes, const Kernel &kernel, const Twin &twin)
    {
        if (bytes >= kTimedBytes) {
            check.ms = milliseconds(kernel);
            check.twinMs = milliseconds(twin);
            check.gbs = bytes / 1e6 / check.ms;
        }
        m_told(check);
        m_report.checks.push_back(std::move(check));
    }

    void norm(std::int64_t rows, std::int64_t width)
    {
        KernelCheck plain{"rms_norm", rows, width, 0.0, kOneRounding, 0.0, 0.0, 0.0};
        KernelCheck eight{"rms_norm_e4m3", rows, width, 0.0, 0.0, 0.0, 0.0, 0.0};
        at::Tensor x;
        at::Tensor weight;
        for (const std::uint64_t seed : kSeeds) {
            x = values(rows, width, seed);
            weight = at::randn({width}, options(at::kFloat)).to(at::kBFloat16);
            const at::Tensor ours = ran(kernels::rmsNorm(x, weight, kEps, false)).values;
            plain.worst = std::max(plain.worst, unitsOff(ours, aten::rmsNorm(x, weight, kEps)));
            eight.worst = std::max(eight.worst, bytesOff(ran(kernels::rmsNorm(x, weight, kEps, true)),
                                                         aten::quantiseRows(ours)));
        }
        const double count = double(rows) * double(width);
        add(
            plain, 4.0 * count, [&] { return kernels::rmsNorm(x, weight, kEps, false); },
            [&] { return aten::rmsNorm(x, weight, kEps); });
        add(
            eight, 3.0 * count, [&] { return kernels::rmsNorm(x, weight, kEps, true); },
            [&] { return aten::quantiseRows(aten::rmsNorm(x, weight, kEps)); });
    }

    void quantise(std::int64_t rows, std::int64_t width)
    {
        KernelCheck check{"quantise_e4m3", rows, width, 0.0, 0.0, 0.0, 0.0, 0.0};
        at::Tensor x;
        for (const std::uint64_t seed : kSeeds) {
            x = values(rows, width, seed);
            check.worst =
                std::max(check.worst, bytesOff(ran(kernels::quantiseRows(x)), aten::quantiseRows(x)));
        }
        add(
            check, 3.0 * double(x.numel()), [&] { return kernels::quantiseRows(x); },
            [&] { return aten::quantiseRows(x); });
    }

    void gate(std::int64_t rows, std::int64_t width)
    {
        KernelCheck plain{"swiglu", rows, width, 0.0, kTwoRoundings, 0.0, 0.0, 0.0};
        KernelCheck eight{"swiglu_e4m3", rows, width, 0.0, 0.0, 0.0, 0.0, 0.0};
        at::Tensor x;
        for (const std::uint64_t seed : kSeeds) {
            x = moderate(rows, 2 * width, seed);
            at::Tensor forOurs = x.clone();
            at::Tensor forTwin = x.clone();
            const LayerInput rounded = ran(kernels::swiGlu(x, true));
            const at::Tensor ours = ran(kernels::swiGlu(forOurs, false)).values;
            plain.worst = std::max(plain.worst, unitsOff(ours, aten::swiGlu(forTwin)));
            eight.worst = std::max(eight.worst, bytesOff(rounded, aten::quantiseRows(ours)));
        }
        // Each run overwrites what it reads: the time does not depend on the values.
        const double count = double(rows) * double(width);
        add(
            eight, 5.0 * count, [&] { return kernels::swiGlu(x, true); },
            [&] { return aten::quantiseRows(aten::swiGlu(x)); });
        add(
            plain, 6.0 * count, [&] { return kernels::swiGlu(x, false); }, [&] { return aten::swiGlu(x); });
    }

    void split(std::int64_t tokens, std::int64_t batches, const Heads &heads)
    {
        const std::int64_t width = (heads.heads + 2 * heads.keyHeads) * heads.dim;
        KernelCheck check{"split_heads", batches * tokens, width, 0.0, kOneRounding, 0.0, 0.0, 0.0};
        constexpr std::int64_t kBefore = 5; // keys of other sources in the same buffer
        at::Tensor x;
        at::Tensor norms;
        at::Tensor rope;
        const auto half = options(at::kBFloat16);
        const auto results = [&] {
            const std::int64_t keys = kBefore + tokens;
            return std::array<at::Tensor, 3>{at::zeros({batches, tokens, heads.heads, heads.dim}, half),
                                             at::zeros({batches, keys, heads.keyHeads, heads.dim}, half),
                                             at::zeros({batches, keys, heads.keyHeads, heads.dim}, half)};
        };
        std::array<at::Tensor, 3> ours = results();
        std::array<at::Tensor, 3> twin = results();
        const auto run = [&](std::array<at::Tensor, 3> &to, bool own) {
            at::Tensor key = to[1].narrow(1, kBefore, tokens);
            at::Tensor value = to[2].narrow(1, kBefore, tokens);
            if (!own) {
                aten::splitHeads(x, norms, kEps, rope, to[0], key, value);
                return;
            }
            const bool done = kernels::splitHeads(x, norms, kEps, rope, to[0], key, value);
            TORCH_CHECK(done, kRefused);
        };
        for (const std::uint64_t seed : kSeeds) {
            x = values(batches * tokens, width, seed).view({batches, tokens, width});
            norms = at::randn({heads.heads + heads.keyHeads, heads.dim}, options(at::kFloat));
            const at::Tensor angles = at::randn({tokens, heads.dim / 2}, options(at::kFloat)).mul_(3.0);
            rope = at::stack({angles.cos(), angles.sin()});
            run(ours, true);
            run(twin, false);
            for (std::size_t i = 0; i < ours.size(); ++i)
                check.worst = std::max(check.worst, unitsOff(ours[i], twin[i]));
        }
        add(
            check, 4.0 * double(x.numel()), [&] { run(ours, true); }, [&] { run(twin, false); });
    }

    void frames(const Picture &picture, bool shifted)
    {
        const std::int64_t height = picture.cellsHigh * picture.cell;
        const std::int64_t width = picture.cellsWide * picture.cell;
        KernelCheck check{shifted ? "frame_norm_shift" : "frame_norm",
                          picture.frames * height * width,
                          picture.channels,
                          0.0,
                          kOneRounding,
                          0.0,
                          0.0,
                          0.0};
        at::Tensor x;
        Modulation modulation;
        const auto half = options(at::kBFloat16);
        // The input of a convolution: two frames of context in front, and channels that it does not have.
        const auto result = [&] {
            return at::zeros({picture.frames + 2, height, width, picture.channels + 8}, half)
                .narrow(0, 2, picture.frames)
                .narrow(3, 0, picture.channels);
        };
        at::Tensor ours = result();
        at::Tensor twin = result();
        for (const std::uint64_t seed : kSeeds) {
            x = values(check.rows, picture.channels, seed)
                    .view({picture.frames, height, width, picture.channels});
            if (shifted) {
                const at::Tensor both = at::randn(
                    {picture.frames, picture.cellsHigh, picture.cellsWide, 2 * picture.channels}, half);
                modulation = {both.narrow(3, 0, picture.channels),
                              both.narrow(3, picture.channels, picture.channels)};
            } else {
                modulation = {at::randn({1, 1, 1, picture.channels}, half), {}};
            }
            const bool done = kernels::frameNorm(x, modulation, ours);
            TORCH_CHECK(done, kRefused);
            aten::frameNorm(x, modulation, twin);
            check.worst = std::max(check.worst, unitsOff(ours, twin));
        }
        add(
            check, 4.0 * double(x.numel()), [&] { return kernels::frameNorm(x, modulation, ours); },
            [&] { aten::frameNorm(x, modulation, twin); });
    }

    c10::Device m_device;
    const std::function<void(const KernelCheck &)> &m_told;
    KernelReport &m_report;
};

} // namespace

bool KernelReport::passed() const
{
    return std::all_of(checks.begin(), checks.end(), [](const KernelCheck &check) { return check.passed(); });
}

Result<KernelReport> checkKernels(const std::string &device,
                                  const std::function<void(const KernelCheck &)> &told)
{
    std::string problem;
    const auto devices = cudaDevices(&problem);
    if (devices.empty())
        return failure(ErrorCode::Unsupported, "there is nothing to compare: " + problem);
    const auto opened = openDevice(device);
    if (!opened)
        return tl::unexpected(opened.error());
    if (!opened->is_cuda())
        return failure(ErrorCode::Unsupported,
                       "device '" + device + "' is no NVIDIA device: there is nothing to compare");
    problem = ownKernelsProblem(opened->index());
    if (!problem.empty())
        return failure(ErrorCode::Unsupported, "the kernels of our own do not run: " + problem);
    KernelReport report;
    if (std::size_t(opened->index()) < devices.size())
        report.device = devices[std::size_t(opened->index())].name;
    try {
        const c10::InferenceMode inference;
        const at::DeviceGuard guard(*opened);
        Check(*opened, told, report).all();
        synchronize(*opened);
    } catch (const c10::OutOfMemoryError &error) {
        return failure(ErrorCode::OutOfMemory, error.what_without_backtrace());
    } catch (const c10::Error &error) {
        return failure(ErrorCode::Internal, error.what_without_backtrace());
    }
    return report;
}

} // namespace faststar::gpu
