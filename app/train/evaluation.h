// SPDX-License-Identifier: Apache-2.0
//
// How well a model does what its captions ask, and how well its autoencoder keeps pictures: all by program,
// on clips and prompts that a seed fixes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "app/train/adherence.h"
#include "core/domain/request.h"
#include "core/domain/result.h"

namespace faststar::train
{

// What is measured in place of generated clips.
enum class ClipSource {
    Generated,
    True, // the drawn clips themselves: the ceiling of the measurement
    Coded // the drawn clips after encoder, quantiser and decoder: the ceiling of the autoencoder
};

struct EvaluationOptions {
    std::filesystem::path model; // not needed for True
    SceneOptions data;
    int prompts = 200;
    std::uint64_t seed = 90001; // training uses others
    int frames = 17;
    int codedClips = 24; // for reconstruction and bit accuracy; 0 = neither is measured
    int threads = 0;
    ClipSource source = ClipSource::Generated;
    std::optional<Method> method; // unset = the model's own
    std::filesystem::path sheet;  // PNG; empty = none
    int sheetRows = 40;
};

// One number a clip.
struct Spread {
    double mean = 0.0;
    double deviation = 0.0;
    double least = 0.0;
};
[[nodiscard]] Spread spreadOf(const std::vector<double> &values);

struct ClipReport {
    std::string caption;
    Verdict verdict{};
    MeasuredClip seen;
};

struct EvaluationReport {
    Verdict attributes{};
    std::vector<ClipReport> clips;
    std::vector<double> psnrFromCodes; // dB, one a coded clip
    std::vector<double> psnrWithoutQuantiser;
    std::vector<double> bitAccuracy; // of every scale of the schedule; empty when not measured
};

// `progress` receives done and all clips, the coded ones included. Errors of the model folder and of writing
// the sheet; InvalidRequest for numbers out of range.
[[nodiscard]] Result<EvaluationReport> evaluate(const EvaluationOptions &options,
                                                const std::function<void(int, int)> &progress);

[[nodiscard]] nlohmann::json toJson(const EvaluationReport &report, const EvaluationOptions &options);

} // namespace faststar::train
