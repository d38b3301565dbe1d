// SPDX-License-Identifier: Apache-2.0
#include "core/pipeline/replay_kinds.h"

#include <charconv>
#include <fstream>
#include <optional>
#include <string_view>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include "core/domain/reduction_plan.h"
#include "core/model/model_folder.h"
#include "core/model/quantizer.h"
#include "core/model/rope.h"
#include "core/pipeline/generator.h"
#include "core/pipeline/replay_case.h"

namespace faststar::pipeline
{

using nlohmann::json;

namespace
{

struct SilentObserver final : RunObserver {
};

tl::unexpected<Error> corrupt(const std::string &detail)
{
    return failure(ErrorCode::CorruptFile, detail);
}

Result<model::ModelFolder> folderOf(const ReplayInput &input)
{
    const auto name = caseText(input.description, "model");
    if (!name)
        return tl::unexpected(name.error());
    return model::openModelFolder(input.folder / *name);
}

// Text features of one guidance branch.
Result<at::Tensor> textInput(const ReplayInput &input, const char *name, const TransformerConfig &config)
{
    auto text = floatInput(input.tensors, name, {kAnySize, config.textChannels});
    if (text && text->size(0) > config.textMaxTokens)
        return corrupt("inputs.safetensors: \"" + std::string(name) + "\" has " +
                       std::to_string(text->size(0)) + " tokens; the model reads " +
                       std::to_string(config.textMaxTokens));
    return text;
}

// The bits of every step by its key.
Result<TensorMap> allBits(const ReplayInput &input, const Schedule &schedule)
{
    TensorMap result;
    for (const Scale &scale : schedule.scales) {
        for (int repetition = 0; repetition < scale.repetitions; ++repetition) {
            const auto key = stepKey({scale.clip, scale.index, 0, repetition, 0});
            auto bits = bitsInput(input.tensors, key + "/bits", scale.shape.tokens(), scale.bits);
            if (!bits)
                return tl::unexpected(bits.error());
            result[key] = std::move(*bits);
        }
    }
    return result;
}

StepSelections selectionsOf(const GenerationRequest &request, const Schedule &schedule)
{
    StepSelections result;
    for (const Scale &scale : schedule.scales) {
        for (int repetition = 0; repetition < scale.repetitions; ++repetition) {
            const int permille = stepRatioPermille(request, schedule, scale, repetition);
            const PruningOptions &options = request.pruning;
            if (permille > 0)
                result[stepKey({scale.clip, scale.index, 0, repetition, 0})] = {
                    scale.shape,
                    {permille, options.topkRound, options.topkScope, options.maskMode, options.frameFloor}};
        }
    }
    return result;
}

Result<ReplayResult> replayTransformer(const ReplayInput &input)
{
    const auto folder = folderOf(input);
    if (!folder)
        return tl::unexpected(folder.error());
    LoadedModel loaded;
    loaded.config = folder->config;
    const auto weights = model::WeightSource::open(folder->transformer);
    if (!weights)
        return tl::unexpected(weights.error());
    auto net = model::Transformer::load(*weights, loaded.config.transformer, loaded.config.quantizer,
                                        input.placement);
    if (!net)
        return tl::unexpected(net.error());
    loaded.transformer = std::move(*net);

    const TransformerConfig &config = loaded.config.transformer;
    const bool negative = input.tensors.contains("negative");
    auto described = readCaseRequest(input.description, loaded.config, negative);
    if (!described)
        return tl::unexpected(described.error());
    TextFeatures features;
    const bool guided = described->request.guidanceScale != 1.0;
    const auto text = textInput(input, "text", config);
    if (!text)
        return tl::unexpected(text.error());
    features.promptTokens = int(text->size(0));
    features.branches.push_back(*text);
    if (guided && negative) {
        const auto other = textInput(input, "negative", config);
        if (!other)
            return tl::unexpected(other.error());
        features.branches.push_back(*other);
    } else if (guided) {
        features.branches.push_back(loaded.transformer->unconditionalFeatures(features.promptTokens));
    }

    // Every step must be given, before the first is computed.
    const auto bits = allBits(input, described->schedule);
    if (!bits)
        return tl::unexpected(bits.error());
    Trace trace;
    SilentObserver observer;
    RunControl control;
    GeneratorInput work{
        loaded, described->request, described->schedule, std::move(features), {}, {}, {}, &trace, 0};
    work.givenBits = [&bits](const StepIndex &index) { return bits->at(stepKey(index)); };
    Generator generator(std::move(work), observer, control);
    generator.run();
    ReplayResult result;
    for (const auto &[name, tensor] : trace.tensors())
        result.tensors[name] = tensor;
    result.tensors["latent"] = generator.latent();
    result.selections = selectionsOf(described->request, described->schedule);
    return result;
}

Result<ReplayResult> replayVae(const ReplayInput &input, bool decode)
{
    const auto folder = folderOf(input);
    if (!folder)
        return tl::unexpected(folder.error());
    const auto weights = model::WeightSource::open(folder->vae, folder->vaeDictionaries);
    if (!weights)
        return tl::unexpected(weights.error());
    const auto vae = model::VideoVae::load(*weights, folder->config.vae, input.placement);
    if (!vae)
        return tl::unexpected(vae.error());
    const std::int64_t channels = 4 * std::int64_t(folder->config.vae.latentChannels);
    if (decode) {
        const auto latent = floatInput(input.tensors, "latent", {channels, kAnySize, kAnySize, kAnySize});
        if (!latent)
            return tl::unexpected(latent.error());
        std::vector<at::Tensor> frames;
        (*vae)->decode(*latent, [&](const at::Tensor &chunk) { frames.push_back(chunk.clone()); }, {});
        return ReplayResult{{{"video", at::cat(frames, 1)}}, {}};
    }
    const auto video = floatInput(input.tensors, "video", {3, kAnySize, kAnySize, kAnySize});
    if (!video)
        return tl::unexpected(video.error());
    if (video->size(1) % 4 != 1 || video->size(2) % 16 != 0 || video->size(3) % 16 != 0)
        return corrupt("inputs.safetensors: \"video\" is not of 1 + 4k frames whose sides are multiples "
                       "of 16");
    return ReplayResult{{{"latent", (*vae)->encode(*video, [](double) {}, {})}}, {}};
}

// The schedule of a case that needs no weights.
struct CaseSchedule {
    Schedule schedule;
    TransformerConfig transformer;
};

Result<CaseSchedule> caseSchedule(const ReplayInput &input)
{
    const auto folder = folderOf(input);
    if (!folder)
        return tl::unexpected(folder.error());
    auto described = readCaseRequest(input.description, folder->config, false);
    if (!described)
        return tl::unexpected(described.error());
    return CaseSchedule{std::move(described->schedule), folder->config.transformer};
}

Result<ReplayResult> replayBits(const ReplayInput &input)
{
    const auto described = caseSchedule(input);
    if (!described)
        return tl::unexpected(described.error());
    const Schedule &schedule = described->schedule;
    const GridShape shape = schedule.lastShape(0);
    const auto latent =
        floatInput(input.tensors, "latent",
                   {described->transformer.latentChannels, schedule.latentFrames(), shape.h, shape.w});
    if (!latent)
        return tl::unexpected(latent.error());
    ReplayResult result;
    at::Tensor features;
    for (const Scale &scale : schedule.scales) {
        const Clip &clip = schedule.clips[std::size_t(scale.clip)];
        const at::Tensor target = latent->narrow(1, clip.firstFrame, clip.latentFrames);
        if (scale.indexInClip == 0)
            features = at::zeros_like(target);
        for (int repetition = 0; repetition < scale.repetitions; ++repetition) {
            const at::Tensor bits = model::bitsFromResidual(target, features, scale.shape, scale.bits);
            result.tensors[stepKey({scale.clip, scale.index, 0, repetition, 0}) + "/bits"] = bits;
            features = features + model::upsampleCodes(model::codesFromBits(bits, scale.shape),
                                                       schedule.lastShape(scale.clip));
        }
    }
    return result;
}

Result<ReplayResult> replayText(const ReplayInput &input)
{
    const auto name = caseText(input.description, "model");
    if (!name)
        return tl::unexpected(name.error());
    const auto encoder = model::TextEncoder::load(input.folder / *name, input.placement);
    if (!encoder)
        return tl::unexpected(encoder.error());
    std::ifstream file(input.folder / "prompts.json");
    const json prompts = json::parse(file, nullptr, false);
    if (!prompts.is_object() || !prompts.contains("prompts") || !prompts["prompts"].is_array())
        return failure(ErrorCode::CorruptFile, "prompts.json: it does not hold a list \"prompts\"");
    ReplayResult result;
    int index = 0;
    for (const auto &prompt : prompts["prompts"]) {
        if (!prompt.is_string())
            return failure(ErrorCode::CorruptFile, "prompts.json: a prompt is not text");
        const auto tokens = (*encoder)->tokenize(prompt.get<std::string>());
        const std::string key = std::to_string(index++);
        result.tensors[key + "/ids"] = at::tensor(tokens.ids, at::kInt);
        result.tensors[key + "/features"] = (*encoder)->encode(tokens.ids, {});
    }
    return result;
}

// "scale03.step4" as {3, 4}.
std::optional<std::pair<int, int>> ropePlace(std::string_view name)
{
    const auto number = [&name](std::string_view prefix) {
        int value = -1;
        if (!name.starts_with(prefix))
            return value;
        name.remove_prefix(prefix.size());
        const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), value);
        name.remove_prefix(std::size_t(end - name.data()));
        return error == std::errc() ? value : -1;
    };
    const int scale = number("scale");
    const int step = number(".step");
    if (scale < 0 || step < 0 || !name.empty())
        return std::nullopt;
    return std::pair{scale, step};
}

Result<ReplayResult> replayRope(const ReplayInput &input)
{
    const auto described = caseSchedule(input);
    if (!described)
        return tl::unexpected(described.error());
    const auto &config = described->transformer;
    const Schedule &schedule = described->schedule;
    ReplayResult result;
    result.tensors["text"] = model::textRope(16, config.headDim());
    for (const auto &name : input.wanted) {
        const auto place = ropePlace(name);
        if (!place)
            continue;
        const auto [scale, step] = *place;
        if (scale >= int(schedule.scales.size()) || step >= schedule.steps())
            return corrupt("expected.safetensors: " + name + " names no step of the schedule");
        const Scale &which = schedule.scales[std::size_t(scale)];
        result.tensors[name] = model::visualRope(which, step, schedule.lastShape(which.clip),
                                                 config.textMaxTokens, config.headDim());
    }
    return result;
}

} // namespace

Result<ReplayResult> replayTensors(const ReplayInput &input)
{
    const auto kind = caseText(input.description, "kind");
    if (!kind)
        return tl::unexpected(kind.error());
    if (*kind == "transformer")
        return replayTransformer(input);
    if (*kind == "vae_decode" || *kind == "vae_encode")
        return replayVae(input, *kind == "vae_decode");
    if (*kind == "bits")
        return replayBits(input);
    if (*kind == "text")
        return replayText(input);
    if (*kind == "rope")
        return replayRope(input);
    return corrupt("case.json: the kind \"" + *kind + "\" is not known");
}

} // namespace faststar::pipeline
