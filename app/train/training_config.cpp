// SPDX-License-Identifier: Apache-2.0
#include "app/train/training_config.h"

#include <fstream>
#include <iterator>

#include "core/model/checkpoint/json_document.h"
#include "core/model/model_folder.h"

namespace faststar::train
{

namespace
{

constexpr std::int64_t kMostSteps = std::int64_t{1} << 39; // what a checkpoint can count

} // namespace

Result<TrainConfig> readTrainConfig(const std::filesystem::path &file)
{
    const auto document = model::readJsonFile(file);
    if (!document)
        return tl::unexpected(document.error());
    const auto corrupt = [&](const std::string &what) {
        return failure(ErrorCode::CorruptFile, file.string() + ": " + what);
    };
    if (!document->is_object())
        return corrupt("it is not a JSON object");

    TrainConfig config;
    std::ifstream stream(file, std::ios::binary);
    config.text.assign(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
    const auto ordered = nlohmann::ordered_json::parse(config.text, nullptr, /*allow_exceptions=*/false);
    if (!ordered.is_object() || !ordered.contains("model"))
        return corrupt("\"model\" is missing");
    config.modelDocument = ordered["model"];
    std::vector<std::string> notes;
    auto model = model::parseModelConfig(config.modelDocument.dump(), file.string() + ": model", notes);
    if (!model)
        return tl::unexpected(model.error());
    if (!notes.empty())
        return corrupt(notes.front());
    config.model = std::move(*model);

    for (const auto &item : document->items()) {
        if (item.key() == "seed" && item.value().is_number_unsigned())
            config.seed = item.value().get<std::uint64_t>();
        else if (item.key() == "data")
            config.data = item.value();
        else if (item.key() == "vae")
            config.vae = item.value();
        else if (item.key() == "transformer")
            config.transformer = item.value();
        else if (item.key() != "model")
            return corrupt("\"" + item.key() + "\" is not known or of a wrong type");
    }
    return config;
}

void readOptimizerConfig(ConfigSection &section, OptimizerConfig &config)
{
    section.read("steps", config.steps, 0, kMostSteps);
    section.read("seconds", config.seconds, 0.0, 1e7);
    section.read("learning_rate", config.learningRate, 0.0, 1.0);
    section.read("warmup_steps", config.warmupSteps, 0, 1'000'000);
    section.read("final_share", config.finalShare, 0.0, 1.0);
    section.read("beta1", config.beta1, 0.0, 0.9999);
    section.read("beta2", config.beta2, 0.0, 0.99999);
    section.read("epsilon", config.epsilon, 0.0, 1.0);
    section.read("weight_decay", config.weightDecay, 0.0, 1.0);
    section.read("clip_norm", config.clipNorm, 1e-6, 1e6);
    section.read("average", config.average, 0.0, 0.999999);
    section.read("matrices", config.matrices, {"adam", "orthogonal"});
    section.read("momentum", config.momentum, 0.0, 0.9999);
    section.read("matrix_rate", config.matrixRate, 0.0, 1000.0);
    if (config.steps == 0 && config.seconds == 0.0)
        section.fail("steps or seconds is missing");
}

void readReportConfig(ConfigSection &section, ReportConfig &config)
{
    section.read("log_steps", config.logSteps, 1, 1'000'000);
    section.read("validations", config.validations, 0, 1000);
    section.read("checkpoints", config.checkpoints, 0, 1000);
}

} // namespace faststar::train
