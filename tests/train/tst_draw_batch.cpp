// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <ATen/ATen.h>

#include "app/train/draw_batch.h"
#include "app/train/preview_fit.h"

using namespace faststar;
using namespace faststar::train;

namespace
{

constexpr int kWidth = 168;
constexpr int kHeight = 96;
constexpr double kAspect = double(kWidth) / kHeight;

// Every kind, motion and background, also with a moving camera and patterns off the grid.
std::vector<Scene> variedScenes(int count, int frames)
{
    SceneOptions free;
    free.patternsOnGrid = false;
    free.pan = 1.0;
    std::vector<Scene> scenes;
    scenes.reserve(std::size_t(count));
    for (int i = 0; i < count; ++i)
        scenes.push_back(
            makeScene(21, std::uint64_t(i), kAspect, frames, i % 3 == 0 ? free : SceneOptions{}));
    return scenes;
}

} // namespace

class TestDrawBatch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void equalsTheSlowDrawing_data();
    void equalsTheSlowDrawing();
    void everyOutlineIsExact();
    void cropsAreWindows();
    void laterFramesGoOn();
};

void TestDrawBatch::equalsTheSlowDrawing_data()
{
    QTest::addColumn<int>("frames");
    QTest::newRow("picture") << 1;
    QTest::newRow("9 frames") << 9;
    QTest::newRow("33 frames") << 33;
}

void TestDrawBatch::equalsTheSlowDrawing()
{
    QFETCH(int, frames);
    const auto scenes = variedScenes(frames == 33 ? 3 : 12, frames);
    const auto batch = drawBatch(scenes, kHeight, kWidth, frames, at::kCPU);
    QCOMPARE(batch.sizes(), at::IntArrayRef({std::int64_t(scenes.size()), frames, 3, kHeight, kWidth}));
    QVERIFY(batch.min().item<float>() >= -1.0F && batch.max().item<float>() <= 1.0F);
    for (std::size_t i = 0; i < scenes.size(); ++i) {
        const auto wanted = videoTensor(drawClip(scenes[i], kWidth, kHeight, frames));
        const auto drawn = batch[std::int64_t(i)].transpose(0, 1);
        // Half a step of 8 bits, which is 2/255 here, and a little for float32.
        const double difference = (drawn - wanted).abs().max().item<double>();
        QVERIFY2(difference < 1.0 / 255.0 + 4e-4,
                 (scenes[i].caption + ": " + std::to_string(difference * 127.5)).c_str());
    }
}

void TestDrawBatch::everyOutlineIsExact()
{
    for (int kind = 0; kind < 5; ++kind) {
        Scene scene;
        scene.aspect = 1.0;
        scene.background.first.rgb = {0.0, 0.0, 1.0};
        Shape shape;
        shape.kind = ShapeKind(kind);
        shape.colour.rgb = {1.0, 0.0, 0.0};
        shape.start = {0.51, 0.47};
        shape.radiusStart = shape.radiusEnd = 0.4;
        shape.motion = Motion::Spin;
        shape.turns = 0.7;
        scene.shapes = {shape};
        const auto batch = drawBatch({&scene, 1}, 128, 128, 5, at::kCPU);
        const auto wanted = videoTensor(drawClip(scene, 128, 128, 5));
        QVERIFY((batch[0].transpose(0, 1) - wanted).abs().max().item<double>() < 1.0 / 255.0 + 4e-4);
        QVERIFY(batch.select(2, 0).max().item<float>() > 0.99F); // there is something red
    }
}

void TestDrawBatch::cropsAreWindows()
{
    const auto scenes = variedScenes(3, 5);
    const std::vector<Crop> crops{{0, 0, 32, 48}, {64, 120, 32, 48}, {17, 33, 32, 48}};
    const auto whole = drawBatch(scenes, kHeight, kWidth, 5, at::kCPU);
    const auto windows = drawBatch(scenes, kHeight, kWidth, 5, at::kCPU, crops);
    QCOMPARE(windows.sizes(), at::IntArrayRef({3, 5, 3, 32, 48}));
    for (std::size_t i = 0; i < crops.size(); ++i) {
        const auto part = whole[std::int64_t(i)].narrow(2, crops[i].top, 32).narrow(3, crops[i].left, 48);
        QVERIFY((windows[std::int64_t(i)] - part).abs().max().item<float>() < 1e-3F);
    }
}

void TestDrawBatch::laterFramesGoOn()
{
    const auto scenes = variedScenes(3, 33);
    const auto whole = drawBatch(scenes, kHeight, kWidth, 33, at::kCPU);
    const auto part = drawBatch(scenes, kHeight, kWidth, 5, at::kCPU, {}, 20);
    QVERIFY((whole.narrow(1, 20, 5) - part).abs().max().item<float>() < 1e-4F);
}

QTEST_GUILESS_MAIN(TestDrawBatch)
#include "tst_draw_batch.moc"
