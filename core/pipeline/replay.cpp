// SPDX-License-Identifier: Apache-2.0
#include "core/pipeline/replay.h"

#include <algorithm>
#include <fstream>
#include <string_view>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include "core/model/checkpoint/weight_source.h"
#include "core/pipeline/guarded.h"
#include "core/pipeline/placement.h"
#include "core/pipeline/replay_case.h"
#include "core/pipeline/replay_kinds.h"

namespace faststar::pipeline
{

namespace
{

Result<TensorMap> readTensors(const std::filesystem::path &path)
{
    const auto source = model::WeightSource::open(path);
    if (!source)
        return tl::unexpected(source.error());
    TensorMap tensors;
    for (const auto &info : source->tensors()) {
        auto tensor = source->load(info.name, info.shape, info.type);
        if (!tensor)
            return tl::unexpected(tensor.error());
        tensors[info.name] = std::move(*tensor);
    }
    return tensors;
}

// Some cases compare only some rows of the logits: ours become those rows.
Status takeRows(const TensorMap &expected, const std::string &file, TensorMap &ours)
{
    constexpr std::string_view kRows = "/logit_rows";
    for (const auto &[name, rows] : expected) {
        if (!name.ends_with(kRows))
            continue;
        const auto logits = ours.find(name.substr(0, name.size() - kRows.size()) + "/logits");
        if (logits == ours.end())
            continue;
        const bool indices = rows.dim() == 1 && at::isIntegralType(rows.scalar_type(), false);
        if (!indices || (rows.numel() > 0 && (rows.min().item<std::int64_t>() < 0 ||
                                              rows.max().item<std::int64_t>() >= logits->second.size(0))))
            return failure(ErrorCode::CorruptFile, std::string(file).append(": ").append(name).append(
                                                       " names rows that do not exist"));
        logits->second = logits->second.index_select(0, rows.to(at::kLong));
        ours[name] = rows;
    }
    return {};
}

Result<ReplayReport> replay(const std::filesystem::path &folder, bool check,
                            const std::filesystem::path &outFile, const ReplayDevice &where)
{
    const auto placement = placementOf(where.device, where.profile);
    if (!placement)
        return tl::unexpected(placement.error());
    std::ifstream file(folder / "case.json");
    if (!file)
        return failure(ErrorCode::NotFound, (folder / "case.json").string() + ": cannot be opened");
    const nlohmann::json description = nlohmann::json::parse(file, nullptr, false);
    if (!description.is_object())
        return failure(ErrorCode::CorruptFile, (folder / "case.json").string() + ": not a JSON object");
    ReplayInput input{folder, description, {}, {}, placement->placement};
    if (std::filesystem::exists(folder / "inputs.safetensors")) {
        auto tensors = readTensors(folder / "inputs.safetensors");
        if (!tensors)
            return tl::unexpected(tensors.error());
        input.tensors = std::move(*tensors);
    }
    TensorMap expected;
    const auto expectedFile = folder / "expected.safetensors";
    if (std::filesystem::exists(expectedFile)) {
        auto tensors = readTensors(expectedFile);
        if (!tensors)
            return tl::unexpected(tensors.error());
        expected = std::move(*tensors);
    }
    if (check && expected.empty())
        return failure(ErrorCode::NotFound, expectedFile.string() + ": there is nothing to compare with");
    for (const auto &[name, tensor] : expected)
        input.wanted.push_back(name);

    ReplayReport report;
    report.kind = caseText(description, "kind").value_or("");
    report.unknownKeys = unknownCaseKeys(description);
    const auto tolerance = caseTolerance(description);
    if (check && !tolerance && !(where.tolerance > 0.0))
        return tl::unexpected(tolerance.error());
    report.tolerance = std::max(tolerance.value_or(0.0), where.tolerance);

    auto ours = replayTensors(input);
    if (!ours)
        return tl::unexpected(ours.error());
    for (auto &[name, tensor] : ours->tensors)
        tensor = tensor.cpu();
    if (const Status taken = takeRows(expected, expectedFile.string(), ours->tensors); !taken)
        return tl::unexpected(taken.error());

    report.passed = true;
    for (const auto &[name, tensor] : expected) {
        auto row = compareTensor(name, ours->tensors, expected, report.tolerance, ours->selections);
        report.passed = report.passed && row.passed;
        report.tensors.push_back(std::move(row));
    }
    if (!outFile.empty()) {
        std::vector<std::pair<std::string, at::Tensor>> tensors;
        for (const auto &[name, tensor] : ours->tensors) {
            if (expected.empty() || expected.contains(name))
                tensors.emplace_back(name, tensor.contiguous());
        }
        if (const Status written = model::writeSafetensors(outFile, tensors); !written)
            return tl::unexpected(written.error());
    }
    return report;
}

} // namespace

Result<ReplayReport> replayCase(const std::filesystem::path &folder, bool check,
                                const std::filesystem::path &outFile, const ReplayDevice &where)
{
    const at::InferenceMode inference;
    return guarded<ReplayReport>([&] { return replay(folder, check, outFile, where); });
}

} // namespace faststar::pipeline
