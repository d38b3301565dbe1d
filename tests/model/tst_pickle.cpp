// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <QTemporaryDir>
#include <QTest>

#include "tests/model/torch_archive_builder.h"
#include "tests/support/text.h"

using namespace faststar;
using namespace faststar::test;
namespace fs = std::filesystem;

class PickleTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        QVERIFY(m_dir->isValid());
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
        const auto source = openArchive(m_dir->path().toStdString(), archiveOf(pickled.toStdString()));
        QVERIFY(!source.has_value());
        QCOMPARE(source.error().code, ErrorCode::CorruptFile);
        const auto detail = text(source.error().detail);
        QVERIFY2(detail.contains(says) && detail.contains("m.pth"), source.error().detail.c_str());
        QVERIFY2(detail.size() < 1000, "the message repeats too much of the file");
        QVERIFY(!fs::exists("pwned"));
    }

private:
    std::unique_ptr<QTemporaryDir> m_dir;
};

QTEST_GUILESS_MAIN(PickleTest)
#include "tst_pickle.moc"
