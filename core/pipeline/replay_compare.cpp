// SPDX-License-Identifier: Apache-2.0
#include "core/pipeline/replay_compare.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include <ATen/ATen.h>

namespace faststar::pipeline
{

namespace
{

bool isWhole(const at::Tensor &tensor)
{
    return at::isIntegralType(tensor.scalar_type(), true);
}

double relativeError(const at::Tensor &ours, const at::Tensor &expected)
{
    const at::Tensor a = ours.to(at::kDouble);
    const at::Tensor b = expected.to(at::kDouble);
    const double norm = b.norm().item<double>();
    const double error = norm > 0.0 ? (a - b).norm().item<double>() / norm : a.norm().item<double>();
    return std::isnan(error) ? HUGE_VAL : error;
}

template <typename T> std::vector<T> valuesOf(const at::Tensor &tensor, at::ScalarType type)
{
    const at::Tensor plain = tensor.to(type).contiguous();
    const T *values = plain.const_data_ptr<T>();
    return {values, values + plain.numel()};
}

// What one side chose at a pruned step.
struct Side {
    std::vector<std::uint8_t> mask;
    std::vector<std::int32_t> tokens;
};

struct Choice {
    ScoreGrid score; // expected
    Side expected;
    Side ours;
};

std::optional<Choice> choiceOf(const std::string &step, const TensorMap &ours, const TensorMap &expected)
{
    const auto score = expected.find(step + "/score");
    const auto mask = expected.find(step + "/mask_full");
    const auto kept = expected.find(step + "/kept");
    const auto ourMask = ours.find(step + "/mask_full");
    const auto ourKept = ours.find(step + "/kept");
    if (score == expected.end() || mask == expected.end() || kept == expected.end() ||
        ourMask == ours.end() || ourKept == ours.end() || score->second.dim() != 3 ||
        !score->second.sizes().equals(mask->second.sizes()) ||
        !score->second.sizes().equals(ourMask->second.sizes()))
        return std::nullopt;
    const auto &sizes = score->second;
    const GridShape shape{int(sizes.size(0)), int(sizes.size(1)), int(sizes.size(2))};
    Choice choice;
    choice.score = {shape, valuesOf<float>(score->second, at::kFloat)};
    choice.expected = {valuesOf<std::uint8_t>(mask->second, at::kByte),
                       valuesOf<std::int32_t>(kept->second, at::kInt)};
    choice.ours = {valuesOf<std::uint8_t>(ourMask->second, at::kByte),
                   valuesOf<std::int32_t>(ourKept->second, at::kInt)};
    return choice;
}

// Positions that only one of two masks keeps.
std::vector<std::size_t> differences(const std::vector<std::uint8_t> &one,
                                     const std::vector<std::uint8_t> &other)
{
    std::vector<std::size_t> positions;
    for (std::size_t i = 0; i < one.size(); ++i)
        if (one[i] != other[i])
            positions.push_back(i);
    return positions;
}

bool tie(const std::vector<std::size_t> &positions, const std::vector<float> &scores)
{
    double least = HUGE_VAL;
    double most = -HUGE_VAL;
    for (const std::size_t position : positions) {
        least = std::min(least, double(scores[position]));
        most = std::max(most, double(scores[position]));
    }
    return positions.empty() || most - least <= kScoreTie;
}

// Lifts the scores of what `side` keeps over those of what it does not, by more than a tie's width.
void favour(const std::vector<std::size_t> &positions, const std::vector<std::uint8_t> &side,
            std::vector<float> &scores)
{
    for (const std::size_t position : positions)
        scores[position] += float((side[position] != 0 ? 2.0 : -2.0) * kScoreTie);
}

// Both sides' tokens as masks of the scale's grid; nothing where a token is out of range.
std::optional<std::array<std::vector<std::uint8_t>, 2>> tokenMasks(const Choice &choice, GridShape grid)
{
    std::array<std::vector<std::uint8_t>, 2> masks;
    for (const int side : {0, 1}) {
        masks[std::size_t(side)].resize(std::size_t(grid.tokens()));
        for (const std::int32_t token : (side == 0 ? choice.expected : choice.ours).tokens) {
            if (token < 0 || token >= grid.tokens())
                return std::nullopt;
            masks[std::size_t(side)][std::size_t(token)] = 1;
        }
    }
    return masks;
}

// Is each side's choice the one that some ranking of tied scores gives? Its side of every difference is
// favoured, then the step chooses again.
bool explains(const Choice &choice, const StepSelection &step)
{
    const auto tokenScore = areaDown(choice.score, step.tokens);
    const auto masks = tokenMasks(choice, step.tokens);
    if (!masks)
        return false;
    const auto positions = differences(choice.expected.mask, choice.ours.mask);
    const auto tokens = differences((*masks)[0], (*masks)[1]);
    // The scores that rank: of positions, or where the mask is made of tokens, of those.
    const bool byTokens = step.options.mode == MaskMode::ScoreFirst;
    if (byTokens ? !tie(tokens, tokenScore) : !tie(positions, choice.score.values))
        return false;
    for (const std::size_t index : {0U, 1U}) {
        const Side &side = index == 0 ? choice.expected : choice.ours;
        ScoreGrid score = choice.score;
        std::vector<float> ofTokens = tokenScore;
        if (!byTokens)
            favour(positions, side.mask, score.values);
        // Tokens of one density are ranked by their own score, which may tie as well.
        if (tie(tokens, tokenScore))
            favour(tokens, (*masks)[index], ofTokens);
        const Selection again = selectTokens(score, ofTokens, step.tokens, step.options);
        if (again.mask.values != side.mask || again.tokens != side.tokens)
            return false;
    }
    return true;
}

} // namespace

ReplayedTensor compareTensor(const std::string &name, const TensorMap &ours, const TensorMap &expected,
                             double tolerance, const StepSelections &selections)
{
    ReplayedTensor row;
    row.name = name;
    row.relativeError = HUGE_VAL;
    const at::Tensor &wanted = expected.at(name);
    row.exact = isWhole(wanted);
    const auto found = ours.find(name);
    if (found == ours.end()) {
        row.note = "not computed";
        return row;
    }
    const at::Tensor &made = found->second;
    if (!row.exact) {
        if (!made.sizes().equals(wanted.sizes())) {
            row.note = "another shape";
            return row;
        }
        row.relativeError = relativeError(made, wanted);
        row.passed = row.relativeError <= tolerance;
        return row;
    }
    const bool sameShape = made.sizes().equals(wanted.sizes());
    if (sameShape) {
        const auto wrong = (made.to(at::kLong) != wanted.to(at::kLong)).sum().item<std::int64_t>();
        row.relativeError = double(wrong) / double(std::max<std::int64_t>(1, wanted.numel()));
        row.passed = wrong == 0;
        if (row.passed)
            return row;
        row.note = std::to_string(wrong) + " of " + std::to_string(wanted.numel()) + " differ";
    } else {
        row.note = "another shape";
    }
    if (!name.ends_with("/mask_full") && !name.ends_with("/kept"))
        return row;
    const std::string step = name.substr(0, name.rfind('/'));
    const auto selection = selections.find(step);
    const auto choice = choiceOf(step, ours, expected);
    if (selection != selections.end() && choice && explains(*choice, selection->second)) {
        row.passed = true;
        row.note += ", a tie of scores";
    }
    return row;
}

} // namespace faststar::pipeline
