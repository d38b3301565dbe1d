// SPDX-License-Identifier: Apache-2.0
//
// The golden cases of the reference implementation, at the tolerance each states.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include <ATen/ATen.h>
#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/model/checkpoint/weight_source.h"
#include "core/pipeline/replay.h"
#include "core/pipeline/replay_inputs.h"
#include "tests/support/paths.h"

using namespace faststar;
namespace fs = std::filesystem;

class TestReplay : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void goldenCase_data()
    {
        QTest::addColumn<QString>("name");
        int cases = 0;
        for (const auto &entry : fs::directory_iterator(test::goldenDir())) {
            if (fs::exists(entry.path() / "case.json")) {
                QTest::newRow(entry.path().filename().c_str())
                    << QString::fromStdString(entry.path().filename());
                ++cases;
            }
        }
        QVERIFY(cases >= 10);
    }
    void goldenCase()
    {
        QFETCH(QString, name);
        const auto report = pipeline::replayCase(test::goldenDir() / name.toStdString(), true, {});
        QVERIFY2(report, report ? "" : report.error().detail.c_str());
        QVERIFY(!report->tensors.empty());
        for (const auto &tensor : report->tensors)
            QVERIFY2(tensor.passed,
                     (tensor.name + " " + std::to_string(tensor.relativeError) + " " + tensor.note).c_str());
        QVERIFY(report->passed);
    }

    // The comparison can fail: other weights are noticed, and another tolerance decides.
    void noticesAnotherResult()
    {
        const QTemporaryDir folder;
        const fs::path copy = fs::path(folder.path().toStdString()) / "case";
        fs::copy(test::goldenDir() / "rope", copy);
        const auto source = model::WeightSource::open(copy / "expected.safetensors").value();
        std::vector<std::pair<std::string, at::Tensor>> tensors;
        for (const auto &info : source.tensors())
            tensors.emplace_back(info.name, source.load(info.name, info.shape).value().mul(1.001F));
        QVERIFY(model::writeSafetensors(copy / "changed.safetensors", tensors));
        fs::rename(copy / "changed.safetensors", copy / "expected.safetensors");
        std::ofstream(copy / "case.json")
            << "{\"kind\":\"rope\",\"model\":\"" << (test::goldenDir() / "model_a").string()
            << "\",\"frames\":81,\"aspect\":0.571,\"size\":\"0.06M\",\"tolerance\":1e-5}";
        const auto report = pipeline::replayCase(copy, true, {});
        QVERIFY(report);
        QVERIFY(!report->passed);
        for (const auto &tensor : report->tensors)
            QVERIFY(std::abs(tensor.relativeError - 0.001) < 1e-5);
    }

    void writesTheSameNames()
    {
        const QTemporaryDir folder;
        const fs::path out = fs::path(folder.path().toStdString()) / "ours.safetensors";
        QVERIFY(pipeline::replayCase(test::goldenDir() / "pruned_t2v", false, out));
        const auto ours = model::WeightSource::open(out).value();
        const auto expected =
            model::WeightSource::open(test::goldenDir() / "pruned_t2v" / "expected.safetensors").value();
        QCOMPARE(ours.tensors().size(), expected.tensors().size());
        for (const auto &info : expected.tensors()) {
            const auto *found = ours.find(info.name);
            QVERIFY2(found != nullptr, info.name.c_str());
            QCOMPARE(found->shape, info.shape);
        }
    }

    // A key that nothing reads is told, so that nobody believes it did something.
    void tellsUnknownKeys()
    {
        Case made("rope");
        made.json["seed"] = 7;
        const auto report = made.check();
        QVERIFY2(report, report ? "" : report.error().detail.c_str());
        QVERIFY(report->passed);
        QCOMPARE(report->unknownKeys, std::vector<std::string>{"seed"});
    }

    void expectsSomething()
    {
        Case made("rope");
        made.expected.clear();
        const auto report = made.check();
        QVERIFY(!report);
        QCOMPARE(int(report.error().code), int(ErrorCode::NotFound));
        QVERIFY(made.run(false)); // nothing was to be compared
    }

    void brokenCases_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("patch"); // merged into case.json
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("mentions");
        const auto row = [](const char *name, const char *of, const char *patch, const char *mentions,
                            ErrorCode code = ErrorCode::CorruptFile) {
            QTest::newRow(name) << of << QByteArray(patch) << int(code) << mentions;
        };
        row("no kind", "rope", R"({"kind":null})", "\"kind\"");
        row("unknown kind", "rope", R"({"kind":"soup"})", "soup");
        row("no model", "transformer_t2v", R"({"model":null})", "\"model\"");
        row("missing model", "vae_decode", R"({"model":"nowhere"})", "nowhere", ErrorCode::NotFound);
        row("another size", "rope", R"({"size":"0.90M"})", "0.90M", ErrorCode::ModelMismatch);
        row("half a frame", "rope", R"({"frames":17.5})", "frames");
        row("frames beyond all", "rope", R"({"frames":1e30})", "frames");
        row("many frames", "rope", R"({"frames":999997})", "frames");
        row("18 frames", "rope", R"({"frames":18})", "1 + 4k");
        row("frames in words", "rope", R"({"frames":"many"})", "frames");
        row("aspect 0", "rope", R"({"aspect":0})", "aspect");
        row("aspect 50", "rope", R"({"aspect":50})", "aspect");
        row("aspect in words", "rope", R"({"aspect":"wide"})", "wide");
        row("tau 0", "transformer_t2v", R"({"tau_image":0})", "tau_image");
        row("guidance 0", "transformer_t2v", R"({"guidance_scale":0})", "guidance_scale");
        row("guidance in words", "transformer_t2v", R"({"guidance":"strong"})", "guidance");
        row("ratios in one", "pruned_t2v", R"({"ratios":0.5})", "ratios");
        row("ratio 2", "pruned_t2v", R"({"ratios":[0,0,0,2]})", "0 to 1");
        row("p 0", "pruned_t2v", R"({"p":0})", "p");
        row("unknown option", "pruned_t2v", R"({"options":{"colour":"red"}})", "colour");
        row("options in a list", "pruned_t2v", R"({"options":[1]})", "options");
        row("no tolerance", "rope", R"({"tolerance":null})", "tolerance");
        row("tolerance in words", "rope", R"({"tolerance":"little"})", "tolerance");
        row("tolerance below 0", "rope", R"({"tolerance":-1})", "tolerance");
    }
    void brokenCases()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, patch);
        QFETCH(int, code);
        QFETCH(QString, mentions);
        Case made(name.toStdString());
        made.json.merge_patch(nlohmann::json::parse(patch.toStdString()));
        isRefused(made, code, mentions);
    }
    void noJson_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("torn") << QByteArray("{");
        QTest::newRow("a list") << QByteArray("[1]");
    }
    void noJson()
    {
        QFETCH(QByteArray, text);
        Case made("rope");
        made.text = text.toStdString();
        isRefused(made, int(ErrorCode::CorruptFile), "case.json");
    }

    // What a case gives is checked before it is computed with.
    void brokenInputs_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("tensor");
        QTest::addColumn<QVector<int>>("sizes");
        QTest::addColumn<int>("type");
        const auto row = [](const char *label, const char *name, const char *tensor,
                            const QVector<int> &sizes, at::ScalarType type = at::kFloat) {
            QTest::newRow(label) << name << tensor << sizes << int(type);
        };
        row("text of one channel more", "transformer_t2v", "text", {3, 65});
        row("text of one channel", "transformer_t2v", "text", {3, 1});
        row("text without rank", "transformer_t2v", "text", {64});
        row("text of whole numbers", "transformer_t2v", "text", {3, 64}, at::kLong);
        row("no text", "transformer_t2v", "text", {0, 64});
        row("600 tokens", "transformer_t2v", "text", {600, 64});
        row("negative of other channels", "transformer_t2v", "negative", {3, 63});
        row("bits as numbers", "transformer_t2v", "step/02.0/bits", {8, 16});
        row("bits of other width", "transformer_t2v", "step/02.0/bits", {8, 15}, at::kByte);
        row("latent of no height", "vae_decode", "latent", {64, 2, 0, 4});
        row("latent of no frames", "vae_decode", "latent", {64, 0, 4, 4});
        row("latent of a channel", "vae_decode", "latent", {1, 2, 4, 4});
        row("latent of many channels", "vae_decode", "latent", {400, 2, 4, 4});
        row("latent of three dimensions", "vae_decode", "latent", {64, 4, 4});
        row("latent of bytes", "vae_decode", "latent", {64, 2, 4, 4}, at::kByte);
        row("16 frames", "vae_encode", "video", {3, 16, 32, 32});
        row("a grey video", "vae_encode", "video", {1, 17, 32, 32});
        row("sides of 20", "vae_encode", "video", {3, 5, 20, 32});
        row("an empty video", "vae_encode", "video", {3, 1, 0, 0});
        row("other channels", "latent_to_bits", "latent", {32, 5, 12, 21});
        row("another grid", "latent_to_bits", "latent", {64, 5, 21, 12});
    }
    void brokenInputs()
    {
        QFETCH(QString, name);
        QFETCH(QString, tensor);
        QFETCH(QVector<int>, sizes);
        QFETCH(int, type);
        Case made(name.toStdString());
        made.inputs[tensor.toStdString()] =
            at::ones(std::vector<std::int64_t>(sizes.begin(), sizes.end()), at::ScalarType(type));
        isRefused(made, int(ErrorCode::CorruptFile), tensor);
    }
    void bitsAreBits()
    {
        Case made("transformer_t2v");
        made.inputs["step/02.0/bits"][0][0] = 2;
        isRefused(made, int(ErrorCode::CorruptFile), "step/02.0/bits");
        made.inputs.erase("step/02.0/bits");
        isRefused(made, int(ErrorCode::CorruptFile), "missing");
    }
    // Other types of the same numbers are the same case.
    void otherTypesOfTheSame()
    {
        Case made("pruned_t2v");
        for (auto &[name, tensor] : made.inputs)
            if (name.ends_with("/bits"))
                tensor = tensor.to(at::kInt);
        const auto report = made.check();
        QVERIFY2(report, report ? "" : report.error().detail.c_str());
        QVERIFY(report->passed);
    }
    void rowsMustExist()
    {
        Case made("transformer_t2v");
        const auto rows = std::find_if(made.expected.begin(), made.expected.end(), [](const auto &entry) {
            return entry.first.ends_with("/logit_rows");
        });
        QVERIFY(rows != made.expected.end());
        rows->second = rows->second.to(at::kFloat);
        isRefused(made, int(ErrorCode::CorruptFile), "rows that do not exist");
    }

private:
    // A golden case as values, to be changed and written again.
    struct Case {
        explicit Case(const std::string &name) : folder(test::goldenDir() / name)
        {
            std::ifstream(folder / "case.json") >> json;
            json["model"] = fs::canonical(folder / json["model"].get<std::string>()).string();
            inputs = tensorsOf("inputs.safetensors");
            expected = tensorsOf("expected.safetensors");
        }
        Result<pipeline::ReplayReport> run(bool check) const
        {
            const QTemporaryDir temporary;
            const fs::path path = temporary.path().toStdString();
            std::ofstream(path / "case.json") << (text.empty() ? json.dump() : text);
            write(path / "inputs.safetensors", inputs);
            write(path / "expected.safetensors", expected);
            return pipeline::replayCase(path, check, {});
        }
        Result<pipeline::ReplayReport> check() const { return run(true); }

        fs::path folder;
        nlohmann::json json;
        std::string text; // instead of json
        pipeline::TensorMap inputs;
        pipeline::TensorMap expected;

    private:
        pipeline::TensorMap tensorsOf(const char *file) const
        {
            pipeline::TensorMap tensors;
            const auto source = model::WeightSource::open(folder / file).value();
            for (const auto &info : source.tensors())
                tensors[info.name] = source.load(info.name, info.shape, info.type).value();
            return tensors;
        }
        static void write(const fs::path &path, const pipeline::TensorMap &tensors)
        {
            std::vector<std::pair<std::string, at::Tensor>> list;
            for (const auto &[name, tensor] : tensors)
                list.emplace_back(name, tensor.contiguous());
            QVERIFY(model::writeSafetensors(path, list));
        }
    };

    static void isRefused(const Case &made, int code, const QString &mentions)
    {
        const auto report = made.check();
        QVERIFY(!report);
        const auto detail = QString::fromStdString(report.error().detail);
        QVERIFY2(detail.contains(mentions), qPrintable(detail));
        QCOMPARE(int(report.error().code), code);
    }
};

QTEST_GUILESS_MAIN(TestReplay)
#include "tst_replay.moc"
