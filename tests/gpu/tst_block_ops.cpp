// SPDX-License-Identifier: Apache-2.0
//
// The operations between the products as they run on a processor, which are the twins that kernels are
// compared with: against their formulas in float64, written out element by element.
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include <ATen/ATen.h>
#include <QtTest>

#include "gpu/block_ops.h"
#include "gpu/block_twins.h"
#include "gpu/device_linear.h"
#include "gpu/kernel_module.h"
#include "gpu/machine.h"
#include "gpu/own_kernels.h"

using namespace faststar;

namespace
{

constexpr double kEps = 1e-6;
// Half a unit in the last of eight bits of mantissa, and a little for float32 on the way.
constexpr double kHalfUnit = 1.0 / 256.0 * 1.001;

at::Tensor rounded(const at::Tensor &x)
{
    return x.to(at::kBFloat16);
}

at::Tensor random(at::IntArrayRef shape, std::uint64_t seed)
{
    auto generator = at::detail::createCPUGenerator(seed);
    return rounded(at::randn(shape, generator));
}

// Largest |ours - expected| / |expected|.
double relative(const at::Tensor &ours, const std::vector<double> &expected)
{
    const at::Tensor flat = ours.to(at::kDouble).contiguous().flatten();
    if (flat.numel() != std::int64_t(expected.size()))
        return 1e30;
    double worst = 0.0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const double value = flat.const_data_ptr<double>()[i];
        worst = std::max(worst, std::abs(value - expected[i]) / std::max(std::abs(expected[i]), 1e-30));
    }
    return worst;
}

std::vector<double> valuesOf(const at::Tensor &x)
{
    const at::Tensor flat = x.to(at::kDouble).contiguous().flatten();
    return {flat.const_data_ptr<double>(), flat.const_data_ptr<double>() + flat.numel()};
}

// The e4m3 byte of the nearest value, ties to even, found among all of them.
std::uint8_t nearestByte(float x)
{
    const auto value = [](int byte) {
        const int exponent = byte >> 3 & 15;
        const double mantissa = byte & 7;
        return exponent == 0 ? std::ldexp(mantissa, -9) : std::ldexp(8.0 + mantissa, exponent - 10);
    };
    int best = 0;
    for (int byte = 1; byte < 127; ++byte) { // 127 is NaN
        const double off = std::abs(value(byte) - std::abs(double(x)));
        const double least = std::abs(value(best) - std::abs(double(x)));
        if (off < least || (off == least && byte % 2 == 0))
            best = byte;
    }
    return std::uint8_t(best | (std::signbit(x) ? 128 : 0));
}

} // namespace

class TestBlockOps : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rmsNormIsItsFormula();
    void swiGluIsItsFormula();
    void headsAreTheirFormula();
    void eightBitsAreTheNearest();
    void fusedIsOneAfterTheOther();
    void layersTakeTheirInput();
    void kernelsLeaveTheProcessorAlone();
    void moduleSaysWhatKeepsItFromRunning();
};

void TestBlockOps::rmsNormIsItsFormula()
{
    for (const std::int64_t rows : {1, 2, 7}) {
        const at::Tensor x = random({rows, 256}, 1);
        const at::Tensor weight = random({256}, 2);
        const auto in = valuesOf(x);
        const auto w = valuesOf(weight);
        std::vector<double> expected(in.size());
        for (std::size_t row = 0; row < std::size_t(rows); ++row) {
            double sum = 0.0;
            for (std::size_t i = 0; i < 256; ++i)
                sum += in[row * 256 + i] * in[row * 256 + i];
            for (std::size_t i = 0; i < 256; ++i)
                expected[row * 256 + i] = in[row * 256 + i] / std::sqrt(sum / 256.0 + kEps) * w[i];
        }
        QVERIFY(relative(gpu::block::rmsNorm(x, weight, kEps), expected) < kHalfUnit);
    }
}

void TestBlockOps::swiGluIsItsFormula()
{
    at::Tensor x = random({7, 128}, 3) * 4;
    const auto in = valuesOf(x);
    std::vector<double> expected;
    for (std::size_t row = 0; row < 7; ++row) {
        for (std::size_t i = 0; i < 64; ++i) {
            const double gate = in[row * 128 + i];
            expected.push_back(gate / (1.0 + std::exp(-gate)) * in[row * 128 + 64 + i]);
        }
    }
    // Rounded twice: after the activation, and after the product.
    QVERIFY(relative(gpu::block::gatedInput(x, false).values, expected) < 2.01 * kHalfUnit);
}

void TestBlockOps::headsAreTheirFormula()
{
    constexpr std::int64_t kHeads = 4;
    constexpr std::int64_t kKeys = 2;
    constexpr std::int64_t kDim = 16;
    constexpr std::int64_t kTokens = 3;
    constexpr std::int64_t kBefore = 5;
    const at::Tensor qkv = random({2, kTokens, (kHeads + 2 * kKeys) * kDim}, 4);
    const at::Tensor norms = random({kHeads + kKeys, kDim}, 5).to(at::kFloat);
    const at::Tensor angles = random({kTokens, kDim / 2}, 6).to(at::kDouble);
    const at::Tensor rope = at::stack({angles.cos(), angles.sin()}).to(at::kFloat);
    at::Tensor query = at::empty({2, kTokens, kHeads, kDim}, at::kBFloat16);
    const at::Tensor keys = at::full({2, kBefore + kTokens, kKeys, kDim}, 7.0, at::kBFloat16);
    const at::Tensor values = keys.clone();
    at::Tensor key = keys.narrow(1, kBefore, kTokens);
    at::Tensor value = values.narrow(1, kBefore, kTokens);
    gpu::block::splitHeads(qkv, norms, kEps, rope, query, key, value);

    const at::Tensor in = qkv.to(at::kDouble).view({2, kTokens, kHeads + 2 * kKeys, kDim});
    double worst = 0.0;
    for (std::int64_t row = 0; row < 2 * kTokens; ++row) {
        for (std::int64_t head = 0; head < kHeads + kKeys; ++head) {
            const auto x = valuesOf(in[row / kTokens][row % kTokens][head]);
            const auto w = valuesOf(norms[head]);
            const auto turn = valuesOf(angles[row % kTokens]);
            const at::Tensor ours = head < kHeads ? query[row / kTokens][row % kTokens][head]
                                                  : key[row / kTokens][row % kTokens][head - kHeads];
            double sum = 0.0;
            for (const double v : x)
                sum += v * v;
            const double inverse = 1.0 / std::sqrt(sum / double(kDim) + kEps);
            for (std::size_t pair = 0; pair < kDim / 2; ++pair) {
                const double even = x[2 * pair] * inverse * w[2 * pair];
                const double odd = x[2 * pair + 1] * inverse * w[2 * pair + 1];
                const double cosine = std::cos(turn[pair]);
                const double sine = std::sin(turn[pair]);
                const std::array<double, 2> expected{even * cosine - odd * sine, even * sine + odd * cosine};
                for (std::size_t i = 0; i < 2; ++i) {
                    const double off =
                        std::abs(ours[std::int64_t(2 * pair + i)].item<double>() - expected[i]);
                    // A difference of two is as exact as they are.
                    worst = std::max(worst, off / (std::abs(expected[i]) + 1e-3 * std::hypot(even, odd)));
                }
            }
        }
    }
    QVERIFY2(worst < kHalfUnit, qPrintable(QString::number(worst)));
    QVERIFY(value.equal(qkv.view({2, kTokens, kHeads + 2 * kKeys, kDim}).narrow(2, kHeads + kKeys, kKeys)));
    // What other sources have in the buffers stays.
    QVERIFY(keys.narrow(1, 0, kBefore).eq(7.0).all().item<bool>());
    QVERIFY(values.narrow(1, 0, kBefore).eq(7.0).all().item<bool>());
}

void TestBlockOps::eightBitsAreTheNearest()
{
    at::Tensor x = random({5, 64}, 7) * rounded(at::logspace(-30, 30, 5)).unsqueeze(1);
    x[3].zero_();
    const gpu::LayerInput rows = gpu::quantiseRows(x);
    QVERIFY(rows.values.scalar_type() == at::kFloat8_e4m3fn);
    QVERIFY(rows.scales.sizes() == at::IntArrayRef({5, 1}));
    const at::Tensor bytes = rows.values.view(at::kByte);
    for (std::int64_t row = 0; row < 5; ++row) {
        const auto in = valuesOf(x[row]);
        float largest = 1e-12F;
        for (const double v : in)
            largest = std::max(largest, std::abs(float(v)));
        const float scale = largest * float(1.0 / 448.0);
        QCOMPARE(rows.scales[row].item<float>(), scale);
        const float inverse = 1.0F / scale;
        for (std::int64_t i = 0; i < 64; ++i) {
            const float value = std::min(std::max(float(in[std::size_t(i)]) * inverse, -448.0F), 448.0F);
            QCOMPARE(int(bytes[row][i].item<std::uint8_t>()), int(nearestByte(value)));
        }
    }
}

void TestBlockOps::fusedIsOneAfterTheOther()
{
    const at::Tensor x = random({7, 256}, 8);
    const at::Tensor weight = random({256}, 9);
    const auto same = [](const gpu::LayerInput &a, const gpu::LayerInput &b) {
        return a.values.view(at::kByte).equal(b.values.view(at::kByte)) && a.scales.equal(b.scales);
    };
    QVERIFY(same(gpu::block::normedInput(x, weight, kEps, true),
                 gpu::quantiseRows(gpu::block::rmsNorm(x, weight, kEps))));
    at::Tensor first = x.clone();
    at::Tensor second = x.clone();
    QVERIFY(same(gpu::block::gatedInput(first, true),
                 gpu::quantiseRows(gpu::block::gatedInput(second, false).values)));
    QVERIFY(same(gpu::block::layerInput(x, true), gpu::quantiseRows(x)));
    QVERIFY(!gpu::block::layerInput(x, false).scales.defined());
}

void TestBlockOps::layersTakeTheirInput()
{
    const at::Tensor x = random({16, 64}, 10);
    const at::Tensor weight = random({32, 64}, 11);
    const gpu::DeviceLinear half(weight, false);
    const at::Tensor expected = x.to(at::kDouble).mm(weight.to(at::kDouble).t());
    const at::Tensor plain = half(gpu::block::layerInput(x, false));
    QVERIFY(plain.scalar_type() == at::kBFloat16);
    QVERIFY((plain - expected).norm().item<double>() < 0.005 * expected.norm().item<double>());
    at::Tensor sum = rounded(at::ones({16, 32}));
    half.add(gpu::block::layerInput(x, false), sum);
    QVERIFY((sum - 1.0 - expected).norm().item<double>() < 0.005 * expected.norm().item<double>());
}

void TestBlockOps::kernelsLeaveTheProcessorAlone()
{
    const at::Tensor x = random({2, 64}, 12);
    QVERIFY(!gpu::kernels::rmsNorm(x, x[0], kEps, false));
    QVERIFY(!gpu::kernels::swiGlu(x, true));
    QVERIFY(!gpu::kernels::quantiseRows(x));
}

void TestBlockOps::moduleSaysWhatKeepsItFromRunning()
{
    if (!gpu::cudaDevices().empty())
        QSKIP("this machine has a device: run faststar doctor --kernels");
    QVERIFY(gpu::ownKernels(0) == nullptr);
    // The module opens without a driver where it was built.
    const bool built = QFile::exists(QStringLiteral(FASTSTAR_BIN_DIR "/../lib/libfaststar_kernels.so"));
    const QString problem = QString::fromStdString(gpu::ownKernelsProblem(0));
    QVERIFY2(problem.contains(QLatin1String(built ? "no such device" : "not beside the program")),
             qPrintable(problem));
    gpu::useOwnKernels(false);
    QCOMPARE(gpu::ownKernelsProblem(0), std::string("switched off"));
    gpu::useOwnKernels(true);
}

QTEST_GUILESS_MAIN(TestBlockOps)
#include "tst_block_ops.moc"
