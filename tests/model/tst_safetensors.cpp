// SPDX-License-Identifier: Apache-2.0
#include <cstring>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <ATen/ATen.h>
#include <QTemporaryDir>
#include <QTest>

#include "core/model/checkpoint/weight_source.h"
#include "tests/support/paths.h"
#include "tests/support/text.h"

using namespace faststar;
using namespace faststar::model;
using namespace faststar::test;
namespace fs = std::filesystem;

namespace
{

void writeBytes(const fs::path &path, const std::string &bytes)
{
    std::ofstream out(path, std::ios::binary);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

std::string lengthPrefix(std::uint64_t length)
{
    std::string bytes(8, '\0');
    std::memcpy(bytes.data(), &length, 8);
    return bytes;
}

std::string fileOf(const std::string &header, std::size_t dataBytes)
{
    return lengthPrefix(header.size()) + header + std::string(dataBytes, '\1');
}

std::string joined(std::initializer_list<std::string_view> parts)
{
    std::string all;
    for (const auto part : parts)
        all += part;
    return all;
}

std::string entry(const std::string &name, const std::string &type, const std::string &shape,
                  const std::string &offsets)
{
    return joined(
        {"\"", name, "\":{\"dtype\":\"", type, "\",\"shape\":", shape, ",\"data_offsets\":", offsets, "}"});
}

} // namespace

class SafetensorsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        QVERIFY(m_dir->isValid());
    }

    void readsTheGoldenModel()
    {
        const auto source = WeightSource::open(test::goldenDir() / "model_a" / "transformer.safetensors");
        QVERIFY(source.has_value());
        const auto *info = source->find("block_chunks.0.module.0.attn.q_proj.weight");
        QVERIFY(info != nullptr);
        QCOMPARE(info->shape, (std::vector<std::int64_t>{128, 128}));
        const auto tensor = source->load(info->name, info->shape);
        QVERIFY(tensor.has_value());
        QVERIFY(at::isfinite(*tensor).all().item<bool>());
        QVERIFY(tensor->abs().sum().item<double>() > 0);
        QVERIFY(source->find("no.such") == nullptr);
    }

    void convertsEveryElementType()
    {
        std::string data;
        const auto add = [&data](auto value) {
            data.append(reinterpret_cast<const char *>(&value), sizeof value);
        };
        add(std::uint8_t(2)); // a bool that is neither 0 nor 1; also makes what follows unaligned
        add(-1.5);
        add(2.5F);
        add(std::uint16_t(0x3e00)); // 1.5 in half precision
        add(std::uint16_t(0xbfc0)); // -1.5 in bfloat16
        add(std::int64_t(-7));
        add(std::int32_t(-8));
        add(std::int16_t(-9));
        add(std::int8_t(-10));
        add(std::uint8_t(200));
        const std::string header = joined({"{",
                                           entry("b", "BOOL", "[1]", "[0,1]"),
                                           ",",
                                           entry("f64", "F64", "[1]", "[1,9]"),
                                           ",",
                                           entry("f32", "F32", "[]", "[9,13]"),
                                           ",",
                                           entry("f16", "F16", "[1,1]", "[13,15]"),
                                           ",",
                                           entry("bf16", "BF16", "[1]", "[15,17]"),
                                           ",",
                                           entry("i64", "I64", "[1]", "[17,25]"),
                                           ",",
                                           entry("i32", "I32", "[1]", "[25,29]"),
                                           ",",
                                           entry("i16", "I16", "[1]", "[29,31]"),
                                           ",",
                                           entry("i8", "I8", "[1]", "[31,32]"),
                                           ",",
                                           entry("u8", "U8", "[1]", "[32,33]"),
                                           ",",
                                           entry("none", "F32", "[0,3]", "[33,33]"),
                                           R"(,"__metadata__":{"format":"pt"}})"});
        const auto path = folder() / "types.safetensors";
        writeBytes(path, lengthPrefix(header.size()) + header + data);
        const auto source = WeightSource::open(path);
        QVERIFY2(source.has_value(), source ? "" : source.error().detail.c_str());
        const auto value = [&source](const char *name, at::ScalarType type) {
            const auto tensor = source->load(name, source->find(name)->shape, type);
            return tensor ? tensor->to(at::kDouble).sum().item<double>() : 1e9;
        };
        QCOMPARE(value("f64", at::kFloat), -1.5);
        QCOMPARE(value("f32", at::kDouble), 2.5);
        QCOMPARE(value("f16", at::kFloat), 1.5);
        QCOMPARE(value("bf16", at::kFloat), -1.5);
        QCOMPARE(value("i64", at::kLong), -7.0);
        QCOMPARE(value("i32", at::kLong), -8.0);
        QCOMPARE(value("i16", at::kInt), -9.0);
        QCOMPARE(value("i8", at::kLong), -10.0);
        QCOMPARE(value("u8", at::kLong), 200.0);
        QCOMPARE(value("b", at::kLong), 1.0);
        QCOMPARE(source->load("none", {0, 3})->numel(), std::int64_t(0));
    }

    void loadRefuses_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("axis");
        QTest::addColumn<int>("type");
        QTest::addColumn<QString>("says");
        QTest::newRow("missing") << "c" << 2 << int(at::kFloat) << "missing";
        QTest::newRow("shape") << "a" << 3 << int(at::kFloat) << "[2], expected [3]";
        QTest::newRow("int as float") << "i" << 2 << int(at::kFloat) << "expected Float";
        QTest::newRow("float as int") << "a" << 2 << int(at::kLong) << "expected Long";
    }
    void loadRefuses()
    {
        QFETCH(QString, name);
        QFETCH(int, axis);
        QFETCH(int, type);
        QFETCH(QString, says);
        const auto path = folder() / "a.safetensors";
        QVERIFY(writeSafetensors(path, {{"a", at::ones({2})}, {"i", at::ones({2}, at::kLong)}}).has_value());
        const auto source = WeightSource::open(path);
        QVERIFY(source.has_value());
        const auto tensor = source->load(name.toStdString(), {axis}, at::ScalarType(type));
        QVERIFY(!tensor.has_value());
        QCOMPARE(tensor.error().code, ErrorCode::ModelMismatch);
        const auto detail = text(tensor.error().detail);
        QVERIFY2(detail.contains(says) && detail.contains("a.safetensors") &&
                     detail.contains("'" + name + "'"),
                 tensor.error().detail.c_str());
    }

    void writesWhatItReads()
    {
        const auto path = folder() / "w.safetensors";
        const auto wide = at::arange(12, at::kFloat).view({3, 4});
        QVERIFY(writeSafetensors(path, {{"t", wide.t()},
                                        {"l", at::arange(3, at::kLong)},
                                        {"i", at::arange(2, at::kInt)},
                                        {"u", at::arange(5, at::kByte)},
                                        {"s", at::scalar_tensor(4.5)}})
                    .has_value());
        const auto source = WeightSource::open(path);
        QVERIFY2(source.has_value(), source ? "" : source.error().detail.c_str());
        QVERIFY(at::equal(*source->load("t", {4, 3}), wide.t()));
        QVERIFY(at::equal(*source->load("l", {3}, at::kLong), at::arange(3, at::kLong)));
        QVERIFY(at::equal(*source->load("u", {5}, at::kByte), at::arange(5, at::kByte)));
        QCOMPARE(source->load("s", {})->item<float>(), 4.5F);
        // Replaces a file as a whole and leaves nothing else behind.
        QVERIFY(writeSafetensors(path, {{"only", at::ones({1})}}).has_value());
        QCOMPARE(WeightSource::open(path)->tensors().size(), std::size_t(1));
        QCOMPARE(std::distance(fs::directory_iterator(folder()), fs::directory_iterator()),
                 std::ptrdiff_t(1));
    }

    void writeRefuses()
    {
        const auto path = folder() / "x.safetensors";
        QVERIFY(!writeSafetensors(path, {{"a", at::ones({1})}, {"a", at::ones({1})}}).has_value());
        QVERIFY(!writeSafetensors(path, {{"a", at::ones({1}, at::kDouble)}}).has_value());
        const auto nowhere = writeSafetensors(folder() / "no" / "x.safetensors", {{"a", at::ones({1})}});
        QVERIFY(!nowhere.has_value());
        QCOMPARE(nowhere.error().code, ErrorCode::WriteFailed);
        QVERIFY(fs::is_empty(folder()));
        fs::create_directories(path / "full");
        QVERIFY(!writeSafetensors(path, {{"a", at::ones({1})}}).has_value());
        QCOMPARE(std::distance(fs::directory_iterator(folder()), fs::directory_iterator()),
                 std::ptrdiff_t(1));
    }

    void refusesMalformed_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("says");
        const auto row = [](const char *tag, const std::string &bytes, const char *says,
                            ErrorCode code = ErrorCode::CorruptFile) {
            QTest::newRow(tag) << QByteArray(bytes.data(), qsizetype(bytes.size())) << int(code) << says;
        };
        const auto one = [](const char *type, const char *shape, const char *offsets, std::size_t dataBytes) {
            return fileOf(joined({"{", entry("w", type, shape, offsets), "}"}), dataBytes);
        };
        const std::string good = entry("w", "F32", "[2]", "[0,8]");
        row("empty", "", "too short");
        row("seven bytes", "1234567", "too short");
        row("header longer than the file", lengthPrefix(1000) + "{}", "claims 1000");
        row("header of 2^63", lengthPrefix(std::uint64_t(1) << 63U) + "{}", "claims");
        row("header of 2^64-1", lengthPrefix(~std::uint64_t(0)) + "{}", "claims");
        row("not json", fileOf("hello", 0), "not valid JSON");
        row("cut json", fileOf(joined({"{", good}), 8), "not valid JSON");
        row("two documents", fileOf(joined({"{", good, "}{}"}), 8), "not valid JSON");
        row("bad utf8", fileOf("{\"\xff\":1}", 0), "not valid JSON");
        row("list on top", fileOf("[1]", 0), "where none belongs");
        row("empty header", fileOf("", 0), "not valid JSON");
        row("data cut", fileOf(joined({"{", good, "}"}), 7), "'w'");
        row("data too long", fileOf(joined({"{", good, "}"}), 12), "after the last tensor");
        row("offset over the end", one("F32", "[2]", "[4,12]", 8), "leave the 8 bytes");
        row("offsets reversed", one("F32", "[2]", "[8,0]", 8), "leave the 8 bytes");
        row("offset of 2^64-1", one("F32", "[2]", "[0,18446744073709551615]", 8), "leave the 8 bytes");
        row("offset beyond 64 bits", one("F32", "[2]", "[0,18446744073709551616]", 8), "'w'");
        row("negative offset", one("F32", "[2]", "[-8,0]", 8), "negative");
        row("three offsets", one("F32", "[2]", "[0,8,8]", 8), "two data offsets");
        row("one offset", one("F32", "[2]", "[0]", 8), "two data offsets");
        row("shape too large for its data", one("F32", "[3]", "[0,8]", 8), "takes 12 bytes");
        row("negative shape", one("F32", "[-2]", "[0,8]", 8), "negative");
        row("two negatives", one("F32", "[-1,-2]", "[0,8]", 8), "negative");
        row("fraction", one("F32", "[2.0]", "[0,8]", 8), "2.0");
        row("shape overflows to fit", one("F32", "[4611686018427387904,4,2]", "[0,8]", 8), "impossible");
        row("zero hides an overflow", one("F32", "[0,4611686018427387904,8]", "[0,0]", 0), "impossible");
        row("axis of 2^63", one("U8", "[9223372036854775808]", "[0,8]", 8), "axis");
        row("17 axes", one("U8", "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]", "[0,1]", 1), "axes");
        row("overlap", fileOf(joined({"{", good, ",", entry("v", "F32", "[2]", "[4,12]"), "}"}), 12),
            "overlap");
        row("same data twice", fileOf(joined({"{", good, ",", entry("v", "F32", "[2]", "[0,8]"), "}"}), 8),
            "overlap");
        row("gap", fileOf(joined({"{", good, ",", entry("v", "F32", "[1]", "[12,16]"), "}"}), 16), "gap");
        row("name twice", fileOf(joined({"{", good, ",", entry("w", "F32", "[2]", "[8,16]"), "}"}), 16),
            "twice");
        row("metadata twice", fileOf("{\"__metadata__\":{},\"__metadata__\":{}}", 0), "twice");
        row("key twice", fileOf(R"({"w":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 8),
            "'dtype' twice");
        row("unknown key", fileOf(R"({"w":{"dtype":"F32","shape":[2],"offset":[0,8]}})", 8), "unknown key");
        row("no shape", fileOf(R"({"w":{"dtype":"F32","data_offsets":[0,8]}})", 8), "lacks");
        row("unknown type", one("F31", "[2]", "[0,8]", 8), "'F31'");
        row("8-bit floats", one("F8_E4M3", "[8]", "[0,8]", 8), "F8_E4M3", ErrorCode::UnknownFormat);
        row("tensor is a number", fileOf(R"({"w":3})", 0), "'w'");
        row("type is a number", fileOf(R"({"w":{"dtype":3,"shape":[2],"data_offsets":[0,8]}})", 8), "'w'");
        row("nested shape", one("F32", "[[2]]", "[0,8]", 8), "'w'");
        row("nested tensor", fileOf(R"({"w":{"dtype":{},"shape":[2],"data_offsets":[0,8]}})", 8), "nested");
        row("nested metadata", fileOf(R"({"__metadata__":{"a":{}}})", 0), "nested");
        row("nesting bomb", fileOf("{\"w\":" + std::string(2000000, '['), 0), "where none belongs");
        std::string bomb;
        for (int i = 0; i < 200000; ++i)
            bomb += "{\"a\":";
        row("object bomb", fileOf(bomb, 0), "'a'");
        row("endless name", fileOf("{\"" + std::string(100000, 'n') + "\":1}", 0), "nnn...'");
        row("name with an escape sequence", fileOf("{\"\\u001b[2J\":1}", 0), "'\\x1b[2J'");
    }
    void refusesMalformed()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, code);
        QFETCH(QString, says);
        const auto path = folder() / "bad.safetensors";
        writeBytes(path, bytes.toStdString());
        const auto source = WeightSource::open(path);
        QVERIFY(!source.has_value());
        QCOMPARE(int(source.error().code), code);
        const auto detail = text(source.error().detail);
        QVERIFY2(detail.contains(says) && detail.contains("bad.safetensors"), source.error().detail.c_str());
        QVERIFY2(detail.size() < 1000, "the message repeats too much of the file");
    }

    void refusesWhatIsNoFile()
    {
        QCOMPARE(WeightSource::open(folder() / "no.safetensors").error().code, ErrorCode::NotFound);
        fs::create_directory(folder() / "dir.safetensors");
        QCOMPARE(WeightSource::open(folder() / "dir.safetensors").error().code, ErrorCode::NotFound);
        QCOMPARE(WeightSource::open("/dev/null").error().code, ErrorCode::Unreadable);
        writeBytes(folder() / "notes.txt", "x");
        QCOMPARE(WeightSource::open(folder() / "notes.txt").error().code, ErrorCode::UnknownFormat);
    }

    void joinsShards()
    {
        writeShards();
        for (const auto *name : {"model.safetensors.index.json", ""}) {
            const auto source = WeightSource::open(folder() / name);
            QVERIFY2(source.has_value(), source ? "" : source.error().detail.c_str());
            QCOMPARE(source->tensors().size(), std::size_t(3));
            QCOMPARE(source->load("b", {2})->sum().item<float>(), 4.0F);
            QCOMPARE(source->find("c")->file.filename().string(), std::string("two.safetensors"));
        }
    }

    void joinsNumberedShardsWithoutIndex()
    {
        const auto second = folder() / "m-00002-of-00002.safetensors";
        QVERIFY(
            writeSafetensors(folder() / "m-00001-of-00002.safetensors", {{"a", at::ones({1})}}).has_value());
        const auto half = WeightSource::open(folder());
        QVERIFY(!half.has_value());
        QCOMPARE(half.error().code, ErrorCode::NotFound);
        QVERIFY(text(half.error().detail).contains("1 of 2"));
        QVERIFY(writeSafetensors(second, {{"b", at::ones({1})}}).has_value());
        QCOMPARE(WeightSource::open(folder())->tensors().size(), std::size_t(2));
        QVERIFY(writeSafetensors(second, {{"a", at::ones({1})}}).has_value());
        const auto twice = WeightSource::open(folder());
        QVERIFY(!twice.has_value());
        QVERIFY(text(twice.error().detail).contains("also in"));
    }

    void refusesBadIndex_data()
    {
        QTest::addColumn<QString>("index");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("says");
        const auto map = [](const QString &file) { return "{\"weight_map\":{\"a\":\"" + file + "\"}}"; };
        const int corrupt = int(ErrorCode::CorruptFile);
        QTest::newRow("no map") << R"({"metadata":{}})" << corrupt << "weight_map";
        QTest::newRow("list") << "[]" << corrupt << "weight_map";
        QTest::newRow("number") << R"({"weight_map":{"a":1}})" << corrupt << "'a'";
        QTest::newRow("cut") << R"({"weight_map":{)" << corrupt << "JSON";
        QTest::newRow("twice") << R"({"weight_map":{"a":"one.safetensors","a":"two.safetensors"}})" << corrupt
                               << "twice";
        QTest::newRow("parent") << map("../one.safetensors") << corrupt << "in this folder";
        QTest::newRow("absolute") << map("/etc/passwd") << corrupt << "in this folder";
        QTest::newRow("subfolder") << map("x/one.safetensors") << corrupt << "in this folder";
        QTest::newRow("dots") << map("..") << corrupt << "in this folder";
        QTest::newRow("nothing") << map("") << corrupt << "in this folder";
        QTest::newRow("itself") << map("model.safetensors.index.json") << corrupt << "not a checkpoint";
        QTest::newRow("missing shard")
            << map("three.safetensors") << int(ErrorCode::NotFound) << "three.safetensors";
        QTest::newRow("wrong shard") << map("two.safetensors") << corrupt << "where the index says";
        QTest::newRow("deep") << R"({"weight_map":)" + QString(1000, '[') << corrupt << "nested";
        QTest::newRow("very deep") << QString(3000000, '[') << corrupt << "nested";
        QTest::newRow("many values") << "[" + QString("0,").repeated(1000000) + "0]" << corrupt << "values";
        QTest::newRow("17 MB") << QString(17 << 20, ' ') << corrupt << "more than any";
    }
    void refusesBadIndex()
    {
        QFETCH(QString, index);
        QFETCH(int, code);
        QFETCH(QString, says);
        writeShards();
        writeBytes(folder() / "model.safetensors.index.json", index.toStdString());
        const auto source = WeightSource::open(folder());
        QVERIFY(!source.has_value());
        QCOMPARE(int(source.error().code), code);
        const auto detail = text(source.error().detail);
        QVERIFY2(detail.contains(says) && detail.contains("model.safetensors.index.json"),
                 source.error().detail.c_str());
    }

private:
    [[nodiscard]] fs::path folder() const { return m_dir->path().toStdString(); }
    void writeShards() const
    {
        const auto first =
            writeSafetensors(folder() / "one.safetensors", {{"a", at::ones({2})}, {"b", at::full({2}, 2.0)}});
        QVERIFY(first.has_value());
        QVERIFY(writeSafetensors(folder() / "two.safetensors", {{"c", at::ones({2})}}).has_value());
        writeBytes(
            folder() / "model.safetensors.index.json",
            R"({"metadata":{"total_size":24},"weight_map":{"a":"one.safetensors","b":"one.safetensors",)"
            R"("c":"two.safetensors"}})");
    }

    std::unique_ptr<QTemporaryDir> m_dir;
};

QTEST_GUILESS_MAIN(SafetensorsTest)
#include "tst_safetensors.moc"
