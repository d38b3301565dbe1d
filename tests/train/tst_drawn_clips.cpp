// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <nlohmann/json.hpp>

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

bool saysPlace(const std::string &text)
{
    return has(text, " on the left ") || has(text, " on the right ") || has(text, " at the ") ||
           has(text, " corner") || has(text, " in the middle") || has(text, " in the center");
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
    void placesAreTrue();
    void shapesKeepApart();
    void sharesAreAsAsked();
    void speedDoesNotDependOnLength();
    void mixturesAvoidTheShapes();
    void optionsAreRead();
    void badOptionsAreRefused_data();
    void badOptionsAreRefused();
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
    QCOMPARE(
        QString::fromStdString(scene.caption),
        QStringLiteral("A red square in the top left corner shrinking fast and a small yellow ring in the "
                       "middle standing still on a cyan background with blue dots"));
    QCOMPARE(fingerprint(frames), std::uint64_t(0x3df774fa560373bULL));
}

void TestDrawnClips::shapesStayInTheFrame_data()
{
    QTest::addColumn<double>("aspect");
    QTest::addColumn<int>("frames");
    QTest::newRow("wide") << kAspect << kFrames;
    QTest::newRow("two seconds") << kAspect << 33;
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
                const double u = frameTime(i);
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
    int places = 0;
    constexpr int kScenes = 600;
    for (std::uint64_t index = 0; index < kScenes; ++index) {
        SceneOptions options;
        options.pan = index % 4 == 0 ? 1.0 : 0.0;
        const auto scene = makeScene(3, index, kAspect, kFrames, options);
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
        places += saysPlace(caption) ? 1 : 0;
    }
    QVERIFY(places > kScenes * 2 / 5 && places < kScenes * 3 / 5);
    QVERIFY(capitals > kScenes / 5 && capitals < kScenes * 3 / 10);
    QVERIFY(stops > kScenes / 5 && stops < kScenes * 3 / 10);
}

void TestDrawnClips::placesAreTrue()
{
    int seen = 0;
    for (std::uint64_t index = 0; index < 800; ++index) {
        const auto scene = makeScene(4, index, kAspect, kFrames);
        if (scene.shapes.size() != 1 || !saysPlace(scene.caption))
            continue;
        const auto centre = scene.shapes[0].centre(0.0);
        const auto &text = scene.caption;
        const auto *caption = text.c_str();
        ++seen;
        if (has(text, "the middle") || has(text, "the center"))
            QVERIFY2(columnOf(centre, kAspect) == Column::Middle && rowOf(centre) == Row::Middle, caption);
        if (has(text, "on the left"))
            QVERIFY2(centre.x < 0.4 * kAspect && rowOf(centre) == Row::Middle, caption);
        if (has(text, "in the top") || has(text, "at the top"))
            QVERIFY2(centre.y < 0.4, caption);
        if (has(text, "bottom right"))
            QVERIFY2(centre.y > 0.6 && centre.x > 0.6 * kAspect, caption);
    }
    QVERIFY(seen > 200);
}

void TestDrawnClips::shapesKeepApart()
{
    int pairs = 0;
    for (std::uint64_t index = 0; index < 400; ++index) {
        const auto scene = makeScene(8, index, kAspect, 33);
        if (scene.shapes.size() != 2)
            continue;
        ++pairs;
        for (int i = 0; i < 33; ++i) {
            const auto &a = scene.shapes[0];
            const auto &b = scene.shapes[1];
            const double u = frameTime(i);
            const double gap = std::hypot(a.centre(u).x - b.centre(u).x, a.centre(u).y - b.centre(u).y) -
                               a.radius(u) - b.radius(u);
            QVERIFY2(gap > 0.02, scene.caption.c_str());
        }
    }
    QVERIFY(pairs > 40);
}

void TestDrawnClips::sharesAreAsAsked()
{
    constexpr int kScenes = 2000;
    int pairs = 0;
    int alike = 0;
    std::array<int, 11> motions{};
    std::array<int, 5> backgrounds{};
    for (std::uint64_t index = 0; index < kScenes; ++index) {
        const auto scene = makeScene(9, index, kAspect, kFrames);
        ++motions[std::size_t(scene.shapes[0].motion)];
        ++backgrounds[std::size_t(scene.background.kind)];
        if (scene.shapes.size() == 2) {
            ++pairs;
            alike += scene.shapes[0].motion == scene.shapes[1].motion ? 1 : 0;
        }
    }
    QVERIFY2(pairs > kScenes / 4 && pairs < kScenes / 3, std::to_string(pairs).c_str());
    QVERIFY2(alike > pairs / 3 && alike < pairs * 3 / 5, std::to_string(alike).c_str());
    for (const int count : motions)
        QVERIFY2(count > kScenes / 11 * 3 / 4 && count < kScenes / 11 * 5 / 4, std::to_string(count).c_str());
    const int plain = backgrounds[0] + backgrounds[1];
    QVERIFY2(plain > kScenes * 46 / 100 && plain < kScenes * 54 / 100, std::to_string(plain).c_str());
}

void TestDrawnClips::speedDoesNotDependOnLength()
{
    for (const int frames : {17, 33}) {
        for (std::uint64_t index = 0; index < 300; ++index) {
            const auto scene = makeScene(12, index, kAspect, frames);
            for (const auto &shape : scene.shapes) {
                if (shape.motion != Motion::Left && shape.motion != Motion::Right)
                    continue;
                const double way = std::abs(shape.travel.x);
                const auto *text = scene.caption.c_str();
                if (shape.speed == Speed::Fast)
                    QVERIFY2(way >= 0.55 && way <= 0.7, text);
                if (shape.speed == Speed::Normal)
                    QVERIFY2(way >= 0.3 && way <= 0.42, text);
                if (shape.speed == Speed::Slow)
                    QVERIFY2(way >= 0.14 && way <= 0.2, text);
            }
        }
    }
}

void TestDrawnClips::mixturesAvoidTheShapes()
{
    SceneOptions options;
    options.backgrounds = {0, 1, 0, 0, 1};
    for (std::uint64_t index = 0; index < 300; ++index) {
        const auto scene = makeScene(13, index, kAspect, kFrames, options);
        for (const auto &shape : scene.shapes) {
            for (int i = 0; i <= 8; ++i) {
                double square = 0.0;
                for (std::size_t c = 0; c < 3; ++c) {
                    const double a = scene.background.first.rgb[c];
                    const double b = scene.background.second.rgb[c];
                    square += std::pow(a + (b - a) * i / 8.0 - shape.colour.rgb[c], 2.0);
                }
                QVERIFY2(square >= 0.09 - 1e-9, scene.caption.c_str());
            }
        }
    }
}

void TestDrawnClips::optionsAreRead()
{
    QVERIFY(readSceneOptions(nlohmann::json::object()) == SceneOptions{});
    const auto read = readSceneOptions(nlohmann::json::parse(
        "{\"two_shapes\": 0, \"small\": [0.1, 0.12], \"motions\": [1,0,0,0,0,0,0,0,0,0,0], "
        "\"patterns_on_grid\": false}"));
    QVERIFY(read.has_value());
    QCOMPARE(read->twoShapes, 0.0);
    QCOMPARE(read->small.high, 0.12);
    QCOMPARE(read->motions[1], 0.0);
    QVERIFY(!read->patternsOnGrid);
    QVERIFY(readSceneOptions(toJson(*read)) == *read);
    for (std::uint64_t index = 0; index < 50; ++index) {
        const auto scene = makeScene(2, index, kAspect, kFrames, *read);
        QCOMPARE(scene.shapes.size(), std::size_t(1));
        QVERIFY(scene.shapes[0].motion == Motion::Still);
    }
}

void TestDrawnClips::badOptionsAreRefused_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("named");
    QTest::newRow("no object") << "[1]"
                               << "data";
    QTest::newRow("unknown") << "{\"two\": 1}"
                             << "data.two";
    QTest::newRow("share") << "{\"place\": 1.5}"
                           << "data.place";
    QTest::newRow("text") << "{\"place\": \"half\"}"
                          << "data.place";
    QTest::newRow("range") << "{\"big\": [0.3, 0.2]}"
                           << "data.big";
    QTest::newRow("short range") << "{\"big\": [0.3]}"
                                 << "data.big";
    QTest::newRow("huge") << "{\"big\": [0.3, 5]}"
                          << "data.big";
    QTest::newRow("weights") << "{\"motions\": [1, 2]}"
                             << "data.motions";
    QTest::newRow("no weight") << "{\"backgrounds\": [0, 0, 0, 0, 0]}"
                               << "data.backgrounds";
    QTest::newRow("switch") << "{\"patterns_on_grid\": 1}"
                            << "data.patterns_on_grid";
    QTest::newRow("speeds") << "{\"slow\": 0.6, \"fast\": 0.6}"
                            << "data.slow";
}

void TestDrawnClips::badOptionsAreRefused()
{
    QFETCH(QString, text);
    QFETCH(QString, named);
    const auto read = readSceneOptions(nlohmann::json::parse(text.toStdString()));
    QVERIFY(!read.has_value());
    QVERIFY(read.error().code == ErrorCode::InvalidRequest);
    QVERIFY2(read.error().detail.find(named.toStdString()) != std::string::npos, read.error().detail.c_str());
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
    QCOMPARE(counts, (std::set<int>{1, 2}));
    QCOMPARE(panning, 0);
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
    scene.shapes[0].travel = {1.0, 0.0};
    const auto frames = drawClip(scene, kWidth, kHeight, 5);
    // A whole number of pixels a frame: the last frame is the first one, moved by 48.
    for (int row = 0; row < kHeight; ++row) {
        for (int column = 48; column < kWidth; ++column)
            QVERIFY(std::abs(int(frames[4].rgb[std::size_t(row * kWidth + column) * 3]) -
                             int(frames[0].rgb[std::size_t(row * kWidth + column - 48) * 3])) <= 1);
    }
    scene.shapes[0].motion = Motion::Spin;
    scene.shapes[0].travel = {};
    scene.shapes[0].turns = 0.5;
    const auto turned = drawClip(scene, kWidth, kHeight, 5);
    QVERIFY(turned[4].rgb != turned[0].rgb);
    QVERIFY(std::abs(redArea(turned[4]) / redArea(turned[0]) - 1.0) < 0.01);
}

QTEST_GUILESS_MAIN(TestDrawnClips)
#include "tst_drawn_clips.moc"
