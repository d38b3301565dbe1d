// SPDX-License-Identifier: Apache-2.0
//
// The interface of every token-reduction method: what it keeps of a step. Which steps are reduced, and
// by how much, is the same table for all of them: core/domain/reduction_plan.h.
#pragma once

#include <memory>
#include <optional>

#include "core/domain/pipeline.h"
#include "core/domain/schedule.h"
#include "core/domain/selection.h"
#include "core/domain/step_event.h"
#include "core/pruning/feature_history.h"

namespace faststar::pruning
{

// Where a step stands and what may be looked at.
struct StepView {
    const Schedule &schedule;
    const Scale &scale;
    int repetition = 0;
    const FeatureHistory &history;
    at::Tensor after; // own_step only: the map after this step's full-grid update
};

struct Reduction {
    ScoreMaps scores;
    Selection selection; // mask as selected, tokens ascending
};

class TokenReducer
{
public:
    virtual ~TokenReducer() = default;
    // Chooses what to keep at a step with a ratio above zero; empty when the history it needs is missing
    // (then the step runs in full).
    [[nodiscard]] virtual std::optional<Reduction> reduce(const StepView &step, int ratioPermille) const = 0;

protected:
    TokenReducer() = default;
    TokenReducer(const TokenReducer &) = default;
    TokenReducer &operator=(const TokenReducer &) = default;
};

// Null for Method::None.
[[nodiscard]] std::unique_ptr<TokenReducer> makeReducer(const GenerationRequest &request);

} // namespace faststar::pruning
