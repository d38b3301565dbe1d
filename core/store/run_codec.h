// SPDX-License-Identifier: Apache-2.0
//
// What a run's journal does not hold but its views show, as bytes: the plan, and of every step its times,
// similarity maps and previews. Little endian: "FSTARRUN", u32 version, u32 CRC-32 of the rest; the rest is
// the plan and the events in the order of their members.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "core/domain/pipeline.h"
#include "core/domain/result.h"
#include "core/domain/step_event.h"

namespace faststar::store
{

struct StoredSteps {
    RunPlan plan;
    // By running count; null = the run did not tell of that step. Records are not stored here: the journal
    // has them.
    std::vector<std::shared_ptr<const StepEvent>> steps;
};

[[nodiscard]] std::vector<std::byte> encodeSteps(const StoredSteps &steps);

// `bytes` are untrusted: everything must fit the stored schedule, and the schedule itself. Scores are fused
// again with `p`. CorruptFile; the detail says what is wrong, not where the bytes came from.
[[nodiscard]] Result<StoredSteps> decodeSteps(std::span<const std::byte> bytes, double p);

} // namespace faststar::store
