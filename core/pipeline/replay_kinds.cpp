// SPDX-License-Identifier: Apache-2.0
#include "core/pipeline/replay_kinds.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include "core/domain/option_names.h"
#include "core/model/model_folder.h"
#include "core/model/quantizer.h"
#include "core/model/rope.h"
#include "core/pipeline/generator.h"

namespace faststar::pipeline
{

using nlohmann::json;

namespace
{

Error corrupt(const std::string &detail)
{
    return {ErrorCode::CorruptFile, "case.json: " + detail};
}

struct SilentObserver final : RunObserver {
};

// The request of a case: its own keys over the model's defaults.
struct CaseRequest {
    GenerationRequest request;
    Schedule schedule;
};

// A number or text ("inf", "9:16") as the command line would take it.
std::string spelled(const json &value)
{
    return value.is_string() ? value.get<std::string>() : value.dump();
}

Result<double> numberMember(const json &object, const char *key, double otherwise)
{
    if (!object.contains(key))
        return otherwise;
    if (!object[key].is_number())
        return tl::unexpected(corrupt(std::string(key) + " is not a number"));
    return object[key].get<double>();
}

Result<double> aspectMember(const json &object, const Aspect &otherwise)
{
    if (!object.contains("aspect"))
        return otherwise.heightOverWidth();
    if (object["aspect"].is_number())
        return object["aspect"].get<double>();
    const auto aspect = parseAspect(spelled(object["aspect"]));
    if (!aspect)
        return tl::unexpected(aspect.error());
    return aspect->heightOverWidth();
}

Status readMethod(const json &object, GenerationRequest &request)
{
    const auto method = object.contains("method") ? parseMethod(spelled(object["method"])) : Method::None;
    if (!method)
        return tl::unexpected(method.error());
    request.method = *method;
    if (object.contains("ratios")) {
        std::string list;
        for (const auto &ratio : object["ratios"])
            list += (list.empty() ? "" : ",") + spelled(ratio);
        const auto ratios = parseRatios(list);
        if (!ratios)
            return tl::unexpected(ratios.error());
        request.ratiosPermille = *ratios;
    }
    if (object.contains("p")) {
        const auto p = parseNorm(spelled(object["p"]));
        if (!p)
            return tl::unexpected(p.error());
        request.p = *p;
    }
    if (!object.contains("options"))
        return {};
    if (!object["options"].is_object())
        return tl::unexpected(corrupt("options is not an object"));
    for (const auto &[key, value] : object["options"].items()) {
        if (Status set = setOption(request, key, spelled(value)); !set)
            return set;
    }
    return {};
}

Result<CaseRequest> readRequest(const json &object, const ModelConfig &config, bool negative)
{
    CaseRequest result;
    GenerationRequest &request = result.request;
    request.size = object.contains("size") ? spelled(object["size"]) : config.schedule.size;
    request.negativePrompt = negative ? "given" : "";
    const GenerationDefaults &defaults = config.generation;
    request.guidance = defaults.guidance;
    if (object.contains("guidance")) {
        const auto guidance = optionValue<Guidance>(spelled(object["guidance"]));
        if (!guidance)
            return tl::unexpected(corrupt("guidance is neither apg nor cfg"));
        request.guidance = *guidance;
    }
    const auto frames = numberMember(object, "frames", defaults.frames);
    const auto scale = numberMember(object, "guidance_scale", defaults.guidanceScale);
    const auto threshold = numberMember(object, "apg_norm_threshold", defaults.apgNormThreshold);
    const auto tauImage = numberMember(object, "tau_image", defaults.tauImage);
    const auto tauVideo = numberMember(object, "tau_video", defaults.tauVideo);
    const auto aspect = aspectMember(object, defaults.aspect);
    for (const auto *value : {&frames, &scale, &threshold, &tauImage, &tauVideo, &aspect}) {
        if (!*value)
            return tl::unexpected(value->error());
    }
    request.frames = int(*frames);
    request.guidanceScale = *scale;
    request.apgNormThreshold = *threshold;
    request.tauImage = *tauImage;
    request.tauVideo = *tauVideo;
    if (const Status method = readMethod(object, request); !method)
        return tl::unexpected(method.error());
    if (request.size != config.schedule.size)
        return failure(ErrorCode::InvalidRequest,
                       "size: the model of this case was made for " + config.schedule.size);
    const auto latentFrames = latentFramesOf(request.frames);
    if (!latentFrames)
        return tl::unexpected(latentFrames.error());
    auto schedule = buildSchedule(config.schedule, config.quantizer, *aspect,
                                  clipPlan(*latentFrames, config.schedule.framesPerClip));
    if (!schedule)
        return tl::unexpected(schedule.error());
    result.schedule = std::move(*schedule);
    return result;
}

Result<model::ModelFolder> folderOf(const ReplayInput &input)
{
    const auto name = textMember(input.description, "model");
    if (!name)
        return tl::unexpected(name.error());
    return model::openModelFolder(input.folder / *name);
}

Result<at::Tensor> inputTensor(const ReplayInput &input, const std::string &name)
{
    const auto found = input.tensors.find(name);
    if (found == input.tensors.end())
        return failure(ErrorCode::CorruptFile, "inputs.safetensors: no tensor \"" + name + "\"");
    return found->second;
}

Result<TensorMap> replayTransformer(const ReplayInput &input)
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

    const bool negative = input.tensors.contains("negative");
    auto described = readRequest(input.description, loaded.config, negative);
    if (!described)
        return tl::unexpected(described.error());
    const auto text = inputTensor(input, "text");
    if (!text)
        return tl::unexpected(text.error());
    TextFeatures features;
    features.promptTokens = int(text->size(0));
    features.branches.push_back(*text);
    if (described->request.guidanceScale != 1.0)
        features.branches.push_back(negative
                                        ? input.tensors.at("negative")
                                        : loaded.transformer->unconditionalFeatures(features.promptTokens));

    // Every step must be given, before the first is computed.
    for (const Scale &scale : described->schedule.scales) {
        for (int repetition = 0; repetition < scale.repetitions; ++repetition) {
            const auto name = stepKey({scale.clip, scale.index, 0, repetition, 0}) + "/bits";
            const auto bits = inputTensor(input, name);
            if (!bits)
                return tl::unexpected(bits.error());
            if (bits->dim() != 2 || bits->size(0) != scale.shape.tokens() || bits->size(1) != scale.bits)
                return failure(ErrorCode::CorruptFile, "inputs.safetensors: " + name + " has another shape");
        }
    }
    Trace trace;
    SilentObserver observer;
    RunControl control;
    GeneratorInput work{
        loaded, described->request, described->schedule, std::move(features), {}, {}, {}, &trace, 0};
    work.givenBits = [&input](const StepIndex &index) { return input.tensors.at(stepKey(index) + "/bits"); };
    Generator generator(std::move(work), observer, control);
    generator.run();
    TensorMap result;
    for (const auto &[name, tensor] : trace.tensors())
        result[name] = tensor;
    result["latent"] = generator.latent();
    return result;
}

Result<TensorMap> replayVae(const ReplayInput &input, bool decode)
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
    const auto source = inputTensor(input, decode ? "latent" : "video");
    if (!source)
        return tl::unexpected(source.error());
    if (source->dim() != 4)
        return failure(ErrorCode::CorruptFile, "inputs.safetensors: the tensor has not four dimensions");
    if (!decode)
        return TensorMap{{"latent", (*vae)->encode(*source, [](double) {}, {})}};
    std::vector<at::Tensor> frames;
    (*vae)->decode(*source, [&](const at::Tensor &chunk) { frames.push_back(chunk.clone()); }, {});
    return TensorMap{{"video", at::cat(frames, 1)}};
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
    auto described = readRequest(input.description, folder->config, false);
    if (!described)
        return tl::unexpected(described.error());
    return CaseSchedule{std::move(described->schedule), folder->config.transformer};
}

Result<TensorMap> replayBits(const ReplayInput &input)
{
    const auto described = caseSchedule(input);
    if (!described)
        return tl::unexpected(described.error());
    const auto latent = inputTensor(input, "latent");
    if (!latent)
        return tl::unexpected(latent.error());
    const Schedule &schedule = described->schedule;
    const GridShape shape = schedule.lastShape(0);
    if (latent->dim() != 4 || latent->size(1) != schedule.latentFrames() || latent->size(2) != shape.h ||
        latent->size(3) != shape.w)
        return failure(ErrorCode::CorruptFile, "inputs.safetensors: the latent does not fit the schedule");
    TensorMap result;
    at::Tensor features;
    for (const Scale &scale : schedule.scales) {
        const Clip &clip = schedule.clips[std::size_t(scale.clip)];
        const at::Tensor target = latent->narrow(1, clip.firstFrame, clip.latentFrames);
        if (scale.indexInClip == 0)
            features = at::zeros_like(target);
        for (int repetition = 0; repetition < scale.repetitions; ++repetition) {
            const at::Tensor bits = model::bitsFromResidual(target, features, scale.shape, scale.bits);
            result[stepKey({scale.clip, scale.index, 0, repetition, 0}) + "/bits"] = bits;
            features = features + model::upsampleCodes(model::codesFromBits(bits, scale.shape),
                                                       schedule.lastShape(scale.clip));
        }
    }
    return result;
}

Result<TensorMap> replayText(const ReplayInput &input)
{
    const auto name = textMember(input.description, "model");
    if (!name)
        return tl::unexpected(name.error());
    const auto encoder = model::TextEncoder::load(input.folder / *name, input.placement);
    if (!encoder)
        return tl::unexpected(encoder.error());
    std::ifstream file(input.folder / "prompts.json");
    const json prompts = json::parse(file, nullptr, false);
    if (!prompts.is_object() || !prompts.contains("prompts") || !prompts["prompts"].is_array())
        return failure(ErrorCode::CorruptFile, "prompts.json: it does not hold a list \"prompts\"");
    TensorMap result;
    int index = 0;
    for (const auto &prompt : prompts["prompts"]) {
        if (!prompt.is_string())
            return failure(ErrorCode::CorruptFile, "prompts.json: a prompt is not text");
        const auto tokens = (*encoder)->tokenize(prompt.get<std::string>());
        const std::string key = std::to_string(index++);
        result[key + "/ids"] = at::tensor(tokens.ids, at::kInt);
        result[key + "/features"] = (*encoder)->encode(tokens.ids, {});
    }
    return result;
}

Result<TensorMap> replayRope(const ReplayInput &input)
{
    const auto described = caseSchedule(input);
    if (!described)
        return tl::unexpected(described.error());
    const auto &config = described->transformer;
    const Schedule &schedule = described->schedule;
    TensorMap result;
    result["text"] = model::textRope(16, config.headDim());
    for (const auto &name : input.wanted) {
        int scale = 0;
        int step = 0;
        if (name == "text" ||
            std::sscanf(name.c_str(), "scale%d.step%d", &scale, &step) != 2) // NOLINT(cert-err34-c)
            continue;
        if (scale < 0 || scale >= int(schedule.scales.size()))
            return failure(ErrorCode::CorruptFile,
                           "expected.safetensors: " + name + " names no scale of the schedule");
        const Scale &which = schedule.scales[std::size_t(scale)];
        result[name] = model::visualRope(which, step, schedule.lastShape(which.clip), config.textMaxTokens,
                                         config.headDim());
    }
    return result;
}

} // namespace

Result<std::string> textMember(const json &object, const char *key)
{
    if (!object.is_object() || !object.contains(key) || !object[key].is_string())
        return tl::unexpected(corrupt(std::string("no text \"") + key + "\""));
    return object[key].get<std::string>();
}

Result<TensorMap> replayTensors(const ReplayInput &input)
{
    const auto kind = textMember(input.description, "kind");
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
    return tl::unexpected(corrupt("the kind \"" + *kind + "\" is not known"));
}

} // namespace faststar::pipeline
