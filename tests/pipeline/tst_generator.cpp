// SPDX-License-Identifier: Apache-2.0
#include "tests/pipeline/generator_fixture.h"

#include <limits>
#include <thread>

#include <QtTest>

#include "core/domain/option_names.h"
#include "core/model/guidance.h"
#include "core/model/quantizer.h"
#include "core/pipeline/guarded.h"

using namespace faststar;
using namespace faststar::test;

namespace
{

constexpr std::int64_t kClipTokens = std::int64_t{3} * 252; // the video clip's last scale

} // namespace

class TestGenerator : public QObject
{
    Q_OBJECT
    GeneratorFixture m_fixture;

private Q_SLOTS:
    void sameSeedSameLatent()
    {
        const auto request = m_fixture.request();
        const Run one = m_fixture.run(request);
        QVERIFY(one.whole);
        QVERIFY(one.latent.equal(m_fixture.run(request).latent));
        auto other = request;
        other.seed = 6;
        QVERIFY(!one.latent.equal(m_fixture.run(other).latent));
    }

    // Sampling from values that are no numbers would look like a clip and mean nothing.
    void valuesThatAreNoNumbersEndTheRun()
    {
        GeneratorFixture::Extras extras;
        extras.textScale = std::numeric_limits<float>::quiet_NaN();
        QVERIFY_THROWS_EXCEPTION(pipeline::BrokenWeights, m_fixture.run(m_fixture.request(), extras));
    }

    // T1: no pruning and ratios of zero are the same run, bit for bit.
    void zeroRatiosAreNoPruning()
    {
        auto none = m_fixture.request();
        none.method = Method::None;
        auto zero = m_fixture.request();
        zero.ratiosPermille = {0, 0, 0, 0};
        const Run a = m_fixture.run(none);
        const Run b = m_fixture.run(zero);
        QVERIFY(a.latent.equal(b.latent));
        QCOMPARE(a.tokensRun, b.tokensRun);
        for (const auto &event : b.collector.events)
            QVERIFY(!event->pruned);
    }

    // T2: a mask that keeps everything, through the gather path, equals the plain path. With one video frame
    // every grid is below 500 positions, so a ratio of 1 permille rounds to keeping all.
    void fullMaskThroughGather()
    {
        auto none = m_fixture.request(5);
        none.method = Method::None;
        const Run plain = m_fixture.run(none);
        auto gathered = m_fixture.request(5);
        gathered.ratiosPermille = {1, 1, 1, 1};
        GeneratorFixture::Extras extras;
        extras.givenBits = [&](const StepIndex &index) {
            return model::unpackBits(plain.collector.events[std::size_t(index.step)]->record->bits);
        };
        const Run masked = m_fixture.run(gathered, extras);
        int pruned = 0;
        for (const auto &event : masked.collector.events) {
            pruned += event->pruned ? 1 : 0;
            const auto key = pipeline::stepKey(event->index) + "/logits";
            const double error = (traced(masked, key) - traced(plain, key)).norm().item<double>() /
                                 traced(plain, key).norm().item<double>();
            QVERIFY2(error < 1e-5, qPrintable(QString::fromStdString(key)));
        }
        QCOMPARE(pruned, 5); // 18.0, 18.1, 19.0, 20.0, 21.0
        QVERIFY((masked.latent - plain.latent).abs().max().item<double>() < 1e-5);
    }

    // T4: outside the mask the feature map keeps its bits; inside it moves.
    void outsideTheMaskNothingChanges_data()
    {
        QTest::addColumn<QString>("options");
        QTest::newRow("defaults") << "";
        QTest::newRow("renorm") << "fill=renorm";
        QTest::newRow("nearest kept") << "fill=nearest_kept";
        QTest::newRow("nearest up") << "mask_up=nearest_up";
        QTest::newRow("full compute") << "compute=full";
        QTest::newRow("own step") << "compute=full spatial_ref=own_step";
        QTest::newRow("own step, nearest up") << "compute=full spatial_ref=own_step mask_up=nearest_up";
    }
    void outsideTheMaskNothingChanges()
    {
        QFETCH(QString, options);
        auto request = m_fixture.request();
        for (const auto &option : options.split(' ', Qt::SkipEmptyParts))
            QVERIFY(setOption(request, option.toStdString()));
        const Run run = m_fixture.run(request);
        int checked = 0;
        for (std::size_t i = 1; i < run.collector.events.size(); ++i) {
            const auto &event = run.collector.events[i];
            if (!event->pruned)
                continue;
            const auto before =
                traced(run, pipeline::stepKey(run.collector.events[i - 1]->index) + "/feature_map");
            const auto after = traced(run, pipeline::stepKey(event->index) + "/feature_map");
            const auto mask = traced(run, pipeline::stepKey(event->index) + "/mask_full").to(at::kBool);
            const auto changed = (before != after).any(0);
            QCOMPARE(changed.logical_and(mask.logical_not()).sum().item<std::int64_t>(), 0);
            QVERIFY(changed.logical_and(mask).sum().item<std::int64_t>() > 0);
            ++checked;
        }
        QCOMPARE(checked, 5);
    }

    // T5: kept tokens draw the noise of their place on the full grid.
    void noiseBelongsToThePlace()
    {
        const at::Tensor logits = at::linspace(-1.0, 1.0, std::int64_t{40} * 16 * 2).reshape({40, 16, 2});
        const at::Tensor all = model::sampleBits(logits, 9, 18, 1, {});
        const at::Tensor kept = at::tensor({1, 7, 8, 31, 39}, at::kLong);
        QVERIFY(
            model::sampleBits(logits.index_select(0, kept), 9, 18, 1, kept).equal(all.index_select(0, kept)));
        QVERIFY(
            !model::sampleBits(logits.index_select(0, kept), 9, 18, 1, {}).equal(all.index_select(0, kept)));
    }

    // T12: exactly the counts of methods.md 1.1, on the steps it names and on no other.
    void countsFollowTheRule_data()
    {
        QTest::addColumn<QList<int>>("ratios");
        QTest::newRow("set A") << QList<int>{200, 300, 400, 700};
        QTest::newRow("set B") << QList<int>{200, 300, 500, 600};
        QTest::newRow("odd") << QList<int>{1, 333, 0, 999};
        QTest::newRow("all") << QList<int>{1000, 1000, 1000, 1000};
    }
    void countsFollowTheRule()
    {
        QFETCH(QList<int>, ratios);
        auto request = m_fixture.request();
        for (std::size_t i = 0; i < 4; ++i)
            request.ratiosPermille[i] = ratios[int(i)];
        const Run run = m_fixture.run(request);
        QVERIFY(run.whole);
        for (const auto &event : run.collector.events) {
            const int place = event->index.scaleInClip - 7;
            const auto &repetitions = event->index.clip == 0 ? m_fixture.config().schedule.imageRepetition
                                                             : m_fixture.config().schedule.videoRepetition;
            const int last = repetitions[std::size_t(event->index.scaleInClip)] - 1;
            const bool reduced = event->index.clip > 0 && place >= 0 &&
                                 (last == 0 || event->index.repetition < last) &&
                                 request.ratiosPermille[std::size_t(place)] > 0;
            QCOMPARE(event->pruned, reduced);
            std::int64_t kept = event->tokens;
            if (reduced) {
                const std::int64_t permille = request.ratiosPermille[std::size_t(place)];
                kept = permille == 1000 ? 0 : event->tokens - (event->tokens * permille + 500) / 1000;
            }
            QCOMPARE(event->kept, kept);
            QCOMPARE(std::int64_t(event->record->bits.tokens), kept);
        }
    }

    // T11: forced steps are never pruned, and those that nothing reads do not run, with the same result.
    void forcedStepsAreSkipped()
    {
        auto request = m_fixture.request();
        request.condition = ConditionKind::Image;
        GeneratorFixture::Extras extras;
        extras.conditionLatent = at::sin(at::arange(64.0 * 12 * 21, at::kFloat)).reshape({64, 1, 12, 21});
        const Run skipped = m_fixture.run(request, extras);
        // The same bits as if they had been sampled: everything runs.
        GeneratorFixture::Extras given;
        given.givenBits = [&](const StepIndex &index) {
            const auto &packed = skipped.collector.events[std::size_t(index.step)]->record->bits;
            at::Tensor bits = model::unpackBits(packed);
            const auto &event = *skipped.collector.events[std::size_t(index.step)];
            if (packed.tokens == event.tokens)
                return bits;
            at::Tensor whole = at::zeros({event.tokens, packed.bits}, at::kByte);
            whole.index_copy_(0, at::tensor(event.record->tokens, at::kInt).to(at::kLong), bits);
            return whole;
        };
        auto plain = request;
        plain.condition = ConditionKind::None;
        const Run everything = m_fixture.run(plain, given);
        QVERIFY(skipped.latent.equal(everything.latent));
        QVERIFY(skipped.tokensRun < everything.tokensRun);
        for (const auto &event : skipped.collector.events) {
            if (event->index.clip > 0)
                continue;
            QVERIFY(event->forced && !event->pruned);
            QCOMPARE(event->kept, event->index.scale == 10 ? event->tokens : 0);
        }
        // The sampled steps saw exactly the same keys and values.
        const auto key = std::string("step/21.0/logits");
        QVERIFY(traced(skipped, key).equal(traced(everything, key)));
    }

    // A journal cut anywhere continues to the same bits; also with two video clips.
    void resumeEqualsUninterrupted_data()
    {
        QTest::addColumn<QString>("options");
        QTest::addColumn<int>("frames");
        QTest::newRow("one clip") << "" << 17;
        QTest::newRow("two clips") << "" << 25;
        QTest::newRow("kept keys only") << "context_kv=kept_only" << 25;
        QTest::newRow("recomputed keys") << "context_kv=recompute" << 25;
        QTest::newRow("frozen guidance") << "apg_stats=frozen fill=renorm" << 17;
        QTest::newRow("previous clip") << "temporal_ref=first_clip_final" << 25;
        QTest::newRow("full compute") << "compute=full" << 17;
    }
    void resumeEqualsUninterrupted()
    {
        QFETCH(QString, options);
        QFETCH(int, frames);
        auto request = m_fixture.request(frames);
        for (const auto &option : options.split(' ', Qt::SkipEmptyParts))
            QVERIFY(setOption(request, option.toStdString()));
        GeneratorFixture::Extras extras;
        extras.framesPerClip = 3;
        const Run whole = m_fixture.run(request, extras);
        const auto records = whole.collector.records();
        for (const std::size_t cut :
             {std::size_t(1), std::size_t(13), std::size_t(24), records.size() - 3, records.size()}) {
            extras.history.assign(records.begin(),
                                  records.begin() + std::ptrdiff_t(std::min(cut, records.size())));
            const Run resumed = m_fixture.run(request, extras);
            QVERIFY2(resumed.latent.equal(whole.latent), qPrintable(QString::number(cut)));
            QCOMPARE(*resumed.collector.events.back()->record, *whole.collector.events.back()->record);
        }
    }

    // A branch computes only from its scale on, and differs only there.
    void branchFromScale()
    {
        auto request = m_fixture.request();
        const Run whole = m_fixture.run(request);
        const auto records = whole.collector.records();
        GeneratorFixture::Extras extras;
        for (const auto &record : records) {
            if (record->index.scale < 20)
                extras.history.push_back(record);
        }
        request.ratiosPermille = {200, 300, 900, 100};
        const Run branch = m_fixture.run(request, extras);
        QVERIFY(branch.whole);
        QVERIFY(branch.tokensRun < whole.tokensRun);
        QCOMPARE(*branch.collector.events[extras.history.size() - 1]->record,
                 *records[extras.history.size() - 1]);
        QCOMPARE(branch.collector.events[extras.history.size()]->kept, keptCount(576, 900));
        QVERIFY(!branch.latent.equal(whole.latent));
    }

    // Stop-and-keep: the map of the last whole step, at the full length of the clip.
    void stopAndKeep()
    {
        const auto request = m_fixture.request();
        RunControl control;
        GeneratorFixture::Extras extras;
        extras.onStep = [&](const StepEvent &event) {
            if (event.index.scale == 19)
                control.stopAndKeep();
        };
        const Run run = m_fixture.run(request, extras, control);
        QVERIFY(!run.whole);
        QCOMPARE(run.collector.events.back()->index.scale, 19);
        QCOMPARE(int(run.latent.size(1)), 5);
        QVERIFY(run.latent.narrow(1, 1, 4).equal(traced(run, "step/19.0/feature_map")));
        QVERIFY(!control.isCancelled());
    }

    // Stopped before motion exists, the clip holds its picture.
    void stopInTheImageClip()
    {
        RunControl control;
        GeneratorFixture::Extras extras;
        extras.onStep = [&](const StepEvent &event) {
            if (event.index.scale == 8)
                control.stopAndKeep();
        };
        const Run run = m_fixture.run(m_fixture.request(), extras, control);
        QCOMPARE(int(run.latent.size(1)), 5);
        QVERIFY(run.latent.narrow(1, 4, 1).equal(run.latent.narrow(1, 0, 1)));
        QVERIFY(run.latent.abs().max().item<double>() > 0.0);
    }

    void pauseEndsByResume()
    {
        const auto request = m_fixture.request(5);
        const Run plain = m_fixture.run(request);
        RunControl control;
        GeneratorFixture::Extras extras;
        extras.onStep = [&](const StepEvent &event) {
            if (event.index.step != 4)
                return;
            control.pause();
            control.requestDecode(); // answered while paused; its answer resumes
        };
        int decoded = 0;
        extras.decodeNow = [&](const StepIndex &at) {
            QCOMPARE(at.step, 4);
            ++decoded;
            control.resume();
        };
        const Run run = m_fixture.run(request, extras, control);
        QVERIFY(run.whole);
        QCOMPARE(decoded, 1);
        QVERIFY(run.latent.equal(plain.latent));
    }

    void pauseEndsByStop()
    {
        RunControl control;
        GeneratorFixture::Extras extras;
        std::jthread stopper;
        extras.onStep = [&](const StepEvent &event) {
            if (event.index.step != 4)
                return;
            control.pause();
            stopper = std::jthread([&] { control.cancel(); });
        };
        const Run run = m_fixture.run(m_fixture.request(5), extras, control);
        QVERIFY(!run.whole);
        QVERIFY(control.isCancelled());
        QCOMPARE(run.collector.events.back()->index.step, 4);
    }

    // Every built value of every option runs and, where it should matter, changes the result.
    void optionsMatter_data()
    {
        QTest::addColumn<QString>("option");
        for (const char *option :
             {"spatial_ref=prev_step", "compute=full", "temporal_ref=prev_frame", "temporal_ref=none", "p=1",
              "p=inf", "topk_scope=per_frame", "mask_mode=nearest", "mask_mode=score_first",
              "mask_up=nearest_up", "fill=renorm", "fill=nearest_kept", "apg_stats=frozen"})
            QTest::newRow(option) << option;
    }
    void optionsMatter()
    {
        QFETCH(QString, option);
        const auto request = m_fixture.request();
        auto changed = request;
        QVERIFY(setOption(changed, option.toStdString()));
        QVERIFY(!m_fixture.run(request).latent.equal(m_fixture.run(changed).latent));
    }

    // The oracle applies its mask as every other reference does.
    void ownStepHonoursTheMaskOption()
    {
        auto request = m_fixture.request();
        QVERIFY(setOption(request, "compute=full"));
        QVERIFY(setOption(request, "spatial_ref=own_step"));
        auto resized = request;
        QVERIFY(setOption(resized, "mask_up=nearest_up"));
        QVERIFY(!m_fixture.run(request).latent.equal(m_fixture.run(resized).latent));
    }

    // For the first video clip three ways to name the image clip's map mean the same.
    void temporalReferencesOfTheFirstVideoClip()
    {
        auto request = m_fixture.request();
        const Run byDefault = m_fixture.run(request);
        request.pruning.temporalRef = TemporalRef::PrevClipLastFrame;
        QVERIFY(byDefault.latent.equal(m_fixture.run(request).latent));
    }

    // The scale that a later clip attends to is protected; kept_only and recompute prune it.
    void contextScale()
    {
        auto request = m_fixture.request(25);
        GeneratorFixture::Extras extras;
        extras.framesPerClip = 3;
        const auto keptAt = [&](int scale) {
            const Run run = m_fixture.run(request, extras);
            for (const auto &event : run.collector.events) {
                if (event->index.scale == scale)
                    return std::pair(event->kept, event->pruned);
            }
            return std::pair(std::int64_t(-1), false);
        };
        QCOMPARE(keptAt(21), std::pair(kClipTokens, false));
        QCOMPARE(keptAt(32), std::pair(keptCount(kClipTokens, 700), true));
        request.pruning.contextKv = ContextKv::KeptOnly;
        QCOMPARE(keptAt(21), std::pair(keptCount(kClipTokens, 700), true));
        request.pruning.clips = ClipScope::Last;
        QCOMPARE(keptAt(21), std::pair(kClipTokens, false));
        QCOMPARE(keptAt(32), std::pair(keptCount(kClipTokens, 700), true));
    }

    // Protection covers every repetition of the scale that a later clip attends to.
    void protectionCoversEveryRepetition()
    {
        auto request = m_fixture.request(25);
        ModelConfig config = m_fixture.config();
        config.schedule.framesPerClip = 3;
        config.schedule.videoRepetition.back() = 2;
        const auto schedule = scheduleOf(request, config).value();
        QCOMPARE(stepRatioPermille(request, schedule, schedule.scales[21], 0), 0);
        QCOMPARE(stepRatioPermille(request, schedule, schedule.scales[21], 1), 0);
        QCOMPARE(stepRatioPermille(request, schedule, schedule.scales[32], 0), 700);
        QCOMPARE(stepRatioPermille(request, schedule, schedule.scales[32], 1), 0);
        request.pruning.contextKv = ContextKv::KeptOnly;
        QCOMPARE(stepRatioPermille(request, schedule, schedule.scales[21], 0), 700);
    }

    void guidanceOffRunsOneBranch()
    {
        auto request = m_fixture.request(5);
        request.guidanceScale = 1.0;
        const Run run = m_fixture.run(request);
        QVERIFY(run.whole);
        QCOMPARE(int(traced(run, "text/hidden").size(0)), 1);
    }
};

QTEST_GUILESS_MAIN(TestGenerator)
#include "tst_generator.moc"
