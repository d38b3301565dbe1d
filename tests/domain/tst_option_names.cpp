// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <limits>
#include <set>

#include "core/domain/option_names.h"

using namespace faststar;

namespace
{

// Every name leads back to its value, and no two values share one.
template <typename Enum> bool roundTrips()
{
    std::set<std::string_view> names;
    for (const auto &entry : optionTable(Enum{})) {
        if (entry.name.empty() || optionName(entry.value) != entry.name ||
            optionValue<Enum>(entry.name) != entry.value)
            return false;
        names.insert(entry.name);
    }
    return names.size() == optionTable(Enum{}).size() && !names.empty();
}

} // namespace

class TestOptionNames : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyEnumerationRoundTrips()
    {
        QVERIFY(roundTrips<Guidance>());
        QVERIFY(roundTrips<Method>());
        QVERIFY(roundTrips<SpatialRef>());
        QVERIFY(roundTrips<TemporalRef>());
        QVERIFY(roundTrips<TopkScope>());
        QVERIFY(roundTrips<TopkRound>());
        QVERIFY(roundTrips<MaskMode>());
        QVERIFY(roundTrips<MaskUp>());
        QVERIFY(roundTrips<Fill>());
        QVERIFY(roundTrips<ApgStats>());
        QVERIFY(roundTrips<ContextKv>());
        QVERIFY(roundTrips<ClipScope>());
        QVERIFY(roundTrips<Compute>());
        QVERIFY(roundTrips<ConditionKind>());
        QVERIFY(!optionValue<Fill>("Zero"));
        QVERIFY(!optionValue<Fill>(""));
    }

    void optionsAreSetByName()
    {
        GenerationRequest request;
        const char *assignments[] = {"spatial_ref=prev_step",
                                     "temporal_ref=none",
                                     "p=inf",
                                     "topk_scope=global_floor",
                                     "topk_round=ceil",
                                     "frame_floor=0.25",
                                     "eps=1e-6",
                                     "mask_mode=score_first",
                                     "mask_up=nearest_up",
                                     "fill=renorm",
                                     "apg_stats=frozen",
                                     "context_kv=recompute",
                                     "clips=last",
                                     "compute=full",
                                     "stale=literal",
                                     "ratio=0,0.5,1,0.0014",
                                     "seed=12",
                                     "method=none"};
        for (const char *assignment : assignments)
            QVERIFY2(setOption(request, assignment).has_value(), assignment);
        const auto &pruning = request.pruning;
        QCOMPARE(pruning.spatialRef, SpatialRef::PrevStep);
        QVERIFY(pruning.temporalRef == TemporalRef::None);
        QCOMPARE(request.p, std::numeric_limits<double>::infinity());
        QCOMPARE(pruning.topkScope, TopkScope::GlobalFloor);
        QCOMPARE(pruning.topkRound, TopkRound::Ceil);
        QCOMPARE(pruning.frameFloor, 0.25);
        QCOMPARE(pruning.eps, 1e-6);
        QCOMPARE(pruning.maskMode, MaskMode::ScoreFirst);
        QCOMPARE(pruning.maskUp, MaskUp::NearestUp);
        QCOMPARE(pruning.fill, Fill::Renorm);
        QCOMPARE(pruning.apgStats, ApgStats::Frozen);
        QCOMPARE(pruning.contextKv, ContextKv::Recompute);
        QCOMPARE(pruning.clips, ClipScope::Last);
        QCOMPARE(pruning.compute, Compute::Full);
        QVERIFY((request.ratiosPermille == std::array<int, 4>{0, 500, 1000, 1}));
        QCOMPARE(request.seed, std::int64_t(12));
        QCOMPARE(request.method, Method::None);
    }

    void whatIsNotBuiltIsRefusedByName_data()
    {
        QTest::addColumn<QString>("assignment");
        for (const char *text : {"stale=carry",           "score_norm=rank",        "mask_refresh=per_scale",
                                 "rng=compact",           "final_full=0",           "k_multiple=128",
                                 "preset=port",           "preset=port_sim",        "scales=26,27,28,29",
                                 "random_scope=fixed",    "sparsevar.keep=dynamic", "fastvar.layers=4..30",
                                 "tome.partition=frame4", "method=sparsevar",       "method=fastvar",
                                 "method=tome",           "method=random",          "method=spatial_only",
                                 "method=temporal_only",  "method=inverse"})
            QTest::newRow(text) << text;
    }
    void whatIsNotBuiltIsRefusedByName()
    {
        QFETCH(QString, assignment);
        GenerationRequest request;
        const auto status = setOption(request, assignment.toStdString());
        QVERIFY(!status);
        QCOMPARE(status.error().code, ErrorCode::Unsupported);
        const auto key = assignment.section('=', 0, 0), value = assignment.section('=', 1);
        const auto detail = QString::fromStdString(status.error().detail);
        QVERIFY2(detail.contains(key) && detail.contains(value) && detail.contains("not built"),
                 qPrintable(detail));
        QVERIFY(request == GenerationRequest());
    }

    void whatIsDoneAnywayIsAccepted()
    {
        GenerationRequest request;
        for (const char *text : {"score_norm=none", "mask_refresh=per_step", "rng=full_grid", "final_full=1",
                                 "k_multiple=1", "preset=ours", "stale=literal", "method=faststar"})
            QVERIFY2(setOption(request, text).has_value(), text);
        QVERIFY(request == GenerationRequest());
    }

    void nonsenseIsRefused_data()
    {
        QTest::addColumn<QString>("assignment");
        QTest::addColumn<QString>("mentions");
        QTest::newRow("unknown key") << "fil=zero"
                                     << "mask_mode";
        QTest::newRow("unknown value") << "fill=blue"
                                       << "nearest_kept";
        QTest::newRow("unknown stale") << "stale=fresh"
                                       << "literal";
        QTest::newRow("unknown method") << "method=magic"
                                        << "faststar";
        QTest::newRow("no equals sign") << "fill"
                                        << "KEY=VALUE";
        QTest::newRow("no key") << "=zero"
                                << "KEY=VALUE";
        QTest::newRow("empty value") << "fill="
                                     << "zero";
        QTest::newRow("p 0") << "p=0"
                             << "1 to inf";
        QTest::newRow("p negative") << "p=-2"
                                    << "1 to inf";
        QTest::newRow("p nan") << "p=nan"
                               << "1 to inf";
        QTest::newRow("p trailing") << "p=2x"
                                    << "1 to inf";
        QTest::newRow("eps 0") << "eps=0"
                               << "eps";
        QTest::newRow("eps 2") << "eps=2"
                               << "eps";
        QTest::newRow("floor 1.5") << "frame_floor=1.5"
                                   << "frame_floor";
        QTest::newRow("seed -1") << "seed=-1"
                                 << "seed";
        QTest::newRow("seed 1.5") << "seed=1.5"
                                  << "seed";
    }
    void nonsenseIsRefused()
    {
        QFETCH(QString, assignment);
        QFETCH(QString, mentions);
        GenerationRequest request;
        const auto status = setOption(request, assignment.toStdString());
        QVERIFY(!status);
        QCOMPARE(status.error().code, ErrorCode::InvalidRequest);
        QVERIFY2(QString::fromStdString(status.error().detail).contains(mentions),
                 status.error().detail.c_str());
        QVERIFY(request == GenerationRequest());
    }

    void ratiosAreFourNumbersInRange()
    {
        const auto ratios = parseRatios("0.2,0.3,0.4,0.7");
        QVERIFY(ratios.has_value());
        QVERIFY((*ratios == std::array<int, 4>{200, 300, 400, 700}));
        QCOMPARE(formatRatios(*ratios), std::string("0.2,0.3,0.4,0.7"));
        QVERIFY((*parseRatios("0,1,0.0005,0.3333") == std::array<int, 4>{0, 1000, 1, 333}));
        for (const char *bad : {"", "0.2", "0.2,0.3,0.4", "0.2,0.3,0.4,0.7,", "0.2,0.3,0.4,0.7,0.1",
                                "0.2,0.3,0.4,1.2", "0.2,0.3,0.4,-0.1", "a,b,c,d", "0.2,,0.3,0.4", "nan,0,0,0",
                                "0.2 0.3 0.4 0.7", "0.1,0.2,0.3,0.4,0.5,0.6,0.7"}) {
            const auto refused = parseRatios(bad);
            QVERIFY2(!refused, bad);
            QCOMPARE(refused.error().code, ErrorCode::InvalidRequest);
        }
    }

    void aspectIsTwoWholeNumbers()
    {
        QVERIFY((*parseAspect("16:9") == Aspect{16, 9}));
        QCOMPARE(formatAspect({9, 16}), std::string("9:16"));
        for (const char *bad :
             {"", "16", "16:", ":9", "16/9", "0:9", "16:0", "-16:9", "1.5:1", "16:9:4", "99999:1"})
            QVERIFY2(!parseAspect(bad), bad);
    }

    void numbersDoNotDependOnTheLocale()
    {
        QCOMPARE(parseNumber("0.5").value_or(-1), 0.5);
        QVERIFY(!parseNumber("0,5"));
        QVERIFY(!parseNumber("inf"));
        QVERIFY(!parseNumber("nan"));
        QVERIFY(!parseNumber("1e999"));
        QVERIFY(!parseNumber(" 1"));
        QCOMPARE(parseInteger("-7").value_or(0), std::int64_t(-7));
        QVERIFY(!parseInteger("99999999999999999999"));
        QCOMPARE(formatNumber(34.0), std::string("34"));
        QCOMPARE(formatNumber(0.05), std::string("0.05"));
    }
};

QTEST_GUILESS_MAIN(TestOptionNames)
#include "tst_option_names.moc"
