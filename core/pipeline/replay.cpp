// SPDX-License-Identifier: Apache-2.0
#include "core/pipeline/replay.h"

#include <algorithm>
#include <cmath>
#include <fstream>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include "core/domain/selection.h"
#include "core/model/checkpoint/weight_source.h"
#include "core/pipeline/guarded.h"
#include "core/pipeline/placement.h"
#include "core/pipeline/replay_kinds.h"

namespace faststar::pipeline
{

namespace
{

constexpr double kScoreTie = 1e-6; // a tie within this may swap kept positions

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

std::string stem(const std::string &name)
{
    return name.substr(0, name.rfind('/'));
}

bool endsWith(const std::string &name, const std::string &end)
{
    return name.size() >= end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0;
}

// May a difference in a mask (or in kept tokens) come from a tie? Every position that only one side
// keeps must have, to within the tolerance, the same score.
bool isTie(const at::Tensor &ours, const at::Tensor &expected, const at::Tensor &scores)
{
    const at::Tensor differs = ours.flatten() != expected.flatten();
    if (ours.sum().item<double>() != expected.sum().item<double>() || scores.numel() != differs.numel())
        return false;
    const at::Tensor values = scores.flatten().masked_select(differs);
    return values.numel() == 0 || (values.max() - values.min()).item<double>() <= kScoreTie;
}

ReplayedTensor compare(const std::string &name, const at::Tensor &ours, const at::Tensor &expected,
                       double tolerance, const TensorMap &all)
{
    ReplayedTensor row;
    row.name = name;
    row.exact = isWhole(expected);
    if (!ours.sizes().equals(expected.sizes())) {
        row.relativeError = HUGE_VAL;
        row.note = "another shape";
        return row;
    }
    if (!row.exact) {
        row.relativeError = relativeError(ours, expected);
        row.passed = row.relativeError <= tolerance;
        return row;
    }
    const auto wrong = (ours.to(at::kLong) != expected.to(at::kLong)).sum().item<std::int64_t>();
    row.passed = wrong == 0;
    if (row.passed)
        return row;
    row.relativeError = double(wrong) / double(std::max<std::int64_t>(1, expected.numel()));
    row.note = std::to_string(wrong) + " of " + std::to_string(expected.numel()) + " differ";
    const auto score = all.find(stem(name) + "/score");
    if (endsWith(name, "/mask_full") && score != all.end() && isTie(ours, expected, score->second)) {
        row.passed = true;
        row.note += ", a tie of scores";
    }
    const auto mask = all.find(stem(name) + "/mask_full");
    if (endsWith(name, "/kept") && score != all.end() && mask != all.end()) {
        // Only the last scale's tokens are the score's own positions.
        const auto size = score->second.numel();
        const at::Tensor left = at::zeros({size}, at::kLong);
        const at::Tensor right = at::zeros({size}, at::kLong);
        const bool inRange = ours.numel() > 0 && ours.max().item<std::int64_t>() < size &&
                             expected.max().item<std::int64_t>() < size;
        if (inRange) {
            left.index_fill_(0, ours.to(at::kLong), 1);
            right.index_fill_(0, expected.to(at::kLong), 1);
            if (isTie(left, right, score->second)) {
                row.passed = true;
                row.note += ", a tie of scores";
            }
        }
    }
    return row;
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
    } else if (check) {
        return failure(ErrorCode::NotFound, expectedFile.string() + ": there is nothing to compare with");
    }
    for (const auto &[name, tensor] : expected)
        input.wanted.push_back(name);

    auto ours = replayTensors(input);
    if (!ours)
        return tl::unexpected(ours.error());
    for (auto &[name, tensor] : *ours)
        tensor = tensor.cpu();
    // Some cases compare only some rows of the logits.
    for (const auto &[name, rows] : expected) {
        if (!endsWith(name, "/logit_rows"))
            continue;
        const auto logits = ours->find(stem(name) + "/logits");
        if (logits == ours->end())
            continue;
        if (rows.numel() > 0 && (rows.min().item<std::int64_t>() < 0 ||
                                 rows.max().item<std::int64_t>() >= logits->second.size(0)))
            return failure(ErrorCode::CorruptFile,
                           expectedFile.string() + ": " + name + " names rows that do not exist");
        logits->second = logits->second.index_select(0, rows.to(at::kLong));
        (*ours)[name] = rows;
    }

    ReplayReport report;
    report.kind = description.value("kind", "");
    report.tolerance = description.contains("tolerance") && description["tolerance"].is_number()
                           ? description["tolerance"].get<double>()
                           : 0.0;
    report.tolerance = std::max(report.tolerance, where.tolerance);
    report.passed = true;
    for (const auto &[name, tensor] : expected) {
        const auto found = ours->find(name);
        ReplayedTensor row;
        if (found == ours->end()) {
            row.name = name;
            row.relativeError = HUGE_VAL;
            row.note = "not computed";
        } else {
            row = compare(name, found->second, tensor, report.tolerance, expected);
        }
        report.passed = report.passed && row.passed;
        report.tensors.push_back(std::move(row));
    }
    if (!outFile.empty()) {
        std::vector<std::pair<std::string, at::Tensor>> tensors;
        for (const auto &[name, tensor] : *ours) {
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
