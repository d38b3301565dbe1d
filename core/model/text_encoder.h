// SPDX-License-Identifier: Apache-2.0
//
// T5 v1.1 encoder and its SentencePiece tokenizer.
#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/domain/model_config.h"
#include "core/domain/result.h"
#include "core/model/checkpoint/weight_source.h"
#include "gpu/torch_device.h"

namespace faststar::model
{

struct TokenizedText {
    std::vector<int> ids; // the last is the end token (1)
    bool cut = false;     // the text was longer than the limit
};

class TextEncoder
{
public:
    // A Hugging Face T5 folder: config.json, spiece.model, weights.
    static Result<std::unique_ptr<TextEncoder>> load(const std::filesystem::path &folder,
                                                     const gpu::Placement &placement = {});
    // config.json alone (untrusted: bounds checked).
    static Result<TextEncoderConfig> readConfig(const std::filesystem::path &folder);
    ~TextEncoder();
    TextEncoder(const TextEncoder &) = delete;
    TextEncoder &operator=(const TextEncoder &) = delete;

    [[nodiscard]] const TextEncoderConfig &config() const;

    // No special-token parsing: "</s>" is plain text; the empty text is the end token alone.
    [[nodiscard]] TokenizedText tokenize(const std::string &text, int maxTokens = 512) const;

    // [ids, width] float32, on the placement's device. Throws StopRequested between blocks.
    [[nodiscard]] at::Tensor encode(const std::vector<int> &ids, const std::stop_token &stop) const;

private:
    struct Impl;
    explicit TextEncoder(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace faststar::model
