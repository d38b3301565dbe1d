// SPDX-License-Identifier: Apache-2.0
//
// The golden cases for function-level tests: tensors by name, and the sizes of golden model A.
#pragma once

#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "core/domain/schedule.h"
#include "core/model/checkpoint/weight_source.h"
#include "tests/support/paths.h"

namespace faststar::test
{

using Tensors = std::map<std::string, at::Tensor>;

inline model::WeightSource openWeights(const std::filesystem::path &path)
{
    auto source = model::WeightSource::open(path);
    if (!source)
        throw std::runtime_error(source.error().detail);
    return *std::move(source);
}

inline Tensors readTensors(const std::filesystem::path &path)
{
    const model::WeightSource source = openWeights(path);
    Tensors tensors;
    for (const model::TensorInfo &info : source.tensors()) {
        auto tensor = source.load(info.name, info.shape, info.type);
        if (!tensor)
            throw std::runtime_error(tensor.error().detail);
        tensors.emplace(info.name, *std::move(tensor));
    }
    return tensors;
}

// ||ours - expected|| / ||expected||, or ||ours|| where the expected is all zero.
inline double relativeError(const at::Tensor &ours, const at::Tensor &expected)
{
    const at::Tensor wanted = expected.to(at::kDouble);
    const double norm = wanted.norm().item<double>();
    const double difference = (ours.to(at::kDouble) - wanted).norm().item<double>();
    return norm > 0.0 ? difference / norm : difference;
}

// "step/SS.R/name"
inline std::string stepKey(const Scale &scale, int repetition, const std::string &name)
{
    const std::string index = std::to_string(scale.index);
    return "step/" + std::string(index.size() < 2 ? 2 - index.size() : 0, '0') + index + "." +
           std::to_string(repetition) + "/" + name;
}

inline TransformerConfig goldenTransformer()
{
    TransformerConfig config;
    config.width = 128;
    config.depth = 4;
    config.blockChunks = 2;
    config.heads = 4;
    config.kvHeads = 2;
    config.mlpWidth = 512;
    config.textChannels = 64;
    return config;
}

inline QuantizerConfig goldenQuantizer()
{
    QuantizerConfig config;
    config.detailScaleMinTokens = 60;
    config.semanticScales = 7;
    return config;
}

inline Schedule goldenSchedule(const std::vector<int> &clips)
{
    ScheduleConfig config;
    config.size = "0.06M";
    config.imageRepetition = {2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1};
    config.videoRepetition = {1, 1, 1, 1, 1, 1, 1, 3, 2, 1, 1};
    auto schedule = buildSchedule(config, goldenQuantizer(), 0.571, clips);
    if (!schedule)
        throw std::runtime_error(schedule.error().detail);
    return *std::move(schedule);
}

} // namespace faststar::test
