// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <QTest>

#include "core/domain/validate.h"
#include "core/pipeline/memory_forecast.h"
#include "tests/support/paths.h"

using namespace faststar;
using namespace faststar::pipeline;

namespace
{

constexpr double kGiB = 1024.0 * 1024.0 * 1024.0;

ModelConfig released720p()
{
    ModelConfig config;
    config.transformer = {4096, 36, 6, 32, 8, 16384, 1e-6, 2048, 512, 64};
    config.quantizer = {16, 64, 750, 12};
    config.vae.blockOutChannels = {96, 192, 384, 384, 384};
    config.vae.layersPerBlock = 2;
    config.textEncoder = TextEncoderConfig{2048, 64, 5120, 24, 32, 32128, 32, 128, 1e-6};
    config.schedule.size = "0.90M";
    config.schedule.imageRepetition.assign(15, 3);
    config.schedule.videoRepetition.assign(15, 3);
    config.generation.frames = 81;
    return config;
}

std::vector<model::PartSize> releasedParts()
{
    return {{"transformer", 8770000000, "bfloat16", 0},
            {"video_vae", 184700000, "float32", 0},
            {"text_encoder", 1223000000, "float32", 0}};
}

double need(const std::vector<ProfileNeed> &needs, const std::string &name)
{
    const auto found = std::ranges::find(needs, name, &ProfileNeed::name);
    return found != needs.end() ? double(found->bytes) / kGiB : -1.0;
}

} // namespace

class MemoryForecastTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void listsEveryProfileOnce()
    {
        const auto needs = profileNeeds(released720p(), releasedParts());
        const std::vector<std::string> names{"cpu-f32",  "bf16",          "bf16-lean", "fp8",
                                             "fp8-lean", "fp8-attention", "stream"};
        QCOMPARE(needs.size(), names.size());
        for (std::size_t i = 0; i < names.size(); ++i) {
            QCOMPARE(needs[i].name, names[i]);
            QVERIFY(needs[i].bytes > 0);
            QVERIFY(!needs[i].fits || needs[i].bytes <= needs[i].available);
            qInfo("%-14s %7.2f GiB", names[i].c_str(), double(needs[i].bytes) / kGiB);
        }
    }

    void releasedNeedsAreInTheirPlaces()
    {
        const auto needs = profileNeeds(released720p(), releasedParts());
        // Weights alone: 32.7 GiB of float32 transformer, 16.3 of bfloat16, 8.2 of 8 bits.
        QVERIFY(need(needs, "cpu-f32") > 37.9);
        // The lean targets, 26 and 18 GiB, are for a pruned run; a forecast is for the whole pyramid.
        QVERIFY(need(needs, "bf16-lean") > 18.0 && need(needs, "bf16-lean") < 27.0);
        QVERIFY(need(needs, "fp8-lean") > 10.0 && need(needs, "fp8-lean") < 19.0);
        QVERIFY(need(needs, "bf16") > need(needs, "bf16-lean") + 2.6);
        QVERIFY(need(needs, "fp8") > need(needs, "fp8-lean") + 2.6);
        QVERIFY(need(needs, "fp8-attention") > need(needs, "fp8"));
        QVERIFY(need(needs, "stream") < need(needs, "bf16-lean") - 14.0);
        QVERIFY(need(needs, "bf16") < 55.6);
    }

    void demoFitsOnASmallMachine()
    {
        auto folder = model::openModelFolder(test::demoModelDir());
        QVERIFY2(folder.has_value(), folder ? "" : folder.error().detail.c_str());
        const auto parts = model::inspectParts(*folder, folder->notes);
        QVERIFY(parts.has_value());
        const auto needs = profileNeeds(folder->config, *parts);
        // More than the float32 weights and a process with LibTorch, less than any machine that builds it.
        QVERIFY(need(needs, "cpu-f32") > 0.3 && need(needs, "cpu-f32") < 2.0);
        qInfo("demo cpu-f32 %.2f GiB", need(needs, "cpu-f32"));
    }

    void growsWithTheRun()
    {
        const auto config = released720p();
        const auto bytes = [&config](int latentFrames, bool guided) {
            const auto clips = clipPlan(latentFrames, config.schedule.framesPerClip);
            const auto schedule = buildSchedule(config.schedule, config.quantizer, 0.5625, clips);
            return runBytesCpu(config, releasedParts(), *schedule, guided);
        };
        QVERIFY(bytes(21, true) > bytes(5, true));
        QVERIFY(bytes(21, true) > bytes(21, false));
        QVERIFY(bytes(41, true) > bytes(21, true)); // the first video clip is context of the second
    }

    // What `generate --dry-run` asks: the same number as the folder's parts give, and the errors by their
    // codes.
    void forecastsARequest()
    {
        const auto folder = model::openModelFolder(test::demoModelDir());
        QVERIFY(folder.has_value());
        std::vector<std::string> notes;
        const auto parts = model::inspectParts(*folder, notes);
        auto request = defaultRequest(folder->config);
        const auto schedule = scheduleOf(request, folder->config);
        const auto forecast = forecastMemory(test::demoModelDir(), request, "cpu", "");
        QVERIFY2(forecast.has_value(), forecast ? "" : forecast.error().detail.c_str());
        QVERIFY(!forecast->onDevice);
        QVERIFY(forecast->fits.has_value());
        QCOMPARE(forecast->bytes,
                 runBytesCpu(folder->config, *parts, *schedule, request.guidanceScale != 1.0));
        const auto code = [&](const char *path, const char *device, const char *profile) {
            const auto made = forecastMemory(path, request, device, profile);
            return made ? ErrorCode::Internal : made.error().code;
        };
        const auto demo = test::demoModelDir().string();
        QCOMPARE(code("/nonexistent", "cpu", ""), ErrorCode::NotFound);
        QCOMPARE(code(demo.c_str(), "tpu", ""), ErrorCode::InvalidRequest);
        QCOMPARE(code(demo.c_str(), "cpu", "bf16"), ErrorCode::Unsupported);
        request.frames = 18;
        QCOMPARE(code(demo.c_str(), "cpu", ""), ErrorCode::InvalidRequest);
    }

    void refusesWhatCannotFit()
    {
        QVERIFY(checkHostMemory(1).has_value());
        const auto status = checkHostMemory(std::int64_t(1) << 60);
        QVERIFY(!status.has_value());
        QCOMPARE(status.error().code, ErrorCode::InsufficientMemory);
        const auto detail = QString::fromStdString(status.error().detail);
        QVERIFY2(detail.contains("1099511627776 MiB") && detail.count("MiB") == 2,
                 status.error().detail.c_str());
    }
};

QTEST_GUILESS_MAIN(MemoryForecastTest)
#include "tst_memory_forecast.moc"
