// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <fstream>

#include <nlohmann/json.hpp>

#include "gpu/machine.h"
#include "tests/cli/cli_fixture.h"
#include "tests/support/paths.h"

using namespace faststar;
using namespace faststar::test;
using nlohmann::json;

namespace
{

json lastObject(const std::string &text)
{
    const auto end = text.find_last_not_of('\n');
    const auto begin = text.rfind('\n', end);
    return json::parse(text.substr(begin == std::string::npos ? 0 : begin + 1));
}

pipeline::ReplayReport report(bool passed)
{
    return {"transformer",
            1e-4,
            passed,
            {{"latent", 3e-6, false, true, ""},
             {"step/21.0/kept", passed ? 0.0 : 0.5, true, passed, "2 differ"}}};
}

} // namespace

class TestCommands : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void inspectSaysPartsAndProfiles()
    {
        CliFixture cli;
        auto result = cli.run({"inspect", demoModelDir().string(), "--json"});
        QVERIFY2(result.code == 0, result.err.c_str());
        const auto object = lastObject(result.out);
        QCOMPARE(object.at("parts").size(), std::size_t(3));
        for (const auto &part : object.at("parts")) {
            QVERIFY(part.at("parameters").get<std::int64_t>() > 100000);
            QVERIFY(part.at("dtype") == "float16");
            QVERIFY(part.at("name").is_string());
        }
        const auto &profiles = object.at("profiles");
        QVERIFY(profiles[0].at("name") == "cpu-f32");
        QCOMPARE(profiles.size(), std::size_t(7));
        QVERIFY(profiles[0].at("bytes").get<std::int64_t>() > 0 && profiles[0].at("fits").is_boolean());
        result = cli.run({"inspect", demoModelDir().string()});
        QCOMPARE(result.code, 0);
        QVERIFY(result.out.find("cpu-f32") != std::string::npos);
    }

    void inspectRefusesWhatIsNoModel()
    {
        CliFixture cli;
        QCOMPARE(cli.run({"inspect", "@/absent"}).code, 3);
        QCOMPARE(cli.run({"inspect", "@/."}).code, 3);
        QCOMPARE(cli.run({"inspect"}).code, 3); // no demo model around this program
        std::filesystem::create_directory(cli.path("broken"));
        cli.write("broken/model.json", "{");
        const auto result = cli.run({"inspect", "@/broken", "--json"});
        QCOMPARE(result.code, 3);
        QVERIFY(lastObject(result.out).at("event") == "error");
        QVERIFY(result.err.find("model.json") != std::string::npos);
    }

    void doctorNeedsADeviceForKernels()
    {
        if (!gpu::cudaDevices().empty())
            QSKIP("this machine has a device: run faststar doctor --kernels");
        CliFixture cli;
        const auto result = cli.run({"doctor", "--kernels"});
        QCOMPARE(result.code, 2);
        QVERIFY(result.err.find("there is nothing to compare") != std::string::npos);
        QVERIFY(result.err.find("NVIDIA driver") != std::string::npos);
    }

    void doctorLooksAround()
    {
        CliFixture cli;
        auto result = cli.run({"doctor", "--json"});
        QVERIFY2(result.code == 0, result.err.c_str());
        const auto object = lastObject(result.out);
        QVERIFY(object.at("memory").at("total_bytes").get<std::int64_t>() > 0);
        QVERIFY(object.at("threads").get<int>() > 0);
        QVERIFY(object.at("devices").is_array());
        QVERIFY(object.at("encoders") == json::array({"fake264"}));
        QVERIFY(object.at("disk").at("output").at("free_bytes").get<std::int64_t>() > 0);
        QVERIFY(object.at("disk").at("state").at("path").get<std::string>().starts_with(
            cli.path("state").string()));
        QVERIFY(object.at("demo_model").is_null());
        QVERIFY(!object.at("torch").get<std::string>().empty());
        result = cli.run({"doctor"});
        QCOMPARE(result.code, 0);
        QVERIFY(result.out.find("fake264") != std::string::npos &&
                result.out.find("not found") != std::string::npos);
    }

    void replayComparesAndGates()
    {
        CliFixture cli;
        cli.replay = [](const auto &) { return report(true); };
        auto result = cli.run({"replay", "@/case", "--check"});
        QCOMPARE(result.code, 0);
        QVERIFY2(result.out.find("latent  3.00e-06  ok") != std::string::npos, result.out.c_str());
        cli.replay = [](const auto &) { return report(false); };
        result = cli.run({"replay", "@/case", "--check"});
        QCOMPARE(result.code, 5);
        QVERIFY(result.out.find("2 differ") != std::string::npos);
        QVERIFY2(result.err.find("step/21.0/kept is off by 5.00e-01") != std::string::npos,
                 result.err.c_str());
        result = cli.run({"replay", "@/case", "--check", "--json"});
        QCOMPARE(result.code, 5);
        QCOMPARE(cli.run({"replay", "@/case"}).code, 0); // nothing was to be compared
        cli.replay = [](const auto &) {
            auto told = report(true);
            told.unknownKeys = {"colour"};
            return told;
        };
        result = cli.run({"replay", "@/case", "--check"});
        QCOMPARE(result.code, 0);
        QVERIFY2(result.err.find("'colour'") != std::string::npos, result.err.c_str());
        cli.replay = [](const auto &) -> Result<pipeline::ReplayReport> {
            return failure(ErrorCode::CorruptFile, "case.json");
        };
        QCOMPARE(cli.run({"replay", "@/case", "--check"}).code, 3);
        QCOMPARE(cli.run({"replay"}).code, 2);
        QCOMPARE(cli.run({"replay", "@/case", "--threads", "x"}).code, 2);
    }

    void replayWritesWholeFilesOnly()
    {
        CliFixture cli;
        cli.replay = [](const std::filesystem::path &out) -> Result<pipeline::ReplayReport> {
            std::ofstream(out) << "tensors";
            return report(true);
        };
        QCOMPARE(cli.run({"replay", "@/case", "--out", "@/o.safetensors"}).code, 0);
        QCOMPARE(cli.read("o.safetensors"), std::string("tensors"));
        QCOMPARE(cli.run({"replay", "@/case", "--out", "@/o.safetensors"}).code, 2);
        QCOMPARE(cli.run({"replay", "@/case", "--out", "@/o.safetensors", "--overwrite"}).code, 0);
        cli.replay = [](const std::filesystem::path &out) -> Result<pipeline::ReplayReport> {
            std::ofstream(out) << "half";
            return failure(ErrorCode::WriteFailed, "disk full");
        };
        QCOMPARE(cli.run({"replay", "@/case", "--out", "@/p.safetensors"}).code, 1);
        QVERIFY(cli.names() == std::set<std::string>{"o.safetensors"});
    }

    void benchPrintsMedians()
    {
        CliFixture cli;
        auto result = cli.run({"bench", "--model", "@/m", "--runs", "3", "--json"});
        QVERIFY2(result.code == 0, result.err.c_str());
        QCOMPARE(cli.runs, 4); // one does not count
        const auto object = lastObject(result.out);
        double sum = 0.0;
        for (const char *key : {"text_s", "image_clip_s", "video_clip_s", "decode_s", "encode_s"})
            sum += object.at(key).get<double>();
        QVERIFY(std::abs(sum - object.at("total_s").get<double>()) < 1e-5);
        QVERIFY(object.at("encode_s").get<double>() > 0.0);
        QVERIFY(object.contains("peak_mib") && object.at("runs") == 3);
        QVERIFY(cli.names().empty());
        result = cli.run({"bench", "--model", "@/m", "--runs", "1", "--method", "none"});
        QVERIFY2(result.code == 0, result.err.c_str());
        QVERIFY(result.out.find("total_s") != std::string::npos);
    }

    // Real work: the shapes of the demo model with random weights.
    void benchTimesAnArchitecture()
    {
        CliFixture cli;
        const auto result = cli.run({"bench", "--arch", "tiny", "--runs", "1", "--frames", "5", "--ratios",
                                     "0.2,0.3,0.4,0.7", "--svg", "@/b.svg", "--json"});
        QVERIFY2(result.code == 0, result.err.c_str());
        QCOMPARE(cli.pipelines, 0);
        const auto object = lastObject(result.out);
        QVERIFY(object.at("device").is_string() && object.at("profile") == "cpu-f32");
        QVERIFY(object.at("arch") == "tiny" && object.at("frames") == 5 && object.at("runs") == 1);
        const auto &steps = object.at("steps");
        QCOMPARE(steps.size(), std::size_t(43)); // 11 scales of two clips, each twice but the last
        double sum = 0.0;
        for (const auto &step : steps)
            sum += step.at("ms").get<double>();
        QVERIFY(sum > 0.0 && sum / 1000.0 <= object.at("steps_s").at("most").get<double>() * 1.01);
        QVERIFY(steps.back().at("tokens") == 252 && steps.back().at("kept") == 76);
        QVERIFY(steps.back().at("linear_ms").get<double>() > 0.0);
        QVERIFY(steps.back().at("attention_ms").get<double>() > 0.0);
        const auto &total = object.at("total_s");
        QVERIFY(total.at("least") <= total.at("median") && total.at("median") <= total.at("most"));
        QVERIFY(object.at("ceilings").at("product_tflops").get<double>() > 0.0);
        QVERIFY(object.at("parts")[0].at("of_ceiling").get<double>() > 0.0);
        const auto svg = cli.read("b.svg");
        QVERIFY(svg.starts_with("<svg") && svg.find("decode_s") != std::string::npos);
        QCOMPARE(cli.run({"bench", "--arch", "tiny", "--svg", "@/b.svg"}).code, 2); // it exists
        QCOMPARE(cli.run({"bench", "--arch", "9b"}).code, 2);
        QCOMPARE(cli.run({"bench", "--arch", "tiny", "--size", "0.90M"}).code, 2);
        QCOMPARE(cli.run({"bench", "--arch", "tiny", "--profile", "fp8"}).code, 2);
        const auto table = cli.run({"bench", "--arch", "tiny", "--runs", "1", "--frames", "1", "--no-parts"});
        QVERIFY(table.code == 0 && table.out.find("of the ceiling") != std::string::npos);
    }

    void benchRefusesTheImpossible()
    {
        CliFixture cli;
        QCOMPARE(cli.run({"bench", "--model", "@/m", "--runs", "0"}).code, 2);
        QCOMPARE(cli.run({"bench", "--model", "@/m", "--ratios", "1.2,0,0,0"}).code, 2);
        QCOMPARE(cli.run({"bench", "--model", "@/no_model"}).code, 3);
        QCOMPARE(cli.pipelines, 0);
        cli.afterStep = [](int step, cli::StopRequests &stops) {
            if (step == 3)
                stops.interrupt();
        };
        QCOMPARE(cli.run({"bench", "--model", "@/m"}).code, 130);
    }
};

QTEST_GUILESS_MAIN(TestCommands)
#include "tst_commands.moc"
