// SPDX-License-Identifier: Apache-2.0
//
// Scenes of which little is left to chance beyond their captions.
#include <QTest>

#include <array>
#include <cmath>
#include <map>
#include <string>

#include "app/train/drawn_clips.h"

using namespace faststar;
using namespace faststar::train;

namespace
{

constexpr int kFrames = 17;
constexpr double kAspect = 336.0 / 192.0;

bool has(const std::string &text, const std::string &words)
{
    return text.find(words) != std::string::npos;
}

bool saysPlace(const std::string &text)
{
    return has(text, " on the left ") || has(text, " on the right ") || has(text, " at the ") ||
           has(text, " corner") || has(text, " in the middle") || has(text, " in the center");
}

} // namespace

class TestSceneScatter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void littleScatterLeavesNothingOpen();
};

void TestSceneScatter::littleScatterLeavesNothingOpen()
{
    SceneOptions options;
    options.scatter = 0.1;
    options.jitter = 0.0;
    constexpr int kScenes = 1500;
    int placed = 0;
    int pairs = 0;
    std::map<std::array<int, 9>, Shape> byFacts; // the same words mean nearly the same clip
    int repeated = 0;
    for (std::uint64_t index = 0; index < kScenes; ++index) {
        const auto scene = makeScene(31, index, kAspect, kFrames, options);
        const auto *caption = scene.caption.c_str();
        QVERIFY2(scene.placed == saysPlace(scene.caption), caption);
        placed += scene.placed ? 1 : 0;
        const Shape &first = scene.shapes[0];
        for (int i = 0; i < kFrames; ++i) {
            const double u = frameTime(i);
            for (const Shape &shape : scene.shapes) {
                QVERIFY2(shape.centre(u).x - shape.radius(u) >= 0.0 &&
                             shape.centre(u).x + shape.radius(u) <= kAspect &&
                             shape.centre(u).y - shape.radius(u) >= 0.0 &&
                             shape.centre(u).y + shape.radius(u) <= 1.0,
                         caption);
            }
        }
        if (scene.shapes.size() == 2 && !scene.placed) {
            ++pairs;
            QVERIFY2(first.centre(0.0).x < kAspect / 2 && scene.shapes[1].centre(0.0).x > kAspect / 2,
                     caption);
        }
        if (scene.shapes.size() == 1 && !scene.placed && first.motion == Motion::Still)
            QVERIFY2(std::hypot(first.start.x - kAspect / 2, first.start.y - 0.5) < 0.03, caption);
        QVERIFY(scene.background.offset == Point{});
        if (scene.shapes.size() != 1)
            continue;
        // What a caption says; a diagonal's two signs too.
        const auto facts = std::array<int, 9>{int(first.kind),
                                              int(first.size),
                                              int(first.motion),
                                              int(first.speed),
                                              int(scene.placed),
                                              int(columnOf(first.centre(0.0), kAspect)),
                                              int(rowOf(first.centre(0.0))),
                                              int(first.travel.x > 0.0),
                                              int(first.travel.y > 0.0)};
        const auto [other, isNew] = byFacts.emplace(facts, first);
        if (isNew)
            continue;
        ++repeated;
        const Shape &twin = other->second;
        QVERIFY2(std::hypot(first.start.x - twin.start.x, first.start.y - twin.start.y) < 0.06, caption);
        QVERIFY2(std::abs(first.radiusStart - twin.radiusStart) < 0.01, caption);
    }
    QVERIFY2(placed > kScenes * 2 / 5 && placed < kScenes * 3 / 5, std::to_string(placed).c_str());
    QVERIFY2(pairs > kScenes / 12, std::to_string(pairs).c_str());
    QVERIFY2(repeated > kScenes / 10, std::to_string(repeated).c_str());
}

QTEST_GUILESS_MAIN(TestSceneScatter)
#include "tst_scene_scatter.moc"
