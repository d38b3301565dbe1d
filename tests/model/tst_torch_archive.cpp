// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <ATen/ATen.h>
#include <QTemporaryDir>
#include <QTest>

#include "core/model/checkpoint/weight_source.h"
#include "tests/model/torch_archive_builder.h"
#include "tests/support/paths.h"
#include "tests/support/text.h"

using namespace faststar;
using namespace faststar::model;
using namespace faststar::test;
namespace fs = std::filesystem;

class TorchArchiveTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        QVERIFY(m_dir->isValid());
    }

    void goldenArchiveEqualsItsSafetensors_data()
    {
        QTest::addColumn<QString>("dictionary");
        QTest::newRow("vae") << "vae";
        QTest::newRow("ema") << "ema";
    }
    void goldenArchiveEqualsItsSafetensors()
    {
        QFETCH(QString, dictionary);
        const auto folder = goldenDir() / "model_a";
        const auto archive =
            WeightSource::open(folder / "infinitystar_videovae.pth", {"absent", dictionary.toStdString()});
        QVERIFY2(archive.has_value(), archive ? "" : archive.error().detail.c_str());
        const auto plain = WeightSource::open(folder / "videovae.safetensors");
        QVERIFY(plain.has_value());
        std::size_t compared = 0;
        for (const auto &info : archive->tensors()) {
            const auto *other = plain->find(info.name);
            if (other == nullptr)
                continue;
            QCOMPARE(info.type, other->type);
            const auto ours = archive->load(info.name, other->shape, info.type);
            const auto theirs = plain->load(info.name, other->shape, info.type);
            QVERIFY2(ours && theirs && at::equal(*ours, *theirs), info.name.c_str());
            ++compared;
        }
        QCOMPARE(compared, plain->tensors().size());
    }

    void readsViewsOfSharedStorage()
    {
        const auto shared = joined({storage("FloatStorage", "0", 6), "q\x01"});
        const auto body =
            dict({{"whole", tensor(shared, 0, {2, 3}, {3, 1})},
                  {"turned", tensor("h\x01", 0, {3, 2}, {1, 3})},
                  {"corner", tensor("h\x01", 1, {2, 2}, {3, 1})},
                  {"scalar", tensor("h\x01", 5, {}, {})},
                  {"none", tensor("h\x01", 0, {0, 4}, {4, 1})},
                  {"mask", tensor(storage("LongStorage", "1", 2), 0, {2}, {1})},
                  {"raw", tensor(storage("UntypedStorage", "1", 16), 8, {1}, {1})},
                  {"parameter", joined({global("torch._utils", "_rebuild_parameter"), "(", six(3, {2}, {1}),
                                        "\x88", global("collections", "OrderedDict"), ")RtR"})}});
        const auto source = open(archiveOf(pickle(body)));
        QVERIFY2(source.has_value(), source ? "" : source.error().detail.c_str());
        const auto base = at::arange(6, at::kFloat).view({2, 3});
        QVERIFY(at::equal(*source->load("whole", {2, 3}), base));
        QVERIFY(at::equal(*source->load("turned", {3, 2}), base.t()));
        QVERIFY(source->load("turned", {3, 2})->is_contiguous());
        QVERIFY(at::equal(*source->load("corner", {2, 2}), base.slice(1, 1)));
        QCOMPARE(source->load("scalar", {})->item<float>(), 5.0F);
        QCOMPARE(source->load("none", {0, 4})->numel(), std::int64_t(0));
        QCOMPARE(source->load("mask", {2}, at::kLong)->sum().item<std::int64_t>(), std::int64_t(15));
        QCOMPARE(source->load("raw", {1}, at::kByte)->item<std::int64_t>(), std::int64_t(8));
        QCOMPARE(source->load("parameter", {2})->sum().item<float>(), 7.0F);
    }

    void readsDictionaries()
    {
        const auto one = six(1, {1}, {1});
        const auto two = six(2, {1}, {1});
        // An ordered dictionary with attributes, one built from pairs, plain nested ones, and values of
        // every plain kind that training arguments may have.
        const auto ordered = joined({global("collections", "OrderedDict"), ")R(", unicode("w"), one, "u}",
                                     unicode("_metadata"), "}sb"});
        const auto pairs =
            joined({global("collections", "OrderedDict"), "]]", "(", unicode("w"), two, "ea\x85R"});
        const auto arguments =
            joined({"}(", unicode("a"), "G", little(0, 8), unicode("b"), "N\x88\x86", unicode("c"),
                    "](K\x01K\x02", "e", unicode("d"), "C\x03xyz", unicode("e"), "\x8a\x0a",
                    std::string(10, '\x7f'), unicode("f"), global("torch", "bfloat16"), "K\x05", "N", "u"});
        const auto body = dict({{"args", arguments},
                                {"step", "M\x01\x02"},
                                {"ema", pairs},
                                {"vae", dict({{"inner", ordered}, {"count", whole(3)}})}});
        const auto bytes = archiveOf(pickle(body));
        const auto chosen = open(bytes, {"vae", "ema"});
        QVERIFY2(chosen.has_value(), chosen ? "" : chosen.error().detail.c_str());
        QCOMPARE(chosen->tensors().size(), std::size_t(1));
        QCOMPARE(chosen->load("inner.w", {1})->item<float>(), 1.0F);
        QCOMPARE(open(bytes, {"none", "ema"})->load("w", {1})->item<float>(), 2.0F);
        QCOMPARE(open(bytes)->tensors().size(), std::size_t(2));
        const auto missing = open(bytes, {"model", "step"});
        QVERIFY(!missing.has_value());
        QCOMPARE(missing.error().code, ErrorCode::ModelMismatch);
        QVERIFY(text(missing.error().detail).contains("'model' or 'step'"));
    }

    void readsNewerProtocols()
    {
        const auto shortText = [](std::string_view value) {
            return joined({"\x8c", little(value.size(), 1), value});
        };
        const auto name = [&shortText](std::string_view module, std::string_view value) {
            return joined({shortText(module), "\x94", shortText(value), "\x94\x93\x94"});
        };
        const auto held = joined({"(", shortText("storage"), name("torch", "FloatStorage"), shortText("0"),
                                  shortText("cpu"), "K\x06", "t\x94Q"});
        const auto made = joined({name("torch._utils", "_rebuild_tensor_v2"), "(", held, "K\x02", "K\x02\x85",
                                  "K\x01\x85", "\x89", name("collections", "OrderedDict"), ")Rt\x94R\x94"});
        const auto body = joined({"}\x94", shortText("w"), "\x94", made, "s"});
        for (const char protocol : {'\4', '\5'}) {
            const std::string head{'\x80', protocol, '\x95'};
            const auto source = open(archiveOf(joined({head, little(body.size() + 1, 8), body, "."})));
            QVERIFY2(source.has_value(), source ? "" : source.error().detail.c_str());
            QCOMPARE(source->load("w", {2})->sum().item<float>(), 5.0F);
        }
    }

    void joinsIndexedArchives()
    {
        writeArchive(folder() / "a.bin", archiveOf(pickle(dict({{"x", six(0, {2}, {1})}}))));
        writeArchive(folder() / "b.bin", archiveOf(pickle(dict({{"y", six(2, {2}, {1})}}))));
        writeArchive(folder() / "pytorch_model.bin.index.json",
                     "{\"weight_map\":{\"x\":\"a.bin\",\"y\":\"b.bin\"}}");
        const auto source = WeightSource::open(folder());
        QVERIFY2(source.has_value(), source ? "" : source.error().detail.c_str());
        QCOMPARE(source->load("y", {2})->sum().item<float>(), 5.0F);
    }

    void refusesZip_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("says");
        const auto row = [](const char *tag, const std::string &bytes, const char *says,
                            ErrorCode code = ErrorCode::CorruptFile) {
            QTest::newRow(tag) << QByteArray(bytes.data(), qsizetype(bytes.size())) << int(code) << says;
        };
        const auto plain = pickle(dict({{"w", six(0, {6}, {1})}}));
        const auto good = archiveOf(plain);
        const auto data = floats({0, 1, 2, 3, 4, 5});
        const auto changed = [&good](std::size_t fromEnd, std::string_view bytes) {
            std::string copy = good;
            copy.replace(copy.size() - fromEnd, bytes.size(), bytes);
            return copy;
        };
        row("empty", "", "too short");
        row("text", "this is no archive, only a text", "no zip directory");
        row("cut in half", good.substr(0, good.size() / 2), "no zip directory");
        row("last byte missing", good.substr(0, good.size() - 1), "no zip directory");
        row("bytes behind", good + "x", "no zip directory");
        row("old format", joined({"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", ".rest"}),
            "old format", ErrorCode::UnknownFormat);
        row("bare pickle with code", "cos\nsystem\n(S'touch pwned'\ntR.", "no zip directory");
        row("more entries than there are", zipOf({{"m/data.pkl", plain}, {"m/data/0", data}}, 1),
            "entries in");
        row("many entries", zipOf({{"m/data.pkl", plain}, {"m/data/0", data}}, 60000),
            "claims 60002 entries");
        row("directory too long", zipOf({{"m/data.pkl", plain}}, 0, 1000), "directory leaves");
        row("directory at the end", changed(6, std::string(4, '\x7f')), "directory leaves");
        row("64-bit directory absent", changed(6, std::string(4, '\xff')), "directory leaves");
        row("other disk", changed(18, little(1, 2)), "several files");
        row("encrypted", zipOf({{"m/data.pkl", plain, 0, 1}}), "encrypted", ErrorCode::UnknownFormat);
        row("compressed pickle", zipOf({{"m/data.pkl", plain, 8}, {"m/data/0", data}}), "compressed",
            ErrorCode::UnknownFormat);
        row("compressed storage", zipOf({{"m/data.pkl", plain}, {"m/data/0", data, 8}}), "compressed",
            ErrorCode::UnknownFormat);
        row("size leaves", zipOf({{"m/data.pkl", plain}, {"m/data/0", data, 0, 0, 1000000}}),
            "not in the file");
        row("size reaches the next", zipOf({{"m/data/0", data, 0, 0, 200}, {"m/data.pkl", plain}}),
            "overlap");
        row("name twice", zipOf({{"m/data.pkl", plain}, {"m/data/0", data}, {"m/data/0", data}}), "twice");
        row("other name inside", zipOf({{"m/data.pkl", plain}, {"m/data/0", data, 0, 0, -1, "m/data/1"}}),
            "another name");
        row("no pickle", zipOf({{"m/data/0", data}}), "without data.pkl");
        row("two pickles", zipOf({{"m/data.pkl", plain}, {"n/data.pkl", plain}}), "more than one");
        row("no storage", zipOf({{"m/data.pkl", plain}}), "data/0");
        row("storage shorter", zipOf({{"m/data.pkl", plain}, {"m/data/0", floats({1})}}), "claims 6");
        row("big-endian", zipOf({{"m/data.pkl", plain}, {"m/byteorder", "big"}, {"m/data/0", data}}),
            "little", ErrorCode::UnknownFormat);
        row("complex storage",
            zipOf({{"m/data.pkl",
                    pickle(dict({{"w", tensor(storage("ComplexFloatStorage", "0", 3), 0, {3}, {1})}}))},
                   {"m/data/0", data}}),
            "element type", ErrorCode::UnknownFormat);
    }
    void refusesZip()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, code);
        QFETCH(QString, says);
        const auto source = open(bytes.toStdString());
        QVERIFY(!source.has_value());
        const auto detail = text(source.error().detail);
        QVERIFY2(detail.contains(says) && detail.contains("m.pth"), source.error().detail.c_str());
        QCOMPARE(int(source.error().code), code);
        QVERIFY(!fs::exists("pwned"));
    }

    void survivesEveryCut()
    {
        const auto bytes = archiveOf(pickle(dict({{"w", six(0, {2, 3}, {3, 1})}})));
        QVERIFY(open(bytes).has_value());
        for (std::size_t length = 0; length < bytes.size(); length += 3)
            QVERIFY(!open(bytes.substr(0, length)).has_value());
    }

    void survivesEveryFlippedByte()
    {
        // Whatever comes out, reading it must stay inside the file.
        const auto bytes = archiveOf(pickle(dict({{"w", six(0, {2, 3}, {3, 1})}})));
        for (std::size_t at = 0; at < bytes.size(); ++at) {
            std::string changed = bytes;
            changed[at] = static_cast<char>(changed[at] ^ (at % 3 == 0   ? '\x01'
                                                           : at % 3 == 1 ? '\x80'
                                                                         : '\xff'));
            const auto source = open(changed);
            if (!source)
                continue;
            for (const auto &info : source->tensors()) {
                const auto type = at::isFloatingType(info.type) ? at::kDouble : at::kLong;
                const auto loaded = source->load(info.name, info.shape, type);
                QVERIFY(!loaded.has_value() || loaded->numel() <= 48);
            }
        }
    }

private:
    [[nodiscard]] fs::path folder() const { return m_dir->path().toStdString(); }
    [[nodiscard]] Result<WeightSource> open(const std::string &bytes,
                                            const std::vector<std::string> &dictionaries = {}) const
    {
        return openArchive(folder(), bytes, dictionaries);
    }

    std::unique_ptr<QTemporaryDir> m_dir;
};

QTEST_GUILESS_MAIN(TorchArchiveTest)
#include "tst_torch_archive.moc"
