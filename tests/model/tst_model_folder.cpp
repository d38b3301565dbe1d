// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <ATen/ATen.h>
#include <QTemporaryDir>
#include <QTest>
#include <nlohmann/json.hpp>

#include "core/model/checkpoint/weight_hash.h"
#include "core/model/checkpoint/weight_source.h"
#include "core/model/model_folder.h"
#include "core/model/weight_list.h"
#include "tests/model/model_folder_fixture.h"
#include "tests/support/paths.h"

using namespace faststar;
using namespace faststar::model;
using namespace faststar::test;
using Json = nlohmann::json;
namespace fs = std::filesystem;

class ModelFolderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        QVERIFY(m_dir->isValid());
    }

    void opensTheDemoModel()
    {
        auto folder = openModelFolder(demoModelDir());
        QVERIFY2(folder.has_value(), folder ? "" : folder.error().detail.c_str());
        QVERIFY(!folder->released);
        QVERIFY(folder->config.textEncoder.has_value());
        const auto parts = inspectParts(*folder, folder->notes);
        QVERIFY2(parts.has_value(), parts ? "" : parts.error().detail.c_str());
        QCOMPARE(parts->size(), std::size_t(3));
        for (const auto &part : *parts) {
            QVERIFY(part.parameters > 100000);
            QVERIFY(!part.dtype.empty());
            QVERIFY(part.storedBytes > 0);
        }
        QVERIFY2(folder->notes.empty(), folder->notes.empty() ? "" : folder->notes.front().c_str());
    }

    void opensTheGoldenModel()
    {
        auto folder = openModelFolder(goldenDir() / "model_a");
        QVERIFY2(folder.has_value(), folder ? "" : folder.error().detail.c_str());
        QVERIFY(folder->textEncoder.empty());
        QCOMPARE(folder->config.transformer.width, 128);
        QCOMPARE(folder->config.transformer.kvHeads, 2);
        QCOMPARE(folder->config.vae.blockOutChannels, (std::array<int, 5>{4, 8, 16, 16, 16}));
        QCOMPARE(folder->config.schedule.videoRepetition[7], 3);
        // What model.json leaves out.
        QCOMPARE(folder->config.generation.frames, 17);
        QCOMPARE(folder->config.generation.aspect, (Aspect{16, 9}));
        QVERIFY(folder->config.generation.promptPrefix.empty());
        QVERIFY(!folder->config.generation.smoothFirstFrame);
        QVERIFY(inspectParts(*folder, folder->notes).has_value());
        folder->vae = folder->root / "infinitystar_videovae.pth";
        folder->vaeDictionaries = {"vae", "ema"};
        const auto packed = inspectParts(*folder, folder->notes);
        QVERIFY2(packed.has_value(), packed ? "" : packed.error().detail.c_str());
        QCOMPARE((*packed)[0].dtype, std::string("float32"));
    }

    void namesBlocksOfOneChunkPlainly()
    {
        TransformerConfig config;
        config.depth = 4;
        config.blockChunks = 1;
        QCOMPARE(blockPrefix(config, 3), std::string("blocks.3."));
        config.blockChunks = 2;
        QCOMPARE(blockPrefix(config, 3), std::string("block_chunks.1.module.1."));
    }

    void notesUnknownKeysAndTensors()
    {
        auto json = demoJson();
        json["colour"] = 1;
        json["vae"]["depth"] = Json{{"a", 1}};
        std::vector<std::string> notes;
        const auto config = parseModelConfig(json.dump(), "model.json", notes);
        QVERIFY2(config.has_value(), config ? "" : config.error().detail.c_str());
        QCOMPARE(notes.size(), std::size_t(2));
        QVERIFY(text(notes[0]).contains("'colour'"));
        QVERIFY(text(notes[1]).contains("'vae.depth'"));

        copyDemo();
        auto tensors = readAll(folder() / "videovae.safetensors");
        tensors.emplace_back("surplus", at::ones({2}));
        tensors.emplace_back("quantize.lfq_detail.mask", at::ones({64}, at::kLong));
        QVERIFY(writeSafetensors(folder() / "videovae.safetensors", tensors).has_value());
        auto opened = openModelFolder(folder());
        QVERIFY(opened.has_value());
        QVERIFY(inspectParts(*opened, opened->notes).has_value());
        QCOMPARE(opened->notes.size(), std::size_t(1));
        QVERIFY(text(opened->notes[0]).contains("'surplus'"));
    }

    void readsPreviewAndGeneration()
    {
        auto json = demoJson();
        json["preview"] = {{"weight", std::vector(3, std::vector(64, 0.5))}, {"bias", {0.1, 0.2, 0.3}}};
        json["generation"] = {{"guidance", "cfg"}, {"guidance_scale", 3},  {"frames", 33},
                              {"aspect", "9:16"},  {"prompt_suffix", "!"}, {"smooth_first_frame", true},
                              {"tau_video", 0.25}};
        std::vector<std::string> notes;
        const auto config = parseModelConfig(json.dump(), "model.json", notes);
        QVERIFY2(config.has_value(), config ? "" : config.error().detail.c_str());
        QCOMPARE(config->preview->weight[2][63], 0.5F);
        QCOMPARE(config->preview->bias[1], 0.2F);
        QCOMPARE(config->generation.guidance, Guidance::Cfg);
        QCOMPARE(config->generation.aspect, (Aspect{9, 16}));
        QCOMPARE(config->generation.frames, 33);
        QVERIFY(config->generation.smoothFirstFrame);
    }

    void refusesDescription_data()
    {
        QTest::addColumn<QString>("pointer");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("says");
        const auto row = [](const char *pointer, const char *value, const char *says = "") {
            QTest::addRow("%s = %s", pointer, value) << pointer << value << (says[0] != 0 ? says : pointer);
        };
        row("/format", "2", "format 2");
        row("/kind", "\"other\"", "'other'");
        row("/kind", "3", "kind");
        row("/transformer", "[]", "transformer");
        row("/transformer/width", "0", "transformer.width");
        row("/transformer/width", "-256", "transformer.width");
        row("/transformer/width", "1e9", "transformer.width");
        row("/transformer/width", "99999999999999999999", "transformer.width");
        row("/transformer/width", "18446744073709551615", "transformer.width");
        row("/transformer/width", "\"256\"", "transformer.width");
        row("/transformer/width", "260", "multiple of heads");
        row("/transformer/heads", "64", "multiple of 8");
        row("/transformer/heads", "0", "transformer.heads");
        row("/transformer/kv_heads", "3", "multiple of kv_heads");
        row("/transformer/depth", "2000000000", "transformer.depth");
        row("/transformer/depth", "10", "multiple of block_chunks"); // which are three
        row("/transformer/block_chunks", "0", "transformer.block_chunks");
        row("/transformer/rms_eps", "-1", "transformer.rms_eps");
        row("/transformer/latent_channels", "32", "latent_channels");
        row("/quantizer/detail_bits", "32", "detail_bits");
        row("/quantizer/semantic_bits", "0", "quantizer.semantic_bits");
        row("/quantizer/semantic_scales", "12", "semantic_scales");
        row("/vae/block_out_channels", "[16,32,64,64]", "five numbers");
        row("/vae/block_out_channels", "[16,32,64,64,128]", "equal last two");
        row("/vae/block_out_channels", "[16,32,64,-64,-64]", "block_out_channels");
        row("/vae/block_out_channels", "[16,30,64,64,64]", "whole groups");
        row("/vae/layers_per_block", "0", "vae.layers_per_block");
        row("/vae/spatial_compression", "[2,2]", "2,2,2");
        row("/vae/temporal_compression", "[4]", "2,2");
        row("/schedule/size", "\"0.07M\"", "resolution class");
        row("/schedule/image_repetition", "[1,1]", "one entry for each of the 11");
        row("/schedule/video_repetition", "[2,2,2,2,2,2,2,2,2,2,0]", "video_repetition");
        row("/schedule/fps", "0", "schedule.fps");
        row("/generation/frames", "16", "multiple of 4");
        row("/generation/frames", "0", "generation.frames");
        row("/generation/aspect", "\"16x9\"", "16:9");
        row("/generation/aspect", "\"16:0\"", "16:9");
        row("/generation/guidance", "\"strong\"", "apg nor cfg");
        row("/generation/guidance_scale", "0.5", "guidance_scale");
        row("/generation/tau_image", "0", "tau_image");
        // What the validator refuses of a user is no default of a model.
        row("/generation/guidance_scale", "100000", "its own defaults");
        row("/generation/frames", "9997", "its own defaults");
        row("/generation/aspect", "\"9:1\"", "its own defaults");
        row("/generation/smooth_first_frame", "1", "true nor false");
        row("/preview", "{\"weight\":[[1]],\"bias\":[0,0,0]}", "3 rows");
        row("/preview", "{\"weight\":[],\"bias\":[0,0,\"x\"]}", "3 rows");
    }
    void refusesDescription()
    {
        QFETCH(QString, pointer);
        QFETCH(QString, value);
        QFETCH(QString, says);
        auto json = demoJson();
        json[Json::json_pointer(pointer.toStdString())] = Json::parse(value.toStdString());
        std::vector<std::string> notes;
        const auto config = parseModelConfig(json.dump(), "model.json", notes);
        QVERIFY(!config.has_value());
        const auto detail = text(config.error().detail);
        QVERIFY2(detail.contains(says) && detail.startsWith("model.json: "), config.error().detail.c_str());
    }

    void needsEveryKey_data()
    {
        QTest::addColumn<QString>("section");
        QTest::addColumn<QString>("key");
        for (const char *key :
             {"width", "depth", "block_chunks", "heads", "kv_heads", "mlp_width", "text_channels"})
            QTest::newRow(key) << "transformer" << key;
        QTest::newRow("layers") << "vae"
                                << "layers_per_block";
        QTest::newRow("channels") << "vae"
                                  << "block_out_channels";
        QTest::newRow("size") << "schedule"
                              << "size";
        QTest::newRow("scales") << "quantizer"
                                << "semantic_scales";
    }
    void needsEveryKey()
    {
        QFETCH(QString, section);
        QFETCH(QString, key);
        auto json = demoJson();
        json[section.toStdString()].erase(key.toStdString());
        std::vector<std::string> notes;
        const auto config = parseModelConfig(json.dump(), "model.json", notes);
        QVERIFY(!config.has_value());
        QVERIFY2(text(config.error().detail).contains(section + "." + key + "\" is missing"),
                 config.error().detail.c_str());
    }

    void refusesParts_data()
    {
        QTest::addColumn<int>("change");
        QTest::addColumn<QString>("says");
        QTest::newRow("missing") << 0 << "missing";
        QTest::newRow("misshapen") << 1 << "expected [256]";
        QTest::newRow("whole numbers") << 2 << "floating-point";
    }
    void refusesParts()
    {
        QFETCH(int, change);
        QFETCH(QString, says);
        copyDemo();
        const auto file = folder() / "transformer.safetensors";
        auto tensors = readAll(file);
        const std::string name = "norm_hidden_sates.weight";
        const auto at = std::ranges::find(tensors, name, [](const auto &pair) { return pair.first; });
        QVERIFY(at != tensors.end());
        if (change == 0)
            tensors.erase(at);
        else
            at->second = change == 1 ? at::ones({255}) : at::ones({256}, at::kLong);
        QVERIFY(writeSafetensors(file, tensors).has_value());
        auto opened = openModelFolder(folder());
        QVERIFY(opened.has_value());
        const auto parts = inspectParts(*opened, opened->notes);
        QVERIFY(!parts.has_value());
        QCOMPARE(parts.error().code, ErrorCode::ModelMismatch);
        const auto detail = text(parts.error().detail);
        QVERIFY2(detail.contains(says) && detail.contains(text(name)) &&
                     detail.contains("transformer.safetensors"),
                 parts.error().detail.c_str());
    }

    void refusesFolders()
    {
        QCOMPARE(openModelFolder(folder() / "none").error().code, ErrorCode::NotFound);
        QCOMPARE(openModelFolder(demoModelDir() / "model.json").error().code, ErrorCode::Unreadable);
        QCOMPARE(openModelFolder(folder()).error().code, ErrorCode::NotFound);
        for (const char *file : {"model.json", "transformer.safetensors", "videovae.safetensors",
                                 "text_encoder/config.json", "text_encoder/spiece.model"}) {
            copyDemo();
            fs::remove(folder() / file);
            const auto opened = openModelFolder(folder());
            QVERIFY2(!opened.has_value(), file);
            QCOMPARE(opened.error().code, ErrorCode::NotFound);
        }
        copyDemo();
        auto json = demoJson();
        json["transformer"]["text_channels"] = 64;
        writeText(folder() / "model.json", json.dump());
        QCOMPARE(openModelFolder(folder()).error().code, ErrorCode::ModelMismatch);
    }

    void hashTellsWeightsApart()
    {
        copyDemo();
        const auto first = weightHash(*openModelFolder(folder()));
        QVERIFY2(first.has_value(), first ? "" : first.error().detail.c_str());
        QCOMPARE(first->size(), std::size_t(32));
        QCOMPARE(*weightHash(*openModelFolder(demoModelDir())), *first);
        // The last byte of the last tensor.
        const auto file = folder() / "videovae.safetensors";
        std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
        stream.seekg(-1, std::ios::end);
        const char last = static_cast<char>(stream.get() ^ 1);
        stream.seekp(-1, std::ios::end);
        stream.put(last);
        stream.close();
        QVERIFY(*weightHash(*openModelFolder(folder())) != *first);
    }

private:
    [[nodiscard]] fs::path folder() const { return m_dir->path().toStdString(); }
    static Json demoJson() { return readJson(demoModelDir() / "model.json"); }
    void copyDemo() const
    {
        fs::copy(demoModelDir(), folder(),
                 fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    }
    static std::vector<std::pair<std::string, at::Tensor>> readAll(const fs::path &file)
    {
        std::vector<std::pair<std::string, at::Tensor>> tensors;
        const auto source = WeightSource::open(file);
        for (const auto &info : source->tensors())
            tensors.emplace_back(
                info.name,
                *source->load(info.name, info.shape, at::isFloatingType(info.type) ? at::kFloat : at::kLong));
        return tensors;
    }
    std::unique_ptr<QTemporaryDir> m_dir;
};

QTEST_GUILESS_MAIN(ModelFolderTest)
#include "tst_model_folder.moc"
