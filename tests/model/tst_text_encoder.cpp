// SPDX-License-Identifier: Apache-2.0
#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <stop_token>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include "core/model/checkpoint/weight_source.h"
#include "core/model/stop.h"
#include "core/model/t5_stack.h"
#include "core/model/text_encoder.h"
#include "tests/support/paths.h"

using namespace faststar;
using namespace faststar::model;
namespace fs = std::filesystem;

namespace
{

fs::path goldenText()
{
    return test::goldenDir() / "text_a";
}
fs::path goldenEncoder()
{
    return goldenText() / "text_encoder";
}

std::string readAll(const fs::path &path)
{
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

void writeAll(const fs::path &path, const std::string &data)
{
    fs::remove(path); // truncating an old file would wait for the disk
    std::ofstream(path, std::ios::binary) << data;
}

// A copy of the golden text encoder in which single files can be damaged.
struct BrokenCopy {
    QTemporaryDir directory;
    fs::path root = directory.path().toStdString();

    BrokenCopy()
    {
        for (const auto *name : {"config.json", "spiece.model", "model.safetensors"})
            fs::copy_file(goldenEncoder() / name, root / name);
    }

    void edit(const char *name, const std::function<void(std::string &)> &change) const
    {
        auto data = readAll(root / name);
        change(data);
        writeAll(root / name, data);
    }

    void setConfig(const char *key, const nlohmann::json &value) const
    {
        edit("config.json", [&](std::string &text) {
            auto object = nlohmann::json::parse(text);
            if (value.is_discarded())
                object.erase(key);
            else
                object[key] = value;
            text = object.dump();
        });
    }
};

std::unique_ptr<TextEncoder> loadGolden()
{
    auto encoder = TextEncoder::load(goldenEncoder());
    if (!encoder)
        qFatal("%s", encoder.error().detail.c_str());
    return std::move(*encoder);
}

// Fails the calling test unless loading says `code` and names `words`.
#define COMPARE_FAILURE(result, expectedCode, words)                                                         \
    do {                                                                                                     \
        QVERIFY(!(result).has_value());                                                                      \
        QVERIFY2((result).error().detail.find(words) != std::string::npos, (result).error().detail.c_str()); \
        QCOMPARE(int((result).error().code), int(expectedCode));                                             \
    } while (false)

} // namespace

class TestTextEncoder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void goldenIdsAndFeatures();
    void controlSymbolsArePlainText();
    void longTextIsCut();
    void strangeBytesAreHarmless_data();
    void strangeBytesAreHarmless();
    void bucketsFollowTheDefinition();
    void stopsBetweenBlocks();
    void embeddingAliasIsAccepted();
    void demoModelLoads();
    void missingFilesAreNamed_data();
    void missingFilesAreNamed();
    void badConfigIsRefused_data();
    void badConfigIsRefused();
    void badTokenizerIsRefused_data();
    void badTokenizerIsRefused();
    void cutTokenizerNeverCrashes();
    void flippedTokenizerNeverCrashes();
    void badWeightsAreRefused();
};

void TestTextEncoder::goldenIdsAndFeatures()
{
    const auto encoder = loadGolden();
    const auto prompts = nlohmann::json::parse(readAll(goldenText() / "prompts.json"));
    const auto expected = WeightSource::open(goldenText() / "expected.safetensors");
    QVERIFY(expected.has_value());
    QCOMPARE(prompts["prompts"].size(), std::size_t(5));
    for (std::size_t i = 0; i < prompts["prompts"].size(); ++i) {
        const auto tokens = encoder->tokenize(prompts["prompts"][i].get<std::string>());
        QCOMPARE(tokens.ids, prompts["ids"][i].get<std::vector<int>>());
        QVERIFY(!tokens.cut);
        const auto n = std::int64_t(tokens.ids.size());
        const auto want = expected->load(std::to_string(i) + "/features", {n, encoder->config().width});
        QVERIFY(want.has_value());
        const auto got = encoder->encode(tokens.ids, {});
        QCOMPARE(got.scalar_type(), at::kFloat);
        QCOMPARE(got.sizes().vec(), want->sizes().vec());
        const double error = ((got - *want).norm() / want->norm()).item<double>();
        qInfo("prompt %zu: relative error %.3g", i, error);
        QVERIFY2(error <= 5e-6, std::to_string(error).c_str());
    }
}

void TestTextEncoder::controlSymbolsArePlainText()
{
    const auto encoder = loadGolden();
    for (const std::string text : {"</s>", "a </s> b", "<pad>", "<unk>", "<extra_id_0>"}) {
        const auto ids = encoder->tokenize(text).ids;
        QVERIFY(ids.size() > 2); // spelt out in pieces
        QCOMPARE(ids.back(), 1);
        QCOMPARE(std::count(ids.begin(), ids.end(), 1), 1);
        QCOMPARE(std::count(ids.begin(), ids.end(), 0), 0);
    }
    QCOMPARE(encoder->tokenize("").ids, std::vector<int>{1});
}

void TestTextEncoder::longTextIsCut()
{
    const auto encoder = loadGolden();
    std::string text;
    for (int i = 0; i < 600; ++i)
        text += "a red circle ";
    const auto tokens = encoder->tokenize(text);
    QVERIFY(tokens.cut);
    QCOMPARE(tokens.ids.size(), std::size_t(512));
    QCOMPARE(tokens.ids.back(), 1);

    // What is kept is the beginning, and a text that just fits is left alone.
    const auto whole = encoder->tokenize("a red circle", 1000);
    const auto n = int(whole.ids.size());
    QCOMPARE(encoder->tokenize("a red circle", n).ids, whole.ids);
    QVERIFY(!encoder->tokenize("a red circle", n).cut);
    const auto shorter = encoder->tokenize("a red circle", n - 1);
    QVERIFY(shorter.cut);
    QCOMPARE(shorter.ids.size(), std::size_t(n - 1));
    QVERIFY(std::equal(shorter.ids.begin(), shorter.ids.end() - 1, whole.ids.begin()));
    QCOMPARE(encoder->tokenize("a red circle", 1).ids, std::vector<int>{1});

    const auto huge = encoder->tokenize(std::string(std::size_t(8) << 20, 'x'));
    QVERIFY(huge.cut);
    QCOMPARE(huge.ids.size(), std::size_t(512));
    // What lies behind the part that is looked at is not silently lost.
    QVERIFY(encoder->tokenize(std::string(std::size_t(8) << 20, ' ') + "x").cut);
}

void TestTextEncoder::strangeBytesAreHarmless_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("lone continuation") << QByteArray("\x80\xBF");
    QTest::newRow("cut sequence") << QByteArray("red \xE6\x97");
    QTest::newRow("overlong") << QByteArray("\xC0\xAF\xE0\x80\xAF");
    QTest::newRow("surrogate") << QByteArray("\xED\xA0\x80");
    QTest::newRow("beyond Unicode") << QByteArray("\xF7\xBF\xBF\xBF\xFF\xFE");
    QTest::newRow("zero byte") << QByteArray("red\0circle", 10);
}

void TestTextEncoder::strangeBytesAreHarmless()
{
    QFETCH(QByteArray, text);
    const auto encoder = loadGolden();
    const auto ids = encoder->tokenize(text.toStdString()).ids;
    QCOMPARE(ids.back(), 1);
    const auto features = encoder->encode(ids, {});
    QCOMPARE(features.size(0), std::int64_t(ids.size()));
    QVERIFY(at::isfinite(features).all().item<bool>());
}

void TestTextEncoder::bucketsFollowTheDefinition()
{
    const auto buckets = relativePositionBuckets(200, 32, 128);
    const auto at = [&](int query, int key) { return buckets[query][key].item<int>(); };
    QCOMPARE(at(10, 10), 0);
    QCOMPARE(at(10, 3), 7);   // a key 7 before the query
    QCOMPARE(at(3, 10), 23);  // and 7 after it
    QCOMPARE(at(20, 12), 8);  // the first logarithmic bucket
    QCOMPARE(at(40, 24), 10); // 8 * (16/8)
    QCOMPARE(at(150, 23), 15);
    QCOMPARE(at(0, 199), 31); // beyond the largest distance
}

void TestTextEncoder::stopsBetweenBlocks()
{
    const auto encoder = loadGolden();
    std::stop_source source;
    source.request_stop();
    QVERIFY_EXCEPTION_THROWN(encoder->encode({3, 1}, source.get_token()), StopRequested);
}

void TestTextEncoder::embeddingAliasIsAccepted()
{
    const BrokenCopy copy;
    const auto plain = loadGolden()->encode({3, 35, 1}, {});
    const auto source = WeightSource::open(goldenEncoder());
    QVERIFY(source.has_value());
    std::vector<std::pair<std::string, at::Tensor>> tensors;
    for (const auto &info : source->tensors()) {
        const auto name = info.name == "shared.weight" ? "encoder.embed_tokens.weight" : info.name;
        tensors.emplace_back(name, *source->load(info.name, info.shape));
    }
    QVERIFY(writeSafetensors(copy.root / "model.safetensors", tensors).has_value());
    const auto encoder = TextEncoder::load(copy.root);
    QVERIFY2(encoder.has_value(), encoder ? "" : encoder.error().detail.c_str());
    QVERIFY(at::equal((*encoder)->encode({3, 35, 1}, {}), plain));
}

void TestTextEncoder::demoModelLoads()
{
    const auto encoder = TextEncoder::load(test::demoModelDir() / "text_encoder");
    QVERIFY2(encoder.has_value(), encoder ? "" : encoder.error().detail.c_str());
    const auto tokens =
        (*encoder)->tokenize("<<<t=1s>>>a red circle moving right on a plain blue background");
    const auto features = (*encoder)->encode(tokens.ids, {});
    QCOMPARE(features.sizes().vec(), (std::vector<std::int64_t>{std::int64_t(tokens.ids.size()), 128}));
    QVERIFY(at::isfinite(features).all().item<bool>());
}

void TestTextEncoder::missingFilesAreNamed_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("config") << "config.json";
    QTest::newRow("tokenizer") << "spiece.model";
}

void TestTextEncoder::missingFilesAreNamed()
{
    QFETCH(QString, name);
    const BrokenCopy copy;
    fs::remove(copy.root / name.toStdString());
    COMPARE_FAILURE(TextEncoder::load(copy.root), ErrorCode::NotFound, name.toStdString());
    fs::create_directory(copy.root / name.toStdString()); // a folder in its place
    COMPARE_FAILURE(TextEncoder::load(copy.root), ErrorCode::Unreadable, name.toStdString());
}

void TestTextEncoder::badConfigIsRefused_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value"); // JSON; empty = the key is removed
    QTest::addColumn<int>("code");
    const int corrupt = int(ErrorCode::CorruptFile);
    const int unsupported = int(ErrorCode::UnknownFormat);
    QTest::newRow("no width") << "d_model"
                              << "" << corrupt;
    QTest::newRow("text for a number") << "d_kv"
                                       << "\"16\"" << corrupt;
    QTest::newRow("fraction") << "d_ff"
                              << "96.5" << corrupt;
    QTest::newRow("negative depth") << "num_layers"
                                    << "-1" << corrupt;
    QTest::newRow("zero heads") << "num_heads"
                                << "0" << corrupt;
    QTest::newRow("absurd width") << "d_model"
                                  << "1000000000" << corrupt;
    QTest::newRow("absurd heads") << "num_heads"
                                  << "18446744073709551615" << corrupt;
    QTest::newRow("odd buckets") << "relative_attention_num_buckets"
                                 << "31" << corrupt;
    QTest::newRow("no room for logarithms") << "relative_attention_max_distance"
                                            << "8" << corrupt;
    QTest::newRow("zero epsilon") << "layer_norm_epsilon"
                                  << "0" << corrupt;
    QTest::newRow("first T5") << "feed_forward_proj"
                              << "\"relu\"" << unsupported;
    QTest::newRow("unknown activation") << "feed_forward_proj"
                                        << "" << unsupported;
    QTest::newRow("another model") << "model_type"
                                   << "\"bert\"" << unsupported;
}

void TestTextEncoder::badConfigIsRefused()
{
    QFETCH(QString, key);
    QFETCH(QString, value);
    QFETCH(int, code);
    const BrokenCopy copy;
    copy.setConfig(key.toUtf8().constData(), nlohmann::json::parse(value.toStdString(), nullptr, false));
    COMPARE_FAILURE(TextEncoder::readConfig(copy.root), code, "config.json");
    COMPARE_FAILURE(TextEncoder::readConfig(copy.root), code, "\"" + key.toStdString() + "\"");

    writeAll(copy.root / "config.json", "[1, 2");
    COMPARE_FAILURE(TextEncoder::readConfig(copy.root), ErrorCode::CorruptFile, "config.json");
    writeAll(copy.root / "config.json", "[1, 2]");
    COMPARE_FAILURE(TextEncoder::readConfig(copy.root), ErrorCode::CorruptFile, "not a JSON object");
}

// The normaliser table inside the golden file: its length-delimited field begins with the trie's size.
static std::size_t tablePosition(const std::string &data)
{
    for (std::size_t i = 0; i + 8 < data.size(); ++i) {
        std::uint32_t trieBytes = 0;
        std::memcpy(&trieBytes, data.data() + i, 4);
        // nmt_nfkc's trie: a few hundred kilobytes in whole blocks of 256 units
        if (data[i] == 0 && trieBytes > 100000 && trieBytes % 1024 == 0 && i + 4 + trieBytes < data.size() &&
            trieBytes > data.size() / 2)
            return i;
    }
    return std::string::npos;
}

void TestTextEncoder::badTokenizerIsRefused_data()
{
    QTest::addColumn<int>("damage");
    QTest::addColumn<QString>("words");
    QTest::newRow("empty") << 0 << "holds no pieces";
    QTest::newRow("garbage") << 1 << "cut off or damaged";
    QTest::newRow("half") << 2 << "cut off or damaged";
    QTest::newRow("trie longer than its table") << 3 << "normaliser table";
    QTest::newRow("trie leads outside") << 4 << "normaliser table";
    QTest::newRow("trie is circular") << 5 << "normaliser table";
    QTest::newRow("piece without text") << 6 << "piece 223 is empty";
    QTest::newRow("endless piece") << 7 << "piece 223 is longer";
    QTest::newRow("score is not a number") << 8 << "piece 223 has a score";
    QTest::newRow("piece cut off") << 9 << "piece 223 is cut off";
    QTest::newRow("same piece twice") << 10 << "not a usable SentencePiece model";
    QTest::newRow("no end token") << 11 << "the end token";
    QTest::newRow("too large") << 12 << "too large";
}

void TestTextEncoder::badTokenizerIsRefused()
{
    QFETCH(int, damage);
    QFETCH(QString, words);
    const BrokenCopy copy;
    const auto piece = [](const std::string &message) {
        std::string field = "\x0A";
        for (auto size = message.size(); true; size >>= 7) {
            field += char((size & 0x7F) | (size > 0x7F ? 0x80 : 0));
            if (size <= 0x7F)
                return field + message;
        }
    };
    copy.edit("spiece.model", [&](std::string &data) {
        const auto table = tablePosition(data);
        QVERIFY(table != std::string::npos);
        const auto setUnit = [&](std::size_t index, std::uint32_t value) {
            std::memcpy(data.data() + table + 4 + index * 4, &value, 4);
        };
        switch (damage) {
        case 0:
            data.clear();
            break;
        case 1:
            data = std::string(5000, '\xF3');
            break;
        case 2:
            data.resize(data.size() / 2);
            break;
        case 3:
            std::memcpy(data.data() + table, "\xFC\xFF\xFF\x7F", 4);
            break;
        case 4:
            setUnit(0, 0xFFFFFC00U);
            break;
        case 5: { // a child that leads back to itself: base(root) ^ 'x' with offset 'x' ^ ... = its own place
            std::uint32_t root = 0;
            std::memcpy(&root, data.data() + table + 4, 4);
            const std::size_t base = std::size_t(root >> 10) << ((root & 512U) >> 6);
            const auto child = base ^ 0x61U;
            setUnit(child, (0x61U << 10) | 0x61U); // base(child) = child ^ 0x61, so its child 0x61 is itself
            break;
        }
        case 6:
            data += piece("\x15\x01\x02\x03\x04");
            break;
        case 7:
            data += piece("\x0A\x84\x80\x01" + std::string(16388, 'x'));
            break;
        case 8:
            data += piece(std::string("\x0A\x02zz\x15\0\0\xC0\x7F", 9));
            break;
        case 9:
            data += piece("\x0A\x05zz");
            break;
        case 10:
            data += piece("\x0A\x02zz\x15\x01\x02\x03\x04") + piece("\x0A\x02zz\x15\x01\x02\x03\x04");
            break;
        case 11: { // the piece is renamed, its length kept
            const auto at = data.find("</s>");
            QVERIFY(at != std::string::npos);
            data.replace(at, 4, "<<s>");
            break;
        }
        default:
            data.resize((std::size_t(64) << 20) + 1);
        }
    });
    const auto result = TextEncoder::load(copy.root);
    COMPARE_FAILURE(result, ErrorCode::CorruptFile, "spiece.model");
    COMPARE_FAILURE(result, ErrorCode::CorruptFile, words.toStdString());
}

void TestTextEncoder::cutTokenizerNeverCrashes()
{
    const BrokenCopy copy;
    const auto whole = readAll(goldenEncoder() / "spiece.model");
    const auto tryLength = [&](std::size_t length) {
        writeAll(copy.root / "spiece.model", whole.substr(0, length));
        if (const auto encoder = TextEncoder::load(copy.root)) // cut between two pieces: a smaller vocabulary
            QCOMPARE((*encoder)->tokenize("a red circle é ﬁ").ids.back(), 1);
        else
            QVERIFY(encoder.error().detail.find("spiece.model") != std::string::npos);
    };
    for (std::size_t length = 0; length < 200; ++length)
        tryLength(length);
    for (std::size_t length = 200; length < whole.size(); length += 3989)
        tryLength(length);
    for (std::size_t length = whole.size() - 40; length < whole.size(); ++length)
        tryLength(length);
}

void TestTextEncoder::flippedTokenizerNeverCrashes()
{
    const BrokenCopy copy;
    const auto whole = readAll(goldenEncoder() / "spiece.model");
    std::uint64_t state = 12345;
    for (int round = 0; round < 150; ++round) {
        auto data = whole;
        for (int i = 0; i < 1 << (round % 8); ++i) {
            state = state * 6364136223846793005ULL + 1442695040888963407ULL;
            data[(state >> 20) % data.size()] = char(state >> 56);
        }
        writeAll(copy.root / "spiece.model", data);
        if (const auto encoder = TextEncoder::load(copy.root))
            QCOMPARE((*encoder)->tokenize("naïve café — 日本語 ½ ﬁ \xE2\x80\x8B x").ids.back(), 1);
    }
}

void TestTextEncoder::badWeightsAreRefused()
{
    const BrokenCopy copy;
    copy.setConfig("num_layers", 4); // one more than there is
    COMPARE_FAILURE(TextEncoder::load(copy.root), ErrorCode::ModelMismatch, "encoder.block.3.");
    copy.setConfig("num_layers", 3);
    copy.setConfig("d_ff", 95);
    COMPARE_FAILURE(TextEncoder::load(copy.root), ErrorCode::ModelMismatch, "wi_0");
    copy.setConfig("d_ff", 96);
    copy.setConfig("vocab_size", 222); // the tokenizer has 223 pieces
    COMPARE_FAILURE(TextEncoder::load(copy.root), ErrorCode::ModelMismatch, "223 pieces");
    copy.setConfig("vocab_size", 223);
    QVERIFY(TextEncoder::load(copy.root).has_value());
    fs::remove(copy.root / "model.safetensors");
    QVERIFY(!TextEncoder::load(copy.root).has_value());
}

QTEST_GUILESS_MAIN(TestTextEncoder)
#include "tst_text_encoder.moc"
