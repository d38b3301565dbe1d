// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include <QtTest/QtTest>

#include "core/model/rope.h"
#include "tests/model/golden.h"

using namespace faststar;

class TestRope : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void textMatchesTheReference();
    void visualMatchesTheReference_data();
    void visualMatchesTheReference();
    void halfPlacesRoundToEven();
};

namespace
{
constexpr double kTolerance = 1e-6;
constexpr int kHeadDim = 32;
constexpr int kTextTokens = 512;

test::Tensors expected()
{
    return test::readTensors(test::goldenDir() / "rope" / "expected.safetensors");
}
} // namespace

void TestRope::textMatchesTheReference()
{
    const at::Tensor table = model::textRope(16, kHeadDim);
    const double error = test::relativeError(table, expected().at("text"));
    QVERIFY2(error < kTolerance, qPrintable(QString::number(error)));
}

void TestRope::visualMatchesTheReference_data()
{
    QTest::addColumn<int>("scale");
    QTest::addColumn<int>("step");
    QTest::addColumn<QString>("name");
    QTest::newRow("first") << 0 << 0 << "scale00.step0";
    QTest::newRow("small") << 3 << 4 << "scale03.step4";
    QTest::newRow("last of the image clip") << 10 << 12 << "scale10.step12";
    QTest::newRow("video clip, small") << 13 << 15 << "scale13.step15";
    QTest::newRow("video clip, 20 frames") << 19 << 24 << "scale19.step24";
}

void TestRope::visualMatchesTheReference()
{
    QFETCH(int, scale);
    QFETCH(int, step);
    QFETCH(QString, name);
    const Schedule schedule = test::goldenSchedule({1, 20});
    const Scale &wanted = schedule.scales.at(static_cast<std::size_t>(scale));
    const at::Tensor table =
        model::visualRope(wanted, step, schedule.lastShape(wanted.clip), kTextTokens, kHeadDim);
    const at::Tensor reference = expected().at(name.toStdString());
    QCOMPARE(table.sizes().vec(), reference.sizes().vec());
    const double error = test::relativeError(table, reference);
    QVERIFY2(error < kTolerance, qPrintable(QString::number(error)));
}

void TestRope::halfPlacesRoundToEven()
{
    // 1 * 5 / 2 = 2.5 -> 2 and 1 * 7 / 2 = 3.5 -> 4.
    Scale scale;
    scale.shape = {1, 2, 2};
    const at::Tensor table = model::visualRope(scale, 0, {1, 5, 7}, kTextTokens, 8);
    const at::Tensor cosines = table.select(0, 0);
    QCOMPARE(cosines.sizes().vec(), (std::vector<std::int64_t>{4, 4}));
    QVERIFY(std::abs(cosines[3][2].item<float>() - std::cos(2.0F)) < 1e-6F);
    QVERIFY(std::abs(cosines[3][3].item<float>() - std::cos(4.0F)) < 1e-6F);
}

QTEST_GUILESS_MAIN(TestRope)
#include "tst_rope.moc"
