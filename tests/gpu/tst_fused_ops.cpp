// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <QtTest/QtTest>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "gpu/fused_ops.h"
#include "gpu/kernels/cpu_kernels.h"

using namespace faststar;

class TestFusedOps : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void linearIsTheFormula_data();
    void linearIsTheFormula();
    void gatedLinearIsTheFormula_data();
    void gatedLinearIsTheFormula();
    void normIsTheFormula();
    void headsAreNormedAndRotated_data();
    void headsAreNormedAndRotated();
    void attentionIsTheFormula_data();
    void attentionIsTheFormula();
    void largeScoresDoNotOverflow();
    void notANumberStaysInItsRow();
    void everyKernelSetMultiplies_data();
    void everyKernelSetMultiplies();
    void everyKernelSetAttends_data();
    void everyKernelSetAttends();
    void threadsDoNotMatter();
    void otherTypesTakeThePlainPath();
};

namespace
{

constexpr double kTolerance = 2e-6;
constexpr double kEps = 1e-6;

double relativeError(const at::Tensor &ours, const at::Tensor &wanted)
{
    const at::Tensor exact = wanted.to(at::kDouble);
    return ((ours.to(at::kDouble) - exact).norm() / exact.norm()).item<double>();
}

#define VERIFY_CLOSE(ours, wanted)                                                                           \
    do {                                                                                                     \
        const double error = relativeError(ours, wanted);                                                    \
        QVERIFY2(error < kTolerance, qPrintable(QString::number(error)));                                    \
    } while (false)

at::Tensor exactNorm(const at::Tensor &x, const at::Tensor &weight)
{
    const at::Tensor wide = x.to(at::kDouble);
    return wide / (wide.square().mean(-1, true) + kEps).sqrt() * weight.to(at::kDouble);
}

at::Tensor exactRotation(const at::Tensor &x, const at::Tensor &rope)
{
    at::Tensor out = at::empty_like(x);
    for (std::int64_t pair = 0; pair < x.size(-1) / 2; ++pair) {
        const at::Tensor even = x.select(-1, 2 * pair);
        const at::Tensor odd = x.select(-1, 2 * pair + 1);
        const at::Tensor cosine = rope.select(0, 0).select(-1, pair).to(at::kDouble);
        const at::Tensor sine = rope.select(0, 1).select(-1, pair).to(at::kDouble);
        out.select(-1, 2 * pair).copy_(even * cosine - odd * sine);
        out.select(-1, 2 * pair + 1).copy_(odd * cosine + even * sine);
    }
    return out;
}

// [rows * tokens, heads * dim], key heads repeated for their group of query heads.
at::Tensor exactAttention(const at::Tensor &query, const at::Tensor &key, const at::Tensor &value)
{
    const std::int64_t group = query.size(1) / key.size(1);
    const at::Tensor keys = key.to(at::kDouble).repeat_interleave(group, 1);
    const at::Tensor values = value.to(at::kDouble).repeat_interleave(group, 1);
    const at::Tensor scores =
        at::matmul(query.to(at::kDouble), keys.transpose(2, 3)) / std::sqrt(double(query.size(3)));
    return at::matmul(at::softmax(scores, -1), values)
        .transpose(1, 2)
        .reshape({query.size(0) * query.size(2), -1});
}

at::Tensor attended(const at::Tensor &query, const std::vector<gpu::KeyValueSpan> &sources)
{
    at::Tensor out =
        at::full({query.size(0) * query.size(2), query.size(1) * query.size(3)}, 99.0F, query.options());
    gpu::attend(query, sources, out);
    return out;
}

} // namespace

void TestFusedOps::init()
{
    at::manual_seed(3);
}

void TestFusedOps::linearIsTheFormula_data()
{
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("in");
    QTest::addColumn<int>("out");
    QTest::newRow("one number") << 1 << 1 << 1;
    QTest::newRow("nothing") << 0 << 8 << 8;
    QTest::newRow("odd sizes") << 13 << 41 << 53;
    QTest::newRow("one row") << 1 << 256 << 512;
    QTest::newRow("rows by threads") << 300 << 64 << 100;
    QTest::newRow("many rows") << 1009 << 128 << 32;
}

void TestFusedOps::linearIsTheFormula()
{
    QFETCH(int, rows);
    QFETCH(int, in);
    QFETCH(int, out);
    const at::Tensor x = at::randn({rows, in});
    const at::Tensor weight = at::randn({out, in});
    const at::Tensor bias = at::randn({out});
    const at::Tensor wanted = at::mm(x.to(at::kDouble), weight.to(at::kDouble).t());
    at::Tensor y = at::full({rows, out}, 99.0F);
    gpu::Linear(weight).store(x, y);
    const gpu::Linear biased(weight, bias);
    QCOMPARE(biased.outputs(), std::int64_t(out));
    at::Tensor z = at::full({rows, out}, 99.0F);
    biased.store(x, z);
    at::Tensor sum = at::randn({rows, out});
    const at::Tensor before = sum.clone();
    biased.add(x, sum);
    if (rows == 0)
        return;
    VERIFY_CLOSE(y, wanted);
    VERIFY_CLOSE(z, wanted + bias);
    VERIFY_CLOSE(sum, wanted + bias + before);
}

void TestFusedOps::gatedLinearIsTheFormula_data()
{
    linearIsTheFormula_data();
}

void TestFusedOps::gatedLinearIsTheFormula()
{
    QFETCH(int, rows);
    QFETCH(int, in);
    QFETCH(int, out);
    const at::Tensor x = at::randn({rows, in}) * 3.0;
    const at::Tensor gate = at::randn({out, in});
    const at::Tensor up = at::randn({out, in});
    at::Tensor y = at::full({rows, out}, 99.0F);
    gpu::Linear::gated(gate, up).store(x, y);
    if (rows == 0)
        return;
    const at::Tensor wide = x.to(at::kDouble);
    VERIFY_CLOSE(y, at::silu(at::mm(wide, gate.to(at::kDouble).t())) * at::mm(wide, up.to(at::kDouble).t()));
}

void TestFusedOps::normIsTheFormula()
{
    for (const std::int64_t width : {1, 7, 32, 256, 257}) {
        const at::Tensor x = at::randn({31, width}) * 5.0;
        const at::Tensor weight = at::randn({width});
        at::Tensor out = at::empty_like(x);
        gpu::rmsNorm(x, weight, kEps, out);
        VERIFY_CLOSE(out, exactNorm(x, weight));
    }
    at::Tensor zeros = at::empty({2, 32});
    gpu::rmsNorm(at::zeros({2, 32}), at::ones({32}), kEps, zeros);
    QCOMPARE(zeros.abs().sum().item<float>(), 0.0F);
}

void TestFusedOps::headsAreNormedAndRotated_data()
{
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("tokens");
    QTest::addColumn<int>("heads");
    QTest::addColumn<int>("kvHeads");
    QTest::addColumn<int>("dim");
    QTest::newRow("demo") << 2 << 45 << 8 << 4 << 32;
    QTest::newRow("one token") << 1 << 1 << 4 << 4 << 8;
    QTest::newRow("odd dim") << 2 << 9 << 6 << 2 << 24;
    QTest::newRow("large heads") << 1 << 5 << 4 << 1 << 128;
}

void TestFusedOps::headsAreNormedAndRotated()
{
    QFETCH(int, rows);
    QFETCH(int, tokens);
    QFETCH(int, heads);
    QFETCH(int, kvHeads);
    QFETCH(int, dim);
    const at::Tensor qkv =
        at::randn({std::int64_t(rows) * tokens, (heads + 2 * kvHeads) * std::int64_t(dim)});
    const at::Tensor queryNorm = at::randn({dim});
    const at::Tensor keyNorm = at::randn({dim});
    const at::Tensor angles = at::randn({tokens, dim / 2}) * 100.0;
    const at::Tensor rope = at::stack({angles.cos(), angles.sin()});
    at::Tensor query = at::empty({rows, heads, tokens, dim});
    at::Tensor key = at::empty({rows, kvHeads, tokens, dim});
    at::Tensor value = at::empty_like(key);
    gpu::splitHeads(qkv, queryNorm, keyNorm, kEps, rope, query, key, value);
    const at::Tensor all = qkv.view({rows, tokens, heads + 2 * kvHeads, dim}).transpose(1, 2);
    VERIFY_CLOSE(query, exactRotation(exactNorm(all.narrow(1, 0, heads), queryNorm), rope));
    VERIFY_CLOSE(key, exactRotation(exactNorm(all.narrow(1, heads, kvHeads), keyNorm), rope));
    QVERIFY(at::equal(value, all.narrow(1, heads + kvHeads, kvHeads)));
}

void TestFusedOps::attentionIsTheFormula_data()
{
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("tokens");
    QTest::addColumn<int>("heads");
    QTest::addColumn<int>("kvHeads");
    QTest::addColumn<int>("dim");
    QTest::addColumn<QList<int>>("sources");
    QTest::newRow("demo, small") << 2 << 15 << 8 << 4 << 32 << QList<int>{48, 15};
    QTest::newRow("demo, context") << 2 << 66 << 8 << 4 << 32 << QList<int>{252, 13, 66};
    QTest::newRow("blocks meet exactly") << 1 << 24 << 2 << 2 << 32 << QList<int>{256, 256};
    QTest::newRow("one token, one key") << 1 << 1 << 1 << 1 << 8 << QList<int>{1};
    QTest::newRow("odd dim") << 2 << 29 << 6 << 2 << 24 << QList<int>{3, 300};
    QTest::newRow("an empty source") << 1 << 7 << 4 << 2 << 32 << QList<int>{0, 9};
    QTest::newRow("large heads") << 1 << 50 << 4 << 1 << 128 << QList<int>{270};
}

void TestFusedOps::attentionIsTheFormula()
{
    QFETCH(int, rows);
    QFETCH(int, tokens);
    QFETCH(int, heads);
    QFETCH(int, kvHeads);
    QFETCH(int, dim);
    QFETCH(QList<int>, sources);
    const at::Tensor query = at::randn({rows, heads, tokens, dim}) * 2.0;
    std::vector<gpu::KeyValueSpan> spans;
    std::vector<at::Tensor> keys;
    std::vector<at::Tensor> values;
    for (const int count : sources) {
        keys.push_back(at::randn({rows, kvHeads, count, dim}));
        values.push_back(at::randn({rows, kvHeads, count, dim}));
        spans.push_back({keys.back(), values.back()});
    }
    VERIFY_CLOSE(attended(query, spans), exactAttention(query, at::cat(keys, 2), at::cat(values, 2)));
}

void TestFusedOps::largeScoresDoNotOverflow()
{
    const at::Tensor query = at::randn({1, 2, 30, 32}) * 60.0;
    const at::Tensor key = at::randn({1, 2, 600, 32}) * 60.0;
    const at::Tensor value = at::randn({1, 2, 600, 32});
    const at::Tensor out = attended(query, {{key, value}});
    QVERIFY(at::isfinite(out).all().item<bool>());
    // Scores of thousands choose one key; their own rounding is what is left.
    QVERIFY(relativeError(out, exactAttention(query, key, value)) < 1e-2);
    // All scores far below zero are as good as any others.
    const at::Tensor same =
        attended(at::full({1, 1, 3, 8}, 1e4F), {{at::full({1, 1, 300, 8}, -1e4F), at::ones({1, 1, 300, 8})}});
    VERIFY_CLOSE(same, at::ones_like(same));
}

void TestFusedOps::notANumberStaysInItsRow()
{
    at::Tensor query = at::randn({1, 1, 40, 32});
    query.select(2, 7).fill_(std::numeric_limits<float>::quiet_NaN());
    const at::Tensor out = attended(query, {{at::randn({1, 1, 50, 32}), at::randn({1, 1, 50, 32})}});
    QVERIFY(at::isnan(out[7]).all().item<bool>());
    QVERIFY(!at::isnan(out.slice(0, 0, 7)).any().item<bool>());
    QVERIFY(!at::isnan(out.slice(0, 8)).any().item<bool>());
}

void TestFusedOps::everyKernelSetMultiplies_data()
{
    QTest::addColumn<int>("set");
    const gpu::CpuKernelList list = gpu::availableCpuKernels();
    for (int i = 0; i < list.count; ++i)
        QTest::newRow(list.sets[i]->name) << i;
}

void TestFusedOps::everyKernelSetMultiplies()
{
    QFETCH(int, set);
    const gpu::CpuKernels &kernels = *gpu::availableCpuKernels().sets[set];
    for (int rows = 1; rows < 30; rows += 2) {
        const std::int64_t depth = 37;
        const std::int64_t columns = 2 * kernels.panel - 3;
        const at::Tensor x = at::randn({rows, depth});
        const at::Tensor weight = at::randn({columns, depth});
        const at::Tensor packed = at::constant_pad_nd(weight, {0, 0, 0, 3})
                                      .view({2, kernels.panel, depth})
                                      .transpose(1, 2)
                                      .contiguous();
        at::Tensor out = at::full({rows, columns}, 99.0F);
        gpu::Product product;
        product.a = x.const_data_ptr<float>();
        product.stride = depth;
        product.packed = packed.const_data_ptr<float>();
        product.depth = depth;
        product.out = out.mutable_data_ptr<float>();
        product.outStride = columns;
        product.columns = columns;
        kernels.multiply(product, 0, rows, 0, 2);
        VERIFY_CLOSE(out, at::mm(x.to(at::kDouble), weight.to(at::kDouble).t()));
    }
}

void TestFusedOps::everyKernelSetAttends_data()
{
    everyKernelSetMultiplies_data();
}

void TestFusedOps::everyKernelSetAttends()
{
    QFETCH(int, set);
    const gpu::CpuKernels &kernels = *gpu::availableCpuKernels().sets[set];
    const std::int64_t dim = 20;
    const std::int64_t count = 301;
    const std::int64_t queries = kernels.queryBlock - 5;
    const std::int64_t panels = (count + kernels.panel - 1) / kernels.panel;
    const std::int64_t paddedDim = (dim + kernels.panel - 1) / kernels.panel * kernels.panel;
    const at::Tensor query = at::randn({1, 1, queries, dim});
    const at::Tensor key = at::randn({1, 1, count, dim});
    const at::Tensor value = at::randn({1, 1, count, dim});
    const at::Tensor keys = at::constant_pad_nd(key[0][0], {0, 0, 0, panels * kernels.panel - count})
                                .view({panels, kernels.panel, dim})
                                .transpose(1, 2)
                                .contiguous();
    const at::Tensor values = at::constant_pad_nd(value[0][0], {0, paddedDim - dim}).contiguous();
    at::Tensor out = at::full({queries, dim}, 99.0F);
    std::vector<float> scratch(static_cast<std::size_t>(kernels.attendScratch(dim, paddedDim)));
    gpu::HeadAttention head;
    head.query = query.const_data_ptr<float>();
    head.keys = keys.const_data_ptr<float>();
    head.values = values.const_data_ptr<float>();
    head.keyCount = count;
    head.dim = dim;
    head.paddedDim = paddedDim;
    head.scale = static_cast<float>(1.4426950408889634 / std::sqrt(double(dim)));
    head.tokens = queries;
    head.out = out.mutable_data_ptr<float>();
    head.outStride = dim;
    kernels.attend(head, 0, queries, scratch.data());
    VERIFY_CLOSE(out, exactAttention(query, key, value));
}

void TestFusedOps::threadsDoNotMatter()
{
    const at::Tensor x = at::randn({333, 64});
    const gpu::Linear linear = gpu::Linear::gated(at::randn({96, 64}), at::randn({96, 64}));
    const at::Tensor query = at::randn({2, 4, 150, 32});
    const std::vector<gpu::KeyValueSpan> sources{{at::randn({2, 2, 400, 32}), at::randn({2, 2, 400, 32})}};
    const auto both = [&](int threads) {
        at::set_num_threads(threads);
        at::Tensor y = at::empty({333, 96});
        linear.store(x, y);
        at::Tensor few = at::empty({5, 96});
        linear.store(x.narrow(0, 0, 5), few);
        return at::cat({y.flatten(), few.flatten(), attended(query, sources).flatten()});
    };
    const int before = at::get_num_threads();
    const at::Tensor one = both(1);
    const at::Tensor two = both(2);
    const at::Tensor three = both(3);
    at::set_num_threads(before);
    QVERIFY(at::equal(one, two));
    QVERIFY(at::equal(one, three));
}

void TestFusedOps::otherTypesTakeThePlainPath()
{
    const at::Tensor x = at::randn({6, 16}, at::kDouble);
    const at::Tensor weight = at::randn({10, 16}, at::kDouble);
    const at::Tensor bias = at::randn({10}, at::kDouble);
    at::Tensor y = at::empty({6, 10}, at::kDouble);
    gpu::Linear(weight, bias).store(x, y);
    QVERIFY(relativeError(y, at::addmm(bias, x, weight.t())) < 1e-14);
    gpu::Linear::gated(weight, weight).store(x, y);
    const at::Tensor product = at::mm(x, weight.t());
    QVERIFY(relativeError(y, at::silu(product) * product) < 1e-14);
    const at::Tensor query = at::randn({1, 2, 5, 8}, at::kDouble);
    const at::Tensor key = at::randn({1, 1, 9, 8}, at::kDouble);
    QVERIFY(relativeError(attended(query, {{key, key}}), exactAttention(query, key, key)) < 1e-12);
    at::Tensor heads = at::empty({1, 2, 4, 8}, at::kDouble);
    at::Tensor keys = at::empty({1, 1, 4, 8}, at::kDouble);
    at::Tensor values = at::empty({1, 1, 4, 8}, at::kDouble);
    const at::Tensor qkv = at::randn({4, 32}, at::kDouble);
    const at::Tensor rope = at::randn({2, 4, 4}, at::kDouble);
    const at::Tensor ones = at::ones({8}, at::kDouble);
    gpu::splitHeads(qkv, ones, ones, kEps, rope, heads, keys, values);
    const at::Tensor all = qkv.view({1, 4, 4, 8}).transpose(1, 2);
    QVERIFY(relativeError(heads, exactRotation(exactNorm(all.narrow(1, 0, 2), ones), rope)) < 1e-12);
}

QTEST_GUILESS_MAIN(TestFusedOps)
#include "tst_fused_ops.moc"
