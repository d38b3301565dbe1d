// SPDX-License-Identifier: Apache-2.0
//
// How the numbers come about; nothing is assumed to be pruned. C = width, V = kvHeads * headDim, M =
// mlpWidth, D = depth; B = guidance branches; S = tokens of the largest step, X = tokens of the largest scale
// that a later clip attends to, T = longest text; e = bytes an element (4 on the CPU, 2 on a device). R = B S
// rows.
//
//   key/value store   B (T + X) 2V D e             text and one scale for every block
//   one step          R (7C + 4V) e                residual, norms, q, k, v, attention, projections
//                   + r 3M e                       MLP; r = R, or at most 32,768 rows where chunked
//                   + B (T + X + S) 2C e           keys and values side by side, repeated for all heads on
//                                                  the CPU (V instead of C on a device)
//                   + R 2 bits 4 * 4               logits of both branches, guided, in float64
//   feature maps      64 * latent positions * 40   map, codes, residual, history of the pruning
//   decode            VideoVae::workingBytes       halved on a device (bfloat16, chunks of 2)
//   frames            pixels * 3 * (4 + 1)         float from the decoder, bytes for the caller
//   text encoder      T (8 width + 3 mlpWidth) 4 + heads T^2 8
//
// Weights: on the CPU every parameter as float32. On a device the linear layers of the blocks take 2 bytes
// (bf16) or 1 (fp8, with scales that do not count), the rest of the transformer stays float32, text encoder
// and VAE take 2 bytes. Lean profiles hold transformer, text encoder and VAE one at a time; `stream` keeps
// two blocks on the device and all of them in host memory.
#include "core/pipeline/memory_forecast.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/model/video_vae.h"
#include "core/pipeline/placement.h"
#include "gpu/machine.h"
#include "gpu/torch_device.h"

namespace faststar::pipeline
{

namespace
{

// What a process with LibTorch occupies before any model, and a CUDA context with its workspaces.
constexpr std::int64_t kHostBase = 384LL << 20U;
constexpr std::int64_t kDeviceBase = 768LL << 20U;
constexpr std::int64_t kChunkRows = 32768;

struct Profile {
    std::string_view name;
    int blockBytes;  // of a weight in the linear layers of the blocks
    bool lean;       // parts take turns, chunked MLP
    bool streamed;   // two blocks on the device
    bool attention8; // 8-bit copies of q, k and v
};

constexpr std::array<Profile, 6> kDeviceProfiles{{
    {"bf16", 2, false, false, false},
    {"bf16-lean", 2, true, false, false},
    {"fp8", 1, false, false, false},
    {"fp8-lean", 1, true, false, false},
    {"fp8-attention", 1, false, false, true},
    {"stream", 2, true, true, false},
}};

std::int64_t parametersOf(const std::vector<model::PartSize> &parts, std::string_view name)
{
    const auto found = std::ranges::find(parts, name, &model::PartSize::name);
    return found != parts.end() ? found->parameters : 0;
}

// The quantities of a run that the formulas at the top are written in.
struct Sizes {
    std::int64_t branches = 1;
    std::int64_t stepTokens = 0;
    std::int64_t contextTokens = 0;
    std::int64_t logitBits = 0;
    std::int64_t latentPositions = 0;
    std::int64_t pixels = 0;
    int latentFrames = 0;
    int latentHeight = 0;
    int latentWidth = 0;
};

Sizes sizesOf(const ModelConfig &config, const Schedule &schedule, bool guided)
{
    Sizes sizes;
    sizes.branches = guided ? 2 : 1;
    sizes.logitBits = 2LL * std::max(config.quantizer.detailBits, config.quantizer.semanticBits);
    for (const auto &scale : schedule.scales) {
        sizes.stepTokens = std::max(sizes.stepTokens, scale.shape.tokens());
        if (schedule.isContext(scale.index))
            sizes.contextTokens = std::max(sizes.contextTokens, scale.shape.tokens());
    }
    if (schedule.scales.empty())
        return sizes;
    const auto last = schedule.lastShape(0);
    sizes.latentFrames = schedule.latentFrames();
    sizes.latentHeight = last.h;
    sizes.latentWidth = last.w;
    sizes.latentPositions = std::int64_t(sizes.latentFrames) * last.h * last.w;
    sizes.pixels = (1 + 4LL * (sizes.latentFrames - 1)) * schedule.pixelWidth() * schedule.pixelHeight();
    return sizes;
}

std::int64_t keyValueWidth(const TransformerConfig &t)
{
    return std::int64_t(t.kvHeads) * t.headDim();
}

std::int64_t storeBytes(const TransformerConfig &t, const Sizes &s, std::int64_t element)
{
    return s.branches * (t.textMaxTokens + s.contextTokens) * 2 * keyValueWidth(t) * t.depth * element;
}

std::int64_t stepBytes(const TransformerConfig &t, const Sizes &s, std::int64_t element, bool chunked,
                       bool repeated)
{
    const std::int64_t rows = s.branches * s.stepTokens;
    const std::int64_t mlpRows = chunked ? std::min(rows, kChunkRows) : rows;
    const std::int64_t keys = s.branches * (t.textMaxTokens + s.contextTokens + s.stepTokens);
    return rows * (7LL * t.width + 4 * keyValueWidth(t)) * element + mlpRows * 3 * t.mlpWidth * element +
           keys * 2 * (repeated ? t.width : keyValueWidth(t)) * element + rows * s.logitBits * 4 * 4;
}

std::int64_t featureBytes(const TransformerConfig &t, const Sizes &s)
{
    return s.latentPositions * t.latentChannels * 4 * 10;
}

std::int64_t textBytes(const ModelConfig &config)
{
    if (!config.textEncoder)
        return 0;
    const auto &e = *config.textEncoder;
    const std::int64_t tokens = config.transformer.textMaxTokens;
    return tokens * (8LL * e.width + 3LL * e.mlpWidth) * 4 + e.heads * tokens * tokens * 8;
}

std::int64_t deviceBytes(const Profile &profile, const ModelConfig &config,
                         const std::vector<model::PartSize> &parts, const Sizes &s)
{
    const auto &t = config.transformer;
    const std::int64_t blockLinear =
        2LL * t.width * t.width + 2 * keyValueWidth(t) * t.width + 3LL * t.width * t.mlpWidth;
    const std::int64_t rest =
        std::max<std::int64_t>(parametersOf(parts, "transformer") - blockLinear * t.depth, 0) * 4;
    const std::int64_t residentBlocks = profile.streamed ? std::min(t.depth, 2) : t.depth;
    const std::int64_t transformer = blockLinear * residentBlocks * profile.blockBytes + rest;
    const std::int64_t vae = parametersOf(parts, "video_vae") * 2;
    const std::int64_t text = parametersOf(parts, "text_encoder") * 2;

    // The last residual, the norm's output and the merged q, k, v live at once; the CPU's other copies do
    // not.
    const std::int64_t rows = s.branches * s.stepTokens;
    std::int64_t step =
        rows * (3LL * t.width + 2 * keyValueWidth(t)) * 2 + rows * s.logitBits * 4 * 3 +
        (profile.lean ? std::min(rows, kChunkRows) : rows) * 3 * t.mlpWidth * 2 +
        s.branches * (t.textMaxTokens + s.contextTokens + s.stepTokens) * 2 * keyValueWidth(t) * 2;
    if (profile.attention8)
        step += rows * (t.width + 2 * keyValueWidth(t));
    const std::int64_t run = storeBytes(t, s, 2) + featureBytes(t, s) + step;
    const std::int64_t decode =
        featureBytes(t, s) + s.pixels * 3 +
        model::VideoVae::workingBytes(config.vae, std::max(s.latentFrames, 1), std::max(s.latentHeight, 1),
                                      std::max(s.latentWidth, 1), 2) /
            2;
    if (profile.lean)
        return kDeviceBase + std::max({transformer + run, vae + decode, text + textBytes(config)});
    return kDeviceBase + transformer + vae + text + std::max({run, decode, textBytes(config)});
}

std::string mebibytes(std::int64_t bytes)
{
    return std::to_string((bytes + (1 << 20) - 1) >> 20U) + " MiB";
}

} // namespace

std::int64_t runBytesCpu(const ModelConfig &config, const std::vector<model::PartSize> &parts,
                         const Schedule &schedule, bool guided)
{
    std::int64_t weights = 0;
    for (const auto &part : parts)
        weights += part.parameters * 4;
    return runBytesCpu(config, weights, schedule, guided);
}

std::int64_t runBytesCpu(const ModelConfig &config, std::int64_t weightBytes, const Schedule &schedule,
                         bool guided)
{
    const auto &t = config.transformer;
    const auto s = sizesOf(config, schedule, guided);
    const std::int64_t decode =
        model::VideoVae::workingBytes(config.vae, std::max(s.latentFrames, 1), std::max(s.latentHeight, 1),
                                      std::max(s.latentWidth, 1)) +
        s.pixels * 3 * (4 + 1);
    return kHostBase + weightBytes + storeBytes(t, s, 4) + featureBytes(t, s) +
           std::max({stepBytes(t, s, 4, false, true), decode, textBytes(config)});
}

std::int64_t memoryNeed(const GenerationRequest &request, const ModelFacts &model)
{
    const auto schedule = scheduleOf(request, model.config);
    if (!schedule || model.profile != "cpu-f32")
        return 0;
    return runBytesCpu(model.config, model.weightBytes, *schedule, request.guidanceScale != 1.0);
}

std::vector<ProfileNeed> profileNeeds(const ModelConfig &config, const std::vector<model::PartSize> &parts)
{
    const auto latentFrames = latentFramesOf(config.generation.frames);
    const auto clips = clipPlan(latentFrames ? *latentFrames : 1, config.schedule.framesPerClip);
    const auto built =
        buildSchedule(config.schedule, config.quantizer, config.generation.aspect.heightOverWidth(), clips);
    const Schedule schedule = built ? *built : Schedule{};
    const bool guided = config.generation.guidanceScale > 1.0;
    const auto sizes = sizesOf(config, schedule, guided);

    const std::int64_t host = gpu::hostMemory().availableBytes;
    const auto devices = gpu::cudaDevices();
    const std::int64_t device = devices.empty() ? 0 : devices.front().freeBytes;
    std::vector<ProfileNeed> needs;
    const std::int64_t cpu = runBytesCpu(config, parts, schedule, guided);
    needs.push_back({"cpu-f32", cpu, host, cpu <= host});
    for (const auto &profile : kDeviceProfiles) {
        const std::int64_t bytes = deviceBytes(profile, config, parts, sizes);
        const bool hostHolds = !profile.streamed || parametersOf(parts, "transformer") * 2 <= host;
        needs.push_back(
            {std::string(profile.name), bytes, device, device > 0 && bytes <= device && hostHolds});
    }
    return needs;
}

std::int64_t runBytesDevice(std::string_view profile, const ModelConfig &config,
                            const std::vector<model::PartSize> &parts, const Schedule &schedule, bool guided)
{
    const auto found = std::ranges::find(kDeviceProfiles, profile, &Profile::name);
    return found != kDeviceProfiles.end()
               ? deviceBytes(*found, config, parts, sizesOf(config, schedule, guided))
               : 0;
}

Status checkFree(std::int64_t needed, std::int64_t available)
{
    if (needed <= available)
        return {};
    return failure(ErrorCode::InsufficientMemory,
                   mebibytes(needed) + " of memory are needed, " + mebibytes(available) + " are available");
}

Status checkDeviceMemory(const gpu::Placement &placement, std::string_view profile, const ModelConfig &config,
                         const std::vector<model::PartSize> &parts, const Schedule &schedule, bool guided)
{
    const std::int64_t free = gpu::deviceMemory(placement.device).free;
    Status fits = checkFree(runBytesDevice(profile, config, parts, schedule, guided), free);
    if (fits)
        return fits;
    std::string words = "profile " + std::string(profile) + ": " + fits.error().detail;
    for (const char *other : {"bf16", "fp8"}) {
        if (runBytesDevice(other, config, parts, schedule, guided) <= free)
            return failure(ErrorCode::InsufficientMemory, words + "; profile " + other + " would fit");
    }
    return failure(ErrorCode::InsufficientMemory, words + "; a shorter or smaller clip needs less");
}

Result<MemoryForecast> forecastMemory(const std::filesystem::path &folder, const GenerationRequest &request,
                                      const std::string &device, const std::string &profile)
{
    const auto opened = model::openModelFolder(folder);
    if (!opened)
        return tl::unexpected(opened.error());
    std::vector<std::string> notes;
    const auto parts = model::inspectParts(*opened, notes);
    if (!parts)
        return tl::unexpected(parts.error());
    const auto schedule = scheduleOf(request, opened->config);
    if (!schedule)
        return tl::unexpected(schedule.error());
    const auto placed = placementOf(device, profile);
    if (!placed)
        return tl::unexpected(placed.error());
    const bool guided = request.guidanceScale != 1.0;
    MemoryForecast forecast;
    forecast.onDevice = !placed->placement.device.is_cpu();
    if (forecast.onDevice) {
        forecast.bytes = runBytesDevice(placed->profile, opened->config, *parts, *schedule, guided);
        forecast.fits =
            checkDeviceMemory(placed->placement, placed->profile, opened->config, *parts, *schedule, guided);
    } else {
        forecast.bytes = runBytesCpu(opened->config, *parts, *schedule, guided);
        forecast.fits = checkHostMemory(forecast.bytes);
    }
    return forecast;
}

Status checkHostMemory(std::int64_t needed)
{
    return checkFree(needed, gpu::hostMemory().availableBytes);
}

} // namespace faststar::pipeline
