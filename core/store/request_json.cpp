// SPDX-License-Identifier: Apache-2.0
#include "core/store/request_json.h"

#include <cmath>
#include <limits>

#include "core/domain/option_names.h"
#include "core/store/json_object.h"
#include "core/store/request_object.h"

namespace faststar::store
{

namespace
{

// Bounds against nonsense; the narrower ones of a model are core/domain/validate.h's.
constexpr int kMaxFrames = 1 << 20;
constexpr double kMaxNumber = 1e9;
constexpr std::size_t kMaxPathBytes = 4096;

template <typename Enum> void readName(ObjectReader &reader, const char *key, Enum &value)
{
    const std::string fallback(optionName(value));
    const auto name = reader.text(key, fallback, 100);
    if (const auto found = optionValue<Enum>(name)) {
        value = *found;
        return;
    }
    std::string allowed;
    for (const auto &entry : optionTable(Enum{}))
        allowed += (allowed.empty() ? "" : ", ") + std::string(entry.name);
    reader.complain(key, "is \"" + name + "\", not one of " + allowed);
}

void readRatios(ObjectReader &reader, std::array<int, 4> &permille)
{
    const auto *ratios = reader.array("ratios", permille.size());
    if (ratios == nullptr)
        return;
    for (std::size_t i = 0; i < permille.size(); ++i) {
        const auto &ratio = (*ratios)[i];
        if (!ratio.is_number() || !(ratio.get<double>() >= 0.0 && ratio.get<double>() <= 1.0))
            return reader.complain("ratios", "has " + ratio.dump() + ", not a number from 0 to 1");
        permille[i] = int(std::lround(ratio.get<double>() * 1000.0));
    }
}

nlohmann::ordered_json pruningObject(const PruningOptions &pruning)
{
    nlohmann::ordered_json object;
    object["spatial_ref"] = optionName(pruning.spatialRef);
    if (pruning.temporalRef) // absent = by the number of clips
        object["temporal_ref"] = optionName(*pruning.temporalRef);
    object["topk_scope"] = optionName(pruning.topkScope);
    object["topk_round"] = optionName(pruning.topkRound);
    object["mask_mode"] = optionName(pruning.maskMode);
    object["mask_up"] = optionName(pruning.maskUp);
    object["fill"] = optionName(pruning.fill);
    object["apg_stats"] = optionName(pruning.apgStats);
    object["context_kv"] = optionName(pruning.contextKv);
    object["clips"] = optionName(pruning.clips);
    object["compute"] = optionName(pruning.compute);
    object["frame_floor"] = pruning.frameFloor;
    object["eps"] = pruning.eps;
    return object;
}

void readPruning(ObjectReader &reader, const nlohmann::json &object, PruningOptions &pruning)
{
    readName(reader, "spatial_ref", pruning.spatialRef);
    if (object.contains("temporal_ref")) {
        auto value = TemporalRef::FirstClipFinal;
        readName(reader, "temporal_ref", value);
        pruning.temporalRef = value;
    }
    readName(reader, "topk_scope", pruning.topkScope);
    readName(reader, "topk_round", pruning.topkRound);
    readName(reader, "mask_mode", pruning.maskMode);
    readName(reader, "mask_up", pruning.maskUp);
    readName(reader, "fill", pruning.fill);
    readName(reader, "apg_stats", pruning.apgStats);
    readName(reader, "context_kv", pruning.contextKv);
    readName(reader, "clips", pruning.clips);
    readName(reader, "compute", pruning.compute);
    pruning.frameFloor = reader.number("frame_floor", pruning.frameFloor, 0.0, 1.0);
    pruning.eps = reader.number("eps", pruning.eps, std::numeric_limits<double>::min(), 1.0);
}

} // namespace

nlohmann::ordered_json requestObject(const GenerationRequest &request)
{
    nlohmann::ordered_json object;
    object["prompt"] = request.prompt;
    object["negative_prompt"] = request.negativePrompt;
    object["prompt_prefix"] = request.promptPrefix;
    object["prompt_suffix"] = request.promptSuffix;
    object["seed"] = request.seed;
    object["size"] = request.size;
    object["aspect"] = formatAspect(request.aspect);
    object["frames"] = request.frames;
    object["guidance"] = optionName(request.guidance);
    object["guidance_scale"] = request.guidanceScale;
    object["apg_norm_threshold"] = request.apgNormThreshold;
    object["tau_image"] = request.tauImage;
    object["tau_video"] = request.tauVideo;
    object["greedy"] = request.greedy;
    object["method"] = optionName(request.method);
    auto ratios = nlohmann::ordered_json::array();
    for (const int permille : request.ratiosPermille)
        ratios.push_back(permille / 1000.0);
    object["ratios"] = ratios;
    if (std::isinf(request.p))
        object["p"] = "inf";
    else
        object["p"] = request.p;
    object["pruning"] = pruningObject(request.pruning);
    object["condition"] = optionName(request.condition);
    object["condition_path"] = request.conditionPath;
    object["condition_latent_frames"] = request.conditionLatentFrames;
    object["smooth_first_frame"] = request.smoothFirstFrame;
    return object;
}

Result<GenerationRequest> requestFromObject(const nlohmann::json &object, const std::string &source,
                                            const std::string &path)
{
    GenerationRequest request;
    ObjectReader reader(object, path);
    reader.require("prompt");
    request.prompt = reader.text("prompt", "");
    request.negativePrompt = reader.text("negative_prompt", "");
    request.promptPrefix = reader.text("prompt_prefix", "");
    request.promptSuffix = reader.text("prompt_suffix", "");
    request.seed = reader.integer("seed", 0, 0, std::numeric_limits<std::int64_t>::max());
    request.size = reader.text("size", "", 100);
    if (object.contains("aspect")) {
        const auto aspect = parseAspect(reader.text("aspect", "16:9", 100));
        if (!aspect)
            reader.complain("aspect", aspect.error().detail);
        else
            request.aspect = *aspect;
    }
    request.frames = int(reader.integer("frames", request.frames, 1, kMaxFrames));
    readName(reader, "guidance", request.guidance);
    request.guidanceScale = reader.number("guidance_scale", request.guidanceScale, 1.0, kMaxNumber);
    request.apgNormThreshold = reader.number("apg_norm_threshold", request.apgNormThreshold, 0.0, kMaxNumber);
    const double leastTau = std::numeric_limits<double>::min();
    request.tauImage = reader.number("tau_image", request.tauImage, leastTau, kMaxNumber);
    request.tauVideo = reader.number("tau_video", request.tauVideo, leastTau, kMaxNumber);
    request.greedy = reader.boolean("greedy", request.greedy);
    readName(reader, "method", request.method);
    readRatios(reader, request.ratiosPermille);
    request.p = reader.number("p", request.p, 1.0, std::numeric_limits<double>::max(), true);
    readName(reader, "condition", request.condition);
    request.conditionPath = reader.text("condition_path", "", kMaxPathBytes);
    request.conditionLatentFrames = int(reader.integer("condition_latent_frames", 0, 0, kMaxFrames));
    request.smoothFirstFrame = reader.boolean("smooth_first_frame", request.smoothFirstFrame);
    const auto *pruning = reader.object("pruning");
    if (reader.problem())
        return failure(ErrorCode::InvalidRequest, source + ": " + *reader.problem());
    if (pruning != nullptr) {
        ObjectReader options(*pruning, path + "pruning.");
        readPruning(options, *pruning, request.pruning);
        if (options.problem())
            return failure(ErrorCode::InvalidRequest, source + ": " + *options.problem());
    }
    return request;
}

std::string compactText(const nlohmann::ordered_json &document)
{
    return document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string requestToJson(const GenerationRequest &request)
{
    return compactText(requestObject(request));
}

Result<GenerationRequest> requestFromJson(std::string_view text, const std::string &source)
{
    const auto object = parseObject(text, source);
    if (!object)
        return tl::unexpected(object.error());
    return requestFromObject(*object, source, "");
}

} // namespace faststar::store
