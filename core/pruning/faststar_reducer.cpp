// SPDX-License-Identifier: Apache-2.0
//
// FastSTAR's spatiotemporal token pruning: how much a position changed across scales and across time.
#include <cstring>

#include <ATen/ATen.h>

#include "core/pruning/token_reducer.h"
#include "gpu/score_maps.h"

namespace faststar::pruning
{

namespace
{

ScoreGrid gridOf(const at::Tensor &map)
{
    const at::Tensor host = map.contiguous().cpu();
    ScoreGrid grid{{int(host.size(0)), int(host.size(1)), int(host.size(2))}, {}};
    grid.values.resize(std::size_t(host.numel()));
    std::memcpy(grid.values.data(), host.const_data_ptr<float>(), grid.values.size() * sizeof(float));
    return grid;
}

std::vector<float> distances(const ScoreGrid &similarity)
{
    std::vector<float> result(similarity.values.size());
    for (std::size_t i = 0; i < result.size(); ++i)
        result[i] = 1.0F - similarity.values[i];
    return result;
}

// The two maps whose change is measured: C enters the step, A is its predecessor.
struct Pair {
    at::Tensor before;
    at::Tensor now;

    [[nodiscard]] bool complete() const { return before.defined() && now.defined(); }
};

class FastStarReducer final : public TokenReducer
{
public:
    explicit FastStarReducer(const GenerationRequest &request) : m_options(request.pruning), m_p(request.p) {}

    std::optional<Reduction> reduce(const StepView &step, int ratioPermille) const override
    {
        const Pair pair = spatialPair(step);
        if (!pair.complete())
            return std::nullopt;
        Reduction reduction;
        ScoreMaps &maps = reduction.scores;
        maps.spatialSimilarity = gridOf(gpu::cosineMap(pair.before, pair.now, m_options.eps));
        maps.featureNorm = gridOf(at::linalg_vector_norm(pair.now, 2, at::IntArrayRef{0}));
        std::vector<float> temporal;
        const at::Tensor similarity = temporalSimilarity(step, pair.now);
        if (similarity.defined()) {
            maps.temporalSimilarity = gridOf(similarity);
            temporal = distances(maps.temporalSimilarity);
        }
        maps.score.shape = maps.spatialSimilarity.shape;
        maps.score.values = fuseScores(distances(maps.spatialSimilarity), temporal, m_p, &maps.nanCount);
        reduction.selection = selectTokens(maps.score, step.scale.shape,
                                           {ratioPermille, m_options.topkRound, m_options.topkScope,
                                            m_options.maskMode, m_options.frameFloor});
        return reduction;
    }

private:
    [[nodiscard]] Pair spatialPair(const StepView &step) const
    {
        const FeatureHistory &history = step.history;
        const int scale = step.scale.indexInClip;
        switch (m_options.spatialRef) {
        case SpatialRef::PrevScale:
            if (step.repetition == 0)
                return {history.endOfScale(scale - 2), history.endOfScale(scale - 1)};
            return {history.endOfScale(scale - 1), history.current()};
        case SpatialRef::PrevStep:
            return {history.beforeLastStep(), history.current()};
        case SpatialRef::OwnStep:
            return {history.current(), step.after};
        }
        return {};
    }

    [[nodiscard]] at::Tensor temporalSimilarity(const StepView &step, const at::Tensor &now) const
    {
        const FeatureHistory &history = step.history;
        const bool firstVideoClip = step.scale.clip == 1;
        const TemporalRef reference = m_options.temporalRef.value_or(
            firstVideoClip ? TemporalRef::FirstClipFinal : TemporalRef::PrevClipLastFrame);
        const at::Tensor &previous = history.previousFinal();
        switch (reference) {
        case TemporalRef::None:
            return {};
        case TemporalRef::FirstClipFinal:
            if (firstVideoClip)
                return gpu::cosineMap(history.firstFinal(), now, m_options.eps);
            return gpu::cosineMap(sameFrames(step, now), now, m_options.eps);
        case TemporalRef::PrevClipLastFrame:
            return gpu::cosineMap(previous.narrow(1, previous.size(1) - 1, 1), now, m_options.eps);
        case TemporalRef::PrevFrame: {
            const at::Tensor last = previous.narrow(1, previous.size(1) - 1, 1);
            const at::Tensor shifted =
                now.size(1) > 1 ? at::cat({last, now.narrow(1, 0, now.size(1) - 1)}, 1) : last;
            return gpu::cosineMap(shifted, now, m_options.eps);
        }
        }
        return {};
    }

    // Frame tau of the previous clip at the end of the scale that C stands at. A shorter previous clip
    // lends its last frame to the frames it does not have.
    [[nodiscard]] static at::Tensor sameFrames(const StepView &step, const at::Tensor &now)
    {
        const int scale = step.scale.indexInClip - (step.repetition == 0 ? 1 : 0);
        const at::Tensor before = step.history.previousEndOfScale(scale);
        const at::Tensor reference = before.defined() ? before : step.history.previousFinal();
        const std::int64_t missing = now.size(1) - reference.size(1);
        if (missing <= 0)
            return reference.narrow(1, 0, now.size(1));
        const at::Tensor last = reference.narrow(1, reference.size(1) - 1, 1);
        return at::cat({reference, last.expand({-1, missing, -1, -1})}, 1);
    }

    PruningOptions m_options;
    double m_p;
};

} // namespace

std::unique_ptr<TokenReducer> makeReducer(const GenerationRequest &request)
{
    switch (request.method) {
    case Method::None:
        return nullptr;
    case Method::FastStar:
        return std::make_unique<FastStarReducer>(request);
    }
    return nullptr;
}

} // namespace faststar::pruning
