// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include "app/train/adherence.h"

using namespace faststar;
using namespace faststar::train;

namespace
{

constexpr int kWidth = 336;
constexpr int kHeight = 192;
constexpr double kAspect = double(kWidth) / kHeight;
constexpr int kFrames = 17;

Colour named(int name)
{
    return {name, namedColours()[std::size_t(name)].rgb};
}

// A yellow shape in the middle of plain blue.
Scene oneShape(ShapeKind kind)
{
    Scene scene;
    scene.aspect = kAspect;
    scene.background.first = named(2);
    Shape shape;
    shape.kind = kind;
    shape.colour = named(3);
    shape.start = {kAspect / 2, 0.5};
    shape.radiusStart = shape.radiusEnd = 0.2;
    scene.shapes = {shape};
    return scene;
}

MeasuredClip measured(const Scene &scene, int frames = kFrames)
{
    return measureClip(drawClip(scene, kWidth, kHeight, frames));
}

Scene moving(Motion motion)
{
    auto scene = oneShape(ShapeKind::Star);
    auto &shape = scene.shapes[0];
    shape.motion = motion;
    shape.bounces = 2;
    shape.reach = motion == Motion::Bounce || motion == Motion::Orbit ? 0.2 : 0.0;
    shape.turns = motion == Motion::Orbit ? 0.8 : motion == Motion::Spin ? 0.4 : 0.0;
    shape.radiusEnd = motion == Motion::Grow ? 0.34 : motion == Motion::Shrink ? 0.12 : 0.2;
    switch (motion) {
    case Motion::Left:
        shape.travel = {-0.35, 0.0};
        break;
    case Motion::Right:
        shape.travel = {0.35, 0.0};
        break;
    case Motion::Up:
        shape.travel = {0.0, -0.28};
        break;
    case Motion::Down:
        shape.travel = {0.0, 0.28};
        break;
    case Motion::Diagonal:
        shape.travel = {0.28, -0.28};
        break;
    default:
        break;
    }
    return scene;
}

} // namespace

class TestAdherence : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void drawnClipsAreJudgedRight_data();
    void drawnClipsAreJudgedRight();
    void everyClassIsTold_data();
    void everyClassIsTold();
    void aBlobIsNoClass();
    void everyMotionIsTold_data();
    void everyMotionIsTold();
    void everyBackgroundIsTold_data();
    void everyBackgroundIsTold();
    void wrongAnswersAreSeen();
    void missingAndExtraShapesAreSeen();
};

void TestAdherence::drawnClipsAreJudgedRight_data()
{
    QTest::addColumn<int>("frames");
    QTest::addColumn<int>("clips");
    QTest::newRow("17 frames") << 17 << 60;
    QTest::newRow("33 frames") << 33 << 8;
}

void TestAdherence::drawnClipsAreJudgedRight()
{
    QFETCH(int, frames);
    QFETCH(int, clips);
    Verdict sum{};
    for (int i = 0; i < clips; ++i) {
        const auto scene = makeScene(31, std::uint64_t(i), kAspect, frames);
        addTo(sum, judge(scene, measured(scene, frames)));
    }
    for (int i = 0; i < kAttributes; ++i) {
        const auto &tally = sum[std::size_t(i)];
        const auto text = std::string(nameOf(Attribute(i))) + " " + std::to_string(tally.right) + "/" +
                          std::to_string(tally.asked);
        QVERIFY2(tally.share() >= 0.97 && tally.asked > 0, text.c_str());
    }
}

void TestAdherence::everyClassIsTold_data()
{
    QTest::addColumn<double>("radius");
    QTest::newRow("least") << 0.09;
    QTest::newRow("small") << 0.14;
    QTest::newRow("big") << 0.28;
}

void TestAdherence::everyClassIsTold()
{
    QFETCH(double, radius);
    for (int kind = 0; kind < 5; ++kind) {
        auto scene = oneShape(ShapeKind(kind));
        auto &shape = scene.shapes[0];
        shape.radiusStart = shape.radiusEnd = radius;
        shape.motion = Motion::Spin; // any rotation
        shape.turns = 0.3;
        const auto clip = measured(scene, 5);
        QCOMPARE(clip.shapes.size(), std::size_t(1));
        QVERIFY2(clip.shapes[0].kind == ShapeKind(kind), std::to_string(kind).c_str());
        QCOMPARE(clip.shapes[0].colour, 3);
    }
}

void TestAdherence::aBlobIsNoClass()
{
    // An outline with a bump, no wave of a class.
    ShapeView view;
    view.waves = {0.2, 0.25, 0.05, 0.04, 0.03, 0.0, 0.0, 0.0};
    QVERIFY(!classOf({view}));
    view.waves = {};
    QVERIFY(classOf({view}) == ShapeKind::Circle);
    view.hole = 1.0;
    QVERIFY(classOf({view}) == ShapeKind::Ring);
}

void TestAdherence::everyMotionIsTold_data()
{
    QTest::addColumn<int>("motion");
    for (int motion = 0; motion < 11; ++motion)
        QTest::newRow(std::to_string(motion).c_str()) << motion;
}

void TestAdherence::everyMotionIsTold()
{
    QFETCH(int, motion);
    const auto scene = moving(Motion(motion));
    const auto clip = measured(scene);
    QCOMPARE(clip.shapes.size(), std::size_t(1));
    QVERIFY(clip.shapes[0].motion.motion == Motion(motion));
    QVERIFY(motion == 0 || clip.shapes[0].motion.speed == Speed::Normal);
    // No other motion's clip is taken for it.
    const auto verdict = judge(moving(Motion((motion + 1) % 11)), clip);
    QCOMPARE(verdict[std::size_t(Attribute::MotionKind)].right, 0);
    QCOMPARE(verdict[std::size_t(Attribute::Kind)].right, 1);
}

void TestAdherence::everyBackgroundIsTold_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("direction");
    for (int kind = 0; kind < 5; ++kind) {
        for (int direction = 0; direction < 3; ++direction)
            QTest::newRow((std::to_string(kind) + "." + std::to_string(direction)).c_str())
                << kind << direction;
    }
}

void TestAdherence::everyBackgroundIsTold()
{
    QFETCH(int, kind);
    QFETCH(int, direction);
    auto scene = moving(Motion::Right);
    scene.background.kind = BackgroundKind(kind);
    scene.background.direction = Direction(direction);
    scene.background.first = named(2);
    scene.background.second = named(8);
    scene.background.period = 0.31;
    scene.background.offset = {0.07, 0.11};
    const auto clip = measured(scene);
    QVERIFY(clip.background.kind == BackgroundKind(kind));
    const auto right = judge(scene, clip);
    QCOMPARE(right[std::size_t(Attribute::All)].right, 1);
    auto other = scene;
    other.background.kind = BackgroundKind((kind + 1) % 5);
    QCOMPARE(judge(other, clip)[std::size_t(Attribute::BackgroundKind)].right, 0);
    other = scene;
    other.background.first = named(9);
    QCOMPARE(judge(other, clip)[std::size_t(Attribute::BackgroundColours)].right, 0);
}

void TestAdherence::wrongAnswersAreSeen()
{
    const auto scene = moving(Motion::Diagonal);
    const auto clip = measured(scene);
    QCOMPARE(judge(scene, clip)[std::size_t(Attribute::All)].right, 1);
    auto other = scene;
    other.shapes[0].colour = named(0);
    auto verdict = judge(other, clip);
    QCOMPARE(verdict[std::size_t(Attribute::Colour)].right, 0);
    QCOMPARE(verdict[std::size_t(Attribute::All)].right, 0);
    QCOMPARE(verdict[std::size_t(Attribute::Kind)].right, 1);
    other = scene;
    other.shapes[0].travel.y *= -1.0; // the other diagonal
    QCOMPARE(judge(other, clip)[std::size_t(Attribute::MotionKind)].right, 0);
    other = scene;
    other.caption = "a yellow star on the left moving diagonally fast";
    other.shapes[0].speed = Speed::Fast;
    other.shapes[0].start.x = 0.25;
    verdict = judge(other, clip);
    QCOMPARE(verdict[std::size_t(Attribute::Place)].asked, 1);
    QCOMPARE(verdict[std::size_t(Attribute::Place)].right, 0);
    QCOMPARE(verdict[std::size_t(Attribute::Speed)].asked, 1);
    QCOMPARE(verdict[std::size_t(Attribute::Speed)].right, 0);
}

void TestAdherence::missingAndExtraShapesAreSeen()
{
    const auto one = oneShape(ShapeKind::Circle);
    auto two = one;
    two.shapes.push_back(two.shapes[0]);
    two.shapes[0].start.x = 0.4;
    two.shapes[1].start.x = 1.3;
    two.shapes[1].colour = named(0);
    auto none = one;
    none.shapes.clear();
    QCOMPARE(judge(two, measured(two))[std::size_t(Attribute::All)].right, 1);
    QCOMPARE(judge(one, measured(two))[std::size_t(Attribute::Count)].right, 0);
    const auto verdict = judge(two, measured(one));
    QCOMPARE(verdict[std::size_t(Attribute::Count)].right, 0);
    QCOMPARE(verdict[std::size_t(Attribute::Kind)].right, 1);
    QCOMPARE(verdict[std::size_t(Attribute::Kind)].asked, 2);
    QCOMPARE(measured(none).shapes.size(), std::size_t(0));
    // Two of one colour are two.
    two.shapes[1].colour = named(3);
    QCOMPARE(measured(two).shapes.size(), std::size_t(2));
}

QTEST_GUILESS_MAIN(TestAdherence)
#include "tst_adherence.moc"
