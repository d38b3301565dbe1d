// SPDX-License-Identifier: Apache-2.0
#include "core/pipeline/loaded_model.h"

namespace faststar::pipeline
{

TextFeatures encodePrompt(const LoadedModel &model, const GenerationRequest &request,
                          const std::stop_token &stop)
{
    const int limit = model.config.transformer.textMaxTokens;
    const auto prompt =
        model.textEncoder->tokenize(request.promptPrefix + request.prompt + request.promptSuffix, limit);
    TextFeatures text;
    text.promptTokens = int(prompt.ids.size());
    text.promptCut = prompt.cut;
    text.branches.push_back(model.textEncoder->encode(prompt.ids, stop));
    if (request.guidanceScale == 1.0)
        return text;
    if (request.negativePrompt.empty()) {
        text.branches.push_back(model.transformer->unconditionalFeatures(text.promptTokens));
    } else {
        const auto negative = model.textEncoder->tokenize(request.negativePrompt, limit);
        text.negativeCut = negative.cut;
        text.branches.push_back(model.textEncoder->encode(negative.ids, stop));
    }
    return text;
}

} // namespace faststar::pipeline
