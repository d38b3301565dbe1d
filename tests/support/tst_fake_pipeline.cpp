// SPDX-License-Identifier: Apache-2.0
#include <QtTest>

#include <latch>
#include <set>
#include <thread>

#include "core/domain/option_names.h"
#include "core/domain/reduction_plan.h"
#include "core/domain/validate.h"
#include "tests/support/fake_pipeline.h"

using namespace faststar;

namespace
{

// Keeps everything that a run tells; `atStep` runs on the pipeline's thread after each step.
struct Recorder final : RunObserver {
    std::vector<RunPlan> plans;
    std::vector<Stage> stages;
    std::vector<std::shared_ptr<const StepEvent>> events;
    std::vector<std::size_t> decodedSizes;
    std::vector<bool> pauses;
    std::function<void(int)> atStep;
    std::function<void(bool)> atPause;
    std::function<void()> atDecode;

    void planned(const RunPlan &plan) override { plans.push_back(plan); }
    void stageStarted(Stage stage) override { stages.push_back(stage); }
    void stepFinished(const std::shared_ptr<const StepEvent> &event) override
    {
        events.push_back(event);
        if (atStep)
            atStep(event->index.step);
    }
    void decoded(const StepIndex &, const std::shared_ptr<const std::vector<Image>> &frames) override
    {
        decodedSizes.push_back(frames->size());
        if (atDecode)
            atDecode();
    }
    void paused(bool isPaused) override
    {
        pauses.push_back(isPaused);
        if (atPause)
            atPause(isPaused);
    }
};

RunInput inputOf(std::int64_t seed = 7)
{
    RunInput input;
    input.request = defaultRequest(test::fakeModel());
    input.request.prompt = "a red circle";
    input.request.seed = seed;
    return input;
}

struct Run {
    test::FakePipeline pipeline;
    Recorder observer;
    RunControl control;

    Run()
    {
        Recorder quiet;
        if (!pipeline.load({}, quiet, {}))
            qFatal("the fake does not load");
    }
    Result<RunResult> go(const RunInput &input) { return pipeline.run(input, observer, control); }
};

} // namespace

class TestFakePipeline : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsWhatItDoes();
    void sameRequestSameEvents();
    void mapsFollowTheSpot();
    void keptCountsFollowTheRule();
    void failsWhereAsked_data();
    void failsWhereAsked();
    void refusesWhatTheValidatorRefuses();
    void cancelEndsWithoutFrames();
    void stopAndKeepDecodesWhatIsThere();
    void pausedRunAnswersADecodeRequest();
    void historyIsTakenOver();
};

void TestFakePipeline::tellsWhatItDoes()
{
    Run run;
    const RunInput input = inputOf();
    const auto result = run.go(input);
    QVERIFY(result);
    QVERIFY(result->outcome == Outcome::Finished);
    QCOMPARE(result->frames->size(), std::size_t(input.request.frames));
    QCOMPARE(result->frames->front().width, 336);
    QCOMPARE(result->frames->front().height, 192);
    QVERIFY((run.observer.stages == std::vector{Stage::Text, Stage::Generate, Stage::Decode}));
    QCOMPARE(run.observer.plans.size(), std::size_t(1));
    const RunPlan &plan = run.observer.plans.front();
    QCOMPARE(int(run.observer.events.size()), plan.schedule.steps());
    QCOMPARE(plan.promptTokens, 4);
    double cost = 0.0;
    for (const double share : plan.stepCost)
        cost += share;
    QVERIFY(std::abs(cost - 1.0) < 1e-9);
    for (std::size_t i = 0; i < run.observer.events.size(); ++i) {
        const StepEvent &event = *run.observer.events[i];
        QCOMPARE(event.index.step, int(i));
        QCOMPARE(event.kept, plan.keptTokens[i]);
        QCOMPARE(event.preview->size(), std::size_t(plan.schedule.latentFrames()));
    }
}

void TestFakePipeline::sameRequestSameEvents()
{
    Run first;
    Run second;
    Run other;
    const auto a = first.go(inputOf());
    const auto b = second.go(inputOf());
    const auto c = other.go(inputOf(8));
    QVERIFY(a && b && c);
    QVERIFY(*a->frames == *b->frames);
    QVERIFY(*a->frames != *c->frames);
    for (std::size_t i = 0; i < first.observer.events.size(); ++i)
        QVERIFY(*first.observer.events[i]->record == *second.observer.events[i]->record);
    QVERIFY(!(*first.observer.events.back()->record == *other.observer.events.back()->record));
}

// The spot moves to the right over the frames, and so do the positions that are kept.
void TestFakePipeline::mapsFollowTheSpot()
{
    Run run;
    RunInput input = inputOf();
    input.request.ratiosPermille = {800, 800, 800, 800};
    QVERIFY(run.go(input));
    const StepEvent &last = *run.observer.events.back();
    const MaskGrid &mask = last.record->mask;
    const ScoreMaps &scores = *last.scores;
    QCOMPARE(scores.nanCount, std::int64_t(0));
    std::vector<double> middle;
    for (int t = 0; t < mask.shape.t; ++t) {
        double sum = 0.0;
        double count = 0.0;
        const int area = mask.shape.h * mask.shape.w;
        for (int i = 0; i < area; ++i) {
            const auto at = std::size_t(t) * std::size_t(area) + std::size_t(i);
            QVERIFY(scores.spatialSimilarity.values[at] <= 1.0F &&
                    scores.temporalSimilarity.values[at] <= 1.0F);
            if (mask.values[at] != 0) {
                sum += i % mask.shape.w;
                count += 1.0;
            }
        }
        QVERIFY(count > 0.0);
        middle.push_back(sum / count);
    }
    QVERIFY(std::is_sorted(middle.begin(), middle.end()));
    QVERIFY(middle.back() - middle.front() > mask.shape.w / 4.0);
}

void TestFakePipeline::keptCountsFollowTheRule()
{
    Run run;
    QVERIFY(run.go(inputOf()));
    int pruned = 0;
    for (const auto &event : run.observer.events) {
        if (!event->pruned) {
            QVERIFY(event->scores == nullptr);
            QCOMPARE(event->kept, event->tokens);
            continue;
        }
        ++pruned;
        QCOMPARE(event->kept, std::int64_t(event->record->tokens.size()));
        QCOMPARE(event->record->bits.tokens, event->kept);
        QCOMPARE(std::int64_t(event->record->bits.data.size()),
                 (event->kept * event->record->bits.bits + 7) / 8);
        QVERIFY(event->kept < event->tokens);
        QVERIFY(event->record->mask.kept() < event->record->mask.shape.tokens());
    }
    QCOMPARE(pruned, 4);
}

void TestFakePipeline::failsWhereAsked_data()
{
    QTest::addColumn<int>("step");
    QTest::addColumn<int>("code");
    QTest::newRow("first step") << 0 << int(ErrorCode::OutOfMemory);
    QTest::newRow("in the middle") << 20 << int(ErrorCode::DeviceLost);
    QTest::newRow("last step") << 42 << int(ErrorCode::Internal);
    QTest::newRow("decode") << -1 << int(ErrorCode::OutOfMemory);
    QTest::newRow("load") << -2 << int(ErrorCode::CorruptFile);
}

void TestFakePipeline::failsWhereAsked()
{
    QFETCH(int, step);
    QFETCH(int, code);
    const Error wanted{ErrorCode(code), "on demand"};
    Run run;
    if (step == -2) {
        run.pipeline.failLoad(wanted);
        const auto facts = run.pipeline.load({}, run.observer, {});
        QVERIFY(!facts);
        QVERIFY(facts.error() == wanted);
        QVERIFY(!run.go(inputOf()));
        QVERIFY(run.pipeline.load({}, run.observer, {}));
        QVERIFY(run.go(inputOf()));
        return;
    }
    if (step == -1)
        run.pipeline.failDecode(wanted);
    else
        run.pipeline.failAtStep(step, wanted);
    const auto result = run.go(inputOf());
    QVERIFY(!result);
    QVERIFY(result.error() == wanted);
    QCOMPARE(int(run.observer.events.size()), step == -1 ? 43 : step);
    QVERIFY(run.go(inputOf())); // strikes once
}

void TestFakePipeline::refusesWhatTheValidatorRefuses()
{
    Run run;
    RunInput input = inputOf();
    input.request.frames = 16;
    const auto result = run.go(input);
    QVERIFY(!result);
    QVERIFY(result.error().code == ErrorCode::InvalidRequest);
    QVERIFY(run.observer.stages.empty());
    input = inputOf();
    input.tracePath = "trace.safetensors";
    QVERIFY(run.go(input).error().code == ErrorCode::Unsupported);
}

void TestFakePipeline::cancelEndsWithoutFrames()
{
    Run run;
    run.observer.atStep = [&](int step) {
        if (step == 5)
            run.control.cancel();
    };
    const auto result = run.go(inputOf());
    QVERIFY(result);
    QVERIFY(result->outcome == Outcome::Cancelled);
    QVERIFY(result->frames == nullptr);
    QCOMPARE(run.observer.events.size(), std::size_t(6));
    QVERIFY(run.observer.stages.back() == Stage::Generate);
}

void TestFakePipeline::stopAndKeepDecodesWhatIsThere()
{
    Run whole;
    const auto finished = whole.go(inputOf());
    Run run;
    run.observer.atStep = [&](int step) {
        if (step == 30)
            run.control.stopAndKeep();
    };
    const auto result = run.go(inputOf());
    QVERIFY(result && finished);
    QVERIFY(result->outcome == Outcome::Kept);
    QCOMPARE(result->frames->size(), finished->frames->size());
    QVERIFY(*result->frames != *finished->frames);
    QCOMPARE(result->keptAt->step, 30);
}

// Another thread pauses the run, asks the paused run for its frames and lets it go on.
void TestFakePipeline::pausedRunAnswersADecodeRequest()
{
    Run run;
    std::latch isPaused(1);
    std::latch isDecoded(1);
    run.observer.atStep = [&](int step) {
        if (step == 3)
            run.control.pause();
    };
    run.observer.atPause = [&](bool now) {
        if (now)
            isPaused.count_down();
    };
    run.observer.atDecode = [&] { isDecoded.count_down(); };
    std::size_t stepsWhilePaused = 0;
    std::jthread other([&] {
        isPaused.wait();
        run.control.requestDecode();
        isDecoded.wait();
        stepsWhilePaused = run.observer.events.size(); // the run waits: nobody writes
        run.control.resume();
    });
    const auto result = run.go(inputOf());
    other.join();
    QVERIFY(result);
    QVERIFY(result->outcome == Outcome::Finished);
    QCOMPARE(stepsWhilePaused, std::size_t(4));
    QCOMPARE(run.observer.decodedSizes, std::vector<std::size_t>{17});
    QVERIFY((run.observer.pauses == std::vector<bool>{true, false}));
    QCOMPARE(run.observer.events.size(), std::size_t(43));
}

void TestFakePipeline::historyIsTakenOver()
{
    Run whole;
    const auto expected = whole.go(inputOf());
    RunInput input = inputOf();
    for (std::size_t i = 0; i < 40; ++i)
        input.history.push_back(whole.observer.events[i]->record);
    Run run;
    const auto result = run.go(input);
    QVERIFY(result && expected);
    QCOMPARE(run.observer.plans.front().resumedSteps, 40);
    QCOMPARE(run.observer.events.size(), std::size_t(3));
    QVERIFY(*result->frames == *expected->frames);
    QVERIFY(*run.observer.events.back()->record == *whole.observer.events.back()->record);

    std::swap(input.history[3], input.history[4]);
    const auto refused = run.go(input);
    QVERIFY(!refused);
    QVERIFY(refused.error().code == ErrorCode::InvalidRequest);
}

QTEST_GUILESS_MAIN(TestFakePipeline)
#include "tst_fake_pipeline.moc"
