// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>
#include <QTemporaryDir>
#include <QtTest>

#include <fstream>

#include "core/pipeline/preview.h"
#include "core/pipeline/preview_cache.h"
#include "core/pipeline/preview_fit.h"

using namespace faststar;
using namespace faststar::pipeline;

class TestPreview : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    // Frames that really are a linear picture of the latent are found again.
    void fitFindsALinearPicture()
    {
        const at::Tensor latent =
            at::sin(at::arange(64.0 * 3 * 6 * 8, at::kFloat) * 0.7).reshape({64, 3, 6, 8});
        PreviewProjection truth;
        for (std::size_t colour = 0; colour < 3; ++colour) {
            truth.bias[colour] = 0.5F;
            truth.weight[colour][colour * 7] = 0.2F;
            truth.weight[colour][colour * 5 + 20] = -0.15F;
        }
        std::vector<Image> frames;
        const auto small = projectPreview(latent, truth);
        for (int frame = 0; frame < 9; ++frame) {
            const Image &cell = small[std::size_t((frame + 3) / 4)];
            Image image{cell.width * 16, cell.height * 16, {}};
            for (int y = 0; y < image.height; ++y)
                for (int x = 0; x < image.width; ++x)
                    for (int c = 0; c < 3; ++c)
                        image.rgb.push_back(
                            cell.rgb[(std::size_t(y / 16) * std::size_t(cell.width) + std::size_t(x / 16)) *
                                         3 +
                                     std::size_t(c)]);
            frames.push_back(std::move(image));
        }
        const auto fitted = fitPreview(latent, frames);
        const auto again = projectPreview(latent, fitted);
        for (std::size_t i = 0; i < small.size(); ++i)
            for (std::size_t k = 0; k < small[i].rgb.size(); ++k)
                QVERIFY(std::abs(int(small[i].rgb[k]) - int(again[i].rgb[k])) <= 2);
    }

    void pixelsAndBack()
    {
        Image image{2, 1, {0, 128, 255, 7, 8, 9}};
        const auto back = imagesOf(pixelsOf({image, image}));
        QCOMPARE(int(back.size()), 2);
        QVERIFY(back[1] == image);
        // Clamp, then round.
        const auto extreme = imagesOf(at::full({3, 1, 1, 1}, 1.7));
        QCOMPARE(int(extreme[0].rgb[0]), 255);
    }

    void cacheRoundTrip()
    {
        const QTemporaryDir folder;
        const std::filesystem::path path = folder.path().toStdString() + "/new";
        QVERIFY(!cachedPreview(path, "abc"));
        PreviewProjection projection;
        projection.weight[2][63] = 0.25F;
        projection.bias[1] = -1.5F;
        cachePreview(path, "abc", projection);
        QVERIFY(cachedPreview(path, "abc") == projection);
        QVERIFY(!cachedPreview(path, "abd"));
        QVERIFY(!cachedPreview({}, "abc"));
    }

    void damagedCacheIsIgnored_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("no json") << QByteArray("{");
        QTest::newRow("short") << QByteArray("{\"weight\":[[1],[2],[3]],\"bias\":[0,0,0]}");
        QTest::newRow("text") << QByteArray("{\"weight\":\"x\",\"bias\":[0,0,0]}");
    }
    void damagedCacheIsIgnored()
    {
        QFETCH(QByteArray, text);
        const QTemporaryDir folder;
        const std::filesystem::path path = folder.path().toStdString();
        std::ofstream(path / "abc.json") << text.constData();
        QVERIFY(!cachedPreview(path, "abc"));
    }
};

QTEST_GUILESS_MAIN(TestPreview)
#include "tst_preview.moc"
