// SPDX-License-Identifier: Apache-2.0
#include <QtTest>

#include <opencv2/imgproc.hpp>

#include "core/domain/colour_map.h"

using namespace faststar;

class TestColourTables : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    // The tables live where OpenCV may not; here they are compared with its own.
    void areOpenCvs_data()
    {
        QTest::addColumn<int>("ours");
        QTest::addColumn<int>("theirs");
        QTest::newRow("inferno") << int(ColourMap::Inferno) << int(cv::COLORMAP_INFERNO);
        QTest::newRow("viridis") << int(ColourMap::Viridis) << int(cv::COLORMAP_VIRIDIS);
        QTest::newRow("magma") << int(ColourMap::Magma) << int(cv::COLORMAP_MAGMA);
        QTest::newRow("plasma") << int(ColourMap::Plasma) << int(cv::COLORMAP_PLASMA);
        QTest::newRow("cividis") << int(ColourMap::Cividis) << int(cv::COLORMAP_CIVIDIS);
        QTest::newRow("turbo") << int(ColourMap::Turbo) << int(cv::COLORMAP_TURBO);
    }
    void areOpenCvs()
    {
        QFETCH(int, ours);
        QFETCH(int, theirs);
        cv::Mat ramp(1, 256, CV_8U);
        for (int i = 0; i < 256; ++i)
            ramp.at<std::uint8_t>(0, i) = std::uint8_t(i);
        cv::Mat expected;
        cv::applyColorMap(ramp, expected, theirs);
        for (int i = 0; i < 256; ++i) {
            const auto bgr = expected.at<cv::Vec3b>(0, i);
            const auto &rgb = colourTable(ColourMap(ours))[std::size_t(i)];
            for (int c = 0; c < 3; ++c)
                QVERIFY2(std::abs(int(rgb[std::size_t(c)]) - int(bgr[2 - c])) <= 1,
                         qPrintable(QString("entry %1").arg(i)));
        }
    }
};

QTEST_GUILESS_MAIN(TestColourTables)
#include "tst_colour_tables.moc"
