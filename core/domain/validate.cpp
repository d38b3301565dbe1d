// SPDX-License-Identifier: Apache-2.0
#include "core/domain/validate.h"

#include "core/domain/utf8.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <initializer_list>

#include "core/domain/option_names.h"
#include "core/domain/prompt_text.h"
#include "core/domain/reduction_plan.h"
#include "core/domain/selection.h"

namespace faststar
{

namespace
{

// A prompt longer than this is a file given by mistake; the model reads 511 tokens.
constexpr std::size_t kMaxPromptBytes = 1 << 20;
constexpr double kMaxGuidance = 10000.0;
// 1 / tau multiplies the logits; beyond these bounds float32 leaves its range.
constexpr double kLeastTau = 1e-6;
constexpr double kMostTau = 1e6;
// Templates reach from 1:3 to 3:1; what is far outside is a slip.
constexpr double kMostAspect = 8.0;

class Findings
{
public:
    void add(std::string field, std::string detail, ErrorCode code = ErrorCode::InvalidRequest)
    {
        m_errors.push_back({std::move(field), code, std::move(detail)});
    }
    void number(const char *field, double value, double least, double most)
    {
        if (!(value >= least && value <= most)) // also refuses NaN
            add(field,
                formatNumber(value) + " is not from " + formatNumber(least) + " to " + formatNumber(most));
    }
    [[nodiscard]] bool empty() const { return m_errors.empty(); }
    [[nodiscard]] std::vector<FieldError> take() { return std::move(m_errors); }

private:
    std::vector<FieldError> m_errors;
};

bool isText(const std::string &text)
{
    if (text.size() > kMaxPromptBytes)
        return false;
    for (std::size_t at = 0; at < text.size();) {
        const auto length = utf8SequenceLength(text, at);
        if (length == 0 || text[at] == '\0')
            return false;
        at += length;
    }
    return true;
}

void checkTexts(const GenerationRequest &request, Findings &findings)
{
    const std::initializer_list<std::pair<const char *, const std::string *>> texts{
        {"prompt", &request.prompt},
        {"negative_prompt", &request.negativePrompt},
        {"prompt_prefix", &request.promptPrefix},
        {"prompt_suffix", &request.promptSuffix}};
    for (const auto &[field, text] : texts) {
        if (!isText(*text))
            findings.add(field, "longer than a mebibyte, or no UTF-8 text");
    }
}

void checkFrames(const GenerationRequest &request, const ModelConfig &model, Findings &findings)
{
    const int most = maxFrames(model);
    const int frames = request.frames;
    if (frames < 1 || frames > most) {
        findings.add("frames", std::to_string(frames) + " is not from 1 to " + std::to_string(most));
    } else if (frames % 4 != 1) {
        const int below = (frames - 1) / 4 * 4 + 1;
        findings.add("frames", std::to_string(frames) + " is not 1 + 4k; the nearest are " +
                                   std::to_string(below) + " and " +
                                   std::to_string(std::min(below + 4, most)));
    }
}

void checkPicture(const GenerationRequest &request, const ModelConfig &model, Findings &findings)
{
    if (request.size != model.schedule.size)
        findings.add("size",
                     "the model was not made for '" + request.size + "' but for " + model.schedule.size);
    const auto &aspect = request.aspect;
    if (aspect.width < 1 || aspect.height < 1 || aspect.heightOverWidth() > kMostAspect ||
        aspect.heightOverWidth() < 1.0 / kMostAspect)
        findings.add("aspect", formatAspect(aspect) + " is not from 1:8 to 8:1");
}

void checkPruning(const GenerationRequest &request, Findings &findings)
{
    for (const int permille : request.ratiosPermille) {
        if (permille < 0 || permille > 1000) {
            findings.add("ratios", formatNumber(permille / 1000.0) + " is not from 0 to 1");
            break;
        }
    }
    if (!(request.p >= 1.0))
        findings.add("p", formatNumber(request.p) + " is not from 1 to inf");
    const auto &pruning = request.pruning;
    findings.number("frame_floor", pruning.frameFloor, 0.0, 1.0);
    if (!(pruning.eps > 0.0 && pruning.eps <= 1.0))
        findings.add("eps", formatNumber(pruning.eps) + " is not above 0 and at most 1");
    if (pruning.spatialRef == SpatialRef::OwnStep && pruning.compute != Compute::Full)
        findings.add("spatial_ref", "own_step looks at the step's own result and needs compute=full");
}

// A later clip must find something where it attends to: a scale that it reads may not lose all of its
// tokens when only those that were kept are stored.
void checkContext(const GenerationRequest &request, const ModelConfig &model, Findings &findings)
{
    if (request.method == Method::None || request.pruning.contextKv != ContextKv::KeptOnly)
        return;
    const auto schedule = scheduleOf(request, model);
    if (!schedule)
        return;
    for (const Scale &scale : schedule->scales) {
        const int permille = stepRatioPermille(request, *schedule, scale, scale.repetitions - 1);
        if (permille > 0 && schedule->isContext(scale.index) &&
            keptCount(scale.shape.tokens(), permille, request.pruning.topkRound) == 0) {
            findings.add("ratios", formatNumber(permille / 1000.0) +
                                       " leaves later clips nothing to attend to with context_kv=kept_only");
            return;
        }
    }
}

void checkCondition(const GenerationRequest &request, const ModelConfig &model, Findings &findings)
{
    const int given = request.conditionLatentFrames;
    const int wanted = 1 + (request.frames - 1) / 4;
    switch (request.condition) {
    case ConditionKind::None:
        if (given != 0)
            findings.add("condition", "given frames without an image or a video");
        break;
    case ConditionKind::Image:
        if (given != 1)
            findings.add("condition", "an image is one latent frame, not " + std::to_string(given));
        else if (wanted < 2)
            findings.add("frames", "with an image, at least 5 are needed");
        break;
    case ConditionKind::Video:
        if (given < 2)
            findings.add("condition", "a video needs at least 5 frames");
        else if (given - 1 > std::max(model.schedule.framesPerClip, 1))
            findings.add("condition", "at most " + std::to_string(1 + 4 * model.schedule.framesPerClip) +
                                          " frames of a video can be given");
        else if (given >= wanted)
            findings.add("frames", std::to_string(request.frames) + " is not more than the " +
                                       std::to_string(1 + 4 * (given - 1)) + " that are given");
        break;
    }
}

} // namespace

int maxFrames(const ModelConfig &model)
{
    return 1 + 4 * kMaxVideoClips * std::clamp(model.schedule.framesPerClip, 1, 1000);
}

std::vector<FieldError> validate(const GenerationRequest &request, const ModelConfig &model)
{
    Findings findings;
    checkTexts(request, findings);
    if (request.seed < 0)
        findings.add("seed", std::to_string(request.seed) + " is negative");
    checkPicture(request, model, findings);
    checkFrames(request, model, findings);
    findings.number("guidance_scale", request.guidanceScale, 1.0, kMaxGuidance);
    findings.number("apg_norm_threshold", request.apgNormThreshold, 0.0, kMaxGuidance);
    findings.number("tau_image", request.tauImage, kLeastTau, kMostTau);
    findings.number("tau_video", request.tauVideo, kLeastTau, kMostTau);
    checkPruning(request, findings);
    checkCondition(request, model, findings);
    if (findings.empty()) // only a request that makes sense has a schedule
        checkContext(request, model, findings);
    return findings.take();
}

Status checkRequest(const GenerationRequest &request, const ModelConfig &model)
{
    const auto errors = validate(request, model);
    if (errors.empty())
        return {};
    return failure(errors.front().code, errors.front().field + ": " + errors.front().detail);
}

GenerationRequest defaultRequest(const ModelConfig &model)
{
    const auto &defaults = model.generation;
    GenerationRequest request;
    request.size = model.schedule.size;
    request.aspect = defaults.aspect;
    request.frames = defaults.frames;
    request.guidance = defaults.guidance;
    request.guidanceScale = defaults.guidanceScale;
    request.apgNormThreshold = defaults.apgNormThreshold;
    request.tauImage = defaults.tauImage;
    request.tauVideo = defaults.tauVideo;
    request.smoothFirstFrame = defaults.smoothFirstFrame;
    expandPrompts(request, model);
    return request;
}

void expandPrompts(GenerationRequest &request, const ModelConfig &model)
{
    const int fps = model.schedule.fps;
    request.promptPrefix = expandPromptTemplate(model.generation.promptPrefix, request.frames, fps);
    request.promptSuffix = expandPromptTemplate(model.generation.promptSuffix, request.frames, fps);
}

} // namespace faststar
