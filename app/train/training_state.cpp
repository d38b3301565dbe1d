// SPDX-License-Identifier: Apache-2.0
#include "app/train/training_state.h"

#include <utility>
#include <vector>

#include <ATen/ops/tensor.h>
#include <c10/core/GradMode.h>

#include "core/model/checkpoint/weight_source.h"

namespace faststar::train
{

namespace
{

constexpr std::int64_t kHalf = std::int64_t{1} << 20; // exact in float32
const std::string kWeight = "weight.";
const std::string kAverage = "average.";
const std::string kProgress = "progress";

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

} // namespace

Status saveCheckpoint(const std::filesystem::path &file, const ParameterSet &parameters,
                      const Optimizer &optimizer, const StageProgress &progress)
{
    Named tensors = everything(parameters, optimizer);
    const std::int64_t halves = progress.steps / kHalf; // a float holds each part exactly
    const std::vector<float> counts{float(halves), float(progress.steps % kHalf), float(progress.seconds),
                                    0.0F};
    tensors.emplace_back(kProgress, at::tensor(counts));
    return model::writeSafetensors(file, tensors);
}

Result<StageProgress> loadCheckpoint(const std::filesystem::path &file, const ParameterSet &parameters,
                                     Optimizer &optimizer)
{
    const auto source = model::WeightSource::open(file);
    if (!source)
        return tl::unexpected(source.error());
    if (const auto copied = copyInto(*source, everything(parameters, optimizer)); !copied)
        return tl::unexpected(copied.error());
    const auto counts = source->load(kProgress, {4});
    if (!counts)
        return tl::unexpected(counts.error());
    const float *values = counts->const_data_ptr<float>();
    return StageProgress{std::int64_t(values[0]) * kHalf + std::int64_t(values[1]), double(values[2])};
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
