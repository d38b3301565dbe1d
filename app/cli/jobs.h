// SPDX-License-Identifier: Apache-2.0
//
// What `generate` is going to do: every clip with its request, given frames and outputs, judged
// before the model is loaded.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/cli/environment.h"
#include "app/cli/options.h"
#include "app/cli/output_plan.h"
#include "core/domain/model_config.h"
#include "core/domain/pipeline.h"
#include "core/domain/result.h"

namespace faststar::cli
{

struct Job {
    GenerationRequest request;
    std::shared_ptr<const std::vector<Image>> condition; // fitted; null = none
    std::vector<std::shared_ptr<const StepRecord>> history;
    std::string modelHash; // that the history was made with; empty = no history
    OutputPlan outputs;
    int fps = 16;
    int previewEvery = 0;
    bool metadata = true;
    bool journal = true;
};

// `notes` receives what the user should know, translated. Reads the prompt and the conditions.
[[nodiscard]] Result<std::vector<Job>> planJobs(const GenerateOptions &options, const CommonOptions &common,
                                                const ModelConfig &model, Environment &environment,
                                                std::vector<std::string> &notes);

} // namespace faststar::cli
