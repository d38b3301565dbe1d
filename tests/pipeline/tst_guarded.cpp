// SPDX-License-Identifier: Apache-2.0
//
// What becomes of LibTorch's exceptions.
#include "core/pipeline/guarded.h"

#include <QtTest>

#include <stdexcept>

using namespace faststar;

class TestGuarded : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tellsErrorsApart_data();
    void tellsErrorsApart();
    void passesResults();
    void catchesWhatIsNotOfLibTorch();
};

void TestGuarded::tellsErrorsApart_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("code");
    const auto row = [](const char *text, ErrorCode code) {
        QTest::newRow(text) << QString::fromLatin1(text) << int(code);
    };
    row("DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes", ErrorCode::OutOfMemory);
    row("CUDA out of memory. Tried to allocate 2.00 GiB", ErrorCode::OutOfMemory);
    row("CUDA error: out of memory", ErrorCode::OutOfMemory);
    row("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`", ErrorCode::OutOfMemory);
    row("CUDA error: an illegal memory access was encountered", ErrorCode::DeviceLost);
    row("CUDA error: unspecified launch failure", ErrorCode::DeviceLost);
    row("CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasSgemm`", ErrorCode::DeviceLost);
    row("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED", ErrorCode::DeviceLost);
    row("CUDA error: no kernel image is available for execution on the device", ErrorCode::Unsupported);
    row("The size of tensor a (3) must match the size of tensor b (4)", ErrorCode::Internal);
}

void TestGuarded::tellsErrorsApart()
{
    QFETCH(const QString, text);
    QFETCH(const int, code);
    const auto result = pipeline::guarded<int>([&]() -> Result<int> {
        throw c10::Error({"f", "file.cpp", 1}, text.toStdString());
    });
    QVERIFY(!result);
    QCOMPARE(int(result.error().code), code);
    QVERIFY(QString::fromStdString(result.error().detail).contains(text));
}

void TestGuarded::passesResults()
{
    QCOMPARE(pipeline::guarded<int>([]() -> Result<int> { return 3; }).value_or(0), 3);
    const auto failed =
        pipeline::guarded<int>([]() -> Result<int> { return failure(ErrorCode::NotFound, "gone"); });
    QCOMPARE(int(failed.error().code), int(ErrorCode::NotFound));
}

void TestGuarded::catchesWhatIsNotOfLibTorch()
{
    const auto memory = pipeline::guarded<int>([]() -> Result<int> { throw std::bad_alloc(); });
    QCOMPARE(int(memory.error().code), int(ErrorCode::OutOfMemory));
    const auto other = pipeline::guarded<int>([]() -> Result<int> { throw std::runtime_error("odd"); });
    QCOMPARE(int(other.error().code), int(ErrorCode::Internal));
    QCOMPARE(other.error().detail, std::string("odd"));
    const auto broken =
        pipeline::guarded<int>([]() -> Result<int> { throw pipeline::BrokenWeights("no numbers"); });
    QCOMPARE(int(broken.error().code), int(ErrorCode::CorruptFile));
}

QTEST_GUILESS_MAIN(TestGuarded)
#include "tst_guarded.moc"
