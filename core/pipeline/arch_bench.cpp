// SPDX-License-Identifier: Apache-2.0
#include "core/pipeline/arch_bench.h"

#include <cmath>
#include <optional>
#include <utility>

#include <ATen/ATen.h>

#include "core/domain/reduction_plan.h"
#include "core/model/stop.h"
#include "core/model/t5_stack.h"
#include "core/pipeline/generator.h"
#include "core/pipeline/guarded.h"
#include "core/pipeline/placement.h"
#include "core/pipeline/preview.h"
#include "core/pipeline/stopwatch.h"
#include "gpu/block_ops.h"
#include "gpu/device_linear.h"
#include "gpu/kernel_module.h"
#include "gpu/machine.h"
#include "gpu/part_clock.h"

namespace faststar::pipeline
{
namespace
{

// Weights as a network starts its training with: they keep the size of what passes through.
model::WeightSource randomWeights(c10::Device device)
{
    return model::WeightSource::made(
        [device](std::string_view name, const std::vector<std::int64_t> &shape, at::ScalarType type) {
            const auto options = at::TensorOptions(device).dtype(type);
            const bool scale = name.find("norm") != name.npos && name.find("conv_") == name.npos;
            if (scale || name.find("scale") != name.npos)
                return at::ones(shape, options);
            if (shape.size() < 2)
                return at::zeros(shape, options);
            std::int64_t inputs = 1;
            for (std::size_t i = 1; i < shape.size(); ++i)
                inputs *= shape[i];
            return at::randn(shape, options).mul_(1.0 / std::sqrt(double(inputs)));
        });
}

struct Network {
    LoadedModel loaded;
    model::T5Stack text;
};

Result<Network> makeNetwork(const ModelConfig &config, const gpu::Placement &placement, int depth)
{
    const c10::InferenceMode inference;
    const auto weights = randomWeights(placement.device);
    Network network;
    network.loaded.config = config;
    network.loaded.config.transformer.depth = depth;
    auto net =
        model::Transformer::load(weights, network.loaded.config.transformer, config.quantizer, placement);
    if (!net)
        return tl::unexpected(net.error());
    network.loaded.transformer = std::move(*net);
    gpu::Placement rest = placement;
    rest.eightBit = false;
    auto vae = model::VideoVae::load(weights, config.vae, rest);
    if (!vae)
        return tl::unexpected(vae.error());
    network.loaded.vae = std::move(*vae);
    auto text = model::T5Stack::load(weights, *config.textEncoder, rest);
    if (!text)
        return tl::unexpected(text.error());
    network.text = std::move(*text);
    return network;
}

ArchParts partsOf(const std::array<double, gpu::kParts> &ms)
{
    const auto of = [&](gpu::Part part) { return ms[std::size_t(part)]; };
    return {of(gpu::Part::Linear), of(gpu::Part::Attention), of(gpu::Part::Elementwise), of(gpu::Part::Copy),
            of(gpu::Part::Convolution)};
}

// Notes every step; the parts since the step before belong to it.
class StepNotes final : public RunObserver
{
public:
    StepNotes(ArchRun &run, gpu::PartClock *clock) : m_run(run), m_clock(clock) {}

    void stepFinished(const std::shared_ptr<const StepEvent> &event) override
    {
        ArchStep step;
        step.index = event->index;
        step.tokens = event->tokens;
        step.kept = event->kept;
        step.times = event->times;
        if (m_clock != nullptr)
            step.parts = partsOf(m_clock->take());
        m_run.steps.push_back(std::move(step));
    }

private:
    ArchRun &m_run;
    gpu::PartClock *m_clock;
};

void countFlops(ArchRun &run, const ArchBenchSettings &settings, const Schedule &schedule)
{
    const TransformerConfig &t = settings.config.transformer;
    const double branches = settings.request.guidanceScale == 1.0 ? 1.0 : 2.0;
    const double width = t.width;
    const double keys = double(t.kvHeads) * t.headDim();
    for (ArchStep &step : run.steps) {
        const Scale &scale = schedule.scales[std::size_t(step.index.scale)];
        const double context = scale.contextScale < 0
                                   ? 0.0
                                   : double(schedule.scales[std::size_t(scale.contextScale)].shape.tokens());
        const double rows = branches * double(step.kept);
        step.linearFlops =
            rows * 2.0 * t.depth * (2.0 * width * width + 2.0 * width * keys + 3.0 * width * t.mlpWidth);
        step.attentionFlops =
            rows * 4.0 * width * t.depth * (double(step.kept) + context + settings.promptTokens);
        step.attention = settings.device == "cpu" ? "cpu" : gpu::block::attentionName(step.kept);
    }
}

std::string kernelsOf(c10::Device device)
{
    if (!device.is_cuda())
        return "the processor's";
    const std::string problem = gpu::ownKernelsProblem(device.index());
    return problem.empty() ? "own" : "ATen's (" + problem + ")";
}

class Bench
{
public:
    Bench(const ArchBenchSettings &settings, Schedule schedule, const gpu::Placement &placement,
          RunControl &control)
        : m_settings(settings), m_schedule(std::move(schedule)), m_placement(placement), m_control(control)
    {
    }

    ArchRun once(const Network &network, gpu::PartClock *clock) const
    {
        ArchRun run;
        gpu::synchronize(m_placement.device);
        Stopwatch watch;
        TextFeatures text;
        text.promptTokens = m_settings.promptTokens;
        {
            const c10::InferenceMode inference;
            const at::Tensor ids = at::arange(m_settings.promptTokens, at::kLong);
            text.branches.push_back(
                network.text.forward(ids.remainder(m_settings.config.textEncoder->vocabulary), stop()));
            if (m_settings.request.guidanceScale != 1.0)
                text.branches.push_back(network.loaded.transformer->unconditionalFeatures(text.promptTokens));
        }
        gpu::synchronize(m_placement.device);
        run.textSeconds = watch.lapMs() / 1000.0;

        StepNotes notes(run, clock);
        gpu::PartClock::use(clock);
        Generator generator(
            {network.loaded, m_settings.request, m_schedule, std::move(text), {}, {}, {}, nullptr, 0}, notes,
            m_control);
        const bool whole = generator.run();
        gpu::synchronize(m_placement.device);
        run.stepSeconds = watch.lapMs() / 1000.0;
        run.peakBeforeDecode = gpu::deviceMemory(m_placement.device).peak;
        if (whole)
            decode(network, generator.latent());
        run.decodeSeconds = watch.lapMs() / 1000.0;
        if (clock != nullptr)
            run.decodeParts = partsOf(clock->take());
        gpu::PartClock::use(nullptr);
        if (!whole)
            throw model::StopRequested{};
        countFlops(run, m_settings, m_schedule);
        return run;
    }

    [[nodiscard]] ArchCeilings ceilings() const
    {
        const c10::InferenceMode inference;
        const TransformerConfig &t = m_settings.config.transformer;
        const bool large = m_placement.device.is_cuda();
        const std::int64_t rows = large ? 16384 : 512;
        const auto options = at::TensorOptions(m_placement.device).dtype(m_placement.compute);
        const at::Tensor x = at::randn({rows, t.width}, options);
        const at::Tensor weight = at::randn({std::int64_t{2} * t.mlpWidth, t.width}, options);
        const double flops = 2.0 * double(rows) * double(weight.numel());
        ArchCeilings result;
        const gpu::DeviceLinear plain(weight, false);
        result.product = flops / seconds([&] { return plain({x, {}}); }) / 1e12;
        if (m_placement.eightBit) {
            const gpu::LayerInput a = gpu::quantiseRows(x);
            const gpu::LayerInput b = gpu::quantiseRows(weight);
            const at::Tensor scales = b.scales.t().contiguous();
            result.product8 = flops / seconds([&] {
                                  return at::_scaled_mm(a.values, b.values.t(), a.scales, scales, {}, {},
                                                        m_placement.compute, true);
                              }) /
                              1e12;
        }
        const at::Tensor query = at::randn({1, rows, t.heads, t.headDim()}, options);
        const at::Tensor keys = at::randn({1, rows, t.kvHeads, t.headDim()}, options);
        result.attention = 4.0 * double(rows) * double(rows) * t.width /
                           seconds([&] { return gpu::block::attention(query, keys, keys); }) / 1e12;
        const at::Tensor bytes = at::zeros({std::int64_t{1} << (large ? 30 : 24)},
                                           at::TensorOptions(m_placement.device).dtype(at::kByte));
        result.copy = 2.0 * double(bytes.numel()) / seconds([&] { return bytes.clone(); }) / 1e12;
        return result;
    }

private:
    [[nodiscard]] std::stop_token stop() const { return m_control.interruptToken(); }

    // Frames end where they are wanted: as bytes in the memory of the host.
    void decode(const Network &network, const at::Tensor &latent) const
    {
        std::size_t frames = 0;
        network.loaded.vae->decode(
            latent, [&](const at::Tensor &pixels) { frames += imagesOf(pixels).size(); }, stop());
        gpu::synchronize(m_placement.device);
    }

    // The median of a few, after one that does not count.
    template <typename Work> double seconds(const Work &work) const
    {
        std::vector<double> times;
        for (int i = 0; i < 6; ++i) {
            gpu::synchronize(m_placement.device);
            const Stopwatch watch;
            const at::Tensor result = work();
            gpu::synchronize(m_placement.device);
            if (i > 0)
                times.push_back(watch.seconds());
        }
        std::sort(times.begin(), times.end());
        return std::max(times[2], 1e-9);
    }

    const ArchBenchSettings &m_settings;
    Schedule m_schedule;
    gpu::Placement m_placement;
    RunControl &m_control;
};

Result<ArchBench> measure(const ArchBenchSettings &settings, RunControl &control,
                          const std::function<void(const ArchRun &)> &told)
{
    auto schedule = scheduleOf(settings.request, settings.config);
    if (!schedule)
        return tl::unexpected(schedule.error());
    const auto placed = placementOf(settings.device, settings.profile);
    if (!placed)
        return tl::unexpected(placed.error());
    const gpu::Placement placement = placed->placement;
    const at::DeviceGuard guard(placement.device);
    if (placement.device.is_cuda())
        at::globalContext().setBenchmarkCuDNN(true); // convolutions of few shapes, met again and again

    ArchBench result;
    result.device = placed->deviceName;
    result.profile = placed->profile;
    const GridShape last = schedule->lastShape(0);
    result.decodeFlops = decodeFlops(settings.config.vae, schedule->latentFrames(), last.h, last.w);
    const Bench bench(settings, std::move(*schedule), placement, control);
    try {
        Stopwatch watch;
        {
            // One block meets every shape that all of them meet: plans, workspaces and code are loaded.
            const auto shallow = makeNetwork(settings.config, placement, 1);
            if (!shallow)
                return tl::unexpected(shallow.error());
            bench.once(*shallow, nullptr);
        }
        result.warmUpSeconds = watch.lapMs() / 1000.0;
        result.ceilings = bench.ceilings();
        gpu::releaseUnused(placement.device);
        watch.lapMs();
        const auto network = makeNetwork(settings.config, placement, settings.config.transformer.depth);
        if (!network)
            return tl::unexpected(network.error());
        gpu::synchronize(placement.device);
        result.loadSeconds = watch.lapMs() / 1000.0;
        result.weightBytes = gpu::deviceMemory(placement.device).used;
        gpu::resetPeak(placement.device);
        std::optional<gpu::PartClock> clock;
        if (settings.parts)
            clock.emplace(placement.device);
        for (int run = 0; run < settings.runs; ++run) {
            result.runs.push_back(bench.once(*network, clock ? &*clock : nullptr));
            told(result.runs.back());
        }
    } catch (const model::StopRequested &) {
        gpu::PartClock::use(nullptr);
    }
    const auto memory = gpu::deviceMemory(placement.device);
    result.peakBytes = placement.device.is_cuda() ? memory.peak : gpu::peakResidentBytes();
    result.reservedBytes = memory.reserved;
    if (!result.runs.empty() && !result.runs.front().steps.empty())
        result.attention = result.runs.front().steps.back().attention;
    result.kernels = kernelsOf(placement.device);
    return result;
}

} // namespace

Result<ArchBench> benchArchitecture(const ArchBenchSettings &settings, RunControl &control,
                                    const std::function<void(const ArchRun &)> &told)
{
    return guarded<ArchBench>([&] { return measure(settings, control, told); });
}

} // namespace faststar::pipeline
