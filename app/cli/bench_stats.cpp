// SPDX-License-Identifier: Apache-2.0
#include "app/cli/bench_stats.h"

#include <algorithm>
#include <vector>

namespace faststar::cli
{

namespace
{

double median(std::span<const BenchSeconds> runs, double BenchSeconds::*stage)
{
    std::vector<double> values;
    values.reserve(runs.size());
    for (const auto &run : runs)
        values.push_back(run.*stage);
    std::sort(values.begin(), values.end());
    const auto middle = values.size() / 2;
    if (values.empty())
        return 0.0;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2.0;
}

} // namespace

BenchSeconds medianOf(std::span<const BenchSeconds> runs)
{
    return {median(runs, &BenchSeconds::text), median(runs, &BenchSeconds::imageClip),
            median(runs, &BenchSeconds::videoClip), median(runs, &BenchSeconds::decode),
            median(runs, &BenchSeconds::encode)};
}

} // namespace faststar::cli
