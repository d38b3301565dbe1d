// SPDX-License-Identifier: Apache-2.0
#include "core/pipeline/history_check.h"

#include <algorithm>
#include <string>

namespace faststar::pipeline
{

namespace
{

const char *problemOf(const StepRecord &record, const Scale &scale, int repetition, GridShape last)
{
    const StepIndex wanted{scale.clip, scale.index, scale.indexInClip, repetition,
                           scale.firstStep + repetition};
    if (!(record.index == wanted))
        return "it belongs to another place of the schedule";
    if (record.bits.bits != scale.bits)
        return "its codes have another number of bits";
    const std::int64_t all = scale.shape.tokens();
    const auto kept = std::int64_t(record.tokens.size());
    if (record.bits.tokens != all && !(record.reduced && record.bits.tokens == kept))
        return "its codes are for another number of tokens";
    if (std::int64_t(record.bits.data.size()) != (record.bits.tokens * record.bits.bits + 7) / 8)
        return "its codes are incomplete";
    if (!record.reduced)
        return kept == 0 && record.mask.values.empty() ? nullptr
                                                       : "it has a mask although nothing was pruned";
    if (!(record.mask.shape == last) || std::int64_t(record.mask.values.size()) != last.tokens())
        return "its mask has another size";
    if (!std::is_sorted(record.tokens.begin(), record.tokens.end()) ||
        std::adjacent_find(record.tokens.begin(), record.tokens.end()) != record.tokens.end())
        return "its kept tokens are not in order";
    if (!record.tokens.empty() && (record.tokens.front() < 0 || record.tokens.back() >= all))
        return "a kept token lies outside the grid";
    return nullptr;
}

} // namespace

Status checkHistory(const std::vector<std::shared_ptr<const StepRecord>> &history, const Schedule &schedule)
{
    std::size_t step = 0;
    for (const Scale &scale : schedule.scales) {
        for (int repetition = 0; repetition < scale.repetitions && step < history.size();
             ++repetition, ++step) {
            const char *problem = history[step] == nullptr ? "it is missing"
                                                           : problemOf(*history[step], scale, repetition,
                                                                       schedule.lastShape(scale.clip));
            if (problem != nullptr)
                return failure(ErrorCode::CorruptFile, "journal: step " + std::to_string(step) +
                                                           " does not fit this run: " + problem);
        }
    }
    if (step < history.size())
        return failure(ErrorCode::CorruptFile, "journal: it has more steps than this run");
    return {};
}

} // namespace faststar::pipeline
