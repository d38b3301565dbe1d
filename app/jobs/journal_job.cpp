// SPDX-License-Identifier: Apache-2.0
#include "app/jobs/journal_job.h"

namespace faststar::jobs
{

Result<store::JournalWriter> startJournal(const std::filesystem::path &path, const GenerationRequest &request,
                                          const std::string &modelHash, const History &history)
{
    auto journal = store::JournalWriter::create(path, request, modelHash);
    if (!journal)
        return journal;
    for (const auto &step : history) {
        if (const Status written = journal->append(*step); !written) {
            journal->discard();
            return tl::unexpected(written.error());
        }
    }
    return journal;
}

History stepsBefore(History steps, std::optional<int> branchFromScale)
{
    if (branchFromScale)
        std::erase_if(steps, [&](const auto &step) { return step->index.scale >= *branchFromScale; });
    return steps;
}

Status checkWeights(const std::string &historyHash, const std::string &modelHash)
{
    if (historyHash.empty() || historyHash == modelHash)
        return {};
    return failure(ErrorCode::ModelMismatch,
                   "the journal was made with the weights " + historyHash + ", not " + modelHash);
}

} // namespace faststar::jobs
