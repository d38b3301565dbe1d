// SPDX-License-Identifier: Apache-2.0
#include "app/cli/bench_stats.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace faststar::cli
{

namespace
{

double medianStage(std::span<const BenchSeconds> runs, double BenchSeconds::*stage)
{
    std::vector<double> values;
    values.reserve(runs.size());
    for (const auto &run : runs)
        values.push_back(run.*stage);
    return median(std::move(values));
}

} // namespace

double median(std::vector<double> values)
{
    if (values.empty())
        return 0.0;
    std::sort(values.begin(), values.end());
    const auto middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2.0;
}

BenchSeconds medianOf(std::span<const BenchSeconds> runs)
{
    return {medianStage(runs, &BenchSeconds::text), medianStage(runs, &BenchSeconds::imageClip),
            medianStage(runs, &BenchSeconds::videoClip), medianStage(runs, &BenchSeconds::decode),
            medianStage(runs, &BenchSeconds::encode)};
}

} // namespace faststar::cli
