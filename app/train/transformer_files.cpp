// SPDX-License-Identifier: Apache-2.0
#include "app/train/transformer_files.h"

#include <array>
#include <cstdio>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>

#include "app/train/drawn_latents.h"
#include "app/train/scene_options.h"
#include "app/train/tokenizer_training.h"
#include "app/train/training_state.h"
#include "app/train/transformer_samples.h"
#include "app/train/vae_stage.h"
#include "core/files/output_file.h"

namespace faststar::train
{
namespace
{

namespace fs = std::filesystem;

Status writeText(const fs::path &file, const std::string &text)
{
    auto output = files::OutputFile::create(file, files::Existing::Replace);
    if (!output)
        return tl::unexpected(output.error());
    if (auto written = output->write(text.data(), text.size()); !written)
        return written;
    return output->commit();
}

Result<TokenizerOptions> tokenizerOptions(const TrainConfig &config)
{
    const auto scenes = readSceneOptions(config.data);
    if (!scenes)
        return tl::unexpected(scenes.error());
    TokenizerOptions options;
    options.data = *scenes;
    options.seed = config.seed;
    options.promptPrefix = config.model.generation.promptPrefix;
    return options;
}

// Hugging Face's keys.
std::string configText(const TextEncoderConfig &config)
{
    const nlohmann::ordered_json document{{"model_type", "t5"},
                                          {"architectures", {"T5EncoderModel"}},
                                          {"is_encoder_decoder", false},
                                          {"dense_act_fn", "gelu_new"},
                                          {"is_gated_act", true},
                                          {"eos_token_id", 1},
                                          {"pad_token_id", 0},
                                          {"unk_token_id", 2},
                                          {"d_model", config.width},
                                          {"d_kv", config.headDim},
                                          {"d_ff", config.mlpWidth},
                                          {"num_layers", config.depth},
                                          {"num_heads", config.heads},
                                          {"feed_forward_proj", "gated-gelu"},
                                          {"relative_attention_num_buckets", config.buckets},
                                          {"relative_attention_max_distance", config.maxDistance},
                                          {"layer_norm_epsilon", config.eps},
                                          {"vocab_size", config.vocabulary}};
    return document.dump(1) + "\n";
}

// The tokenizer that a stage begins with, in `out` unless it is that of a model folder.
Result<TrainedTokenizer> tokenizerOf(const TrainConfig &config, const fs::path &out, const StageStart &start)
{
    if (start.resume)
        return readTokenizer(out);
    if (start.model.empty()) {
        const auto words = tokenizerOptions(config);
        if (!words)
            return tl::unexpected(words.error());
        return writeTokenizer(*words, out);
    }
    return readTokenizer(start.model / "text_encoder");
}

// An autoencoder that goes on changing would leave the transformer with latents of another one. What holds
// averages only came from a model folder and is finished.
Status checkFinished(const TrainConfig &config, const fs::path &checkpoint)
{
    const auto stage = readVaeStageConfig(config);
    if (!stage)
        return tl::unexpected(stage.error());
    const auto progress = readProgress(checkpoint);
    if (!progress)
        return tl::unexpected(progress.error());
    if (!*progress)
        return {};
    const OptimizerConfig &length = stage->optimizer;
    std::array<char, 96> done{};
    if (length.seconds > 0.0) {
        if (float((*progress)->seconds) >= float(length.seconds)) // as the checkpoint holds them
            return {};
        (void)std::snprintf(done.data(), done.size(), "%.1f of %.1f seconds", (*progress)->seconds,
                            length.seconds);
    } else {
        if ((*progress)->steps >= length.steps)
            return {};
        (void)std::snprintf(done.data(), done.size(), "%lld of %lld steps",
                            static_cast<long long>((*progress)->steps), static_cast<long long>(length.steps));
    }
    return failure(ErrorCode::InvalidRequest, checkpoint.string() + ": the autoencoder is not finished, " +
                                                  done.data() +
                                                  " are done; go on with the stage vae and --resume first");
}

} // namespace

Status checkTransformerStage(const TrainConfig &config)
{
    constexpr int kSomeVocabulary = 64; // the tokenizer gives the true one
    const auto settings = readTransformerStage(config.transformer);
    if (!settings)
        return tl::unexpected(settings.error());
    if (const auto words = tokenizerOptions(config); !words)
        return tl::unexpected(words.error());
    if (const auto autoencoder = readVaeStageConfig(config); !autoencoder)
        return tl::unexpected(autoencoder.error());
    const ClipMaker none = [](std::uint64_t, int, int) { return EncodedClips{}; };
    const auto stage =
        TransformerStage::create(config.model, *settings, kSomeVocabulary, none, config.seed, at::kCPU);
    return stage ? Status{} : tl::unexpected(stage.error());
}

Result<std::unique_ptr<Stage>> makeTransformerStage(const TrainConfig &config, const fs::path &out,
                                                    at::Device device, const StageStart &start)
{
    const auto settings = readTransformerStage(config.transformer);
    if (!settings)
        return tl::unexpected(settings.error());
    // Of a model folder nothing is copied to `out` before all of it is known to fit.
    const bool started = !start.model.empty() && !start.resume;
    const fs::path theirs = start.model / "videovae.safetensors";
    const fs::path ours = out / "vae.safetensors";
    const bool borrowed = !start.model.empty() && !fs::exists(ours);
    if (!borrowed) {
        if (const auto finished = checkFinished(config, ours); !finished)
            return tl::unexpected(finished.error());
    }
    const auto tokenizer = tokenizerOf(config, out, start);
    if (!tokenizer)
        return tl::unexpected(tokenizer.error());
    auto clips = drawnLatents(config,
                              {borrowed ? theirs : ours, borrowed,
                               (started ? start.model / "text_encoder" : out) / "spiece.model",
                               tokenizer->pieces, settings->captions},
                              device);
    if (!clips)
        return tl::unexpected(clips.error());
    auto stage = TransformerStage::create(config.model, *settings, tokenizer->pieces, *std::move(clips),
                                          config.seed, device);
    if (!stage)
        return tl::unexpected(stage.error());
    if (started) {
        const ParameterSet &parameters = (*stage)->parameters();
        for (const auto &[file, prefix] : {std::pair{"transformer.safetensors", "transformer."},
                                           std::pair{"text_encoder/model.safetensors", "text_encoder."}}) {
            if (const auto status = loadPart(start.model / file, prefix, parameters); !status)
                return tl::unexpected(status.error());
        }
        if (const auto written = writeTokenizer(*tokenizer, out); !written)
            return tl::unexpected(written.error());
    }
    if (borrowed) {
        if (const auto status = writeAverages(theirs, ours); !status)
            return tl::unexpected(status.error());
    }
    const auto fingerprint = fingerprintOf(ours);
    if (!fingerprint)
        return tl::unexpected(fingerprint.error());
    (*stage)->setFoundation(*fingerprint);
    (*stage)->setSampler([config](const fs::path &folder, int prompts, const std::string &label) {
        return writeTransformerSamples(config, folder, prompts, label);
    });
    return std::unique_ptr<Stage>(*std::move(stage));
}

Status exportTransformer(const TrainConfig &config, const fs::path &out, const fs::path &model)
{
    auto settings = readTransformerStage(config.transformer);
    if (!settings)
        return tl::unexpected(settings.error());
    const fs::path text = model / "text_encoder";
    std::error_code error;
    fs::create_directories(text, error);
    if (error)
        return failure(ErrorCode::WriteFailed, text.string() + ": " + error.message());
    const auto tokenizer = readTokenizer(out);
    if (!tokenizer)
        return tl::unexpected(tokenizer.error());
    if (auto written = writeTokenizer(*tokenizer, text); !written)
        return written;
    settings->textEncoder.vocabulary = tokenizer->pieces;
    const fs::path checkpoint = out / "transformer.safetensors";
    if (auto status = exportAverages(checkpoint, "transformer.", model / "transformer.safetensors"); !status)
        return status;
    if (auto status = exportAverages(checkpoint, "text_encoder.", text / "model.safetensors"); !status)
        return status;
    return writeText(text / "config.json", configText(settings->textEncoder));
}

} // namespace faststar::train
