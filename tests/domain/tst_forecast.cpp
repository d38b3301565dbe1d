// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <QtTest>

#include "core/domain/forecast.h"
#include "core/domain/validate.h"
#include "tests/support/fake_pipeline.h"

using namespace faststar;

namespace
{

GenerationRequest someRequest()
{
    auto request = defaultRequest(test::fakeModel());
    request.prompt = "a red circle";
    return request;
}

// A machine that needs 3 ms a step, 1 ms for 20 million multiply-adds and a microsecond a place.
RunCosts costsOn(const GenerationRequest &request, double slower = 1.0)
{
    const auto model = test::fakeModel();
    const auto schedule = *scheduleOf(request, model);
    RunCosts costs{0.2, 0.0, 0.1 * request.frames, 0.01 * request.frames, {}};
    int step = 0;
    for (const PlannedStep &planned : planSteps(request, model, schedule)) {
        const Scale &scale = schedule.scales[std::size_t(planned.scale)];
        StepCost cost{{scale.clip, scale.index, scale.indexInClip, planned.repetition, step++},
                      planned.tokens,
                      planned.run,
                      planned.ratioPermille > 0,
                      {}};
        cost.times.blocks = slower * (2.0 + planned.flops / 2e7);
        cost.times.head = slower * 0.75;
        cost.times.quantizer = slower * 0.25;
        if (cost.pruned)
            cost.times.pruning = slower * 1e-3 * double(schedule.lastShape(scale.clip).tokens());
        costs.steps.push_back(cost);
    }
    return costs;
}

bool isNear(double a, double b, double share = 1e-6)
{
    return std::abs(a - b) <= share * std::max(std::abs(a), std::abs(b));
}

} // namespace

class TestForecast : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void beforeTheFirstRunItEstimates();
    void findsTheMachineAgain();
    void newerRunsCountMore();
    void uselessRunsChangeNothing();
    void knownCountsMoveTheSeconds();
    void lineThroughFewPoints();
    void clockGoesFromNothingToAll();
    void clockKnowsASlowMachine();
    void clockOfAContinuedRun();
    void segmentsAddUp();
    void waterfallAddsUp();
    void waterfallNeedsTheSameSteps();
};

void TestForecast::beforeTheFirstRunItEstimates()
{
    const auto request = someRequest();
    const auto model = test::fakeModel();
    const auto schedule = *scheduleOf(request, model);
    const auto one = forecastOf(request, model, schedule, nullptr, 1, 77);
    QVERIFY(one.estimate);
    QCOMPARE(one.memoryBytes, std::int64_t(77));
    QVERIFY(one.seconds() > 0.0 && one.decodeSeconds > 0.0);
    QVERIFY(one.tokensRun < one.tokensAll);
    QCOMPARE(int(one.stepMs.size()), schedule.steps());
    const auto four = forecastOf(request, model, schedule, nullptr, 4, 0);
    QVERIFY(isNear(one.seconds(), 4.0 * four.seconds()));
    const Measurements nothing;
    QVERIFY(forecastOf(request, model, schedule, &nothing, 1, 77) == one);
}

void TestForecast::findsTheMachineAgain()
{
    const auto model = test::fakeModel();
    auto request = someRequest();
    const auto schedule = *scheduleOf(request, model);
    Measurements measured;
    learn(measured, costsOn(request), 1000, request, model, schedule);
    QCOMPARE(measured.runs, 1);
    // Another ratio, another length: the same machine.
    for (const int frames : {17, 9}) {
        request.frames = frames;
        request.ratiosPermille = {0, 500, 100, 900};
        const auto other = *scheduleOf(request, model);
        const auto forecast = forecastOf(request, model, other, &measured, 1, 0);
        const auto costs = costsOn(request);
        QVERIFY(!forecast.estimate);
        for (std::size_t i = 0; i < costs.steps.size(); ++i)
            QVERIFY(isNear(forecast.stepMs[i], costs.steps[i].times.total()));
        QVERIFY(isNear(forecast.seconds(), costs.seconds()));
        request.method = Method::None;
        const auto full = costsOn(request);
        for (std::size_t i = 0; i < full.steps.size(); ++i)
            QVERIFY(isNear(forecast.fullMs[i], full.steps[i].times.total()));
        request.method = Method::FastStar;
    }
    QCOMPARE(measured.peakBytes, std::int64_t(1000));
}

void TestForecast::newerRunsCountMore()
{
    const auto model = test::fakeModel();
    const auto request = someRequest();
    const auto schedule = *scheduleOf(request, model);
    Measurements measured;
    learn(measured, costsOn(request), 0, request, model, schedule);
    const double before = forecastOf(request, model, schedule, &measured, 1, 0).generateSeconds();
    for (int run = 0; run < 6; ++run)
        learn(measured, costsOn(request, 2.0), 0, request, model, schedule);
    const double after = forecastOf(request, model, schedule, &measured, 1, 0).generateSeconds();
    QVERIFY(after > 1.9 * before && after < 2.0 * before);
}

void TestForecast::uselessRunsChangeNothing()
{
    const auto model = test::fakeModel();
    const auto request = someRequest();
    const auto schedule = *scheduleOf(request, model);
    Measurements measured;
    learn(measured, costsOn(request), 5, request, model, schedule);
    const Measurements before = measured;
    learn(measured, {}, 500, request, model, schedule);
    auto foreign = costsOn(request);
    foreign.steps.back().index.step = 1000;
    learn(measured, foreign, 500, request, model, schedule);
    QVERIFY(measured == before);
}

void TestForecast::knownCountsMoveTheSeconds()
{
    const auto model = test::fakeModel();
    const auto request = someRequest();
    const auto schedule = *scheduleOf(request, model);
    Measurements measured;
    learn(measured, costsOn(request), 0, request, model, schedule);
    auto plan = planSteps(request, model, schedule);
    const auto same = forecastOf(request, model, schedule, &measured, 1, 0, &plan);
    QVERIFY(same == forecastOf(request, model, schedule, &measured, 1, 0));
    plan.back().run /= 2;
    const auto less = forecastOf(request, model, schedule, &measured, 1, 0, &plan);
    QCOMPARE(same.tokensRun - less.tokensRun,
             planSteps(request, model, schedule).back().run - plan.back().run);
    QVERIFY(less.stepMs.back() < same.stepMs.back());
    QVERIFY(isNear(less.stepMs.front(), same.stepMs.front()));
}

void TestForecast::lineThroughFewPoints()
{
    LineFit fit;
    QCOMPARE(fit.at(5.0), 0.0);
    fit.add(2.0, 4.0);
    QCOMPARE(fit.at(3.0), 6.0);
    fit.add(2.0, 4.0);
    QCOMPARE(fit.at(3.0), 6.0);
    fit.add(4.0, 7.0);
    QVERIFY(fit.at(6.0) > fit.at(5.0));
    LineFit falling; // noise: larger steps were faster
    falling.add(1.0, 5.0);
    falling.add(2.0, 1.0);
    QVERIFY(falling.at(3.0) > 0.0);
    LineFit idle;
    idle.add(0.0, 3.0);
    QCOMPARE(idle.at(10.0), 3.0);
}

void TestForecast::clockGoesFromNothingToAll()
{
    const auto model = test::fakeModel();
    const auto request = someRequest();
    const auto schedule = *scheduleOf(request, model);
    Measurements measured;
    const auto costs = costsOn(request);
    learn(measured, costs, 0, request, model, schedule);
    RunClock clock(forecastOf(request, model, schedule, &measured, 1, 0), 0);
    QCOMPARE(clock.done(), 0.0);
    QVERIFY(isNear(clock.secondsLeft(), costs.seconds()));
    double before = 0.0;
    clock.textDone(costs.textSeconds);
    double past = costs.textSeconds;
    for (const StepCost &step : costs.steps) {
        clock.stepDone(step.index.step, step.times.total());
        past += step.times.total() / 1000.0;
        QVERIFY(clock.done() > before);
        before = clock.done();
        QVERIFY(isNear(before, past / costs.seconds(), 1e-3)); // of time, not of steps
    }
    clock.decode(0.5);
    QVERIFY(clock.done() > before);
    clock.decode(0.2); // never back
    clock.decode(1.0);
    clock.write(1.0);
    QCOMPARE(clock.done(), 1.0);
    QCOMPARE(clock.secondsLeft(), 0.0);
}

void TestForecast::clockKnowsASlowMachine()
{
    const auto model = test::fakeModel();
    const auto request = someRequest();
    const auto schedule = *scheduleOf(request, model);
    Measurements measured;
    learn(measured, costsOn(request), 0, request, model, schedule);
    RunClock clock(forecastOf(request, model, schedule, &measured, 1, 0), 0);
    const auto slow = costsOn(request, 3.0);
    double left = slow.stepSeconds();
    for (const StepCost &step : slow.steps) {
        clock.stepDone(step.index.step, step.times.total());
        left -= step.times.total() / 1000.0;
    }
    QVERIFY(std::abs(left) < 1e-6);
    QVERIFY(isNear(clock.secondsLeft(), 3.0 * slow.decodeSeconds + slow.writeSeconds, 1e-3));
}

void TestForecast::clockOfAContinuedRun()
{
    const auto model = test::fakeModel();
    const auto request = someRequest();
    const auto schedule = *scheduleOf(request, model);
    const auto forecast = forecastOf(request, model, schedule, nullptr, 1, 0);
    const RunClock clock(forecast, schedule.steps());
    QVERIFY(isNear(clock.secondsLeft(), forecast.seconds() - forecast.generateSeconds()));
    QCOMPARE(clock.done(), 0.0);
}

void TestForecast::segmentsAddUp()
{
    const auto model = test::fakeModel();
    const auto request = someRequest();
    const auto schedule = *scheduleOf(request, model);
    Measurements measured;
    const auto costs = costsOn(request);
    learn(measured, costs, 0, request, model, schedule);
    RunClock clock(forecastOf(request, model, schedule, &measured, 1, 0), 0);
    for (int step = 0; step < 25; ++step)
        clock.stepDone(step, costs.steps[std::size_t(step)].times.total());
    double all = 0.0, past = 0.0;
    for (const auto &segment : clock.segments(schedule)) {
        QVERIFY(segment.done >= 0.0 && segment.done <= 1.0);
        all += segment.seconds;
        past += segment.seconds * segment.done;
    }
    QVERIFY(isNear(all, costs.seconds(), 1e-3));
    QVERIFY(isNear(past / all, clock.done(), 1e-3));
}

void TestForecast::waterfallAddsUp()
{
    auto request = someRequest();
    const auto pruned = costsOn(request);
    request.method = Method::None;
    const auto full = costsOn(request);
    const auto fall = waterfallOf(full, pruned);
    QVERIFY(fall);
    QVERIFY(isNear(fall->unpruned - fall->blocks - fall->head - fall->quantizer - fall->rest + fall->overhead,
                   fall->pruned));
    QVERIFY(fall->blocks > 0.0 && fall->overhead > 0.0);
    QVERIFY(std::abs(fall->rest) < 1e-9);
    QVERIFY(isNear(fall->speedUp, full.seconds() / pruned.seconds()));
    QVERIFY(fall->ceiling > fall->speedUp);
    QVERIFY(fall->untouched > full.decodeSeconds);
}

void TestForecast::waterfallNeedsTheSameSteps()
{
    const auto costs = costsOn(someRequest());
    QVERIFY(!waterfallOf({}, costs));
    QVERIFY(!waterfallOf(costs, {}));
    auto shorter = someRequest();
    shorter.frames = 9;
    QVERIFY(!waterfallOf(costs, costsOn(shorter)));
    auto branched = costs;
    branched.steps.assign(costs.steps.begin() + 5, costs.steps.end());
    QVERIFY(!waterfallOf(costs, branched));
    RunCosts idle = costs;
    idle.textSeconds = idle.decodeSeconds = idle.writeSeconds = 0.0;
    for (StepCost &step : idle.steps)
        step.times = {};
    QVERIFY(!waterfallOf(idle, costs));
}

QTEST_GUILESS_MAIN(TestForecast)
#include "tst_forecast.moc"
