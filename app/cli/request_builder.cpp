// SPDX-License-Identifier: Apache-2.0
#include "app/cli/request_builder.h"

#include <algorithm>
#include <climits>
#include <cmath>
#include <map>

#include "app/cli/text.h"
#include "core/domain/option_names.h"
#include "core/domain/schedule.h"
#include "core/domain/validate.h"

namespace faststar::cli
{

namespace
{

constexpr int kMostPixels = 10000;
// A template's name and its shape in whole tokens differ by about a hundredth at most.
constexpr double kSameShape = 0.012;

tl::unexpected<Error> usage(std::string detail)
{
    return failure(ErrorCode::InvalidRequest, std::move(detail));
}

Status takeNumber(const char *flag, const std::optional<std::string> &value, double &target)
{
    if (!value)
        return {};
    const auto number = parseNumber(*value);
    if (!number)
        return usage(std::string(flag) + ": '" + *value + "' is not a number");
    target = *number;
    return {};
}

std::string pixels(const Schedule &schedule)
{
    return std::to_string(schedule.pixelWidth()) + "x" + std::to_string(schedule.pixelHeight());
}

// "WxH" as a shape that the model makes exactly.
Result<Aspect> exactShape(const std::string &text, const ModelConfig &model)
{
    std::string known;
    for (const double key : aspectKeys()) {
        const auto shapes = scaleShapes(model.schedule.size, key);
        if (shapes.empty())
            continue;
        const int width = shapes.back().w * 16, height = shapes.back().h * 16;
        const auto name = std::to_string(width) + "x" + std::to_string(height);
        if (name == text)
            return Aspect{width, height};
        known += known.empty() ? "" : ", ";
        known += name;
    }
    return usage("size: the model does not make " + text + "; it makes " + model.schedule.size + ": " +
                 known);
}

Status takeSize(const RequestOptions &options, const ModelConfig &model, GenerationRequest &request)
{
    if (!options.size)
        return {};
    if (options.size->find('x') == std::string::npos) {
        request.size = *options.size; // judged by validate()
        return {};
    }
    if (options.aspect || options.width || options.height)
        return usage("size: WIDTHxHEIGHT says the shape already; leave out --aspect, -W and -H");
    const auto shape = exactShape(*options.size, model);
    if (!shape)
        return tl::unexpected(shape.error());
    request.aspect = *shape;
    return {};
}

Status takeShape(const RequestOptions &options, GenerationRequest &request)
{
    if (options.width.has_value() != options.height.has_value())
        return usage("-W and -H only go together");
    if (options.width && options.aspect)
        return usage("aspect: either --aspect or -W and -H, not both");
    if (!options.width && !options.aspect)
        return {};
    if (options.width) {
        const auto width = flagNumber("-W", options.width, 0, 1, kMostPixels);
        const auto height = flagNumber("-H", options.height, 0, 1, kMostPixels);
        if (!width || !height)
            return tl::unexpected(width ? height.error() : width.error());
        request.aspect = {*width, *height};
        return {};
    }
    const auto aspect = parseAspect(*options.aspect);
    if (!aspect)
        return tl::unexpected(aspect.error());
    request.aspect = *aspect;
    return {};
}

// Says which of the model's shapes was taken when it is not the one asked for.
void noteShape(const RequestOptions &options, const ModelConfig &model, BuiltRequest &built)
{
    if (!options.width && !options.aspect)
        return;
    const auto schedule = scheduleOf(built.request, model);
    if (!schedule)
        return;
    const auto asked =
        options.width ? *options.width + "x" + *options.height : formatAspect(built.request.aspect);
    const auto &aspect = built.request.aspect;
    const bool same = options.width
                          ? asked == pixels(*schedule)
                          : aspect == model.generation.aspect ||
                                std::abs(schedule->aspectKey / aspect.heightOverWidth() - 1.0) < kSameShape;
    if (!same)
        built.notes.push_back(
            fillIn(text("faststar", "%1 was asked for; the nearest shape the model makes is %2."),
                   {asked, pixels(*schedule)}));
}

// Was more asked for than thousandths say?
bool wereRounded(std::string_view text, const std::array<int, 4> &permille)
{
    for (const int taken : permille) {
        const auto end = std::min(text.find(','), text.size());
        const auto asked = parseNumber(text.substr(0, end));
        if (!asked || std::abs(*asked * 1000.0 - taken) > 1e-6)
            return true;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return false;
}

// Do two texts give an option the same value? Those that give none are judged elsewhere.
bool sameValue(const std::string &key, const std::string &one, const std::string &other)
{
    GenerationRequest first, second;
    const bool valid = setOption(first, key, one) && setOption(second, key, other);
    return !valid || first == second;
}

// An option that is given twice, by two --option or by a flag as well, must have one value.
Status checkOnce(const RequestOptions &options)
{
    std::map<std::string, std::string> values;
    const std::pair<const char *, const std::optional<std::string> *> flags[] = {
        {"method", &options.method}, {"ratio", &options.ratios}, {"p", &options.p}, {"seed", &options.seed}};
    for (const auto &[key, value] : flags) {
        if (*value)
            values[key] = **value;
    }
    for (const auto &option : options.options) {
        const auto equals = std::min(option.find('='), option.size());
        const auto key = option.substr(0, equals);
        const auto value = equals < option.size() ? option.substr(equals + 1) : std::string();
        const auto [known, isNew] = values.emplace(key, value);
        const bool randomSeed = key == "seed" && known->second.starts_with('-') && !value.starts_with('-');
        if (!isNew && (randomSeed || !sameValue(key, known->second, value)))
            return usage(fillIn("%1: given twice, as %2 and as %3", {key, known->second, value}));
    }
    return {};
}

bool hasOption(const RequestOptions &options, std::string_view key)
{
    return std::any_of(options.options.begin(), options.options.end(),
                       [&](std::string_view option) { return option.substr(0, option.find('=')) == key; });
}

Status takeMethod(const RequestOptions &options, BuiltRequest &built)
{
    auto &request = built.request;
    const bool wasNone = request.method == Method::None;
    if (auto once = checkOnce(options); !once)
        return once;
    for (const auto &option : options.options) {
        if (auto set = setOption(request, option); !set)
            return set;
    }
    if (options.method) {
        const auto method = parseMethod(*options.method);
        if (!method)
            return tl::unexpected(method.error());
        request.method = *method;
    }
    if (request.method == Method::None && (options.ratios || hasOption(options, "ratio")))
        return usage("ratios: the method none prunes nothing; leave out the ratios or the method none");
    if (options.ratios) {
        const auto ratios = parseRatios(*options.ratios);
        if (!ratios)
            return tl::unexpected(ratios.error());
        request.ratiosPermille = *ratios;
        if (wereRounded(*options.ratios, *ratios))
            built.notes.push_back(fillIn(text("faststar", "The ratios are %1."), {formatRatios(*ratios)}));
    }
    if (options.p) {
        const auto p = parseNorm(*options.p);
        if (!p)
            return tl::unexpected(p.error());
        request.p = *p;
    }
    if (!options.ratios && !hasOption(options, "ratio") && wasNone && request.method != Method::None)
        request.ratiosPermille = GenerationRequest().ratiosPermille;
    if (request.method == Method::None) {
        request.ratiosPermille = {0, 0, 0, 0};
        if (options.p || !options.options.empty())
            built.notes.push_back(
                text("faststar", "The method none has no options: --p and --option do nothing."));
    }
    return {};
}

Status takeGuidance(const RequestOptions &options, GenerationRequest &request)
{
    if (options.guidance) {
        const auto guidance = optionValue<Guidance>(*options.guidance);
        if (!guidance)
            return usage("guidance: '" + *options.guidance + "' is neither apg nor cfg");
        request.guidance = *guidance;
    }
    if (auto taken = takeNumber("guidance_scale", options.guidanceScale, request.guidanceScale); !taken)
        return taken;
    if (auto taken = takeNumber("tau_image", options.tauImage, request.tauImage); !taken)
        return taken;
    if (auto taken = takeNumber("tau_video", options.tauVideo, request.tauVideo); !taken)
        return taken;
    request.greedy = request.greedy || options.greedy;
    return {};
}

Status takeSeed(const RequestOptions &options, BuiltRequest &built)
{
    built.randomSeed = !options.seed;
    if (hasOption(options, "seed"))
        built.randomSeed = false;
    if (!options.seed)
        return {};
    const auto seed = parseInteger(*options.seed);
    if (!seed)
        return usage("seed: '" + *options.seed + "' is not a whole number");
    built.randomSeed = *seed < 0;
    built.request.seed = built.randomSeed ? 0 : *seed;
    return {};
}

// A flag that a journal has decided already; empty when none was given.
std::string fixedFlag(const RequestOptions &options)
{
    const std::pair<const char *, bool> fixed[] = {
        {"--prompt", options.prompt.has_value()}, {"--negative-prompt", options.negativePrompt.has_value()},
        {"--image", !options.image.empty()},      {"--video", !options.video.empty()},
        {"--seed", options.seed.has_value()},     {"-W", options.width.has_value()},
        {"-H", options.height.has_value()},       {"--size", options.size.has_value()},
        {"--aspect", options.aspect.has_value()}, {"--frames", options.frames.has_value()},
        {"--count", options.count.has_value()}};
    for (const auto &[flag, given] : fixed) {
        if (given)
            return flag;
    }
    return {};
}

bool changesMethod(const RequestOptions &options)
{
    return options.method || options.ratios || options.p || !options.options.empty() || options.guidance ||
           options.guidanceScale || options.tauImage || options.tauVideo || options.greedy;
}

} // namespace

Result<BuiltRequest> rebuildRequest(const RequestOptions &options, const GenerationRequest &base, bool branch)
{
    if (const auto flag = fixedFlag(options); !flag.empty())
        return usage(flag + ": the journal has decided that; leave it out with --resume");
    if (!branch && changesMethod(options))
        return usage("resume: only --branch-from-scale may change how the rest is computed");
    BuiltRequest built;
    built.request = base;
    for (const auto &status : {takeMethod(options, built), takeGuidance(options, built.request)}) {
        if (!status)
            return tl::unexpected(status.error());
    }
    if (built.request.seed != base.seed)
        return usage("seed: the journal has decided that; leave it out with --resume");
    return built;
}

Result<int> flagNumber(const char *flag, const std::optional<std::string> &value, int fallback, int least,
                       int most)
{
    if (!value)
        return fallback;
    const auto number = parseInteger(*value);
    if (!number || *number < least || *number > most)
        return usage(std::string(flag) + ": '" + *value + "' is not a whole number from " +
                     std::to_string(least) + " to " + std::to_string(most));
    return int(*number);
}

Result<BuiltRequest> buildRequest(const RequestOptions &options, const ModelConfig &model)
{
    BuiltRequest built;
    auto &request = built.request;
    request = defaultRequest(model);
    request.prompt = options.prompt.value_or("");
    request.negativePrompt = options.negativePrompt.value_or("");
    const auto frames = flagNumber("frames", options.frames, request.frames, INT_MIN, INT_MAX);
    if (!frames)
        return tl::unexpected(frames.error());
    request.frames = *frames;
    if (!options.image.empty() && !options.video.empty())
        return usage("condition: start from --image or from --video, not from both");

    for (const auto &status :
         {takeSize(options, model, request), takeShape(options, request), takeMethod(options, built),
          takeGuidance(options, request), takeSeed(options, built)}) {
        if (!status)
            return tl::unexpected(status.error());
    }
    if (!options.image.empty())
        request.condition = ConditionKind::Image;
    if (!options.video.empty())
        request.condition = ConditionKind::Video;
    request.conditionPath = options.image.empty() ? options.video : options.image;
    expandPrompts(request, model);
    noteShape(options, model, built);
    return built;
}

} // namespace faststar::cli
