// SPDX-License-Identifier: Apache-2.0
#include "core/domain/what_if.h"

#include <algorithm>
#include <limits>

#include "core/domain/selection.h"

namespace faststar
{

// The stored state of one step and what was computed from it last.
struct WhatIf::Step {
    StepIndex index;
    GridShape shape;             // of the scale's tokens
    std::vector<float> spatial;  // distances
    std::vector<float> temporal; // empty = the run looked at no time
    GridShape mapShape;

    double p = -1.0; // of the fused score; negative = none yet
    bool withTime = false;
    std::shared_ptr<const ScoreGrid> score;
    std::vector<float> tokenScore;

    PruningOptions options; // of the choice
    int ratioPermille = -1;
    std::shared_ptr<const StepChoice> choice;
};

namespace
{

std::vector<float> distancesOf(const ScoreGrid &similarity)
{
    std::vector<float> result(similarity.values.size());
    std::transform(similarity.values.begin(), similarity.values.end(), result.begin(),
                   [](float value) { return 1.0F - value; });
    return result;
}

bool isWhole(const ScoreGrid &grid)
{
    return grid.shape.tokens() > 0 && grid.values.size() == std::size_t(grid.shape.tokens());
}

float cutOf(const ScoreGrid &score, const MaskGrid &mask)
{
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    float cut = kInfinity;
    for (std::size_t i = 0; i < score.values.size(); ++i) {
        const float value = mask.values[i] != 0 ? score.values[i] : kInfinity;
        cut = value < cut ? value : cut;
    }
    return cut;
}

// Do the maps mean the same? Dropping time is possible: the spatial map is there.
bool sameReference(const PruningOptions &stored, const PruningOptions &wanted)
{
    const bool dropsTime = wanted.temporalRef == TemporalRef::None;
    return stored.spatialRef == wanted.spatialRef && stored.eps == wanted.eps &&
           (stored.temporalRef == wanted.temporalRef || dropsTime);
}

bool sameChoice(const PruningOptions &a, const PruningOptions &b)
{
    return a.topkScope == b.topkScope && a.topkRound == b.topkRound && a.maskMode == b.maskMode &&
           a.maskUp == b.maskUp && a.frameFloor == b.frameFloor;
}

MaskGrid maskOfTokens(const std::vector<std::int32_t> &tokens, GridShape shape)
{
    MaskGrid mask{shape, std::vector<std::uint8_t>(std::size_t(shape.tokens()), 0)};
    for (const auto token : tokens)
        mask.values[std::size_t(token)] = 1;
    return mask;
}

} // namespace

WhatIf::WhatIf(GenerationRequest request, ModelConfig model, Schedule schedule)
    : m_schedule(std::move(schedule)), m_model(std::move(model)), m_request(std::move(request)),
      m_runPlan(planSteps(m_request, m_model, m_schedule)), m_steps(m_runPlan.size())
{
}

WhatIf::~WhatIf() = default;
WhatIf::WhatIf(WhatIf &&) noexcept = default;
WhatIf &WhatIf::operator=(WhatIf &&) noexcept = default;

void WhatIf::add(const StepEvent &event)
{
    const int place = event.index.step;
    if (!event.scores || place < 0 || place >= int(m_steps.size()))
        return;
    const ScoreMaps &maps = *event.scores;
    const Scale &scale = m_schedule.scales[std::size_t(m_runPlan[std::size_t(place)].scale)];
    const GridShape last = m_schedule.lastShape(scale.clip);
    const bool fits = isWhole(maps.spatialSimilarity) && maps.spatialSimilarity.shape == last &&
                      (maps.temporalSimilarity.values.empty() ||
                       (isWhole(maps.temporalSimilarity) && maps.temporalSimilarity.shape == last));
    if (!fits)
        return;
    auto step = std::make_unique<Step>();
    step->index = event.index;
    step->shape = scale.shape;
    step->mapShape = last;
    step->spatial = distancesOf(maps.spatialSimilarity);
    step->temporal = distancesOf(maps.temporalSimilarity);
    m_steps[std::size_t(place)] = std::move(step);
}

const WhatIfResult &WhatIf::evaluate(const GenerationRequest &wanted)
{
    GenerationRequest request = m_request;
    request.method = wanted.method;
    request.ratiosPermille = wanted.ratiosPermille;
    request.p = wanted.p;
    request.pruning = wanted.pruning;

    m_result.plan = planSteps(request, m_model, m_schedule);
    m_result.choices.assign(m_result.plan.size(), nullptr);
    m_result.tokensRun = m_result.tokensAll = 0;
    m_result.firstChangedScale.reset();
    m_result.otherReference = !sameReference(m_request.pruning, request.pruning);
    const bool withTime = request.pruning.temporalRef != TemporalRef::None;
    const bool otherRules = request.p != m_request.p || request.pruning != m_request.pruning;

    for (std::size_t i = 0; i < m_result.plan.size(); ++i) {
        PlannedStep &planned = m_result.plan[i];
        const int before = m_runPlan[i].ratioPermille;
        const bool differs =
            planned.ratioPermille != before || (otherRules && planned.ratioPermille > 0 && before > 0);
        if (differs && !m_result.firstChangedScale)
            m_result.firstChangedScale = planned.scale;
        Step *step = m_steps[i].get();
        if (step != nullptr && planned.ratioPermille > 0) {
            choose(*step, planned.ratioPermille, request.p, withTime, request.pruning);
            m_result.choices[i] = step->choice;
            if (request.pruning.compute == Compute::Pruned)
                planned.run = std::int64_t(step->choice->tokens.size());
        }
        m_result.tokensRun += planned.run;
        m_result.tokensAll += planned.tokens;
    }
    return m_result;
}

// The same functions in the same order as the engine's reducer.
void WhatIf::choose(Step &step, int ratioPermille, double p, bool withTime, const PruningOptions &options)
{
    const bool sameScore = step.p == p && step.withTime == withTime;
    if (sameScore && step.choice && step.ratioPermille == ratioPermille && sameChoice(step.options, options))
        return;
    if (!sameScore) {
        static const std::vector<float> kNone;
        step.score = std::make_shared<ScoreGrid>(
            ScoreGrid{step.mapShape, fuseScores(step.spatial, withTime ? step.temporal : kNone, p)});
        step.tokenScore =
            step.shape == step.mapShape ? std::vector<float>() : areaDown(*step.score, step.shape);
        step.p = p;
        step.withTime = withTime;
    }
    auto selection = selectTokens(
        *step.score, step.tokenScore, step.shape,
        {ratioPermille, options.topkRound, options.topkScope, options.maskMode, options.frameFloor});
    auto choice = std::make_shared<StepChoice>();
    choice->index = step.index;
    choice->ratioPermille = ratioPermille;
    choice->score = step.score;
    choice->cut = cutOf(*step.score, selection.mask);
    choice->tokens = std::move(selection.tokens);
    choice->mask = options.maskUp == MaskUp::Original
                       ? std::move(selection.mask)
                       : nearestResize(maskOfTokens(choice->tokens, step.shape), step.mapShape);
    step.options = options;
    step.ratioPermille = ratioPermille;
    step.choice = std::move(choice);
}

} // namespace faststar
