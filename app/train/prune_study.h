// SPDX-License-Identifier: Apache-2.0
//
// Which score chooses tokens best: the same clips generated without pruning and pruned by four scores with
// equally many tokens kept.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "app/train/scene_options.h"
#include "core/domain/result.h"

namespace faststar::train
{

enum class ScoreKind { Spatial, Temporal, Fused, Random };
inline constexpr int kScoreKinds = 4;
[[nodiscard]] std::string_view nameOf(ScoreKind kind);

struct PruneStudyOptions {
    std::filesystem::path model;
    SceneOptions data;
    int prompts = 100;
    std::uint64_t seed = 90001;
    int frames = 0; // 0 = the model's own
    int threads = 0;
    std::array<int, 4> ratiosPermille{200, 300, 400, 700};
};

struct PruneStudy {
    std::array<std::vector<double>, kScoreKinds> psnr; // dB against the unpruned clip, one a prompt
    std::array<std::int64_t, kScoreKinds> tokens{};    // run, of the last prompt; equal for all scores
    std::int64_t tokensUnpruned = 0;
};

// `progress` receives done and all prompts. Errors of the model folder; InvalidRequest for bad numbers.
[[nodiscard]] Result<PruneStudy> studyPruning(const PruneStudyOptions &options,
                                              const std::function<void(int, int)> &progress);

[[nodiscard]] nlohmann::json toJson(const PruneStudy &study, const PruneStudyOptions &options);

} // namespace faststar::train
