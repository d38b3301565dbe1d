// SPDX-License-Identifier: Apache-2.0
#include "app/train/prune_study.h"

#include <memory>
#include <string>

#include <nlohmann/json.hpp>

#include "app/train/drawn_clips.h"
#include "app/train/draws.h"
#include "app/train/evaluation.h"
#include "app/train/evaluation_model.h"
#include "core/pruning/token_reducer.h"

namespace faststar::train
{

namespace
{

constexpr std::uint32_t kRandomScorePurpose = 31;

// One part of FastSTAR's score, or chance, in place of the whole.
class OneScoreReducer final : public pruning::TokenReducer
{
public:
    OneScoreReducer(const GenerationRequest &request, ScoreKind kind)
        : m_whole(pruning::makeReducer(request)), m_options(request.pruning), m_seed(request.seed),
          m_kind(kind)
    {
    }

    [[nodiscard]] std::optional<pruning::Reduction> reduce(const pruning::StepView &step,
                                                           int ratioPermille) const override
    {
        auto reduction = m_whole->reduce(step, ratioPermille);
        if (!reduction || m_kind == ScoreKind::Fused)
            return reduction;
        auto &maps = reduction->scores;
        const auto &similarity =
            m_kind == ScoreKind::Temporal ? maps.temporalSimilarity : maps.spatialSimilarity;
        Draws draws(std::uint64_t(m_seed), std::uint64_t(step.scale.firstStep + step.repetition),
                    kRandomScorePurpose);
        for (std::size_t i = 0; i < maps.score.values.size(); ++i)
            maps.score.values[i] =
                m_kind == ScoreKind::Random ? float(draws.uniform()) : 1.0F - similarity.values[i];
        reduction->selection = selectTokens(maps.score, step.scale.shape,
                                            {ratioPermille, m_options.topkRound, m_options.topkScope,
                                             m_options.maskMode, m_options.frameFloor});
        return reduction;
    }

private:
    std::unique_ptr<pruning::TokenReducer> m_whole;
    PruningOptions m_options;
    std::int64_t m_seed;
    ScoreKind m_kind;
};

} // namespace

std::string_view nameOf(ScoreKind kind)
{
    constexpr std::array<std::string_view, kScoreKinds> names{"spatial", "temporal", "fused", "random"};
    return names[std::size_t(kind)];
}

Result<PruneStudy> studyPruning(const PruneStudyOptions &options,
                                const std::function<void(int, int)> &progress)
{
    if (options.prompts < 1 || options.prompts > 100000)
        return failure(ErrorCode::InvalidRequest, "prompts: must be 1 to 100000");
    for (const int ratio : options.ratiosPermille) {
        if (ratio < 0 || ratio > 1000)
            return failure(ErrorCode::InvalidRequest, "ratios: must be 0 to 1000 permille");
    }
    const auto model = EvaluationModel::load(options.model, options.threads);
    if (!model)
        return tl::unexpected(model.error());
    PruneStudy study;
    for (int i = 0; i < options.prompts; ++i) {
        auto request = (*model)->request({}, std::int64_t(options.seed) + i, options.frames);
        const double aspect = 1.0 / request.aspect.heightOverWidth();
        request.prompt =
            makeScene(options.seed, std::uint64_t(i), aspect, request.frames, options.data).caption;
        request.method = Method::None;
        const auto whole = (*model)->generate(request);
        if (!whole)
            return tl::unexpected(whole.error());
        study.tokensUnpruned = whole->tokensRun;
        request.method = Method::FastStar;
        request.ratiosPermille = options.ratiosPermille;
        for (int kind = 0; kind < kScoreKinds; ++kind) {
            const auto pruned =
                (*model)->generate(request, std::make_shared<OneScoreReducer>(request, ScoreKind(kind)));
            if (!pruned)
                return tl::unexpected(pruned.error());
            study.psnr[std::size_t(kind)].push_back(psnrOf(pruned->frames, whole->frames));
            study.tokens[std::size_t(kind)] = pruned->tokensRun;
        }
        progress(i + 1, options.prompts);
    }
    return study;
}

nlohmann::json toJson(const PruneStudy &study, const PruneStudyOptions &options)
{
    nlohmann::json document{{"prompts", options.prompts},
                            {"seed", options.seed},
                            {"ratios_permille", options.ratiosPermille},
                            {"tokens_unpruned", study.tokensUnpruned}};
    for (int kind = 0; kind < kScoreKinds; ++kind) {
        const auto &values = study.psnr[std::size_t(kind)];
        const auto spread = spreadOf(values);
        document["scores"][std::string(nameOf(ScoreKind(kind)))] = {
            {"mean", spread.mean},
            {"deviation", spread.deviation},
            {"least", spread.least},
            {"tokens", study.tokens[std::size_t(kind)]},
            {"psnr", values}};
    }
    return document;
}

} // namespace faststar::train
