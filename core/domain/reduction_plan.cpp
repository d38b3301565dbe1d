// SPDX-License-Identifier: Apache-2.0
#include "core/domain/reduction_plan.h"

#include <algorithm>
#include <array>

#include "core/domain/selection.h"

namespace faststar
{

namespace
{

constexpr int kReducedScales = 4; // the last so many of a video clip

// Multiply-adds of one output position of a 3x3x3 convolution.
double convolution(double inChannels, double outChannels)
{
    return 27.0 * inChannels * outChannels;
}

} // namespace

int stepRatioPermille(const GenerationRequest &request, const Schedule &schedule, const Scale &scale,
                      int repetition)
{
    if (request.method == Method::None || scale.clip == 0)
        return 0;
    const int place = scale.indexInClip - (schedule.scalesPerClip - kReducedScales);
    if (place < 0 || scale.indexInClip < 2) // two finished scales are needed to compare
        return 0;
    const bool lastRepetition = repetition == scale.repetitions - 1;
    if (scale.repetitions > 1 && lastRepetition)
        return 0;
    if (scale.index < forcedScales(request, schedule))
        return 0;
    if (request.pruning.clips == ClipScope::Last && scale.clip != int(schedule.clips.size()) - 1)
        return 0;
    if (request.pruning.contextKv == ContextKv::Protect && schedule.isContext(scale.index))
        return 0;
    return request.ratiosPermille[std::size_t(place)];
}

int forcedScales(const GenerationRequest &request, const Schedule &schedule)
{
    if (request.condition == ConditionKind::None)
        return 0;
    const bool withVideoClip = request.condition == ConditionKind::Video && request.conditionLatentFrames > 1;
    return schedule.scalesPerClip * (withVideoClip ? 2 : 1);
}

std::vector<PlannedStep> planSteps(const GenerationRequest &request, const ModelConfig &model,
                                   const Schedule &schedule, int textTokens)
{
    const TransformerConfig &net = model.transformer;
    const double width = net.width;
    const double keyWidth = double(net.kvHeads) * net.headDim();
    const double perToken =
        2.0 * net.depth * (2.0 * width * width + 2.0 * width * keyWidth + 3.0 * width * net.mlpWidth);
    const double branches = request.guidanceScale == 1.0 ? 1.0 : 2.0;
    const int forced = forcedScales(request, schedule);

    std::vector<PlannedStep> steps;
    for (const Scale &scale : schedule.scales) {
        const std::int64_t context =
            scale.contextScale < 0 ? 0 : schedule.scales[std::size_t(scale.contextScale)].shape.tokens();
        for (int repetition = 0; repetition < scale.repetitions; ++repetition) {
            PlannedStep step;
            step.scale = scale.index;
            step.repetition = repetition;
            step.tokens = scale.shape.tokens();
            step.forced = scale.index < forced;
            step.ratioPermille = stepRatioPermille(request, schedule, scale, repetition);
            const bool storesContext = repetition == scale.repetitions - 1 && schedule.isContext(scale.index);
            if (step.forced && !storesContext)
                step.run = 0;
            else if (request.pruning.compute == Compute::Full)
                step.run = step.tokens;
            else
                step.run = keptCount(step.tokens, step.ratioPermille, request.pruning.topkRound);
            const auto run = double(step.run);
            const double head = 2.0 * width * 2.0 * scale.bits;
            const double attention = 4.0 * width * net.depth * double(step.run + context + textTokens);
            step.flops = branches * run * (perToken + attention + (step.forced ? 0.0 : head));
            steps.push_back(step);
        }
    }
    return steps;
}

double decodeFlops(const VaeConfig &vae, int latentFrames, int latentHeight, int latentWidth)
{
    const auto &c = vae.blockOutChannels;
    // Positions of one frame; the decoder starts at twice the latent grid (patchify).
    double positions = double(latentHeight) * 2.0 * latentWidth * 2.0;
    double frames = latentFrames;
    double sum = positions * frames * (convolution(vae.latentChannels, c[4]) + 4.0 * convolution(c[4], c[4]));
    for (int level = 0; level < 4; ++level) {
        const double channels = c[std::size_t(4 - level)];
        sum += positions * frames * (vae.layersPerBlock + 1.0) * 2.0 * convolution(channels, channels);
        if (level == 0)
            continue;
        const bool inTime = level >= 2;
        sum += positions * frames * convolution(channels, c[std::size_t(3 - level)] * (inTime ? 8.0 : 4.0));
        positions *= 4.0;
        if (inTime)
            frames = frames * 2.0 - 1.0;
    }
    sum += positions * frames * convolution(c[0], 3.0);
    return 2.0 * sum;
}

double encodeFlops(const VaeConfig &vae, int latentFrames, int latentHeight, int latentWidth)
{
    const auto &c = vae.blockOutChannels;
    double positions = double(latentHeight) * 16.0 * latentWidth * 16.0;
    double frames = 1.0 + 4.0 * (latentFrames - 1);
    double sum = positions * frames * convolution(3.0, c[0]);
    for (std::size_t level = 0; level < 4; ++level) {
        const double channels = c[level];
        sum += positions * frames * vae.layersPerBlock * 2.0 * convolution(channels, channels);
        if (level < 3) {
            sum += positions * frames * convolution(channels, c[level + 1] / 4.0);
            positions /= 4.0;
            if (level < 2)
                frames = (frames + 1.0) / 2.0;
        }
    }
    sum += positions * frames * (4.0 * convolution(c[4], c[4]) + convolution(c[4], 2.0 * vae.latentChannels));
    return 2.0 * sum;
}

} // namespace faststar
