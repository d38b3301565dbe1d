// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <filesystem>

#include <QTemporaryDir>
#include <QtTest>

#include "core/domain/validate.h"
#include "core/pipeline/engine.h"
#include "tests/support/paths.h"

using namespace faststar;

namespace
{

constexpr double kPixels = 336.0 * 192.0; // of a frame

struct Watcher final : RunObserver {
    RunPlan plan;
    std::vector<std::shared_ptr<const StepEvent>> events;
    std::vector<Stage> stages;
    std::vector<std::string> warnings;
    int decodes = 0;
    double lastProgress = 0.0;
    std::function<void(const StepEvent &)> onStep;
    std::function<void(Stage, double)> onProgress;

    void planned(const RunPlan &value) override { plan = value; }
    void stageStarted(Stage stage) override { stages.push_back(stage); }
    void stageProgressed(Stage stage, double done) override
    {
        lastProgress = done;
        if (onProgress)
            onProgress(stage, done);
    }
    void stepFinished(const std::shared_ptr<const StepEvent> &event) override
    {
        events.push_back(event);
        if (onStep)
            onStep(*event);
    }
    void decoded(const StepIndex &, const std::shared_ptr<const std::vector<Image>> &frames) override
    {
        ++decodes;
        QCOMPARE(frames->size(), std::size_t(5));
    }
    void warned(const std::string &message) override { warnings.push_back(message); }
};

} // namespace

class TestEngine : public QObject
{
    Q_OBJECT
    std::unique_ptr<Pipeline> m_engine;
    ModelFacts m_facts;

    [[nodiscard]] RunInput input(int frames = 5) const
    {
        RunInput input;
        input.request = defaultRequest(m_facts.config);
        input.request.prompt = "a red circle moving right on a plain blue background";
        input.request.frames = frames;
        input.request.seed = 7;
        expandPrompts(input.request, m_facts.config);
        return input;
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_engine = pipeline::makeEngine();
        Watcher watcher;
        auto facts = m_engine->load({test::demoModelDir().string(), "cpu", 2}, watcher, {});
        QVERIFY2(facts, facts ? "" : facts.error().detail.c_str());
        m_facts = *facts;
        QCOMPARE(m_facts.profile, std::string("cpu-f32"));
        QVERIFY(!m_facts.hash.empty());
    }

    // Frames of the right number and size, and a plan whose costs add up; the same seed, the same bytes.
    void generates()
    {
        Watcher watcher;
        RunControl control;
        const auto result = m_engine->run(input(), watcher, control);
        QVERIFY2(result, result ? "" : result.error().detail.c_str());
        QCOMPARE(result->outcome, Outcome::Finished);
        QCOMPARE(result->frames->size(), std::size_t(5));
        QCOMPARE(result->frames->front().width, 336);
        QCOMPARE(result->frames->front().height, 192);
        double sum = 0.0;
        for (const double cost : watcher.plan.stepCost)
            sum += cost;
        QVERIFY(std::abs(sum - 1.0) < 1e-9);
        QCOMPARE(int(watcher.events.size()), watcher.plan.schedule.steps());
        for (std::size_t i = 0; i < watcher.events.size(); ++i)
            QCOMPARE(watcher.events[i]->kept, watcher.plan.keptTokens[i]);
        QCOMPARE(watcher.lastProgress, 1.0);
        QVERIFY(result->summary.tokensRun < result->summary.tokensAll);
        QVERIFY(result->summary.peakBytes > 0);
        const auto again = m_engine->run(input(), watcher, control);
        QVERIFY(*again->frames == *result->frames);
    }

    // The prompt decides the picture: the first frame of a green background is greener.
    void promptMatters()
    {
        const auto meanGreen = [&](const char *prompt) {
            Watcher watcher;
            RunControl control;
            auto work = input(1);
            work.request.prompt = prompt;
            const auto result = m_engine->run(work, watcher, control);
            double green = 0.0;
            const auto &rgb = result->frames->front().rgb;
            for (std::size_t i = 0; i < rgb.size(); i += 3)
                green += double(rgb[i + 1]) - 0.5 * (rgb[i] + rgb[i + 2]);
            return green / kPixels;
        };
        QVERIFY(meanGreen("a red circle moving right on a plain green background") >
                meanGreen("a red circle moving right on a plain blue background") + 20.0);
    }

    void imageCondition()
    {
        auto work = input();
        work.request.condition = ConditionKind::Image;
        // A red as the model's own clips have it; it was not trained on others.
        constexpr std::array<std::uint8_t, 3> kRed{222, 38, 38};
        Image image{336, 192, std::vector<std::uint8_t>(std::size_t(336) * 192 * 3)};
        for (std::size_t i = 0; i < image.rgb.size(); ++i)
            image.rgb[i] = kRed[i % 3];
        work.condition = std::make_shared<const std::vector<Image>>(1, image);
        Watcher watcher;
        RunControl control;
        const auto result = m_engine->run(work, watcher, control);
        QVERIFY2(result, result ? "" : result.error().detail.c_str());
        const auto &rgb = result->frames->front().rgb;
        std::array<double, 3> mean{};
        for (std::size_t i = 0; i < rgb.size(); ++i)
            mean[i % 3] += rgb[i] / kPixels;
        for (std::size_t colour = 0; colour < 3; ++colour)
            QVERIFY2(std::abs(mean[colour] - kRed[colour]) < 10.0, std::to_string(mean[colour]).c_str());
        for (const auto &event : watcher.events)
            QVERIFY(event->index.clip > 0 || (event->forced && !event->pruned));
    }

    void wrongConditionIsRefused_data()
    {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("count");
        QTest::newRow("none") << 336 << 0;
        QTest::newRow("two") << 336 << 2;
        QTest::newRow("another size") << 320 << 1;
    }
    void wrongConditionIsRefused()
    {
        QFETCH(int, width);
        QFETCH(int, count);
        auto work = input();
        work.request.condition = ConditionKind::Image;
        const Image image{width, 192, std::vector<std::uint8_t>(std::size_t(width) * 192 * 3, 0)};
        work.condition = std::make_shared<const std::vector<Image>>(std::size_t(count), image);
        Watcher watcher;
        RunControl control;
        const auto result = m_engine->run(work, watcher, control);
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::InvalidRequest);
        QVERIFY(watcher.events.empty());
    }

    void longPromptIsCutWithAWarning()
    {
        auto work = input(1);
        for (int i = 0; i < 600; ++i)
            work.request.prompt += " red circle";
        Watcher watcher;
        RunControl control;
        QVERIFY(m_engine->run(work, watcher, control));
        QVERIFY(watcher.plan.promptCut);
        QCOMPARE(watcher.plan.promptTokens, 512);
        QCOMPARE(int(watcher.warnings.size()), 1);
    }

    void cancelIsNoError()
    {
        Watcher watcher;
        RunControl control;
        watcher.onStep = [&](const StepEvent &event) {
            if (event.index.step == 10)
                control.cancel();
        };
        const auto result = m_engine->run(input(), watcher, control);
        QVERIFY(result);
        QCOMPARE(result->outcome, Outcome::Cancelled);
        QVERIFY(!result->frames);
        QCOMPARE(int(watcher.events.size()), 11);
    }

    void cancelDuringDecode()
    {
        Watcher watcher;
        RunControl control;
        watcher.onProgress = [&](Stage stage, double) {
            if (stage == Stage::Decode)
                control.cancel();
        };
        auto work = input(17);
        const auto result = m_engine->run(work, watcher, control);
        QVERIFY(result);
        QVERIFY(result->outcome == Outcome::Cancelled || watcher.lastProgress == 1.0);
    }

    void stopAndKeepGivesAFullClip()
    {
        Watcher watcher;
        RunControl control;
        watcher.onStep = [&](const StepEvent &event) {
            if (event.index.scale == 15)
                control.stopAndKeep();
        };
        const auto result = m_engine->run(input(), watcher, control);
        QVERIFY(result);
        QCOMPARE(result->outcome, Outcome::Kept);
        QCOMPARE(result->frames->size(), std::size_t(5));
        QCOMPARE(result->keptAt->scale, 15);
    }

    void trueDecodeOnRequest()
    {
        Watcher watcher;
        RunControl control;
        watcher.onStep = [&](const StepEvent &event) {
            if (event.index.step == 30)
                control.requestDecode();
        };
        QVERIFY(m_engine->run(input(), watcher, control));
        QCOMPARE(watcher.decodes, 1);
    }

    void foreignHistoryIsRefused()
    {
        Watcher watcher;
        RunControl control;
        const auto whole = m_engine->run(input(), watcher, control);
        QVERIFY(whole);
        auto work = input();
        auto record = *watcher.events.front()->record;
        record.bits.bits = 64;
        work.history.push_back(std::make_shared<const StepRecord>(record));
        Watcher quiet;
        const auto refused = m_engine->run(work, quiet, control);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::CorruptFile);
    }

    void untrainedLengthIsRefusedOrTold()
    {
        auto work = input();
        work.request.frames = 16;
        Watcher watcher;
        RunControl control;
        const auto result = m_engine->run(work, watcher, control);
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::InvalidRequest);
    }

    void errorsOfLoading()
    {
        const auto engine = pipeline::makeEngine();
        Watcher watcher;
        RunControl control;
        QVERIFY(!engine->run(input(), watcher, control)); // nothing loaded
        const auto missing = engine->load({"/nonexistent/model", "cpu", 0}, watcher, {});
        QVERIFY(!missing);
        QCOMPARE(missing.error().code, ErrorCode::NotFound);
        const auto device = engine->load({test::demoModelDir().string(), "cuda", 0}, watcher, {});
        QVERIFY(!device);
        QCOMPARE(device.error().code, ErrorCode::Unsupported);
    }
};

QTEST_GUILESS_MAIN(TestEngine)
#include "tst_engine.moc"
