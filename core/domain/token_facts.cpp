// SPDX-License-Identifier: Apache-2.0
#include "core/domain/token_facts.h"

#include <algorithm>
#include <limits>

namespace faststar
{

namespace
{

float distanceAt(const ScoreGrid &similarity, std::size_t index)
{
    return index < similarity.values.size() ? 1.0F - similarity.values[index]
                                            : std::numeric_limits<float>::quiet_NaN();
}

} // namespace

int tokenHolding(int place, int mapSize, int tokenSize)
{
    if (mapSize <= 0 || tokenSize <= 0)
        return 0;
    const auto token = (2 * std::int64_t(place) + 1) * tokenSize / (2 * std::int64_t(mapSize));
    return int(std::clamp<std::int64_t>(token, 0, tokenSize - 1));
}

TokenFacts tokenFacts(const ScoreMaps &maps, const MaskGrid &mask, const std::vector<std::int32_t> &tokens,
                      GridShape tokenShape, int frame, int row, int column)
{
    TokenFacts facts;
    const GridShape shape = maps.score.shape;
    const auto &score = maps.score.values;
    if (shape.tokens() <= 0 || score.size() != std::size_t(shape.tokens()))
        return facts;
    facts.frame = std::clamp(frame, 0, shape.t - 1);
    facts.row = std::clamp(row, 0, shape.h - 1);
    facts.column = std::clamp(column, 0, shape.w - 1);
    const auto index =
        (std::size_t(facts.frame) * std::size_t(shape.h) + std::size_t(facts.row)) * std::size_t(shape.w) +
        std::size_t(facts.column);
    facts.spatial = distanceAt(maps.spatialSimilarity, index);
    facts.temporal = distanceAt(maps.temporalSimilarity, index);
    facts.score = score[index];
    facts.norm = maps.featureNorm.values.size() == score.size() ? maps.featureNorm.values[index]
                                                                : std::numeric_limits<float>::quiet_NaN();
    facts.places = shape.tokens();
    const bool masked = mask.values.size() == score.size();
    facts.placeKept = !masked || mask.values[index] != 0;
    facts.cut = std::numeric_limits<float>::infinity();
    facts.rank = 1;
    for (std::size_t i = 0; i < score.size(); ++i) {
        const bool before = score[i] > facts.score || (score[i] == facts.score && i < index);
        facts.rank += before ? 1 : 0;
        if (!masked || mask.values[i] != 0)
            facts.cut = std::min(facts.cut, score[i]);
    }
    facts.tokenRow = tokenHolding(facts.row, shape.h, tokenShape.h);
    facts.tokenColumn = tokenHolding(facts.column, shape.w, tokenShape.w);
    facts.token =
        (std::int64_t(facts.frame) * tokenShape.h + facts.tokenRow) * tokenShape.w + facts.tokenColumn;
    facts.tokenKept = std::binary_search(tokens.begin(), tokens.end(), std::int32_t(facts.token));
    return facts;
}

int ratioAtCut(const ScoreGrid &score, float cut)
{
    const auto places = std::int64_t(score.values.size());
    if (places == 0)
        return 0;
    const auto below =
        std::count_if(score.values.begin(), score.values.end(), [cut](float value) { return value < cut; });
    return int((std::int64_t(below) * 1000 + places / 2) / places);
}

} // namespace faststar
