// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "app/train/drawn_clips.h"

using namespace faststar;
using namespace faststar::train;

namespace
{

constexpr int kWidth = 336;
constexpr int kHeight = 192;
constexpr int kFrames = 17;
constexpr double kAspect = double(kWidth) / kHeight;

bool has(const std::string &text, const std::string &words)
{
    return text.find(words) != std::string::npos;
}

std::uint64_t fingerprint(const std::vector<Image> &frames)
{
    std::uint64_t value = 14695981039346656037ULL; // FNV-1a
    for (const auto &frame : frames) {
        for (const auto byte : frame.rgb)
            value = (value ^ byte) * 1099511628211ULL;
    }
    return value;
}

// A scene with one shape at rest on a plain background.
Scene plainScene(ShapeKind kind)
{
    Scene scene;
    scene.aspect = kAspect;
    scene.background.first = {2, {0.0, 0.0, 1.0}};
    Shape shape;
    shape.kind = kind;
    shape.colour = {0, {1.0, 0.0, 0.0}};
    shape.start = {kAspect / 2, 0.5};
    shape.radiusStart = shape.radiusEnd = 0.25;
    scene.shapes = {shape};
    return scene;
}

// Area of the shape in heights squared, by the share of red.
double redArea(const Image &image)
{
    double sum = 0.0;
    for (std::size_t i = 0; i < image.rgb.size(); i += 3)
        sum += image.rgb[i] / 255.0;
    return sum / (double(kHeight) * kHeight);
}

} // namespace

class TestDrawnClips : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aSeedFixesTheClip();
    void shapesStayInTheFrame_data();
    void shapesStayInTheFrame();
    void captionsNameWhatIsDrawn();
    void everyKindOccurs();
    void coloursAreDistinct();
    void areasAreRight_data();
    void areasAreRight();
    void edgesAreSmoothed();
    void backgroundsShareTheFrame();
    void motionMovesPixels();
};

void TestDrawnClips::aSeedFixesTheClip()
{
    const auto scene = makeScene(1, 0, kAspect, kFrames);
    QVERIFY(scene == makeScene(1, 0, kAspect, kFrames));
    QVERIFY(!(scene == makeScene(2, 0, kAspect, kFrames)));
    QVERIFY(!(scene == makeScene(1, 1, kAspect, kFrames)));
    QVERIFY(!(scene == makeScene(1, std::uint64_t(1) << 32, kAspect, kFrames)));
    const auto frames = drawClip(scene, kWidth, kHeight, kFrames);
    QCOMPARE(frames.size(), std::size_t(kFrames));
    QCOMPARE(frames[0].rgb.size(), std::size_t(kWidth) * kHeight * 3);
    // What every machine must draw: a change here changes the training data.
    QCOMPARE(QString::fromStdString(scene.caption),
             QStringLiteral("a big blue star getting bigger slowly over a solid red background, "
                            "the camera pans left"));
    QCOMPARE(fingerprint(frames), std::uint64_t(0x93f9fa0c48eeb9e6ULL));
}

void TestDrawnClips::shapesStayInTheFrame_data()
{
    QTest::addColumn<double>("aspect");
    QTest::addColumn<int>("frames");
    QTest::newRow("wide") << kAspect << kFrames;
    QTest::newRow("square, long") << 1.0 << 81;
    QTest::newRow("tall") << 9.0 / 16.0 << 17;
    QTest::newRow("picture") << kAspect << 1;
}

void TestDrawnClips::shapesStayInTheFrame()
{
    QFETCH(double, aspect);
    QFETCH(int, frames);
    for (std::uint64_t index = 0; index < 400; ++index) {
        const auto scene = makeScene(7, index, aspect, frames);
        for (const auto &shape : scene.shapes) {
            for (int i = 0; i < frames; ++i) {
                const double u = frames > 1 ? double(i) / (frames - 1) : 0.0;
                const auto centre = shape.centre(u);
                const double x = centre.x + scene.pan.x * u;
                const double y = centre.y + scene.pan.y * u;
                const double radius = shape.radius(u);
                QVERIFY2(x - radius > 0 && x + radius < aspect && y - radius > 0 && y + radius < 1.0,
                         scene.caption.c_str());
                QVERIFY(radius > 0.03);
            }
        }
    }
}

void TestDrawnClips::captionsNameWhatIsDrawn()
{
    const std::map<ShapeKind, std::string> kinds{{ShapeKind::Circle, "circle"},
                                                 {ShapeKind::Square, "square"},
                                                 {ShapeKind::Triangle, "triangle"},
                                                 {ShapeKind::Star, "star"},
                                                 {ShapeKind::Ring, "ring"}};
    int capitals = 0;
    int stops = 0;
    constexpr int kScenes = 600;
    for (std::uint64_t index = 0; index < kScenes; ++index) {
        const auto scene = makeScene(3, index, kAspect, kFrames);
        auto caption = scene.caption;
        capitals += caption.starts_with('A') ? 1 : 0;
        stops += caption.ends_with('.') ? 1 : 0;
        caption.front() = char(std::tolower(caption.front()));
        const auto *text = caption.c_str();
        for (const auto &shape : scene.shapes) {
            const auto colour = std::string(namedColours()[std::size_t(shape.colour.name)].name);
            QVERIFY2(has(caption, colour + " " + kinds.at(shape.kind)), text);
            QVERIFY2(!has(caption, "a orange") && !has(caption, "an blue"), text);
            if (shape.motion == Motion::Left)
                QVERIFY2(has(caption, "left"), text);
            if (shape.motion == Motion::Spin)
                QVERIFY2(has(caption, "spinning") || has(caption, "rotating") || has(caption, "turning"),
                         text);
            if (shape.motion == Motion::Grow)
                QVERIFY2(has(caption, "growing") || has(caption, "bigger") || has(caption, "expanding"),
                         text);
            if (shape.size == SizeClass::Big)
                QVERIFY2(has(caption, "big") || has(caption, "large"), text);
            if (shape.motion != Motion::Still && shape.speed == Speed::Slow)
                QVERIFY2(has(caption, "slowly"), text);
        }
        const auto &background = scene.background;
        QVERIFY2(has(caption, std::string(namedColours()[std::size_t(background.first.name)].name)), text);
        if (background.kind != BackgroundKind::Solid)
            QVERIFY2(has(caption, std::string(namedColours()[std::size_t(background.second.name)].name)),
                     text);
        QCOMPARE(has(caption, "stripes"), background.kind == BackgroundKind::Stripes);
        QCOMPARE(has(caption, "gradient"), background.kind == BackgroundKind::Gradient);
        QCOMPARE(has(caption, "check"), background.kind == BackgroundKind::Checker);
        QCOMPARE(has(caption, "dots"), background.kind == BackgroundKind::Dots);
        QCOMPARE(has(caption, "camera"), !(scene.pan == Point{}));
    }
    QVERIFY(capitals > kScenes / 5 && capitals < kScenes * 3 / 10);
    QVERIFY(stops > kScenes / 5 && stops < kScenes * 3 / 10);
}

void TestDrawnClips::everyKindOccurs()
{
    std::set<int> kinds, motions, speeds, sizes, backgrounds, colours, counts;
    int panning = 0;
    for (std::uint64_t index = 0; index < 500; ++index) {
        const auto scene = makeScene(11, index, kAspect, kFrames);
        panning += scene.pan == Point{} ? 0 : 1;
        counts.insert(int(scene.shapes.size()));
        backgrounds.insert(int(scene.background.kind));
        colours.insert(scene.background.first.name);
        for (const auto &shape : scene.shapes) {
            kinds.insert(int(shape.kind));
            motions.insert(int(shape.motion));
            speeds.insert(int(shape.speed));
            sizes.insert(int(shape.size));
        }
    }
    QCOMPARE(kinds.size(), std::size_t(5));
    QCOMPARE(motions.size(), std::size_t(11));
    QCOMPARE(speeds.size(), std::size_t(3));
    QCOMPARE(sizes.size(), std::size_t(3));
    QCOMPARE(backgrounds.size(), std::size_t(5));
    QCOMPARE(colours.size(), std::size_t(12));
    QCOMPARE(counts, (std::set<int>{1, 2, 3}));
    QVERIFY(panning > 30 && panning < 75);
}

void TestDrawnClips::coloursAreDistinct()
{
    for (std::uint64_t index = 0; index < 300; ++index) {
        const auto scene = makeScene(5, index, kAspect, kFrames);
        std::set<int> names{scene.background.first.name, scene.background.second.name};
        for (const auto &shape : scene.shapes) {
            names.insert(shape.colour.name);
            QVERIFY(shape.colour.name < kShapeColours);
        }
        QCOMPARE(names.size(), scene.shapes.size() + 2);
    }
}

void TestDrawnClips::areasAreRight_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<double>("area"); // of a shape of radius 1
    constexpr double pi = 3.14159265358979;
    QTest::newRow("circle") << int(ShapeKind::Circle) << pi;
    QTest::newRow("square") << int(ShapeKind::Square) << 2.0;
    QTest::newRow("triangle") << int(ShapeKind::Triangle) << 0.75 * std::sqrt(3.0);
    QTest::newRow("star") << int(ShapeKind::Star) << 10 * 0.5 * 0.42 * std::sin(pi / 5);
    QTest::newRow("ring") << int(ShapeKind::Ring) << pi * (1 - 0.55 * 0.55);
}

void TestDrawnClips::areasAreRight()
{
    QFETCH(int, kind);
    QFETCH(double, area);
    const auto image = drawPicture(plainScene(ShapeKind(kind)), kWidth, kHeight, 0.0);
    const double measured = redArea(image) / (0.25 * 0.25);
    QVERIFY2(std::abs(measured / area - 1.0) < 0.01, std::to_string(measured).c_str());
}

void TestDrawnClips::edgesAreSmoothed()
{
    const auto image = drawPicture(plainScene(ShapeKind::Circle), kWidth, kHeight, 0.0);
    const auto red = [&](int column, int row) {
        return int(image.rgb[std::size_t(row * kWidth + column) * 3]);
    };
    QCOMPARE(red(kWidth / 2, kHeight / 2), 255);
    QCOMPARE(red(0, 0), 0);
    int between = 0;
    for (int column = 0; column < kWidth; ++column)
        between += red(column, kHeight / 2 - 20) > 0 && red(column, kHeight / 2 - 20) < 255 ? 1 : 0;
    QVERIFY(between >= 2 && between <= 4); // one or two pixels a side
}

void TestDrawnClips::backgroundsShareTheFrame()
{
    const std::map<BackgroundKind, std::pair<double, double>> shares{{BackgroundKind::Solid, {0.0, 0.0}},
                                                                     {BackgroundKind::Gradient, {0.47, 0.53}},
                                                                     {BackgroundKind::Checker, {0.45, 0.55}},
                                                                     {BackgroundKind::Stripes, {0.4, 0.6}},
                                                                     {BackgroundKind::Dots, {0.2, 0.3}}};
    for (const auto &[kind, share] : shares) {
        for (const auto direction : {Direction::Horizontal, Direction::Vertical, Direction::Diagonal}) {
            Scene scene;
            scene.aspect = kAspect;
            scene.background.kind = kind;
            scene.background.direction = direction;
            scene.background.second = {0, {1.0, 0.0, 0.0}};
            const double part = redArea(drawPicture(scene, kWidth, kHeight, 0.0)) / kAspect;
            QVERIFY2(part >= share.first && part <= share.second, std::to_string(part).c_str());
        }
    }
}

void TestDrawnClips::motionMovesPixels()
{
    auto scene = plainScene(ShapeKind::Square);
    scene.shapes[0].motion = Motion::Right;
    scene.shapes[0].travel = {0.25, 0.0};
    const auto frames = drawClip(scene, kWidth, kHeight, 5);
    // A whole number of pixels a frame: the last frame is the first one, moved by 48.
    for (int row = 0; row < kHeight; ++row) {
        for (int column = 48; column < kWidth; ++column)
            QVERIFY(std::abs(int(frames[4].rgb[std::size_t(row * kWidth + column) * 3]) -
                             int(frames[0].rgb[std::size_t(row * kWidth + column - 48) * 3])) <= 1);
    }
    scene.shapes[0].motion = Motion::Spin;
    scene.shapes[0].travel = {};
    scene.shapes[0].turns = 0.125;
    const auto turned = drawClip(scene, kWidth, kHeight, 5);
    QVERIFY(turned[4].rgb != turned[0].rgb);
    QVERIFY(std::abs(redArea(turned[4]) / redArea(turned[0]) - 1.0) < 0.01);
}

QTEST_GUILESS_MAIN(TestDrawnClips)
#include "tst_drawn_clips.moc"
