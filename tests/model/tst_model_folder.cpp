// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <QTemporaryDir>
#include <QTest>
#include <nlohmann/json.hpp>

#include "core/model/checkpoint/weight_hash.h"
#include "core/model/checkpoint/weight_source.h"
#include "core/model/model_folder.h"
#include "core/model/weight_list.h"
#include "tests/support/paths.h"

using namespace faststar;
using namespace faststar::model;
using Json = nlohmann::json;
namespace fs = std::filesystem;

namespace
{

QString text(const std::string &value)
{
    return QString::fromStdString(value);
}

Json readJson(const fs::path &path)
{
    std::ifstream in(path);
    return Json::parse(in);
}

void writeText(const fs::path &path, const std::string &content)
{
    std::ofstream out(path, std::ios::binary);
    out << content;
}

// A header of float16 tensors in front of a hole of the right size: the layout of gigabytes on no disk.
void writeSparse(const fs::path &path,
                 const std::vector<std::pair<std::string, std::vector<std::int64_t>>> &tensors)
{
    Json header = Json::object();
    std::uint64_t offset = 0;
    for (const auto &[name, shape] : tensors) {
        std::uint64_t bytes = 2;
        for (const auto axis : shape)
            bytes *= static_cast<std::uint64_t>(axis);
        header[name] = {{"dtype", "F16"}, {"shape", shape}, {"data_offsets", {offset, offset + bytes}}};
        offset += bytes;
    }
    const std::string body = header.dump();
    std::string length(8, '\0');
    for (int i = 0; i < 8; ++i)
        length[static_cast<std::size_t>(i)] = static_cast<char>(body.size() >> (8 * i));
    writeText(path, length + body);
    fs::resize_file(path, 8 + body.size() + offset);
}

} // namespace

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
        auto folder = openModelFolder(test::demoModelDir());
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
        auto folder = openModelFolder(test::goldenDir() / "model_a");
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

    void listsEveryReleasedTensor_data()
    {
        QTest::addColumn<QString>("part");
        for (const char *part : {"transformer", "vae", "text_encoder"})
            QTest::newRow(part) << part;
    }
    void listsEveryReleasedTensor()
    {
        QFETCH(QString, part);
        const auto released = readJson(test::goldenDir() / "weight_names.json")[part.toStdString()];
        const auto expected = part == "transformer" ? transformerTensors(released8b())
                              : part == "vae"       ? vaeTensors(released8b().vae)
                                                    : textEncoderTensors(flanXl());
        for (const auto &tensor : expected) {
            QVERIFY2(released.contains(tensor.name), tensor.name.c_str());
            QVERIFY2(released[tensor.name].get<std::vector<std::int64_t>>() == tensor.shape,
                     tensor.name.c_str());
        }
        for (const auto &[name, shape] : released.items()) {
            const bool listed = std::ranges::find(expected, name, &ExpectedTensor::name) != expected.end();
            QVERIFY2(listed != isKnownUnused(name) || name == "shared.weight", name.c_str());
        }
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
        row("/transformer/depth", "9", "multiple of block_chunks");
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
        QCOMPARE(openModelFolder(test::demoModelDir() / "model.json").error().code, ErrorCode::Unreadable);
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

    void recognisesARelease_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("size");
        QTest::addColumn<int>("lastRepetition");
        QTest::addColumn<bool>("plainGuidance");
        QTest::newRow("720p") << "infinitystar_8b_720p_weights"
                              << "0.90M" << 14 << false;
        QTest::newRow("480p") << "infinitystar_8b_480p_weights"
                              << "0.40M" << 13 << false;
        QTest::newRow("interact") << "InfinityStarInteract_24K_iters"
                                  << "0.40M" << 13 << true;
    }
    void recognisesARelease()
    {
        QFETCH(QString, name);
        QFETCH(QString, size);
        QFETCH(int, lastRepetition);
        QFETCH(bool, plainGuidance);
        writeRelease(name.toStdString());
        for (const auto &path :
             {folder(), folder() / name.toStdString(), folder() / name.toStdString() / ""}) {
            auto opened = openModelFolder(path);
            QVERIFY2(opened.has_value(), opened ? "" : opened.error().detail.c_str());
            QVERIFY(opened->released);
            const auto &config = opened->config;
            QCOMPARE(config.transformer, released8b().transformer);
            QCOMPARE(config.vae, released8b().vae);
            QCOMPARE(*config.textEncoder, flanXl());
            QCOMPARE(text(config.schedule.size), size);
            QCOMPARE(config.schedule.videoRepetition.size(), std::size_t(lastRepetition + 1));
            QCOMPARE(config.schedule.videoRepetition[11], 3);
            QCOMPARE(config.schedule.videoRepetition[12], 2);
            QCOMPARE(config.schedule.videoRepetition.back(), 1);
            QCOMPARE(config.schedule.imageRepetition.back(), 3);
            QCOMPARE(config.quantizer.semanticScales, size == "0.90M" ? 12 : 11);
            QCOMPARE(config.quantizer.detailScaleMinTokens, size == "0.90M" ? 750 : 350);
            QCOMPARE(config.generation.guidance, plainGuidance ? Guidance::Cfg : Guidance::Apg);
            QCOMPARE(config.generation.guidanceScale, plainGuidance ? 3.0 : 34.0);
            QCOMPARE(config.generation.frames, 81);
            QVERIFY(config.generation.smoothFirstFrame);
            QCOMPARE(opened->notes.size(), std::size_t(plainGuidance ? 1 : 0));
            const auto parts = inspectParts(*opened, opened->notes);
            QVERIFY2(parts.has_value(), parts ? "" : parts.error().detail.c_str());
            QVERIFY((*parts)[0].parameters > 8760000000 && (*parts)[0].parameters < 8780000000);
            QCOMPARE((*parts)[0].dtype, std::string("float16"));
        }
    }

    void prefersTheLargerRelease()
    {
        writeRelease("infinitystar_8b_720p_weights");
        fs::create_directory(folder() / "infinitystar_8b_480p_weights");
        const auto opened = openModelFolder(folder());
        QVERIFY2(opened.has_value(), opened ? "" : opened.error().detail.c_str());
        QCOMPARE(opened->config.schedule.size, std::string("0.90M"));
        QCOMPARE(opened->notes.size(), std::size_t(1));
        QVERIFY(text(opened->notes[0]).contains("480p"));
    }

    void refusesABrokenRelease()
    {
        const std::string name = "infinitystar_8b_720p_weights";
        writeRelease(name);
        fs::remove(folder() / "infinitystar_videovae.pth");
        QVERIFY(text(openModelFolder(folder()).error().detail).contains("infinitystar_videovae.pth"));
        writeRelease(name);
        fs::remove(folder() / "text_encoder" / "flan-t5-xl-official" / "config.json");
        QVERIFY(text(openModelFolder(folder()).error().detail).contains("flan-t5"));
        writeRelease(name);
        writeSparse(folder() / name / "model-00002-of-00002.safetensors", {{"other", {4}}});
        QCOMPARE(openModelFolder(folder()).error().code, ErrorCode::CorruptFile);
        fs::remove(folder() / name / "model.safetensors.index.json");
        QCOMPARE(openModelFolder(folder()).error().code, ErrorCode::ModelMismatch);
    }

    void hashTellsWeightsApart()
    {
        copyDemo();
        const auto first = weightHash(*openModelFolder(folder()));
        QVERIFY2(first.has_value(), first ? "" : first.error().detail.c_str());
        QCOMPARE(first->size(), std::size_t(32));
        QCOMPARE(*weightHash(*openModelFolder(test::demoModelDir())), *first);
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
    static Json demoJson() { return readJson(test::demoModelDir() / "model.json"); }
    void copyDemo() const
    {
        fs::copy(test::demoModelDir(), folder(),
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
    static ModelConfig released8b()
    {
        ModelConfig config;
        config.transformer = {4096, 36, 0, 32, 8, 16384, 1e-6, 2048, 512, 64};
        const auto names = readJson(test::goldenDir() / "weight_names.json")["transformer"];
        while (names.contains("block_chunks." + std::to_string(config.transformer.blockChunks) +
                              ".module.0.attn.q_norm.weight"))
            ++config.transformer.blockChunks;
        config.vae.blockOutChannels = {96, 192, 384, 384, 384};
        config.vae.layersPerBlock = 2;
        return config;
    }
    static TextEncoderConfig flanXl() { return {2048, 64, 5120, 24, 32, 32128, 32, 128, 1e-6}; }

    // The release's files: real names and shapes, holes for data.
    void writeRelease(const std::string &name) const;

    std::unique_ptr<QTemporaryDir> m_dir;
};

void ModelFolderTest::writeRelease(const std::string &name) const
{
    const auto names = readJson(test::goldenDir() / "weight_names.json");
    const auto collect = [&names](const char *part) {
        std::vector<std::pair<std::string, std::vector<std::int64_t>>> tensors;
        for (const auto &[tensor, shape] : names[part].items())
            tensors.emplace_back(tensor, shape.get<std::vector<std::int64_t>>());
        return tensors;
    };
    const auto weights = folder() / name;
    fs::create_directories(weights);
    const auto transformer = collect("transformer");
    const auto middle = transformer.begin() + static_cast<std::ptrdiff_t>(transformer.size() / 2);
    writeSparse(weights / "model-00001-of-00002.safetensors", {transformer.begin(), middle});
    writeSparse(weights / "model-00002-of-00002.safetensors", {middle, transformer.end()});
    Json map = Json::object();
    for (auto it = transformer.begin(); it != transformer.end(); ++it)
        map[it->first] =
            it < middle ? "model-00001-of-00002.safetensors" : "model-00002-of-00002.safetensors";
    writeText(weights / "model.safetensors.index.json", Json{{"weight_map", map}}.dump());

    const auto encoder = folder() / "text_encoder" / "flan-t5-xl-official";
    fs::create_directories(encoder);
    writeSparse(encoder / "model.safetensors", collect("text_encoder"));
    writeText(encoder / "config.json", Json{{"d_model", 2048},
                                            {"d_kv", 64},
                                            {"d_ff", 5120},
                                            {"num_layers", 24},
                                            {"num_heads", 32},
                                            {"vocab_size", 32128},
                                            {"relative_attention_num_buckets", 32},
                                            {"relative_attention_max_distance", 128},
                                            {"layer_norm_epsilon", 1e-6},
                                            {"feed_forward_proj", "gated-gelu"},
                                            {"model_type", "t5"}}
                                           .dump());
    fs::copy_file(test::demoModelDir() / "text_encoder" / "spiece.model", encoder / "spiece.model",
                  fs::copy_options::overwrite_existing);

    // The VAE's archive: one storage of half precision, as long as the largest tensor, that all of them
    // share.
    std::int64_t longest = 0;
    std::string body = "}X\x03";
    body += std::string(3, '\0') + "vae}(";
    const auto number = [](std::uint64_t value, int bytes) {
        std::string digits;
        for (int i = 0; i < bytes; ++i)
            digits += static_cast<char>(value >> (8 * i));
        return digits;
    };
    const auto unicode = [&number](const std::string &value) {
        return std::string("X").append(number(value.size(), 4)).append(value);
    };
    const auto vae = collect("vae");
    for (const auto &[tensor, shape] : vae) {
        std::int64_t elements = 1;
        for (const auto axis : shape)
            elements *= axis;
        longest = std::max(longest, elements);
    }
    for (const auto &[tensor, shape] : vae) {
        std::string sizes = "(";
        std::string strides = "(";
        std::int64_t stride = 1;
        for (const auto axis : shape)
            stride *= axis;
        for (const auto axis : shape) {
            stride /= axis;
            sizes += std::string("J").append(number(static_cast<std::uint64_t>(axis), 4));
            strides += std::string("J").append(number(static_cast<std::uint64_t>(stride), 4));
        }
        body += unicode(tensor) + "ctorch._utils\n_rebuild_tensor_v2\n((" + unicode("storage") +
                "ctorch\nHalfStorage\n" + unicode("0") + unicode("cpu");
        body += std::string("J").append(number(static_cast<std::uint64_t>(longest), 4));
        body += "tQK" + std::string(1, '\0') + sizes + "t" + strides + "t\x89Nt";
        body += "R";
    }
    body += "us";
    const std::string pickled = std::string("\x80\x02").append(body).append(".");
    const std::uint64_t dataBytes = static_cast<std::uint64_t>(longest) * 2;
    const auto sizes = [&number](std::uint64_t bytes) { return number(bytes, 4) + number(bytes, 4); };
    const std::string pickleName = "v/data.pkl";
    const std::string dataName = "v/data/0";
    const auto local = [&](const std::string &entry, std::uint64_t bytes) {
        return std::string("PK\x03\x04")
            .append(number(20, 2))
            .append(12, '\0')
            .append(sizes(bytes))
            .append(number(entry.size(), 2))
            .append(2, '\0')
            .append(entry);
    };
    const auto central = [&](const std::string &entry, std::uint64_t bytes, std::uint64_t at) {
        return std::string("PK\x01\x02")
            .append(2, '\0')
            .append(number(20, 2))
            .append(12, '\0')
            .append(sizes(bytes))
            .append(number(entry.size(), 2))
            .append(12, '\0')
            .append(number(at, 4))
            .append(entry);
    };
    const std::string head = local(pickleName, pickled.size()) + pickled;
    const std::string second = local(dataName, dataBytes);
    const std::uint64_t start = head.size() + second.size() + dataBytes;
    const std::string directory =
        central(pickleName, pickled.size(), 0) + central(dataName, dataBytes, head.size());
    const auto file = folder() / "infinitystar_videovae.pth";
    writeText(file, head + second);
    fs::resize_file(file, start);
    std::ofstream out(file, std::ios::binary | std::ios::app);
    out << directory
        << std::string("PK\x05\x06")
               .append(4, '\0')
               .append(number(2, 2))
               .append(number(2, 2))
               .append(number(directory.size(), 4))
               .append(number(start, 4))
               .append(2, '\0');
}

QTEST_GUILESS_MAIN(ModelFolderTest)
#include "tst_model_folder.moc"
