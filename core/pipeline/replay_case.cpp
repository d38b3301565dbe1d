// SPDX-License-Identifier: Apache-2.0
#include "core/pipeline/replay_case.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include <nlohmann/json.hpp>

#include "core/domain/option_names.h"
#include "core/domain/validate.h"

namespace faststar::pipeline
{

using nlohmann::json;

namespace
{

constexpr std::array<std::string_view, 16> kKeys{
    "kind",      "model",    "frames", "aspect",  "size",     "tolerance",      "forced",
    "method",    "ratios",   "p",      "options", "guidance", "guidance_scale", "apg_norm_threshold",
    "tau_image", "tau_video"};

// Fine enough that a height/width survives being spelled as two whole numbers.
constexpr int kAspectUnits = 1'000'000;
constexpr double kMostFrames = 1e6;
constexpr double kMostAspect = 1000.0;

Error corrupt(const std::string &detail)
{
    return {ErrorCode::CorruptFile, "case.json: " + detail};
}

// What the request's own parsers refuse is a damaged case; what is not built stays unsupported.
tl::unexpected<Error> refused(const Error &error)
{
    return tl::unexpected<Error>(error.code == ErrorCode::InvalidRequest ? corrupt(error.detail) : error);
}

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

Result<int> framesMember(const json &object, int otherwise)
{
    const auto frames = numberMember(object, "frames", otherwise);
    if (!frames)
        return tl::unexpected(frames.error());
    if (!(*frames >= 0.0 && *frames <= kMostFrames) || *frames != std::floor(*frames))
        return tl::unexpected(corrupt("frames is not a whole number from 0 to a million"));
    return int(*frames);
}

Result<double> aspectMember(const json &object, const Aspect &otherwise)
{
    if (!object.contains("aspect"))
        return otherwise.heightOverWidth();
    double value = 0.0;
    if (object["aspect"].is_number()) {
        value = object["aspect"].get<double>();
    } else {
        const auto aspect = parseAspect(spelled(object["aspect"]));
        if (!aspect)
            return refused(aspect.error());
        value = aspect->heightOverWidth();
    }
    if (!(value > 0.0 && value < kMostAspect))
        return tl::unexpected(corrupt("aspect is no height divided by a width"));
    return value;
}

Status readMethod(const json &object, GenerationRequest &request)
{
    const auto method = object.contains("method") ? parseMethod(spelled(object["method"])) : Method::None;
    if (!method)
        return refused(method.error());
    request.method = *method;
    if (object.contains("ratios")) {
        if (!object["ratios"].is_array())
            return tl::unexpected(corrupt("ratios is not a list"));
        std::string list;
        for (const auto &ratio : object["ratios"])
            list += (list.empty() ? "" : ",") + spelled(ratio);
        const auto ratios = parseRatios(list);
        if (!ratios)
            return refused(ratios.error());
        request.ratiosPermille = *ratios;
    }
    if (object.contains("p")) {
        const auto p = parseNorm(spelled(object["p"]));
        if (!p)
            return refused(p.error());
        request.p = *p;
    }
    if (!object.contains("options"))
        return {};
    if (!object["options"].is_object())
        return tl::unexpected(corrupt("options is not an object"));
    for (const auto &[key, value] : object["options"].items()) {
        if (Status set = setOption(request, key, spelled(value)); !set)
            return refused(set.error());
    }
    return {};
}

Status readNumbers(const json &object, const GenerationDefaults &defaults, GenerationRequest &request)
{
    const auto scale = numberMember(object, "guidance_scale", defaults.guidanceScale);
    const auto threshold = numberMember(object, "apg_norm_threshold", defaults.apgNormThreshold);
    const auto tauImage = numberMember(object, "tau_image", defaults.tauImage);
    const auto tauVideo = numberMember(object, "tau_video", defaults.tauVideo);
    for (const auto *value : {&scale, &threshold, &tauImage, &tauVideo}) {
        if (!*value)
            return tl::unexpected(value->error());
    }
    request.guidanceScale = *scale;
    request.apgNormThreshold = *threshold;
    request.tauImage = *tauImage;
    request.tauVideo = *tauVideo;
    return {};
}

} // namespace

Result<CaseRequest> readCaseRequest(const json &description, const ModelConfig &config, bool negative)
{
    CaseRequest result;
    GenerationRequest &request = result.request;
    const GenerationDefaults &defaults = config.generation;
    request.size = description.contains("size") ? spelled(description["size"]) : config.schedule.size;
    if (request.size != config.schedule.size)
        return failure(ErrorCode::ModelMismatch, "case.json: size is " + request.size +
                                                     ", but its model was made for " + config.schedule.size);
    request.negativePrompt = negative ? "given" : "";
    request.guidance = defaults.guidance;
    if (description.contains("guidance")) {
        const auto guidance = optionValue<Guidance>(spelled(description["guidance"]));
        if (!guidance)
            return tl::unexpected(corrupt("guidance is neither apg nor cfg"));
        request.guidance = *guidance;
    }
    const auto frames = framesMember(description, defaults.frames);
    if (!frames)
        return tl::unexpected(frames.error());
    request.frames = *frames;
    const auto aspect = aspectMember(description, defaults.aspect);
    if (!aspect)
        return tl::unexpected(aspect.error());
    request.aspect = {kAspectUnits, int(std::lround(*aspect * kAspectUnits))};
    for (const auto &status : {readNumbers(description, defaults, request), readMethod(description, request)})
        if (!status)
            return tl::unexpected(status.error());
    if (const Status valid = checkRequest(request, config); !valid)
        return refused(valid.error());

    const auto latentFrames = latentFramesOf(request.frames);
    if (!latentFrames)
        return refused(latentFrames.error());
    auto schedule = buildSchedule(config.schedule, config.quantizer, *aspect,
                                  clipPlan(*latentFrames, config.schedule.framesPerClip));
    if (!schedule)
        return refused(schedule.error());
    result.schedule = std::move(*schedule);
    return result;
}

Result<std::string> caseText(const json &description, const char *key)
{
    if (!description.is_object() || !description.contains(key) || !description[key].is_string())
        return tl::unexpected(corrupt(std::string("no text \"") + key + "\""));
    return description[key].get<std::string>();
}

Result<double> caseTolerance(const json &description)
{
    auto tolerance = numberMember(description, "tolerance", -1.0);
    if (!tolerance)
        return tolerance;
    if (!(*tolerance >= 0.0))
        return tl::unexpected(corrupt("tolerance is missing or below 0"));
    return tolerance;
}

std::vector<std::string> unknownCaseKeys(const json &description)
{
    std::vector<std::string> unknown;
    for (const auto &[key, value] : description.items())
        if (std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end())
            unknown.push_back(key);
    return unknown;
}

} // namespace faststar::pipeline
