// SPDX-License-Identifier: Apache-2.0
#include <QtTest>

#include "core/domain/overlay.h"
#include "tests/support/pictures.h"

using namespace faststar;

namespace
{

constexpr int kCell = 16;

// Two latent frames of 2 x 3 cells; frame 1 is looked at.
const ScoreGrid kScores{{2, 2, 3}, {9, 9, 9, 9, 9, 9, 0.0F, 0.5F, 1.0F, 0.0F, 0.5F, 1.0F}};
const MaskGrid kMask{{2, 2, 3}, {0, 0, 0, 0, 0, 0, 1, 1, 0, 1, 1, 0}};

Rgb at(const Image &image, int x, int y)
{
    const auto *p = test::pixel(image, x, y);
    return {p[0], p[1], p[2]};
}

} // namespace

class TestOverlay : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void framesOfTheDecoder_data()
    {
        QTest::addColumn<int>("latent");
        QTest::addColumn<int>("first");
        QTest::addColumn<int>("count");
        QTest::newRow("first") << 0 << 0 << 1;
        QTest::newRow("second") << 1 << 1 << 4;
        QTest::newRow("third") << 2 << 5 << 4;
        QTest::newRow("last of five seconds") << 20 << 77 << 4;
    }
    void framesOfTheDecoder()
    {
        QFETCH(int, latent);
        QFETCH(int, first);
        QFETCH(int, count);
        QCOMPARE(pixelFramesOfLatentFrame(latent), (PixelFrames{first, count}));
        for (int i = 0; i < count; ++i)
            QCOMPARE(latentFrameOfPixelFrame(first + i), latent);
        QCOMPARE(latentFrameOfPixelFrame(first + count), latent + 1);
    }

    void heatIsBlendedCellByCell()
    {
        const auto frame = test::filled(3 * kCell, 2 * kCell, 100, 100, 100);
        OverlayOptions options;
        options.range = ValueRange{0.0F, 1.0F};
        options.opacity = 0.25;
        const auto image = overlayFrame(frame, kScores, {}, 1, options).value();
        const auto &table = colourTable(ColourMap::Inferno);
        for (int y = 0; y < image.height; ++y) {
            for (int x = 0; x < image.width; ++x) {
                const auto &colour = table[std::array<std::size_t, 3>{0, 128, 255}[std::size_t(x / kCell)]];
                for (std::size_t c = 0; c < 3; ++c)
                    QCOMPARE(int(at(image, x, y)[c]), int(std::lround(75.0 + 0.25 * colour[c])));
            }
        }
    }

    void theFrameFadesUnderTheHeat()
    {
        const auto frame = test::filled(3 * kCell, 2 * kCell, 0, 0, 200);
        OverlayOptions options;
        options.colourMap = ColourMap::Grey;
        options.range = ValueRange{0.0F, 1.0F};
        options.saturation = 0.0;
        QVERIFY(at(overlayFrame(frame, kScores, {}, 1, options).value(), 0, 0) == (Rgb{7, 7, 7}));
        options.saturation = 1.0;
        QVERIFY(at(overlayFrame(frame, kScores, {}, 1, options).value(), 0, 0) == (Rgb{0, 0, 100}));
    }

    void theRangeIsTheWholeGrids()
    {
        // Frame 0 holds the 9s: beside them frame 1's scores all lie in the lowest ninth.
        const auto frame = test::filled(3 * kCell, 2 * kCell, 0, 0, 0);
        OverlayOptions options;
        options.opacity = 1.0;
        const auto image = overlayFrame(frame, kScores, {}, 1, options).value();
        QVERIFY(at(image, 0, 0) == colourTable(ColourMap::Inferno)[0]);
        QVERIFY(at(image, 40, 0) == colourTable(ColourMap::Inferno)[28]);
        options.colourMap = ColourMap::Grey;
        QVERIFY(at(overlayFrame(frame, kScores, {}, 0, options).value(), 0, 0) == (Rgb{255, 255, 255}));
    }

    void outlineFollowsTheMask()
    {
        const auto frame = test::filled(3 * kCell, 2 * kCell, 100, 120, 140);
        OverlayOptions options;
        options.outlineColour = {0, 255, 0};
        const auto image = overlayFrame(frame, {}, kMask, 1, options).value();
        const int border = 2 * kCell; // kept left of it, pruned right of it
        for (int y = 0; y < image.height; ++y) {
            for (int x = 0; x < image.width; ++x) {
                const Rgb expected = x == border - 1 ? Rgb{0, 255, 0}
                                     : x == border   ? Rgb{25, 30, 35}
                                                     : Rgb{100, 120, 140};
                QVERIFY2(at(image, x, y) == expected, qPrintable(QString("at %1, %2").arg(x).arg(y)));
            }
        }
        options.outline = false;
        QVERIFY(overlayFrame(frame, {}, kMask, 1, options).value() == frame);
        QVERIFY(overlayFrame(frame, {}, kMask, 0).value() == frame); // all pruned: no border
    }

    void largeFramesHaveThickerLines()
    {
        const auto frame = test::filled(3 * 320, 2 * 320, 100, 120, 140);
        const auto image = overlayFrame(frame, {}, kMask, 1).value();
        QVERIFY(at(image, 637, 5) == (Rgb{100, 120, 140}));
        QVERIFY(at(image, 638, 5) == (Rgb{255, 255, 255}));
        QVERIFY(at(image, 641, 5) == (Rgb{25, 30, 35}));
        QVERIFY(at(image, 642, 5) == (Rgb{100, 120, 140}));
    }

    void prunedCellsCanBeDarkened()
    {
        const auto frame = test::filled(3 * kCell, 2 * kCell, 100, 120, 140);
        OverlayOptions options;
        options.outline = false;
        options.prunedDarkening = 0.5;
        const auto image = overlayFrame(frame, {}, kMask, 1, options).value();
        QVERIFY(at(image, 31, 20) == (Rgb{100, 120, 140}));
        QVERIFY(at(image, 32, 20) == (Rgb{50, 60, 70}));
    }

    void anyFrameSizeWorks()
    {
        // 50 pixels over 3 cells: borders at 16.7 and 33.3.
        const auto frame = test::filled(50, 20, 0, 0, 0);
        OverlayOptions options{.colourMap = ColourMap::Grey, .opacity = 1.0, .range = ValueRange{0.0F, 1.0F}};
        const auto image = overlayFrame(frame, kScores, {}, 1, options).value();
        QCOMPARE(int(at(image, 16, 0)[0]), 0);
        QCOMPARE(int(at(image, 17, 0)[0]), 128);
        QCOMPARE(int(at(image, 33, 0)[0]), 128);
        QCOMPARE(int(at(image, 34, 0)[0]), 255);
    }

    void badRequests()
    {
        const auto frame = test::filled(48, 32, 0, 0, 0);
        const auto code = [&](const Image &image, const ScoreGrid &scores, const MaskGrid &mask, int latent,
                              const OverlayOptions &options = {}) {
            const auto result = overlayFrame(image, scores, mask, latent, options);
            return result ? ErrorCode::Internal : result.error().code;
        };
        auto shortScores = kScores;
        shortScores.values.pop_back();
        auto shortMask = kMask;
        shortMask.values.pop_back();
        QCOMPARE(code(frame, kScores, kMask, 2), ErrorCode::InvalidRequest);
        QCOMPARE(code(frame, kScores, {}, -1), ErrorCode::InvalidRequest);
        QCOMPARE(code(frame, shortScores, {}, 1), ErrorCode::InvalidRequest);
        QCOMPARE(code(frame, {}, shortMask, 1), ErrorCode::InvalidRequest);
        QCOMPARE(code(Image{}, kScores, {}, 1), ErrorCode::InvalidRequest);
        QCOMPARE(code(test::filled(2, 2, 0, 0, 0), kScores, {}, 1), ErrorCode::InvalidRequest);
        QCOMPARE(code(frame, kScores, {}, 1, {.opacity = 1.5}), ErrorCode::InvalidRequest);
        QCOMPARE(code(frame, kScores, {}, 1, {.opacity = -0.5}), ErrorCode::InvalidRequest);
        QCOMPARE(code(frame, kScores, {}, 1, {.saturation = 2.0}), ErrorCode::InvalidRequest);
        QCOMPARE(code(frame, kScores, {}, 1, {.prunedDarkening = 2.0}), ErrorCode::InvalidRequest);
    }

    void masksBecomeVideos()
    {
        const auto image = maskImage(kMask, 1, 4).value();
        QCOMPARE(image.width, 12);
        QCOMPARE(image.height, 8);
        for (int y = 0; y < 8; ++y) {
            for (int x = 0; x < 12; ++x)
                QCOMPARE(int(at(image, x, y)[1]), x < 8 ? 255 : 0);
        }
        std::vector<Image> frames;
        const auto collect = [&](const Image &frame) -> Status {
            frames.push_back(frame);
            return {};
        };
        QVERIFY(maskVideoFrames(kMask, 0, 4, collect)); // latent frames 0 and 1
        QCOMPARE(frames.size(), std::size_t(5));
        QVERIFY(frames[0] == maskImage(kMask, 0, 4).value());
        for (std::size_t i = 1; i < 5; ++i)
            QVERIFY(frames[i] == image);
        frames.clear();
        QVERIFY(maskVideoFrames(kMask, 1, 4, collect)); // latent frames 1 and 2
        QCOMPARE(frames.size(), std::size_t(8));

        int calls = 0;
        const auto stopped = maskVideoFrames(kMask, 0, 4, [&](const Image &) -> Status {
            ++calls;
            return failure(ErrorCode::WriteFailed, "full");
        });
        QCOMPARE(stopped.error().code, ErrorCode::WriteFailed);
        QCOMPARE(calls, 1);
        QCOMPARE(maskVideoFrames({}, 0, 4, collect).error().code, ErrorCode::InvalidRequest);
        QCOMPARE(maskVideoFrames(kMask, -1, 4, collect).error().code, ErrorCode::InvalidRequest);
        QCOMPARE(maskImage(kMask, 0, 0).error().code, ErrorCode::InvalidRequest);
        QCOMPARE(maskImage(kMask, 0, 257).error().code, ErrorCode::InvalidRequest);
    }
};

QTEST_GUILESS_MAIN(TestOverlay)
#include "tst_overlay.moc"
