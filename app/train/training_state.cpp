// SPDX-License-Identifier: Apache-2.0
#include "app/train/training_state.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <utility>
#include <vector>

#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>
#include <c10/core/GradMode.h>
#include <fcntl.h>

#include "core/files/output_file.h"
#include "core/model/checkpoint/weight_source.h"

namespace faststar::train
{

namespace
{

constexpr std::int64_t kHalf = std::int64_t{1} << 20; // exact in float32
const std::string kWeight = "weight.";
const std::string kAverage = "average.";
const std::string kProgress = "progress";
const std::string kFoundation = "foundation";
const std::string kSettings = "settings";
constexpr std::int64_t kMostSettings = std::int64_t{1} << 20; // bytes

using Named = std::vector<std::pair<std::string, at::Tensor>>;

Named everything(const ParameterSet &parameters, const Optimizer &optimizer)
{
    Named tensors = optimizer.state();
    for (const auto &parameter : parameters.all())
        tensors.emplace_back(kWeight + parameter.name, parameter.value.detach());
    return tensors;
}

Status copyInto(const model::WeightSource &source, const Named &tensors)
{
    const c10::NoGradGuard noGradients;
    for (const auto &[name, tensor] : tensors) {
        const auto loaded = source.load(name, tensor.sizes().vec());
        if (!loaded)
            return tl::unexpected(loaded.error());
        at::Tensor target = tensor;
        target.copy_(*loaded);
    }
    return {};
}

Result<StageProgress> progressOf(const model::WeightSource &source)
{
    const auto counts = source.load(kProgress, {4});
    if (!counts)
        return tl::unexpected(counts.error());
    const float *values = counts->const_data_ptr<float>();
    // Neither NaN nor negative, and what a sum of 40 bits holds.
    const bool counted = values[0] >= 0.0F && values[0] < float(kHalf) && values[1] >= 0.0F &&
                         values[1] < float(kHalf) && values[2] >= 0.0F && std::isfinite(values[2]);
    if (!counted)
        return failure(ErrorCode::CorruptFile,
                       source.path().string() + ": its progress is no count of steps and seconds");
    StageProgress progress{std::int64_t(values[0]) * kHalf + std::int64_t(values[1]), double(values[2])};
    if (source.find(kFoundation) != nullptr) {
        const auto foundation = source.load(kFoundation, {1}, at::kLong);
        if (!foundation)
            return tl::unexpected(foundation.error());
        progress.foundation = *foundation->const_data_ptr<std::int64_t>();
    }
    if (const auto *info = source.find(kSettings); info != nullptr && info->elements() <= kMostSettings) {
        const auto settings = source.load(kSettings, info->shape, at::kByte);
        if (!settings)
            return tl::unexpected(settings.error());
        const auto *bytes = settings->const_data_ptr<std::uint8_t>();
        progress.settings.assign(bytes, bytes + settings->numel());
    }
    return progress;
}

} // namespace

Status checkRoom(const std::filesystem::path &file, const ParameterSet &parameters,
                 const Optimizer &optimizer)
{
    const auto probe = files::OutputFile::create(file, files::Existing::Replace);
    if (!probe)
        return tl::unexpected(probe.error());
    std::size_t bytes = 0;
    for (const auto &[name, tensor] : everything(parameters, optimizer))
        bytes += tensor.nbytes() + name.size();
    const int error = ::posix_fallocate(::fileno(probe->stream()), 0, off_t(bytes));
    // Some file systems cannot tell.
    if (error != 0 && error != EOPNOTSUPP && error != EINVAL && error != ENOSYS)
        return failure(ErrorCode::WriteFailed, file.string() + ": a checkpoint has " + std::to_string(bytes) +
                                                   " bytes: " + files::systemMessage(error));
    return {};
}

Status saveCheckpoint(const std::filesystem::path &file, const ParameterSet &parameters,
                      const Optimizer &optimizer, const StageProgress &progress)
{
    Named tensors = everything(parameters, optimizer);
    const std::int64_t halves = progress.steps / kHalf; // a float holds each part exactly
    const std::vector<float> counts{float(halves), float(progress.steps % kHalf), float(progress.seconds),
                                    0.0F};
    tensors.emplace_back(kProgress, at::tensor(counts));
    if (progress.foundation != 0)
        tensors.emplace_back(kFoundation, at::full({1}, progress.foundation, at::kLong));
    if (!progress.settings.empty()) {
        const std::vector<std::uint8_t> bytes(progress.settings.begin(), progress.settings.end());
        tensors.emplace_back(kSettings, at::tensor(bytes, at::kByte));
    }
    return model::writeSafetensors(file, tensors);
}

Result<StageProgress> loadCheckpoint(const std::filesystem::path &file, const ParameterSet &parameters,
                                     Optimizer &optimizer)
{
    const auto source = model::WeightSource::open(file);
    if (!source)
        return tl::unexpected(source.error());
    auto progress = progressOf(*source);
    if (!progress)
        return progress;
    if (const auto copied = copyInto(*source, everything(parameters, optimizer)); !copied)
        return tl::unexpected(copied.error());
    return progress;
}

Result<std::optional<StageProgress>> readProgress(const std::filesystem::path &file)
{
    const auto source = model::WeightSource::open(file);
    if (!source)
        return tl::unexpected(source.error());
    if (source->find(kProgress) == nullptr)
        return std::optional<StageProgress>{};
    auto progress = progressOf(*source);
    if (!progress)
        return tl::unexpected(progress.error());
    return std::optional<StageProgress>(*std::move(progress));
}

Result<std::int64_t> fingerprintOf(const std::filesystem::path &checkpoint)
{
    const auto source = model::WeightSource::open(checkpoint);
    if (!source)
        return tl::unexpected(source.error());
    // FNV-1a over words instead of bytes; no defence against forgery.
    std::uint64_t hash = 0xcbf29ce484222325;
    const auto add = [&hash](std::uint64_t word) {
        hash = (hash ^ word) * 0x100000001b3;
        hash ^= hash >> 29U;
    };
    for (const auto &info : source->tensors()) { // sorted by name
        if (info.name.compare(0, kAverage.size(), kAverage) != 0)
            continue;
        const auto loaded = source->load(info.name, info.shape);
        if (!loaded)
            return tl::unexpected(loaded.error());
        for (const char letter : info.name)
            add(std::uint8_t(letter));
        const float *values = loaded->const_data_ptr<float>();
        for (std::int64_t i = 0; i < loaded->numel(); ++i)
            add(std::bit_cast<std::uint32_t>(values[i]));
    }
    return std::max(std::int64_t(hash >> 1U), std::int64_t{1});
}

Status checkFoundation(std::int64_t kept, std::int64_t present, const std::filesystem::path &checkpoint,
                       const std::filesystem::path &earlier)
{
    if (kept == 0 || present == 0 || kept == present)
        return {};
    return failure(ErrorCode::ModelMismatch,
                   checkpoint.string() + " was trained on another autoencoder than " + earlier.string() +
                       ": bring that one back, or train the transformer anew with --overwrite");
}

Status loadAverages(const std::filesystem::path &file, const ParameterSet &parameters)
{
    const auto source = model::WeightSource::open(file);
    if (!source)
        return tl::unexpected(source.error());
    Named tensors;
    for (const auto &parameter : parameters.all())
        tensors.emplace_back(kAverage + parameter.name, parameter.value);
    return copyInto(*source, tensors);
}

Status loadPart(const std::filesystem::path &file, const std::string &prefix, const ParameterSet &parameters)
{
    const auto source = model::WeightSource::open(file);
    if (!source)
        return tl::unexpected(source.error());
    Named tensors;
    for (const auto &parameter : parameters.all()) {
        if (parameter.name.compare(0, prefix.size(), prefix) == 0)
            tensors.emplace_back(parameter.name.substr(prefix.size()), parameter.value.detach());
    }
    return copyInto(*source, tensors);
}

Status writeAverages(const std::filesystem::path &part, const std::filesystem::path &checkpoint)
{
    const auto source = model::WeightSource::open(part);
    if (!source)
        return tl::unexpected(source.error());
    Named tensors;
    for (const auto &info : source->tensors()) {
        const auto loaded = source->load(info.name, info.shape);
        if (!loaded)
            return tl::unexpected(loaded.error());
        tensors.emplace_back(kAverage + info.name, *loaded);
    }
    return model::writeSafetensors(checkpoint, tensors);
}

Status exportAverages(const std::filesystem::path &checkpoint, const std::string &prefix,
                      const std::filesystem::path &file)
{
    const auto source = model::WeightSource::open(checkpoint);
    if (!source)
        return tl::unexpected(source.error());
    const std::string start = kAverage + prefix;
    Named tensors;
    for (const auto &info : source->tensors()) {
        if (info.name.compare(0, start.size(), start) != 0)
            continue;
        const auto loaded = source->load(info.name, info.shape);
        if (!loaded)
            return tl::unexpected(loaded.error());
        tensors.emplace_back(info.name.substr(start.size()), loaded->to(at::kHalf));
    }
    if (tensors.empty())
        return failure(ErrorCode::ModelMismatch,
                       checkpoint.string() + ": it holds no averages named " + prefix + "*");
    return model::writeSafetensors(file, tensors);
}

} // namespace faststar::train
