// SPDX-License-Identifier: Apache-2.0
#include <QtTest>

#include <cstring>

#include <zip.h>

#include "core/files/npz.h"
#include "tests/support/scratch.h"

using namespace faststar;
using files::npyArray;
using files::NpyArray;
using test::ScratchFolder;

namespace
{

// What a reader finds in the archive: name -> bytes; empty when it is no sound archive.
std::map<std::string, std::string> entries(const std::filesystem::path &path)
{
    std::map<std::string, std::string> result;
    int code = 0;
    zip_t *archive = zip_open(path.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code);
    if (archive == nullptr)
        return result;
    for (zip_uint64_t i = 0; i < zip_uint64_t(zip_get_num_entries(archive, 0)); ++i) {
        zip_stat_t stat{};
        zip_stat_index(archive, i, 0, &stat);
        std::string bytes(stat.size, '\0');
        zip_file_t *file = zip_fopen_index(archive, i, 0);
        if (stat.comp_method == ZIP_CM_STORE &&
            zip_fread(file, bytes.data(), stat.size) == zip_int64_t(stat.size))
            result.emplace(stat.name, bytes);
        zip_fclose(file);
    }
    zip_close(archive);
    return result;
}

} // namespace

class TestNpz : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void headerIsNumpys()
    {
        const std::vector<float> values{1, 2, 3, 4, 5, 6};
        const auto header = npyHeader(npyArray<float>("a", {2, 3}, values)).value();
        QCOMPARE(header.size() % 64, std::size_t(0));
        QCOMPARE(header.substr(0, 8), std::string("\x93NUMPY\x01\x00", 8));
        QCOMPARE(std::size_t(std::uint8_t(header[8])) + std::size_t(256) * std::uint8_t(header[9]),
                 header.size() - 10);
        const std::string expected = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
        QCOMPARE(header.substr(10, expected.size()), expected);
        QCOMPARE(header.back(), '\n');
        QVERIFY(npyHeader(npyArray<float>("a", {6}, values))->find("'shape': (6,), }") != std::string::npos);
        QVERIFY(npyHeader(npyArray<float>("a", {}, std::span(values).first(1)))->find("'shape': (), }") !=
                std::string::npos);
        QVERIFY(npyHeader(npyArray<float>("a", {0, 5}, {}))->find("'shape': (0, 5), }") != std::string::npos);
    }

    void arraysComeBack()
    {
        const ScratchFolder folder;
        const std::vector<float> scores{0.5F, -1.0F, 3.25F};
        const std::vector<std::uint8_t> mask{1, 0, 1, 1};
        const std::vector<std::int32_t> kept{-7, 123456789};
        const std::vector<NpyArray> arrays{
            npyArray<float>("27.1/score", {3}, scores), npyArray<std::uint8_t>("mask", {1, 2, 2}, mask),
            npyArray<std::int32_t>("kept", {2, 1}, kept), npyArray<float>("none", {0}, {})};
        QVERIFY(files::writeNpz(folder / "a.npz", arrays));
        const auto found = entries(folder / "a.npz");
        QCOMPARE(found.size(), arrays.size());
        for (const auto &array : arrays) {
            const auto &bytes = found.at(array.name + ".npy");
            const auto header = npyHeader(array).value();
            QCOMPARE(bytes.substr(0, header.size()), header);
            QCOMPARE(bytes.substr(header.size()),
                     std::string(reinterpret_cast<const char *>(array.bytes.data()), array.bytes.size()));
        }
        QVERIFY(files::writeNpz(folder / "b.npz", arrays));
        QVERIFY(test::readBytes(folder / "a.npz") == test::readBytes(folder / "b.npz"));
        QCOMPARE(files::writeNpz(folder / "a.npz", arrays).error().code, ErrorCode::AlreadyExists);
    }

    void badRequests_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QList<qint64>>("shape");
        QTest::newRow("too few bytes") << "a" << QList<qint64>{5};
        QTest::newRow("too many bytes") << "a" << QList<qint64>{3};
        QTest::newRow("negative") << "a" << QList<qint64>{-4};
        QTest::newRow("two negatives") << "a" << QList<qint64>{-2, -2};
        QTest::newRow("overflow to 4") << "a" << QList<qint64>{(qint64(1) << 62) + 1, 4};
        QTest::newRow("empty name") << "" << QList<qint64>{4};
        QTest::newRow("climbs out") << "../a" << QList<qint64>{4};
        QTest::newRow("absolute") << "/a" << QList<qint64>{4};
        QTest::newRow("repeated") << "first" << QList<qint64>{4};
    }
    void badRequests()
    {
        QFETCH(QString, name);
        QFETCH(QList<qint64>, shape);
        const ScratchFolder folder;
        const std::vector<float> values{1, 2, 3, 4};
        const std::vector<NpyArray> arrays{
            npyArray<float>("first", {4}, values),
            npyArray<float>(name.toStdString(), {shape.begin(), shape.end()}, values)};
        const auto status = files::writeNpz(folder / "a.npz", arrays);
        QVERIFY(!status);
        QCOMPARE(status.error().code, ErrorCode::InvalidRequest);
        QVERIFY(folder.names().empty());
    }

    void nothingToWrite()
    {
        const ScratchFolder folder;
        QCOMPARE(files::writeNpz(folder / "a.npz", {}).error().code, ErrorCode::InvalidRequest);
    }

    void aFullDiskLeavesNothing()
    {
        const ScratchFolder folder;
        const std::vector<float> values(100'000, 1.5F);
        const std::vector<NpyArray> arrays{npyArray<float>("a", {100'000}, values)};
        Status status;
        {
            const test::FileSizeLimit full(50'000);
            status = files::writeNpz(folder / "a.npz", arrays);
        }
        QVERIFY(!status);
        QCOMPARE(status.error().code, ErrorCode::WriteFailed);
        QVERIFY(folder.names().empty());
    }
};

QTEST_GUILESS_MAIN(TestNpz)
#include "tst_npz.moc"
