// SPDX-License-Identifier: Apache-2.0
//
// Every fused pass of the video autoencoder against its ATen path in double precision.
#include <QtTest>

#include <ATen/Context.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/full.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/sub.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>

#include "gpu/vae_ops.h"

using namespace faststar;

namespace
{

double relativeError(const at::Tensor &ours, const at::Tensor &expected)
{
    return ours.to(at::kDouble).sub(expected).norm().item<double>() / expected.norm().item<double>();
}

at::Tensor activations(at::IntArrayRef shape)
{
    return at::randn(shape, at::kFloat);
}

constexpr double kTolerance = 4e-7;

} // namespace

class TestVaeOps : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { at::manual_seed(1); } // otherwise every run draws other numbers
    void normSilu_data();
    void normSilu();
    void normSiluOfExtremes();
    void modulatedNormSilu_data();
    void modulatedNormSilu();
    void expandWithShortcut_data();
    void expandWithShortcut();
    void expandKeepsChannelOrder();
    void foldWithShortcut_data();
    void foldWithShortcut();
};

void TestVaeOps::normSilu_data()
{
    QTest::addColumn<int>("channels");
    for (const int channels : {1, 3, 8, 16, 20, 64, 96, 130})
        QTest::addRow("%d channels", channels) << channels;
}

void TestVaeOps::normSilu()
{
    QFETCH(int, channels);
    const at::Tensor x = activations({3, 5, 7, channels});
    const at::Tensor scale = activations({channels}).mul(4);
    at::Tensor out = at::empty_like(x);
    gpu::normSilu(x, scale, out);
    const at::Tensor expected = gpu::aten::normSilu(x.to(at::kDouble), scale.to(at::kDouble));
    QVERIFY2(relativeError(out, expected) < kTolerance,
             qPrintable(QString::number(relativeError(out, expected))));
    at::Tensor same = x.clone();
    gpu::normSilu(same, scale, same);
    QVERIFY(same.equal(out));
}

void TestVaeOps::normSiluOfExtremes()
{
    // Zero pixels stay zero, and no scale overflows the exponential.
    at::Tensor x = activations({1, 4, 4, 16});
    x.select(1, 0).zero_();
    for (const double size : {1e-30, 1.0, 1e4, 1e30}) {
        const at::Tensor scale = at::full({16}, size, at::kFloat);
        at::Tensor out = at::empty_like(x);
        gpu::normSilu(x, scale, out);
        QVERIFY(out.isfinite().all().item<bool>());
        QVERIFY(!out.select(1, 0).any().item<bool>());
        const at::Tensor expected = gpu::aten::normSilu(x.to(at::kDouble), scale.to(at::kDouble));
        QVERIFY(relativeError(out, expected) < kTolerance);
    }
}

void TestVaeOps::modulatedNormSilu_data()
{
    QTest::addColumn<int>("frames");
    QTest::addColumn<int>("latentFrames");
    QTest::addColumn<int>("factor");
    QTest::addColumn<int>("channels");
    QTest::addColumn<bool>("leading");
    QTest::addRow("same size") << 3 << 3 << 1 << 16 << true;
    QTest::addRow("single frame") << 1 << 1 << 4 << 32 << true;
    QTest::addRow("first frame apart") << 5 << 3 << 2 << 32 << true;
    QTest::addRow("first frame apart, four times") << 9 << 3 << 8 << 8 << true;
    QTest::addRow("two latents leading") << 5 << 2 << 4 << 20 << true;
    QTest::addRow("later chunk") << 8 << 2 << 4 << 64 << false;
    QTest::addRow("later chunk of one") << 4 << 1 << 8 << 5 << false;
}

void TestVaeOps::modulatedNormSilu()
{
    QFETCH(int, frames);
    QFETCH(int, latentFrames);
    QFETCH(int, factor);
    QFETCH(int, channels);
    QFETCH(bool, leading);
    const at::Tensor x = activations({frames, std::int64_t{3} * factor, std::int64_t{5} * factor, channels});
    const at::Tensor modulation = activations({latentFrames, 3, 5, std::int64_t{2} * channels});
    at::Tensor out = at::empty_like(x);
    gpu::modulatedNormSilu(x, modulation, leading, out);
    const at::Tensor expected =
        gpu::aten::modulatedNormSilu(x.to(at::kDouble), modulation.to(at::kDouble), leading);
    QVERIFY2(relativeError(out, expected) < kTolerance,
             qPrintable(QString::number(relativeError(out, expected))));
    at::Tensor same = x.clone();
    gpu::modulatedNormSilu(same, modulation, leading, same);
    QVERIFY(same.equal(out));
}

void TestVaeOps::expandWithShortcut_data()
{
    QTest::addColumn<int>("frames");
    QTest::addColumn<int>("in");
    QTest::addColumn<int>("out");
    QTest::addColumn<int>("perFrame");
    QTest::addColumn<bool>("leading");
    QTest::addRow("space") << 3 << 16 << 16 << 1 << true;
    QTest::addRow("space, channels change") << 2 << 32 << 24 << 1 << false;
    QTest::addRow("space, block larger than a pixel pair") << 2 << 16 << 4 << 1 << false;
    QTest::addRow("time, leading") << 3 << 64 << 32 << 2 << true;
    QTest::addRow("time, leading, single") << 1 << 16 << 16 << 2 << true;
    QTest::addRow("time, later") << 2 << 16 << 8 << 2 << false;
    QTest::addRow("time, block larger than a pixel pair") << 2 << 32 << 4 << 2 << true;
}

void TestVaeOps::expandWithShortcut()
{
    QFETCH(int, frames);
    QFETCH(int, in);
    QFETCH(int, out);
    QFETCH(int, perFrame);
    QFETCH(bool, leading);
    const at::Tensor conv = activations({frames, 3, 5, std::int64_t{4} * perFrame * out});
    const at::Tensor x = activations({frames, 3, 5, in});
    const int outFrames = frames * perFrame - (leading && perFrame == 2 ? 1 : 0);
    at::Tensor result = at::empty({outFrames, 6, 10, out}, at::kFloat);
    gpu::expandWithShortcut(conv, x, perFrame, leading, result);
    QVERIFY(result.equal(gpu::aten::expandWithShortcut(conv, x, perFrame, leading)));
}

void TestVaeOps::expandKeepsChannelOrder()
{
    // Channel ((frame * 2 + row) * 2 + column) * C + c goes to that frame, row and column.
    const at::Tensor conv = at::arange(16, at::kFloat).reshape({1, 1, 1, 16});
    at::Tensor result = at::empty({2, 2, 2, 2}, at::kFloat);
    gpu::expandWithShortcut(conv, at::zeros({1, 1, 1, 4}, at::kFloat), 2, false, result);
    QVERIFY(result.flatten().equal(at::arange(16, at::kFloat)));
    // The shortcut's block repeats as a whole: 0 1 2 3 0 1 2 3 ...
    gpu::expandWithShortcut(at::zeros_like(conv), at::arange(4, at::kFloat).reshape({1, 1, 1, 4}), 2, false,
                            result);
    QVERIFY(result.flatten().equal(at::arange(4, at::kFloat).repeat({4})));
}

void TestVaeOps::foldWithShortcut_data()
{
    QTest::addColumn<int>("frames");
    QTest::addColumn<int>("in");
    QTest::addColumn<int>("out");
    QTest::addColumn<bool>("halve");
    QTest::addColumn<bool>("leading");
    QTest::addRow("space") << 3 << 16 << 32 << false << true;
    QTest::addRow("space, same channels") << 2 << 24 << 24 << false << false;
    QTest::addRow("four times the channels") << 2 << 4 << 16 << false << false;
    QTest::addRow("fewer channels") << 2 << 16 << 8 << true << false;
    QTest::addRow("time, leading") << 5 << 8 << 16 << true << true;
    QTest::addRow("time, single") << 1 << 8 << 16 << true << true;
    QTest::addRow("time, later") << 4 << 16 << 16 << true << false;
}

void TestVaeOps::foldWithShortcut()
{
    QFETCH(int, frames);
    QFETCH(int, in);
    QFETCH(int, out);
    QFETCH(bool, halve);
    QFETCH(bool, leading);
    const at::Tensor conv = activations({frames, 6, 10, out / 4});
    const at::Tensor x = activations({frames, 6, 10, in});
    int outFrames = frames;
    if (halve)
        outFrames = leading ? 1 + (frames - 1) / 2 : frames / 2;
    at::Tensor result = at::empty({outFrames, 3, 5, out}, at::kFloat);
    gpu::foldWithShortcut(conv, x, halve, leading, result);
    const at::Tensor expected =
        gpu::aten::foldWithShortcut(conv.to(at::kDouble), x.to(at::kDouble), halve, leading);
    QVERIFY2(relativeError(result, expected) < kTolerance,
             qPrintable(QString::number(relativeError(result, expected))));
}

QTEST_GUILESS_MAIN(TestVaeOps)
#include "tst_vae_ops.moc"
