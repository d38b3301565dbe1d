// SPDX-License-Identifier: Apache-2.0
//
// The norm in front of the autoencoder's convolutions as it runs on a processor, which is the twin that the
// kernel is compared with: against its formula in float64, written out pixel by pixel.
#include <cmath>

#include <ATen/ATen.h>
#include <QtTest>

#include "gpu/frame_norm.h"
#include "gpu/own_kernels.h"

using namespace faststar;

namespace
{

constexpr std::int64_t kFrames = 3;
constexpr std::int64_t kHeight = 4;
constexpr std::int64_t kWidth = 6;
constexpr std::int64_t kChannels = 8;
constexpr std::int64_t kCell = 2; // pixels across

at::Tensor random(at::IntArrayRef shape, std::uint64_t seed, at::ScalarType type)
{
    auto generator = at::detail::createCPUGenerator(seed);
    return at::randn(shape, generator, at::kFloat).to(type);
}

// The place of a convolution's input: behind two frames of context, beside channels that it does not have.
struct Target {
    at::Tensor all;
    at::Tensor out;
    explicit Target(at::ScalarType type)
        : all(at::full({kFrames + 2, kHeight, kWidth, kChannels + 8}, 7.0, type)),
          out(all.narrow(0, 2, kFrames).narrow(3, 0, kChannels))
    {
    }
};

double worstOff(const at::Tensor &x, const gpu::Modulation &modulation, const at::Tensor &out)
{
    const at::Tensor in = x.to(at::kDouble);
    const at::Tensor ours = out.to(at::kDouble).contiguous();
    double worst = 0.0;
    for (std::int64_t pixel = 0; pixel < kFrames * kHeight * kWidth; ++pixel) {
        const std::int64_t frame = pixel / (kHeight * kWidth);
        const std::int64_t row = pixel / kWidth % kHeight;
        const std::int64_t column = pixel % kWidth;
        const at::Tensor values = in[frame][row][column];
        double sum = 0.0;
        for (std::int64_t c = 0; c < kChannels; ++c)
            sum += std::pow(values[c].item<double>(), 2.0);
        const double norm = std::max(std::sqrt(sum), 1e-12);
        for (std::int64_t c = 0; c < kChannels; ++c) {
            const bool moved = modulation.shift.defined();
            const auto of = [&](const at::Tensor &grid) {
                return (moved ? grid[frame][row / kCell][column / kCell] : grid[0][0][0])[c].item<double>();
            };
            const double y =
                values[c].item<double>() / norm * of(modulation.scale) + (moved ? of(modulation.shift) : 0.0);
            const double expected = y / (1.0 + std::exp(-y));
            const double off = std::abs(ours[frame][row][column][c].item<double>() - expected);
            worst = std::max(worst, off / (std::abs(expected) + 1e-3));
        }
    }
    return worst;
}

} // namespace

class TestFrameNorm : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isItsFormula_data();
    void isItsFormula();
    void kernelLeavesTheProcessorAlone();
};

void TestFrameNorm::isItsFormula_data()
{
    QTest::addColumn<int>("type");
    QTest::addColumn<bool>("shifted");
    QTest::addColumn<double>("allowed");
    // Of bfloat16: half a unit in the last of eight bits, and a little for float32 on the way.
    for (const bool shifted : {false, true}) {
        const char *how = shifted ? "with a shift" : "without";
        QTest::addRow("bfloat16 %s", how) << int(at::kBFloat16) << shifted << 1.0 / 256.0 * 1.001;
        QTest::addRow("float32 %s", how) << int(at::kFloat) << shifted << 1e-5;
        QTest::addRow("float64 %s", how) << int(at::kDouble) << shifted << 1e-13;
    }
}

void TestFrameNorm::isItsFormula()
{
    QFETCH(const int, type);
    QFETCH(const bool, shifted);
    QFETCH(const double, allowed);
    const auto scalar = static_cast<at::ScalarType>(type);
    at::Tensor x = random({kFrames, kHeight, kWidth, kChannels}, 1, scalar);
    x[0][1].mul_(1e6);
    x[1][2][3].zero_();
    const at::Tensor before = x.clone();
    gpu::Modulation modulation{random({1, 1, 1, kChannels}, 2, scalar), {}};
    if (shifted) {
        const at::Tensor both = random({kFrames, kHeight / kCell, kWidth / kCell, 2 * kChannels}, 3, scalar);
        modulation = {both.narrow(3, 0, kChannels), both.narrow(3, kChannels, kChannels)};
    }
    Target target(scalar);
    gpu::frameNorm(x, modulation, target.out);
    const double worst = worstOff(x, modulation, target.out);
    QVERIFY2(worst < allowed, qPrintable(QString::number(worst)));
    // Nothing but the result is written.
    QVERIFY(x.equal(before));
    QVERIFY(target.all.narrow(0, 0, 2).eq(7.0).all().item<bool>());
    QVERIFY(target.all.narrow(3, kChannels, 8).eq(7.0).all().item<bool>());
}

void TestFrameNorm::kernelLeavesTheProcessorAlone()
{
    const at::Tensor x = random({kFrames, kHeight, kWidth, kChannels}, 4, at::kBFloat16);
    Target target(at::kBFloat16);
    QVERIFY(!gpu::kernels::frameNorm(x, {random({1, 1, 1, kChannels}, 5, at::kBFloat16), {}}, target.out));
    QVERIFY(target.all.eq(7.0).all().item<bool>());
}

QTEST_GUILESS_MAIN(TestFrameNorm)
#include "tst_frame_norm.moc"
