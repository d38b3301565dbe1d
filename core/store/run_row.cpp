// SPDX-License-Identifier: Apache-2.0
#include "core/store/run_row.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "core/store/request_json.h"
#include "core/store/run_json.h"

namespace faststar::store
{

namespace
{

struct OutcomeName {
    RunOutcome outcome;
    std::string_view name;
};
constexpr std::array<OutcomeName, 5> kOutcomes{{{RunOutcome::Running, "running"},
                                                {RunOutcome::Finished, "finished"},
                                                {RunOutcome::Kept, "kept"},
                                                {RunOutcome::Failed, "failed"},
                                                {RunOutcome::Interrupted, "interrupted"}}};

bool prunesNothing(const GenerationRequest &request)
{
    return request.method == Method::None ||
           std::ranges::all_of(request.ratiosPermille, [](int ratio) { return ratio == 0; });
}

} // namespace

std::string nameOf(RunOutcome outcome)
{
    return std::string(std::ranges::find(kOutcomes, outcome, &OutcomeName::outcome)->name);
}

std::string baseKey(GenerationRequest request)
{
    const GenerationRequest defaults;
    request.method = Method::None;
    request.ratiosPermille = defaults.ratiosPermille;
    request.p = defaults.p;
    request.pruning = defaults.pruning;
    return requestToJson(request);
}

std::string searchText(const StoredRun &run)
{
    std::string text = run.request.prompt;
    for (const std::string &part :
         {run.request.negativePrompt, run.modelName, "seed " + std::to_string(run.request.seed),
          "run " + std::to_string(run.number)}) {
        text += '\n';
        text += part;
    }
    return text;
}

void bindRun(SQLite::Statement &statement, const StoredRun &run)
{
    int i = 0;
    statement.bind(++i, run.startedAt);
    statement.bind(++i, nameOf(run.outcome));
    statement.bind(++i, requestToJson(run.request));
    statement.bind(++i, baseKey(run.request));
    statement.bind(++i, prunesNothing(run.request) ? 1 : 0);
    statement.bind(++i, run.modelName);
    statement.bind(++i, run.modelHash);
    statement.bind(++i, run.device);
    statement.bind(++i, run.fps);
    statement.bind(++i, run.parent);
    ++i;
    if (run.branchScale)
        statement.bind(i, *run.branchScale);
    statement.bind(++i, run.folder.string());
    statement.bind(++i, run.stepsDone);
    statement.bind(++i, run.steps);
    ++i;
    if (run.error)
        statement.bind(i, int(run.error->code));
    statement.bind(++i, run.error ? run.error->detail : std::string());
    statement.bind(++i, summaryToJson(run.summary));
    statement.bind(++i, costsToJson(run.costs));
    ++i;
    if (!run.thumbnail.empty() && run.thumbnail.size() <= StudioDatabase::kMostThumbnailBytes)
        statement.bind(i, run.thumbnail.data(), int(run.thumbnail.size()));
    statement.bind(++i, searchText(run));
    ++i;
    if (run.forecast)
        statement.bind(i, forecastToJson(*run.forecast));
}

std::optional<std::int64_t> integerOf(const SQLite::Column &column, std::int64_t least, std::int64_t most)
{
    if (!column.isInteger())
        return std::nullopt;
    const std::int64_t value = column.getInt64();
    return value >= least && value <= most ? std::optional(value) : std::nullopt;
}

std::optional<StoredRun> runOf(SQLite::Statement &row)
{
    StoredRun run;
    bool good = true;
    const auto integer = [&](int column, std::int64_t least, std::int64_t most) {
        const auto value = integerOf(row.getColumn(column), least, most);
        good = good && value;
        return value.value_or(least);
    };
    const auto text = [&](int column) { return row.getColumn(column).getString(); };
    run.number = integer(0, 1, kMostNumber);
    run.startedAt = integer(1, 0, kMostNumber);
    const auto *const outcome = std::ranges::find(kOutcomes, text(2), &OutcomeName::name);
    auto request = requestFromJson(text(3), "request");
    auto summary = summaryFromJson(text(17));
    auto costs = costsFromJson(text(18));
    if (outcome == kOutcomes.end() || !request || !summary || !costs)
        return std::nullopt;
    run.outcome = outcome->outcome;
    run.request = std::move(*request);
    run.summary = *summary;
    run.costs = std::move(*costs);
    run.modelName = text(6);
    run.modelHash = text(7);
    run.device = text(8);
    run.fps = int(integer(9, 1, 1000));
    run.parent = integer(10, 0, kMostNumber);
    if (!row.getColumn(11).isNull())
        run.branchScale = int(integer(11, 0, 100000));
    run.folder = text(12);
    run.stepsDone = int(integer(13, 0, 1000000));
    run.steps = int(integer(14, 0, 1000000));
    if (!row.getColumn(15).isNull())
        run.error = Error{ErrorCode(integer(15, 0, int(ErrorCode::Internal))), text(16)};
    const SQLite::Column thumbnail = row.getColumn(19);
    if (thumbnail.isBlob() && std::size_t(thumbnail.getBytes()) <= StudioDatabase::kMostThumbnailBytes) {
        const auto *bytes = static_cast<const std::uint8_t *>(thumbnail.getBlob());
        run.thumbnail.assign(bytes, bytes + thumbnail.getBytes());
    }
    if (!row.getColumn(21).isNull()) {
        auto forecast = forecastFromJson(text(21));
        good = good && forecast;
        if (forecast)
            run.forecast = std::move(*forecast);
    }
    return good ? std::optional(std::move(run)) : std::nullopt;
}

} // namespace faststar::store
