// SPDX-License-Identifier: Apache-2.0
#include <QtTest>

#include "core/domain/resample.h"
#include "tests/support/pictures.h"

using namespace faststar;

class TestResample : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theSameSizeIsTheSamePicture()
    {
        const auto image = test::noise(31, 17, 4);
        QVERIFY(resized(image, 31, 17).value() == image);
        QVERIFY(coverAndCrop(image, 31, 17).value() == image);
    }

    // What a filter without antialiasing turns into moire.
    void fineCheckerboardsBecomeGrey_data()
    {
        QTest::addColumn<int>("cell");
        QTest::addColumn<int>("width");
        QTest::newRow("1 px to a seventh") << 1 << 73;
        QTest::newRow("1 px to nearly half") << 1 << 233;
        QTest::newRow("2 px to a ninth") << 2 << 57;
    }
    void fineCheckerboardsBecomeGrey()
    {
        QFETCH(int, cell);
        QFETCH(int, width);
        auto image = test::filled(512, 512, 0, 0, 0);
        for (int y = 0; y < 512; ++y) {
            for (int x = 0; x < 512; ++x)
                std::fill_n(test::pixel(image, x, y), 3, (x / cell + y / cell) % 2 != 0 ? 255 : 0);
        }
        const auto small = resized(image, width, width).value();
        for (int y = 4; y < width - 4; ++y) {
            for (int x = 4; x < width - 4; ++x) {
                const int grey = *test::pixel(small, x, y);
                QVERIFY2(std::abs(grey - 128) <= 4,
                         qPrintable(QString("%1 at %2, %3").arg(grey).arg(x).arg(y)));
            }
        }
    }

    void flatStaysFlat()
    {
        const auto flat = test::filled(57, 91, 17, 200, 255);
        QVERIFY(resized(flat, 200, 13).value() == test::filled(200, 13, 17, 200, 255));
        QVERIFY(coverAndCrop(flat, 64, 48).value() == test::filled(64, 48, 17, 200, 255));
    }

    // Values of Pillow 13's resize(..., LANCZOS), one channel shown.
    void matchesTheReferenceFilter_data()
    {
        QTest::addColumn<QList<int>>("source");
        QTest::addColumn<QList<int>>("expected");
        QTest::newRow("shrink") << QList<int>{121, 66, 189, 242, 33,  6, 240, 132, 119, 98,  240, 243,
                                              203, 77, 118, 77,  199, 7, 32,  81,  21,  154, 15}
                                << QList<int>{138, 116, 139, 196, 116, 63, 66};
        QTest::newRow("enlarge") << QList<int>{0, 255, 255, 0, 60}
                                 << QList<int>{0, 13, 99, 212, 255, 255, 255, 151, 40, 0, 11, 53, 80};
        QTest::newRow("slightly") << QList<int>{137, 242, 198, 218, 202, 227, 68, 187, 49, 18, 69, 253}
                                  << QList<int>{146, 238, 200, 210, 229, 134, 136, 110, 10, 57, 242};
    }
    void matchesTheReferenceFilter()
    {
        QFETCH(QList<int>, source);
        QFETCH(QList<int>, expected);
        Image image{int(source.size()), 1, {}};
        for (const int value : source)
            image.rgb.insert(image.rgb.end(), 3, std::uint8_t(value));
        const auto result = resized(image, int(expected.size()), 1).value();
        QList<int> actual;
        for (int x = 0; x < result.width; ++x)
            actual << *test::pixel(result, x, 0);
        QCOMPARE(actual, expected);
    }

    void coverKeepsTheMiddle()
    {
        // 90 x 30 to a square: the middle third remains. Its thirds are red, green and blue.
        auto wide = test::filled(90, 30, 0, 255, 0);
        for (int y = 0; y < 30; ++y) {
            for (int x = 0; x < 30; ++x) {
                std::copy_n(std::array<std::uint8_t, 3>{255, 0, 0}.data(), 3, test::pixel(wide, x, y));
                std::copy_n(std::array<std::uint8_t, 3>{0, 0, 255}.data(), 3, test::pixel(wide, x + 60, y));
            }
        }
        const auto square = coverAndCrop(wide, 30, 30).value();
        QVERIFY(square == test::filled(30, 30, 0, 255, 0));
        const auto tall = coverAndCrop(wide, 20, 60).value();
        QCOMPARE(tall.width, 20);
        QCOMPARE(tall.height, 60);
        QVERIFY(tall == test::filled(20, 60, 0, 255, 0));
    }

    void extremeAspectsCostNothing()
    {
        // Scaled whole, this would have 67 million rows.
        Image line{1, 65'536, std::vector<std::uint8_t>(std::size_t(65'536) * 3, 90)};
        const auto result = coverAndCrop(line, 1024, 576);
        QVERIFY(result);
        QVERIFY(*result == test::filled(1024, 576, 90, 90, 90));
        std::swap(line.width, line.height);
        QVERIFY(coverAndCrop(line, 1024, 576).value() == test::filled(1024, 576, 90, 90, 90));
    }

    void badRequests()
    {
        const auto image = test::noise(8, 8, 1);
        Image wrong = image;
        wrong.rgb.pop_back();
        QCOMPARE(coverAndCrop(wrong, 8, 8).error().code, ErrorCode::InvalidRequest);
        QCOMPARE(coverAndCrop(Image{}, 8, 8).error().code, ErrorCode::InvalidRequest);
        QCOMPARE(coverAndCrop(image, 0, 8).error().code, ErrorCode::InvalidRequest);
        QCOMPARE(resized(image, 8, 20'000).error().code, ErrorCode::InvalidRequest);
    }
};

QTEST_GUILESS_MAIN(TestResample)
#include "tst_resample.moc"
