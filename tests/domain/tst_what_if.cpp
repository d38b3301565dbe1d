// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <ctime>
#include <limits>

#include <QtTest>

#include "core/domain/selection.h"
#include "core/domain/token_facts.h"
#include "core/domain/validate.h"
#include "core/domain/what_if.h"
#include "tests/support/fake_maps.h"
#include "tests/support/fake_pipeline.h"

using namespace faststar;

namespace
{

GenerationRequest someRequest()
{
    auto request = defaultRequest(test::fakeModel());
    request.prompt = "a red circle";
    request.seed = 5;
    return request;
}

class Collector final : public RunObserver
{
public:
    void planned(const RunPlan &plan) override { schedule = plan.schedule; }
    void stepFinished(const std::shared_ptr<const StepEvent> &event) override { steps.push_back(event); }

    Schedule schedule;
    std::vector<std::shared_ptr<const StepEvent>> steps;
};

Collector runOf(const GenerationRequest &request)
{
    test::FakePipeline pipeline;
    Collector collector;
    RunControl control;
    if (!pipeline.load({}, collector, {}) || !pipeline.run({request, {}, {}, 0, {}}, collector, control))
        qFatal("the fake pipeline refused");
    return collector;
}

WhatIf whatIfOf(const GenerationRequest &request, const Collector &run)
{
    WhatIf whatIf(request, test::fakeModel(), run.schedule);
    for (const auto &step : run.steps)
        whatIf.add(*step);
    return whatIf;
}

// Of this thread's work, so that other programs do not count.
qint64 threadNanoseconds()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return qint64(now.tv_sec) * 1000000000 + now.tv_nsec;
}

// What an actual run with these settings would choose, where the state before the step is the same: the
// fake's scores depend on p alone.
void compareWithRun(const WhatIfResult &result, const GenerationRequest &request)
{
    const Collector run = runOf(request);
    std::int64_t tokens = 0;
    for (std::size_t i = 0; i < run.steps.size(); ++i) {
        const StepEvent &step = *run.steps[i];
        tokens += step.kept;
        QCOMPARE(result.plan[i].run, step.kept);
        QCOMPARE(result.choices[i] != nullptr, step.pruned);
        if (!step.pruned)
            continue;
        QVERIFY(*result.choices[i]->score == step.scores->score);
        QVERIFY(result.choices[i]->mask == step.record->mask);
        QVERIFY(result.choices[i]->tokens == step.record->tokens);
    }
    QCOMPARE(result.tokensRun, tokens);
}

} // namespace

class TestWhatIf : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ownSettingsGiveOwnMasks();
    void otherSettingsGiveTheirMasks_data();
    void otherSettingsGiveTheirMasks();
    void unchangedStepsKeepTheirObjects();
    void firstChangedScale();
    void otherReferenceIsSaid();
    void stepsWithoutMapsAreCounted();
    void damagedMapsAreLeftOut();
    void probeAgreesWithTheMask();
    void cutAndRatio();
    void speed();
};

void TestWhatIf::ownSettingsGiveOwnMasks()
{
    const auto request = someRequest();
    const Collector run = runOf(request);
    auto whatIf = whatIfOf(request, run);
    const auto &result = whatIf.evaluate(request);
    compareWithRun(result, request);
    QVERIFY(!result.firstChangedScale);
    QVERIFY(!result.otherReference);
}

void TestWhatIf::otherSettingsGiveTheirMasks_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<double>("value");
    for (const double p : {1.0, 1.5, 2.0, 3.0, 40.0, std::numeric_limits<double>::infinity()})
        QTest::addRow("p %g", p) << "p" << p;
    for (const int permille : {0, 1, 333, 999, 1000})
        QTest::addRow("ratio %d", permille) << "ratio" << double(permille);
    QTest::newRow("per frame") << "scope" << double(TopkScope::PerFrame);
    QTest::newRow("with a floor") << "scope" << double(TopkScope::GlobalFloor);
    QTest::newRow("rounded up") << "round" << double(TopkRound::Ceil);
    QTest::newRow("nearest") << "mode" << double(MaskMode::Nearest);
    QTest::newRow("score first") << "mode" << double(MaskMode::ScoreFirst);
    QTest::newRow("none") << "method" << double(Method::None);
    QTest::newRow("full computation") << "compute" << double(Compute::Full);
}

void TestWhatIf::otherSettingsGiveTheirMasks()
{
    QFETCH(QString, key);
    QFETCH(double, value);
    const auto request = someRequest();
    const Collector run = runOf(request);
    auto whatIf = whatIfOf(request, run);
    auto changed = request;
    if (key == "p")
        changed.p = value;
    else if (key == "ratio")
        changed.ratiosPermille[2] = int(value);
    else if (key == "scope")
        changed.pruning.topkScope = TopkScope(int(value));
    else if (key == "round")
        changed.pruning.topkRound = TopkRound(int(value));
    else if (key == "mode")
        changed.pruning.maskMode = MaskMode(int(value));
    else if (key == "method")
        changed.method = Method(int(value));
    else if (key == "compute")
        changed.pruning.compute = Compute(int(value));
    compareWithRun(whatIf.evaluate(changed), changed);
    // And back again: nothing of the change may stick.
    compareWithRun(whatIf.evaluate(request), request);
}

void TestWhatIf::unchangedStepsKeepTheirObjects()
{
    const auto request = someRequest();
    const Collector run = runOf(request);
    auto whatIf = whatIfOf(request, run);
    const auto before = whatIf.evaluate(request).choices;
    auto changed = request;
    changed.ratiosPermille[3] += 10;
    const auto &after = whatIf.evaluate(changed);
    int same = 0, other = 0;
    for (std::size_t i = 0; i < before.size(); ++i) {
        if (before[i])
            (before[i] == after.choices[i] ? same : other) += 1;
    }
    QVERIFY(same > 0);
    QCOMPARE(other, 1); // the demo schedule runs its last scale once
}

void TestWhatIf::firstChangedScale()
{
    const auto request = someRequest();
    const Collector run = runOf(request);
    auto whatIf = whatIfOf(request, run);
    const int last = int(run.schedule.scales.size()) - 1;
    for (int place = 0; place < 4; ++place) {
        auto changed = request;
        changed.ratiosPermille[std::size_t(place)] += 50;
        QCOMPARE(whatIf.evaluate(changed).firstChangedScale.value_or(-1), last - 3 + place);
    }
    auto changed = request;
    changed.p = 1.0;
    QCOMPARE(whatIf.evaluate(changed).firstChangedScale.value_or(-1), last - 3);
    changed.ratiosPermille = {0, 0, 400, 700}; // as of the first two, which no longer prune
    QCOMPARE(whatIf.evaluate(changed).firstChangedScale.value_or(-1), last - 3);
    changed = request;
    changed.prompt = "something else"; // not a matter of what-if
    QVERIFY(!whatIf.evaluate(changed).firstChangedScale);
}

void TestWhatIf::otherReferenceIsSaid()
{
    const auto request = someRequest();
    const Collector run = runOf(request);
    auto whatIf = whatIfOf(request, run);
    auto changed = request;
    changed.pruning.spatialRef = SpatialRef::PrevStep;
    QVERIFY(whatIf.evaluate(changed).otherReference);
    changed = request;
    changed.pruning.temporalRef = TemporalRef::PrevFrame;
    QVERIFY(whatIf.evaluate(changed).otherReference);
    changed.pruning.temporalRef = TemporalRef::None; // the spatial map alone is there
    const auto &spatialOnly = whatIf.evaluate(changed);
    QVERIFY(!spatialOnly.otherReference);
    for (std::size_t i = 0; i < run.steps.size(); ++i) {
        if (!run.steps[i]->pruned)
            continue;
        const auto &similarity = run.steps[i]->scores->spatialSimilarity.values;
        for (std::size_t k = 0; k < similarity.size(); ++k)
            QCOMPARE(spatialOnly.choices[i]->score->values[k], 1.0F - similarity[k]);
    }
}

void TestWhatIf::stepsWithoutMapsAreCounted()
{
    auto request = someRequest();
    request.ratiosPermille = {0, 0, 0, 0};
    const Collector run = runOf(request);
    auto whatIf = whatIfOf(request, run);
    auto changed = request;
    changed.ratiosPermille = {0, 0, 0, 500};
    const auto &result = whatIf.evaluate(changed);
    QVERIFY(std::ranges::all_of(result.choices, [](const auto &choice) { return !choice; }));
    const auto &last = result.plan.back();
    QCOMPARE(last.run, keptCount(last.tokens, 500));
    QCOMPARE(result.tokensAll - result.tokensRun, last.tokens - last.run);
}

void TestWhatIf::damagedMapsAreLeftOut()
{
    const auto request = someRequest();
    const Collector run = runOf(request);
    WhatIf whatIf(request, test::fakeModel(), run.schedule);
    for (const auto &step : run.steps) {
        if (!step->pruned)
            continue;
        StepEvent damaged = *step;
        auto maps = *step->scores;
        maps.spatialSimilarity.values.pop_back();
        damaged.scores = std::make_shared<ScoreMaps>(maps);
        whatIf.add(damaged);
        maps = *step->scores;
        maps.temporalSimilarity.shape = {1, 1, 1};
        damaged.scores = std::make_shared<ScoreMaps>(maps);
        whatIf.add(damaged);
        damaged.scores = step->scores;
        damaged.index.step = 1000;
        whatIf.add(damaged);
    }
    const auto &result = whatIf.evaluate(request);
    QVERIFY(std::ranges::all_of(result.choices, [](const auto &choice) { return !choice; }));
}

void TestWhatIf::probeAgreesWithTheMask()
{
    const auto request = someRequest();
    const Collector run = runOf(request);
    for (const auto &step : run.steps) {
        if (!step->pruned)
            continue;
        const StepRecord &record = *step->record;
        const GridShape map = step->scores->score.shape;
        std::vector<bool> ranks(std::size_t(map.tokens()) + 1, false);
        for (int frame = 0; frame < map.t; ++frame) {
            for (int row = 0; row < map.h; ++row) {
                for (int column = 0; column < map.w; column += 3) {
                    const auto facts = tokenFacts(*step->scores, record.mask, record.tokens, step->shape,
                                                  frame, row, column);
                    const auto index = std::size_t((std::int64_t(frame) * map.h + row) * map.w + column);
                    QCOMPARE(facts.placeKept, record.mask.values[index] != 0);
                    // The mask keeps exactly the best ranks.
                    QCOMPARE(facts.placeKept, facts.rank <= record.mask.kept());
                    QVERIFY(!ranks[std::size_t(facts.rank)]);
                    ranks[std::size_t(facts.rank)] = true;
                    if (facts.placeKept)
                        QVERIFY(facts.score >= facts.cut);
                    const auto fused = fuseScores({facts.spatial}, {facts.temporal}, request.p).front();
                    QCOMPARE(facts.score, fused);
                    QCOMPARE(facts.norm, step->scores->featureNorm.values[index]);
                    const bool kept = std::ranges::binary_search(record.tokens, std::int32_t(facts.token));
                    QCOMPARE(facts.tokenKept, kept);
                    QVERIFY(facts.tokenRow < step->shape.h && facts.tokenColumn < step->shape.w);
                }
            }
        }
    }
    // Outside: the nearest place.
    const auto &step = **std::ranges::find_if(run.steps, [](const auto &event) { return event->pruned; });
    const auto facts =
        tokenFacts(*step.scores, step.record->mask, step.record->tokens, step.shape, -3, 999, -1);
    QCOMPARE(facts.frame, 0);
    QCOMPARE(facts.row, step.scores->score.shape.h - 1);
    QCOMPARE(facts.column, 0);
    QCOMPARE(tokenFacts({}, {}, {}, {}, 0, 0, 0).places, 0);
}

void TestWhatIf::cutAndRatio()
{
    ScoreGrid score{{1, 1, 10}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}};
    QCOMPARE(ratioAtCut(score, 3.0F), 300);
    QCOMPARE(ratioAtCut(score, 3.5F), 400);
    QCOMPARE(ratioAtCut(score, -1.0F), 0);
    QCOMPARE(ratioAtCut(score, 99.0F), 1000);
    QCOMPARE(ratioAtCut({}, 1.0F), 0);
    // Every place belongs to one token, in order, and none is left without.
    for (const auto &[map, tokens] : {std::pair(21, 17), {12, 12}, {80, 60}, {7, 3}}) {
        int before = 0;
        for (int place = 0; place < map; ++place) {
            const int token = tokenHolding(place, map, tokens);
            QVERIFY(token == before || token == before + 1);
            before = token;
        }
        QCOMPARE(before, tokens - 1);
    }
}

// Not a limit, a measurement: five steps of 72,000 places.
void TestWhatIf::speed()
{
    ModelConfig model = test::fakeModel();
    model.schedule.size = "0.90M";
    model.schedule.imageRepetition.assign(15, 1);
    model.schedule.videoRepetition.assign(15, 1);
    model.schedule.videoRepetition[14] = 3; // the last of them runs in full
    auto request = defaultRequest(model);
    request.frames = 81;
    request.size = "0.90M";
    const auto schedule = scheduleOf(request, model);
    QVERIFY(schedule);
    WhatIf whatIf(request, model, *schedule);
    int added = 0;
    std::shared_ptr<const ScoreMaps> maps; // the same for all: only their size matters
    for (const PlannedStep &planned : planSteps(request, model, *schedule)) {
        if (planned.ratioPermille == 0)
            continue;
        const Scale &scale = schedule->scales[std::size_t(planned.scale)];
        StepEvent event;
        event.index = {scale.clip, scale.index, scale.indexInClip, planned.repetition,
                       scale.firstStep + planned.repetition};
        if (!maps)
            maps = test::fakeScores(1, event.index, schedule->lastShape(1), 1, 21, 2.0);
        event.scores = maps;
        whatIf.add(event);
        ++added;
    }
    QCOMPARE(added, 5);
    auto wanted = request;
    int turn = 0;
    const auto measure = [&](const char *what, const auto &change) {
        std::vector<qint64> times;
        for (int i = 0; i < 22; ++i) {
            change();
            const qint64 start = threadNanoseconds();
            QVERIFY(whatIf.evaluate(wanted).tokensRun > 0);
            times.push_back(threadNanoseconds() - start);
        }
        times.erase(times.begin()); // warm-up
        std::sort(times.begin(), times.end());
        qInfo("%s, %d steps: median %.2f ms, longest %.2f ms", what, added,
              double(times[times.size() / 2]) / 1e6, double(times.back()) / 1e6);
    };
    measure("ratios", [&] {
        for (int &ratio : wanted.ratiosPermille)
            ratio = 200 + (++turn * 37) % 500;
    });
    turn = 0;
    measure("p = 1 or 2", [&] { wanted.p = ++turn % 2 == 0 ? 2.0 : 1.0; });
    measure("p = 3.x", [&] { wanted.p = 3.0 + 0.01 * ++turn; });
}

QTEST_GUILESS_MAIN(TestWhatIf)
#include "tst_what_if.moc"
