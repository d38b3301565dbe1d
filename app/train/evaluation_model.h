// SPDX-License-Identifier: Apache-2.0
//
// A model folder as evaluation uses it: the engine's own parts, loaded, with the runs that measure them. One
// thread uses it.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "core/domain/grids.h"
#include "core/domain/model_config.h"
#include "core/domain/request.h"
#include "core/domain/result.h"
#include "core/domain/schedule.h"

namespace faststar::pruning
{
class TokenReducer;
}

namespace faststar::train
{

struct GeneratedClip {
    std::vector<Image> frames;
    std::int64_t tokensRun = 0; // of one guidance branch
};

struct CodedClip {
    std::vector<Image> fromCodes; // decoded after residual quantisation on all scales
    double psnrFromCodes = 0.0;   // dB against the 8-bit frames, over all frames
    double psnrWithoutQuantiser = 0.0;
};

// Bits right and all, per scale of the schedule (all clips).
struct BitCounts {
    std::vector<std::int64_t> right;
    std::vector<std::int64_t> all;
};

// Peak signal-to-noise ratio in dB of 8-bit frames of one size; 99 when they are equal.
[[nodiscard]] double psnrOf(const std::vector<Image> &a, const std::vector<Image> &b);

class EvaluationModel
{
public:
    // Errors of the model folder. `threads` 0 = the library's choice.
    static Result<std::unique_ptr<EvaluationModel>> load(const std::filesystem::path &folder, int threads);
    ~EvaluationModel();
    EvaluationModel(const EvaluationModel &) = delete;
    EvaluationModel &operator=(const EvaluationModel &) = delete;

    [[nodiscard]] const ModelConfig &config() const;
    // The model's own settings for a prompt. `frames` 0 = the model's own number.
    [[nodiscard]] GenerationRequest request(const std::string &prompt, std::int64_t seed, int frames) const;

    // What `faststar generate` gives for the request. With `reducer` its choice of tokens replaces the
    // method's.
    [[nodiscard]] Result<GeneratedClip>
    generate(const GenerationRequest &request,
             const std::shared_ptr<const pruning::TokenReducer> &reducer = nullptr) const;

    // Through encoder, quantiser and decoder. The frames have the size of the request's schedule.
    [[nodiscard]] Result<CodedClip> code(const GenerationRequest &request,
                                         const std::vector<Image> &frames) const;

    // How many bits the transformer predicts (argmax, without guidance) when every step before was given the
    // codes of the encoded frames.
    [[nodiscard]] Result<BitCounts> predictBits(const GenerationRequest &request,
                                                const std::vector<Image> &frames) const;

private:
    struct Impl;
    explicit EvaluationModel(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace faststar::train
