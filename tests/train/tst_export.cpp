// SPDX-License-Identifier: Apache-2.0
#include <QTemporaryDir>
#include <QtTest/QtTest>

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <ATen/ATen.h>

#include "app/train/stages.h"
#include "app/train/tokenizer_training.h"
#include "core/model/checkpoint/weight_hash.h"
#include "core/model/checkpoint/weight_source.h"
#include "core/model/model_folder.h"
#include "core/model/text_encoder.h"
#include "core/model/transformer.h"

using namespace faststar;
using namespace faststar::train;

// From the configuration for small machines to a model folder that the engine reads.
class TestExport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void exportedFolderIsRead();
    void unfinishedAutoencoderIsRefused();
    void whatDoesNotFitIsNotExported();
};

namespace
{

namespace fs = std::filesystem;

// Two steps are its whole length.
TrainConfig briefConfig()
{
    auto config = readTrainConfig(FASTSTAR_SOURCE_DIR "/resources/train/tiny.json");
    if (!config)
        throw std::runtime_error(config.error().detail);
    for (auto *stage : {&config->vae, &config->transformer}) {
        (*stage)["optimizer"]["steps"] = 2;
        (*stage)["report"]["validations"] = 0;
    }
    config->transformer["samples"] = 0;
    return *std::move(config);
}

Status trainedBriefly(const TrainConfig &config, const char *name, const fs::path &out,
                      std::int64_t steps = 2)
{
    auto stage = makeStage(name, config, out, at::kCPU);
    if (!stage)
        return tl::unexpected(stage.error());
    StageOptions options;
    options.out = out;
    options.steps = steps;
    options.quiet = true;
    const auto result = runStage(**stage, config, options);
    if (!result)
        return tl::unexpected(result.error());
    return {};
}

} // namespace

void TestExport::exportedFolderIsRead()
{
    const QTemporaryDir folder;
    const std::filesystem::path out = folder.path().toStdString();
    const Result<TrainConfig> config = briefConfig();
    // The transformer needs a finished autoencoder.
    const auto early = makeStage("transformer", *config, out, at::kCPU);
    QVERIFY(!early.has_value());
    QVERIFY2(early.error().detail.find("vae.safetensors") != std::string::npos, early.error().detail.c_str());
    for (const char *name : {"vae", "transformer"}) {
        const auto status = trainedBriefly(*config, name, out);
        QVERIFY2(status.has_value(), status ? "" : status.error().detail.c_str());
    }
    const auto exported = exportModel(*config, out);
    QVERIFY2(exported.has_value(), exported ? "" : exported.error().detail.c_str());

    const auto model = model::openModelFolder(out / "model");
    QVERIFY2(model.has_value(), model ? "" : model.error().detail.c_str());
    std::vector<std::string> notes;
    const auto parts = model::inspectParts(*model, notes);
    QVERIFY2(parts.has_value(), parts ? "" : parts.error().detail.c_str());
    QCOMPARE(parts->size(), std::size_t(3));
    QVERIFY2(notes.empty(), notes.empty() ? "" : notes.front().c_str());
    const auto text = model::TextEncoder::load(model->textEncoder);
    QVERIFY2(text.has_value(), text ? "" : text.error().detail.c_str());
    const auto weights = model::WeightSource::open(model->transformer);
    QVERIFY(weights.has_value());
    const auto transformer =
        model::Transformer::load(*weights, model->config.transformer, model->config.quantizer);
    QVERIFY2(transformer.has_value(), transformer ? "" : transformer.error().detail.c_str());
    const std::stop_token never;
    const auto ids = (*text)->tokenize("<<<t=1s>>>a red circle moving left").ids;
    model::KeyValues cache;
    const at::Tensor hidden = (*transformer)->encodeText({(*text)->encode(ids, never)}, cache, never);
    QVERIFY(at::isfinite(hidden).all().item<bool>());
    // Words are pieces: the caption is far shorter than its letters.
    QVERIFY(ids.size() < 20);

    // Sizes that do not fit leave nothing behind.
    const QTemporaryDir refused;
    auto wider = *config;
    wider.transformer["text_encoder"]["mlp_width"] = 80;
    StageStart unfit;
    unfit.model = out / "model";
    QVERIFY(!makeStage("transformer", wider, refused.path().toStdString(), at::kCPU, unfit).has_value());
    QVERIFY(std::filesystem::is_empty(refused.path().toStdString()));

    // Training goes on from the folder: its weights, its tokenizer, its autoencoder.
    const QTemporaryDir other;
    const std::filesystem::path next = other.path().toStdString();
    StageStart start;
    start.model = out / "model";
    QVERIFY(!makeStage("vae", *config, next, at::kCPU, start).has_value());
    auto again = makeStage("transformer", *config, next, at::kCPU, start);
    QVERIFY2(again.has_value(), again ? "" : again.error().detail.c_str());
    for (const auto &parameter : (*again)->parameters().all()) {
        const std::string prefix = "transformer.";
        if (parameter.name.compare(0, prefix.size(), prefix) != 0)
            continue;
        const auto stored =
            weights->load(parameter.name.substr(prefix.size()), parameter.value.sizes().vec());
        QVERIFY2(stored.has_value() && at::equal(*stored, parameter.value), parameter.name.c_str());
    }
    QCOMPARE(readTokenizer(next)->model, readTokenizer(out)->model);
    const auto autoencoder = model::WeightSource::open(next / "vae.safetensors");
    QVERIFY(autoencoder.has_value() && !autoencoder->tensors().empty());
    start.model = out / "nothing";
    const auto missing = makeStage("transformer", *config, next, at::kCPU, start);
    QVERIFY(!missing.has_value());
    QVERIFY2(missing.error().detail.find("nothing") != std::string::npos, missing.error().detail.c_str());
}

void TestExport::unfinishedAutoencoderIsRefused()
{
    const QTemporaryDir folder;
    const fs::path out = folder.path().toStdString();
    auto config = briefConfig();
    QVERIFY(trainedBriefly(config, "vae", out, 1).has_value());
    for (const bool resumed : {false, true}) {
        StageStart start;
        start.resume = resumed;
        const auto early = makeStage("transformer", config, out, at::kCPU, start);
        QVERIFY(!early.has_value());
        QCOMPARE(early.error().code, ErrorCode::InvalidRequest);
        QVERIFY2(early.error().detail.find("1 of 2 steps") != std::string::npos,
                 early.error().detail.c_str());
    }
    QVERIFY(!fs::exists(out / "spiece.model"));
    config.vae["optimizer"]["seconds"] = 5000.0;
    const auto seconds = makeStage("transformer", config, out, at::kCPU);
    QVERIFY(!seconds.has_value());
    QVERIFY2(seconds.error().detail.find("of 5000.0 seconds") != std::string::npos,
             seconds.error().detail.c_str());
    config.vae["optimizer"]["seconds"] = 1e-6;
    QVERIFY(makeStage("transformer", config, out, at::kCPU).has_value());
}

void TestExport::whatDoesNotFitIsNotExported()
{
    const QTemporaryDir folder;
    const fs::path out = folder.path().toStdString();
    const auto config = briefConfig();
    const fs::path vae = out / "vae.safetensors";
    const fs::path transformer = out / "transformer.safetensors";
    const auto refused = [&](const TrainConfig &asked, ErrorCode code, const std::string &named) {
        const auto exported = exportModel(asked, out);
        QVERIFY(!exported.has_value());
        QVERIFY2(exported.error().detail.find(named) != std::string::npos, exported.error().detail.c_str());
        QVERIFY2(exported.error().detail.find(".parts") == std::string::npos,
                 exported.error().detail.c_str());
        QCOMPARE(exported.error().code, code);
        for (const auto &entry : fs::directory_iterator(out)) // nothing half-made
            QVERIFY2(entry.path().extension() != ".parts", entry.path().c_str());
    };
    refused(config, ErrorCode::NotFound, "vae.safetensors");
    QVERIFY(trainedBriefly(config, "vae", out).has_value());
    refused(config, ErrorCode::NotFound, "transformer.safetensors");
    QVERIFY(!fs::exists(out / "model"));
    QVERIFY(trainedBriefly(config, "transformer", out).has_value());
    QVERIFY(exportModel(config, out).has_value());

    // What is there stays when the next export fails.
    const auto stampOf = [&] {
        return std::pair(model::weightHash(*model::openModelFolder(out / "model")).value_or(""),
                         fs::last_write_time(out / "model" / "model.json"));
    };
    const auto stamp = stampOf();
    auto wider = config;
    wider.modelDocument["transformer"]["width"] = 96;
    refused(wider, ErrorCode::ModelMismatch, "model/transformer.safetensors");
    auto otherText = config;
    otherText.transformer["text_encoder"]["mlp_width"] = 80;
    refused(otherText, ErrorCode::ModelMismatch, "text_encoder");
    const auto swap = [&] {
        fs::rename(vae, out / "x");
        fs::rename(transformer, vae);
        fs::rename(out / "x", transformer);
    };
    swap();
    refused(config, ErrorCode::ModelMismatch, "transformer.");
    swap();
    // Another autoencoder, of the same sizes.
    fs::rename(vae, out / "first");
    auto other = config;
    other.seed = 77;
    QVERIFY(trainedBriefly(other, "vae", out).has_value());
    refused(config, ErrorCode::ModelMismatch, "another autoencoder");
    StageStart resumed;
    resumed.resume = true;
    const auto stage = makeStage("transformer", config, out, at::kCPU, resumed);
    QVERIFY(stage.has_value());
    StageOptions options;
    options.out = out;
    options.resume = true;
    options.quiet = true;
    const auto goesOn = runStage(**stage, config, options);
    QVERIFY(!goesOn.has_value());
    QVERIFY2(goesOn.error().detail.find("another autoencoder") != std::string::npos,
             goesOn.error().detail.c_str());
    fs::rename(out / "first", vae);
    QCOMPARE(stampOf(), stamp);
    // A file that stands in the way is none of ours.
    fs::rename(out / "model", out / "kept");
    std::ofstream(out / "model") << "x";
    refused(config, ErrorCode::WriteFailed, "no folder");
    fs::remove(out / "model");
    QVERIFY(exportModel(config, out).has_value());
}

QTEST_GUILESS_MAIN(TestExport)
#include "tst_export.moc"
