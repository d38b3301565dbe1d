// SPDX-License-Identifier: Apache-2.0
//
// The tiled causal convolution against the library's, in double precision.
#include <QtTest>

#include <vector>

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/ops/add.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/sub.h>

#include "gpu/causal_conv.h"
#include "gpu/winograd_block.h"

using namespace faststar;

namespace
{

double relativeError(const at::Tensor &ours, const at::Tensor &expected)
{
    return ours.to(at::kDouble).sub(expected).norm().item<double>() / expected.norm().item<double>();
}

// Tiles round a little worse than the plain sum (about 3e-7).
constexpr double kTolerance = 3e-6;

struct Layer {
    at::Tensor weight;
    at::Tensor bias;

    Layer(int in, int out)
        : weight(at::randn({out, in, 3, 3, 3}, at::kFloat)), bias(at::randn({out}, at::kFloat))
    {
    }

    [[nodiscard]] at::Tensor expected(const at::Tensor &input, const at::Tensor &context) const
    {
        return gpu::aten::causalConv(input.to(at::kDouble),
                                     context.defined() ? context.to(at::kDouble) : context,
                                     weight.to(at::kDouble), bias.to(at::kDouble));
    }
};

} // namespace

class TestCausalConv : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { at::manual_seed(1); } // otherwise every run draws other numbers
    void agreesWithLibrary_data();
    void agreesWithLibrary();
    void wideLayersUseLibrary();
    void addendMayBeOutput();
    void chunksDoNotChangeABit();
    void threadsDoNotChangeABit();
    void everyInstructionSet_data();
    void everyInstructionSet();
};

void TestCausalConv::agreesWithLibrary_data()
{
    QTest::addColumn<int>("frames");
    QTest::addColumn<int>("height");
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("in");
    QTest::addColumn<int>("out");
    QTest::addRow("one pixel") << 1 << 1 << 1 << 4 << 4;
    QTest::addRow("one row") << 2 << 1 << 9 << 16 << 8;
    QTest::addRow("whole tiles") << 3 << 8 << 12 << 16 << 16;
    QTest::addRow("ragged tiles") << 5 << 7 << 10 << 32 << 48;
    QTest::addRow("pixels in") << 4 << 9 << 13 << 3 << 20;
    QTest::addRow("pixels out") << 4 << 9 << 13 << 20 << 3;
    QTest::addRow("many tiles") << 2 << 30 << 61 << 17 << 33;
    QTest::addRow("widest") << 1 << 6 << 6 << 256 << 256;
}

void TestCausalConv::agreesWithLibrary()
{
    QFETCH(int, frames);
    QFETCH(int, height);
    QFETCH(int, width);
    QFETCH(int, in);
    QFETCH(int, out);
    QVERIFY(gpu::CausalConv::usesTiles(in, out));
    const Layer layer(in, out);
    const gpu::CausalConv conv(layer.weight, layer.bias);
    const at::Tensor input = at::randn({frames, height, width, in}, at::kFloat);
    for (const at::Tensor &context : {at::Tensor(), at::randn({2, height, width, in}, at::kFloat)}) {
        at::Tensor result = at::empty({frames, height, width, out}, at::kFloat);
        conv.run(input, context, {}, result);
        const double error = relativeError(result, layer.expected(input, context));
        QVERIFY2(error < kTolerance, qPrintable(QString::number(error)));
    }
}

void TestCausalConv::wideLayersUseLibrary()
{
    QVERIFY(!gpu::CausalConv::usesTiles(384, 384));
    const Layer layer(384, 384);
    const gpu::CausalConv conv(layer.weight, layer.bias);
    const at::Tensor input = at::randn({2, 3, 4, 384}, at::kFloat);
    const at::Tensor addend = at::randn({2, 3, 4, 384}, at::kFloat);
    at::Tensor result = at::empty_like(addend);
    conv.run(input, {}, addend, result);
    const at::Tensor expected = layer.expected(input, {}).add(addend.to(at::kDouble));
    QVERIFY(relativeError(result, expected) < kTolerance);
}

void TestCausalConv::addendMayBeOutput()
{
    const Layer layer(16, 24);
    const gpu::CausalConv conv(layer.weight, layer.bias);
    const at::Tensor input = at::randn({3, 9, 10, 16}, at::kFloat);
    at::Tensor sum = at::randn({3, 9, 10, 24}, at::kFloat);
    const at::Tensor expected = layer.expected(input, {}).add(sum.to(at::kDouble));
    conv.run(input, {}, sum, sum);
    QVERIFY(relativeError(sum, expected) < kTolerance);
}

void TestCausalConv::chunksDoNotChangeABit()
{
    const Layer layer(24, 40);
    const gpu::CausalConv conv(layer.weight, layer.bias);
    const at::Tensor input = at::randn({7, 11, 18, 24}, at::kFloat);
    at::Tensor whole = at::empty({7, 11, 18, 40}, at::kFloat);
    conv.run(input, {}, {}, whole);
    at::Tensor parts = at::empty_like(whole);
    at::Tensor first = parts.narrow(0, 0, 2);
    conv.run(input.narrow(0, 0, 2), {}, {}, first);
    at::Tensor second = parts.narrow(0, 2, 1);
    conv.run(input.narrow(0, 2, 1), input.narrow(0, 0, 2), {}, second);
    at::Tensor third = parts.narrow(0, 3, 4);
    conv.run(input.narrow(0, 3, 4), input.narrow(0, 1, 2), {}, third);
    QVERIFY(parts.equal(whole));
}

void TestCausalConv::threadsDoNotChangeABit()
{
    const Layer layer(16, 16);
    const gpu::CausalConv conv(layer.weight, layer.bias);
    const at::Tensor input = at::randn({2, 40, 40, 16}, at::kFloat);
    const int threads = at::get_num_threads();
    at::Tensor results[2] = {at::empty({2, 40, 40, 16}, at::kFloat), at::empty({2, 40, 40, 16}, at::kFloat)};
    at::set_num_threads(1);
    conv.run(input, {}, {}, results[0]);
    at::set_num_threads(3);
    conv.run(input, {}, {}, results[1]);
    at::set_num_threads(threads);
    QVERIFY(results[0].equal(results[1]));
}

void TestCausalConv::everyInstructionSet_data()
{
    QTest::addColumn<void *>("function");
    const auto add = [](const char *name, gpu::winograd::BlockFunction function) {
        QTest::addRow("%s", name) << reinterpret_cast<void *>(function);
    };
    add("generic", gpu::winograd::runBlockGeneric);
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        add("AVX2", gpu::winograd::runBlockAvx2);
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq"))
        add("AVX-512", gpu::winograd::runBlockAvx512);
#endif
}

void TestCausalConv::everyInstructionSet()
{
    QFETCH(void *, function);
    const auto runBlock = reinterpret_cast<gpu::winograd::BlockFunction>(function);
    // 31 tiles and 3 groups of outputs: full, half and single rows, paired and single groups.
    const int in = 21;
    const int out = 44;
    const Layer layer(in, out);
    const at::Tensor input = at::randn({2, 4, 123, in}, at::kFloat);
    const at::Tensor weights = gpu::CausalConv::tileWeights(layer.weight);
    const at::Tensor bias = at::cat({layer.bias, at::randn({4}, at::kFloat)});
    at::Tensor result = at::empty({2, 4, 123, out}, at::kFloat);
    const float *data = input.const_data_ptr<float>();
    const float *frames[4] = {data, data, data, data + input.numel() / 2};
    gpu::winograd::Job job;
    job.frames = frames;
    job.outFrames = 2;
    job.height = 4;
    job.width = 123;
    job.inChannels = in;
    job.inPadded = 32;
    job.outChannels = out;
    job.outGroups = 3;
    job.weights = weights.const_data_ptr<float>();
    job.bias = bias.const_data_ptr<float>();
    job.out = result.mutable_data_ptr<float>();
    std::vector<float> scratch(static_cast<std::size_t>(gpu::winograd::scratchFloats(job.inPadded, 31)));
    runBlock(job, 0, 31, scratch.data());
    const double error = relativeError(result, layer.expected(input, {}));
    QVERIFY2(error < kTolerance, qPrintable(QString::number(error)));
}

QTEST_GUILESS_MAIN(TestCausalConv)
#include "tst_causal_conv.moc"
