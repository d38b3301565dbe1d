// SPDX-License-Identifier: Apache-2.0
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <ATen/ATen.h>
#include <QTemporaryDir>
#include <QTest>

#include "core/model/checkpoint/weight_source.h"
#include "tests/support/paths.h"

using namespace faststar;
using namespace faststar::model;
namespace fs = std::filesystem;

namespace
{

std::string joined(std::initializer_list<std::string_view> parts)
{
    std::string all;
    for (const auto part : parts)
        all += part;
    return all;
}

std::string repeated(std::string_view text, int count)
{
    std::string all;
    for (int i = 0; i < count; ++i)
        all += text;
    return all;
}

std::string little(std::uint64_t value, int bytes)
{
    std::string text;
    for (int i = 0; i < bytes; ++i)
        text += static_cast<char>(value >> (8 * i));
    return text;
}

// Pickle operations, written by hand.
std::string unicode(std::string_view text)
{
    return joined({"X", little(text.size(), 4), text});
}
std::string whole(std::int64_t value)
{
    return joined({"\x8a\x08", little(static_cast<std::uint64_t>(value), 8)});
}
std::string global(std::string_view module, std::string_view name)
{
    return joined({"c", module, "\n", name, "\n"});
}
std::string tuple(const std::vector<std::int64_t> &values)
{
    std::string text = "(";
    for (const auto value : values)
        text += whole(value);
    return text + "t";
}
std::string storage(std::string_view type, std::string_view key, std::int64_t elements)
{
    return joined({"(", unicode("storage"), global("torch", type), unicode(key), unicode("cpu"),
                   whole(elements), "tQ"});
}
std::string tensor(std::string_view held, std::int64_t offset, const std::vector<std::int64_t> &sizes,
                   const std::vector<std::int64_t> &strides)
{
    return joined({global("torch._utils", "_rebuild_tensor_v2"), "(", held, whole(offset), tuple(sizes),
                   tuple(strides), "\x89", global("collections", "OrderedDict"), ")RtR"});
}
std::string dict(std::initializer_list<std::pair<std::string_view, std::string>> items)
{
    std::string text = "}(";
    for (const auto &[key, value] : items) {
        text += unicode(key);
        text += value;
    }
    return text + "u";
}
std::string pickle(std::string_view body)
{
    return joined({"\x80\x02", body, "."});
}

// A zip file, written by hand so that every field can lie.
struct ZipPart {
    std::string name;
    std::string data;
    int method = 0;
    int flags = 0;
    std::int64_t claimedSize = -1;
    std::string localName = {};
};

std::string zipOf(const std::vector<ZipPart> &parts, int entriesMore = 0, std::int64_t directoryMore = 0)
{
    std::string file;
    std::string directory;
    for (const auto &part : parts) {
        const auto size =
            part.claimedSize < 0 ? part.data.size() : static_cast<std::uint64_t>(part.claimedSize);
        const auto common = joined(
            {little(part.flags, 2), little(part.method, 2), little(0, 8), little(size, 4), little(size, 4)});
        const std::string &local = part.localName.empty() ? part.name : part.localName;
        const std::string padding(static_cast<std::size_t>(64 - (file.size() + 30 + local.size() + 4) % 64),
                                  'Z');
        directory += joined({"PK\x01\x02", little(0, 2), little(20, 2), common, little(part.name.size(), 2),
                             little(0, 12), little(file.size(), 4), part.name});
        file += joined({"PK\x03\x04", little(20, 2), common, little(local.size(), 2),
                        little(padding.size() + 4, 2), local, "FB", little(padding.size(), 2), padding,
                        part.data});
    }
    const auto start = file.size();
    const auto count = static_cast<std::uint64_t>(parts.size()) + static_cast<std::uint64_t>(entriesMore);
    return joined({file, directory, "PK\x05\x06", little(0, 4), little(count, 2), little(count, 2),
                   little(directory.size() + static_cast<std::uint64_t>(directoryMore), 4), little(start, 4),
                   little(0, 2)});
}

std::string floats(const std::vector<float> &values)
{
    return {reinterpret_cast<const char *>(values.data()), values.size() * sizeof(float)};
}

// An archive with storages 0 (six floats, 0 to 5) and 1 (two int64).
std::string archiveOf(std::string_view pickled)
{
    return zipOf({{"m/data.pkl", std::string(pickled)},
                  {"m/byteorder", "little"},
                  {"m/data/0", floats({0, 1, 2, 3, 4, 5})},
                  {"m/data/1", little(7, 8) + little(8, 8)},
                  {"m/version", "3\n"}});
}

std::string six(std::int64_t offset, const std::vector<std::int64_t> &sizes,
                const std::vector<std::int64_t> &strides)
{
    return tensor(storage("FloatStorage", "0", 6), offset, sizes, strides);
}

QString text(const std::string &value)
{
    return QString::fromStdString(value);
}

} // namespace

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
        const auto folder = test::goldenDir() / "model_a";
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
        write("a.bin", archiveOf(pickle(dict({{"x", six(0, {2}, {1})}}))));
        write("b.bin", archiveOf(pickle(dict({{"y", six(2, {2}, {1})}}))));
        write("pytorch_model.bin.index.json", "{\"weight_map\":{\"x\":\"a.bin\",\"y\":\"b.bin\"}}");
        const auto source = WeightSource::open(folder());
        QVERIFY2(source.has_value(), source ? "" : source.error().detail.c_str());
        QCOMPARE(source->load("y", {2})->sum().item<float>(), 5.0F);
    }

    void refusesPickle_data()
    {
        QTest::addColumn<QByteArray>("pickled");
        QTest::addColumn<QString>("says");
        const auto raw = [](const char *tag, const std::string &pickled, const char *says) {
            QTest::newRow(tag) << QByteArray(pickled.data(), qsizetype(pickled.size())) << says;
        };
        const auto row = [&raw](const char *tag, std::string_view body, const char *says) {
            raw(tag, pickle(body), says);
        };
        const auto good = six(0, {6}, {1});
        // Code.
        row("os.system", joined({global("os", "system"), unicode("touch pwned"), "\x85R"}), "'os.system'");
        row("posix.system", joined({global("posix", "system"), unicode("touch pwned"), "\x85R"}),
            "'posix.system'");
        row("unused entry", dict({{"vae", dict({{"w", good}})}, {"args", global("builtins", "eval")}}),
            "'builtins.eval'");
        row("dropped value", joined({global("builtins", "exec"), "0}"}), "'builtins.exec'");
        row("stack global", joined({unicode("os"), unicode("system"), "\x93"}), "'os.system'");
        row("stack global of numbers", "K\x01K\x02\x93", "not text");
        row("old instance", "(ios\nsystem\n", "'os.system'");
        row("old allowed instance", "(icollections\nOrderedDict\n", "the old way");
        row("new object", joined({global("collections", "OrderedDict"), ")\x81"}), "code 129");
        row("extension code", "\x82\x01", "code 130");
        row("torch.load", global("torch", "load"), "'torch.load'");
        row("torch.serialization", global("torch.storage", "_load_from_bytes"), "_load_from_bytes");
        row("dotted way out", global("torch", "FloatStorage.__init__.__globals__"), "__globals__");
        row("numpy", global("numpy.core.multiarray", "_reconstruct"), "_reconstruct");
        row("call of a type", joined({global("torch", "FloatStorage"), ")R"}), "cannot be called");
        row("call of text", joined({unicode("os.system"), ")R"}), "cannot be called");
        row("attributes of a tensor", joined({good, "}b"}), "attributes");
        raw("text protocol", "cos\nsystem\n(S'true'\ntR.", "protocol 2 to 5");
        raw("protocol 6", joined({"\x80\x06", "N."}), "protocol 2 to 5");
        // Structure.
        raw("empty", "", "protocol");
        raw("no end", joined({"\x80\x02", "}"}), "without its last");
        raw("second pickle behind", joined({pickle("}"), pickle("}")}), "goes on after its end");
        row("no value", "", "instead of one");
        row("two values", "NN", "instead of one");
        row("open mark", "N(", "instead of one");
        row("empty stack", "0", "empty stack");
        row("mark protects", "K\x01(\x85", "empty stack");
        row("no mark", "t", "never opened");
        row("unknown memo", "j\xff\xff\xff\xff", "4294967295");
        row("append to a number",
            "K\x01K\x02"
            "a",
            "cannot hold");
        row("item of a list", "]K\x01K\x02s", "cannot hold");
        row("odd dictionary",
            "(K\x01"
            "d",
            "no value");
        row("odd items", "}(K\x01u", "cannot hold");
        row("long text",
            "X\xff\xff\xff\x7f"
            "abc",
            "2147483647 bytes");
        row("longest text", joined({"\x8d", std::string(8, '\xff'), "abc"}), "bytes, more than it has");
        row("negative long", joined({"\x8b", std::string(4, '\xff')}), "4294967295 bytes");
        row("endless name", joined({"c", std::string(100000, 'a')}), "without an end");
        row("long frame", joined({"\x95", std::string(8, '\xff')}), "frame");
        row("operations", repeated("N0", 1500000), "operations");
        row("memo bomb", repeated("Nq\x01", 1000000), "operations");
        row("nested lists", joined({repeated("]", 300000), repeated("a", 299999)}), "not a dictionary");
        row("nested tuples", joined({")", repeated("\x85", 500000)}), "not a dictionary");
        row("pairs again and again",
            joined({"](", repeated("NN\x86", 100000), "eq\x01", "0",
                    repeated("ccollections\nOrderedDict\nh\x01\x85R0", 1000), "}"}),
            "copies too many");
        // Tensors and storages.
        row("top level is a tensor", good, "not a dictionary");
        row("persistent text", joined({unicode("0"), "Q"}), "not a storage");
        row("persistent view",
            joined({"(", unicode("storage"), global("torch", "FloatStorage"), unicode("0"), unicode("cpu"),
                    "K\x06)tQ"}),
            "not a storage");
        row("negative storage", dict({{"w", tensor(storage("FloatStorage", "0", -1), 0, {1}, {1})}}),
            "-1 elements");
        row("storage is larger", dict({{"w", tensor(storage("FloatStorage", "0", 7), 0, {7}, {1})}}),
            "claims 7");
        row("storage of wider elements", dict({{"w", tensor(storage("DoubleStorage", "0", 6), 0, {6}, {1})}}),
            "claims 6");
        row("storage is missing", dict({{"w", tensor(storage("FloatStorage", "9", 6), 0, {6}, {1})}}),
            "data/9");
        row("storage outside", dict({{"w", tensor(storage("FloatStorage", "../data/0", 6), 0, {6}, {1})}}),
            "no entry");
        row("unused storage lies", dict({{"args", storage("FloatStorage", "0", 100)}}), "claims 100");
        row("tensor is larger", dict({{"w", six(0, {7}, {1})}}), "leaves its 6");
        row("offset", dict({{"w", six(5, {2}, {1})}}), "leaves its 6");
        row("huge offset", dict({{"w", six(INT64_MAX, {2}, {1})}}), "strides");
        row("negative offset", dict({{"w", six(-1, {1}, {1})}}), "impossible");
        row("negative size", dict({{"w", six(0, {-1}, {1})}}), "impossible");
        row("negative stride", dict({{"w", six(5, {2}, {-1})}}), "impossible strides");
        row("stride leaves", dict({{"w", six(0, {2, 2}, {5, 1})}}), "leaves its 6");
        row("stride overflows", dict({{"w", six(0, {3, 1}, {INT64_MAX, 1})}}), "impossible strides");
        row("shape overflows", dict({{"w", six(0, {INT64_MAX, 4}, {0, 0})}}), "impossible shape");
        row("expanded", dict({{"w", six(0, {1000000, 1000}, {0, 0})}}), "leaves its 6");
        row("axes differ", dict({{"w", six(0, {2, 3}, {1})}}), "impossible");
        row("many axes",
            dict({{"w", six(0, std::vector<std::int64_t>(17, 1), std::vector<std::int64_t>(17, 1))}}),
            "axes");
        row("size is text",
            dict({{"w",
                   joined({global("torch._utils", "_rebuild_tensor_v2"), "(", storage("FloatStorage", "0", 6),
                           "K\x01", unicode("2"), "\x85K\x01\x85\x89NtR"})}}),
            "whole number");
        row("tensor of a tensor", dict({{"w", tensor(good, 0, {1}, {1})}}), "unknown form");
        row("parameter of nothing", joined({global("torch._utils", "_rebuild_parameter"), "N\x85R"}),
            "no tensor");
        row("cycle", joined({"}q\x01", unicode("a"), "h\x01s"}), "in a cycle");
        std::string laughs = "}q\x01"
                             "0";
        for (int level = 0; level < 12; ++level) {
            laughs += "}(";
            for (int i = 0; i < 10; ++i)
                laughs += joined({unicode(std::to_string(i)), "h\x01"});
            laughs += "uq\x01"
                      "0";
        }
        row("billion laughs", joined({laughs, "h\x01"}), "too many entries");
    }
    void refusesPickle()
    {
        QFETCH(QByteArray, pickled);
        QFETCH(QString, says);
        const auto source = open(archiveOf(pickled.toStdString()));
        QVERIFY(!source.has_value());
        QCOMPARE(source.error().code, ErrorCode::CorruptFile);
        const auto detail = text(source.error().detail);
        QVERIFY2(detail.contains(says) && detail.contains("m.pth"), source.error().detail.c_str());
        QVERIFY2(detail.size() < 1000, "the message repeats too much of the file");
        QVERIFY(!fs::exists("pwned"));
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
            "old format", ErrorCode::Unsupported);
        row("bare pickle with code", "cos\nsystem\n(S'touch pwned'\ntR.", "no zip directory");
        row("more entries than there are", zipOf({{"m/data.pkl", plain}, {"m/data/0", data}}, 1),
            "entries in");
        row("many entries", zipOf({{"m/data.pkl", plain}, {"m/data/0", data}}, 60000),
            "claims 60002 entries");
        row("directory too long", zipOf({{"m/data.pkl", plain}}, 0, 1000), "directory leaves");
        row("directory at the end", changed(6, std::string(4, '\x7f')), "directory leaves");
        row("64-bit directory absent", changed(6, std::string(4, '\xff')), "directory leaves");
        row("other disk", changed(18, little(1, 2)), "several files");
        row("encrypted", zipOf({{"m/data.pkl", plain, 0, 1}}), "encrypted", ErrorCode::Unsupported);
        row("compressed pickle", zipOf({{"m/data.pkl", plain, 8}, {"m/data/0", data}}), "compressed",
            ErrorCode::Unsupported);
        row("compressed storage", zipOf({{"m/data.pkl", plain}, {"m/data/0", data, 8}}), "compressed",
            ErrorCode::Unsupported);
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
            "little", ErrorCode::Unsupported);
        row("complex storage",
            zipOf({{"m/data.pkl",
                    pickle(dict({{"w", tensor(storage("ComplexFloatStorage", "0", 3), 0, {3}, {1})}}))},
                   {"m/data/0", data}}),
            "element type", ErrorCode::Unsupported);
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
    void write(const std::string &name, const std::string &bytes) const
    {
        std::ofstream out(folder() / name, std::ios::binary);
        out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    }
    [[nodiscard]] Result<WeightSource> open(const std::string &bytes,
                                            const std::vector<std::string> &dictionaries = {}) const
    {
        write("m.pth", bytes);
        return WeightSource::open(folder() / "m.pth", dictionaries);
    }

    std::unique_ptr<QTemporaryDir> m_dir;
};

QTEST_GUILESS_MAIN(TorchArchiveTest)
#include "tst_torch_archive.moc"
