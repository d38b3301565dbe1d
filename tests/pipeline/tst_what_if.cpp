// SPDX-License-Identifier: Apache-2.0
//
// What the studio recomputes from stored score maps against what the engine chose, bit for bit.
#include <QtTest>

#include "core/domain/validate.h"
#include "core/domain/what_if.h"
#include "core/pipeline/engine.h"
#include "tests/support/paths.h"

using namespace faststar;

namespace
{

class Collector final : public RunObserver
{
public:
    void planned(const RunPlan &plan) override { schedule = plan.schedule; }
    void stepFinished(const std::shared_ptr<const StepEvent> &event) override { steps.push_back(event); }

    Schedule schedule;
    std::vector<std::shared_ptr<const StepEvent>> steps;
};

} // namespace

class TestEngineWhatIf : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ownSettingsGiveTheEnginesMasks_data();
    void ownSettingsGiveTheEnginesMasks();

private:
    std::unique_ptr<Pipeline> m_engine;
    ModelFacts m_facts;
};

void TestEngineWhatIf::ownSettingsGiveTheEnginesMasks_data()
{
    QTest::addColumn<double>("p");
    QTest::addColumn<int>("maskMode");
    QTest::addColumn<int>("maskUp");
    QTest::newRow("defaults") << 2.0 << int(MaskMode::AreaExact) << int(MaskUp::Original);
    QTest::newRow("another norm") << 3.5 << int(MaskMode::ScoreFirst) << int(MaskUp::NearestUp);
}

void TestEngineWhatIf::ownSettingsGiveTheEnginesMasks()
{
    QFETCH(double, p);
    QFETCH(int, maskMode);
    QFETCH(int, maskUp);
    Collector run;
    if (!m_engine) {
        m_engine = pipeline::makeEngine();
        auto facts = m_engine->load({test::demoModelDir().string(), "cpu", 2}, run, {});
        QVERIFY(facts);
        m_facts = *facts;
    }
    auto request = defaultRequest(m_facts.config);
    request.prompt = "a red circle moving right on a plain blue background";
    request.seed = 3;
    request.frames = 5;
    expandPrompts(request, m_facts.config);
    request.p = p;
    request.pruning.maskMode = MaskMode(maskMode);
    request.pruning.maskUp = MaskUp(maskUp);
    RunControl control;
    QVERIFY(m_engine->run({request, {}, {}, 0, {}}, run, control));

    WhatIf whatIf(request, m_facts.config, run.schedule);
    for (const auto &step : run.steps)
        whatIf.add(*step);
    const auto &result = whatIf.evaluate(request);
    QVERIFY(!result.firstChangedScale);
    int compared = 0;
    for (std::size_t i = 0; i < run.steps.size(); ++i) {
        const StepEvent &step = *run.steps[i];
        QCOMPARE(result.plan[i].run, step.kept);
        QCOMPARE(result.choices[i] != nullptr, step.pruned);
        if (!step.pruned)
            continue;
        QVERIFY(*result.choices[i]->score == step.scores->score);
        QVERIFY(result.choices[i]->mask == step.record->mask);
        QVERIFY(result.choices[i]->tokens == step.record->tokens);
        ++compared;
    }
    QVERIFY(compared >= 4);
}

QTEST_GUILESS_MAIN(TestEngineWhatIf)
#include "tst_what_if.moc"
