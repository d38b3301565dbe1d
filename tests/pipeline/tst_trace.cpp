// SPDX-License-Identifier: Apache-2.0
//
// What a trace keeps, and that a file of it can be written whatever the profile computed in.
#include <ATen/ATen.h>
#include <QTemporaryDir>
#include <QtTest>

#include "core/model/checkpoint/weight_source.h"
#include "core/pipeline/trace.h"

using namespace faststar;

class TestTrace : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void narrowTypesBecomeFloat();
    void keepsACopy();
};

void TestTrace::narrowTypesBecomeFloat()
{
    pipeline::Trace trace;
    const at::Tensor wide = at::arange(-6, 6, at::kFloat).view({3, 4}).mul(0.75);
    for (const auto type : {at::kBFloat16, at::kHalf, at::kFloat8_e4m3fn})
        trace.add(c10::toString(type), wide.to(type));
    trace.add("double", wide.to(at::kDouble));
    trace.add("kept", at::arange(5, at::kInt));
    for (const auto &[name, tensor] : trace.tensors()) {
        if (name == "double")
            QVERIFY(tensor.scalar_type() == at::kDouble);
        else if (name == "kept")
            QVERIFY(tensor.scalar_type() == at::kInt);
        else
            QVERIFY2(tensor.scalar_type() == at::kFloat, name.c_str());
    }
    QVERIFY(trace.tensors().front().second.equal(wide)); // eight bits of mantissa hold these values
    std::vector<std::pair<std::string, at::Tensor>> written = trace.tensors();
    std::erase_if(written, [](const auto &entry) { return entry.first == "double"; });
    const QTemporaryDir folder;
    const auto file = folder.filePath(QStringLiteral("trace.safetensors")).toStdString();
    const auto status = model::writeSafetensors(file, written);
    QVERIFY2(status, status ? "" : status.error().detail.c_str());
}

void TestTrace::keepsACopy()
{
    pipeline::Trace trace;
    at::Tensor values = at::ones({2, 2});
    trace.add("values", values);
    values.zero_();
    QVERIFY(trace.tensors().front().second.eq(1.0).all().item<bool>());
}

QTEST_GUILESS_MAIN(TestTrace)
#include "tst_trace.moc"
