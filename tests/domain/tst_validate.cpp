// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <cmath>
#include <limits>

#include "core/domain/prompt_text.h"
#include "core/domain/slug.h"
#include "core/domain/validate.h"

using namespace faststar;

namespace
{

ModelConfig model()
{
    ModelConfig config;
    config.schedule.size = "0.06M";
    config.schedule.framesPerClip = 20;
    config.schedule.fps = 16;
    config.generation.promptPrefix = "<<<t={seconds}s>>>";
    config.generation.frames = 17;
    return config;
}

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

using Change = void (*)(GenerationRequest &);

} // namespace
Q_DECLARE_METATYPE(Change)

class TestValidate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void defaultsAreValid()
    {
        const auto request = defaultRequest(model());
        QVERIFY(validate(request, model()).empty());
        QVERIFY(checkRequest(request, model()).has_value());
        QCOMPARE(request.promptPrefix, std::string("<<<t=1s>>>"));
        QCOMPARE(request.size, std::string("0.06M"));
        QVERIFY(request.prompt.empty());
    }

    void edgesAreValid_data()
    {
        QTest::addColumn<Change>("change");
        const auto row = [](const char *name, Change change) { QTest::newRow(name) << change; };
        row("p inf", [](GenerationRequest &r) { r.p = kInf; });
        row("p 1", [](GenerationRequest &r) { r.p = 1.0; });
        row("one frame", [](GenerationRequest &r) { r.frames = 1; });
        row("most frames", [](GenerationRequest &r) { r.frames = maxFrames(model()); });
        row("ratios 0 and 1", [](GenerationRequest &r) { r.ratiosPermille = {0, 0, 1000, 1000}; });
        row("guidance 1", [](GenerationRequest &r) { r.guidanceScale = 1.0; });
        row("other scripts",
            [](GenerationRequest &r) { r.prompt = "\xc3\xa4 \xe7\xba\xa2 \xf0\x9f\x8c\x9f"; });
        row("portrait", [](GenerationRequest &r) { r.aspect = {9, 16}; });
        row("own_step with full", [](GenerationRequest &r) {
            r.pruning.spatialRef = SpatialRef::OwnStep;
            r.pruning.compute = Compute::Full;
        });
        row("image", [](GenerationRequest &r) {
            r.condition = ConditionKind::Image;
            r.conditionLatentFrames = 1;
        });
        row("video", [](GenerationRequest &r) {
            r.condition = ConditionKind::Video;
            r.conditionLatentFrames = 4;
        });
    }
    void edgesAreValid()
    {
        QFETCH(Change, change);
        auto request = defaultRequest(model());
        change(request);
        const auto errors = validate(request, model());
        QVERIFY2(errors.empty(), errors.empty() ? "" : errors.front().detail.c_str());
    }

    void wrongFieldsAreNamed_data()
    {
        QTest::addColumn<Change>("change");
        QTest::addColumn<QString>("field");
        const auto row = [](const char *name, const char *field, Change change) {
            QTest::newRow(name) << change << field;
        };
        row("16 frames", "frames", [](GenerationRequest &r) { r.frames = 16; });
        row("0 frames", "frames", [](GenerationRequest &r) { r.frames = 0; });
        row("-3 frames", "frames", [](GenerationRequest &r) { r.frames = -3; });
        row("too many frames", "frames", [](GenerationRequest &r) { r.frames = maxFrames(model()) + 4; });
        row("huge frames", "frames",
            [](GenerationRequest &r) { r.frames = std::numeric_limits<int>::max(); });
        row("other size", "size", [](GenerationRequest &r) { r.size = "0.90M"; });
        row("no size", "size", [](GenerationRequest &r) { r.size.clear(); });
        row("ratio 1.2", "ratios", [](GenerationRequest &r) { r.ratiosPermille[3] = 1200; });
        row("ratio below 0", "ratios", [](GenerationRequest &r) { r.ratiosPermille[0] = -1; });
        row("p 0", "p", [](GenerationRequest &r) { r.p = 0.0; });
        row("p 0.5", "p", [](GenerationRequest &r) { r.p = 0.5; });
        row("p nan", "p", [](GenerationRequest &r) { r.p = kNaN; });
        row("p negative", "p", [](GenerationRequest &r) { r.p = -2.0; });
        row("guidance 0.5", "guidance_scale", [](GenerationRequest &r) { r.guidanceScale = 0.5; });
        row("guidance inf", "guidance_scale", [](GenerationRequest &r) { r.guidanceScale = kInf; });
        row("guidance nan", "guidance_scale", [](GenerationRequest &r) { r.guidanceScale = kNaN; });
        row("threshold nan", "apg_norm_threshold", [](GenerationRequest &r) { r.apgNormThreshold = kNaN; });
        row("tau 0", "tau_image", [](GenerationRequest &r) { r.tauImage = 0.0; });
        row("tau nan", "tau_video", [](GenerationRequest &r) { r.tauVideo = kNaN; });
        row("tau inf", "tau_video", [](GenerationRequest &r) { r.tauVideo = kInf; });
        row("aspect 0", "aspect", [](GenerationRequest &r) { r.aspect = {0, 9}; });
        row("aspect 100:1", "aspect", [](GenerationRequest &r) { r.aspect = {100, 1}; });
        row("negative seed", "seed", [](GenerationRequest &r) { r.seed = -1; });
        row("floor", "frame_floor", [](GenerationRequest &r) { r.pruning.frameFloor = 1.5; });
        row("eps", "eps", [](GenerationRequest &r) { r.pruning.eps = 0.0; });
        row("own_step", "spatial_ref",
            [](GenerationRequest &r) { r.pruning.spatialRef = SpatialRef::OwnStep; });
        row("zero byte", "prompt", [](GenerationRequest &r) { r.prompt = std::string("a\0b", 3); });
        row("no UTF-8", "prompt", [](GenerationRequest &r) { r.prompt = "a\xff"; });
        row("overlong slash", "prompt", [](GenerationRequest &r) { r.prompt = "\xe0\x80\xaf"; });
        row("surrogate", "negative_prompt", [](GenerationRequest &r) { r.negativePrompt = "\xed\xa0\x80"; });
        row("cut character", "prompt", [](GenerationRequest &r) { r.prompt = "a\xc3"; });
        row("video longer than a clip", "condition", [](GenerationRequest &r) {
            r.condition = ConditionKind::Video;
            r.conditionLatentFrames = 22;
            r.frames = 161;
        });
        row("endless prompt", "negative_prompt",
            [](GenerationRequest &r) { r.negativePrompt.assign((1 << 20) + 1, 'a'); });
        row("frames of nothing", "condition", [](GenerationRequest &r) { r.conditionLatentFrames = 1; });
        row("image of two frames", "condition", [](GenerationRequest &r) {
            r.condition = ConditionKind::Image;
            r.conditionLatentFrames = 2;
        });
        row("image and nothing else", "frames", [](GenerationRequest &r) {
            r.condition = ConditionKind::Image;
            r.conditionLatentFrames = 1;
            r.frames = 1;
        });
        row("video of one frame", "condition", [](GenerationRequest &r) {
            r.condition = ConditionKind::Video;
            r.conditionLatentFrames = 1;
        });
        row("video as long as the clip", "frames", [](GenerationRequest &r) {
            r.condition = ConditionKind::Video;
            r.conditionLatentFrames = 5;
        });
    }
    void wrongFieldsAreNamed()
    {
        QFETCH(Change, change);
        QFETCH(QString, field);
        auto request = defaultRequest(model());
        change(request);
        const auto errors = validate(request, model());
        QCOMPARE(errors.size(), std::size_t(1));
        QCOMPARE(QString::fromStdString(errors.front().field), field);
        QVERIFY(!errors.front().detail.empty());
        const auto status = checkRequest(request, model());
        QVERIFY(!status);
        QCOMPARE(status.error().code, ErrorCode::InvalidRequest);
        QVERIFY(status.error().detail.starts_with(errors.front().field + ": "));
    }

    // What a later clip attends to may not be pruned away.
    void aContextKeepsSomething()
    {
        auto config = model();
        config.schedule.framesPerClip = 4;
        config.schedule.imageRepetition.assign(11, 1);
        config.schedule.videoRepetition.assign(11, 1);
        auto request = defaultRequest(config);
        request.frames = 33; // two video clips
        request.ratiosPermille = {1000, 1000, 1000, 1000};
        request.pruning.contextKv = ContextKv::KeptOnly;
        const auto errors = validate(request, config);
        QCOMPARE(errors.size(), std::size_t(1));
        QCOMPARE(errors.front().field, std::string("ratios"));
        QVERIFY(errors.front().detail.starts_with("1 "));
        const auto isValid = [&](auto change) {
            auto other = request;
            change(other);
            return validate(other, config).empty();
        };
        QVERIFY(isValid([](auto &r) { r.frames = 17; })); // nobody reads the only video clip
        QVERIFY(isValid([](auto &r) { r.pruning.clips = ClipScope::Last; }));
        QVERIFY(isValid([](auto &r) { r.pruning.contextKv = ContextKv::Protect; }));
        QVERIFY(isValid([](auto &r) { r.pruning.contextKv = ContextKv::Recompute; }));
        QVERIFY(isValid([](auto &r) { r.method = Method::None; }));
        QVERIFY(isValid([](auto &r) { r.ratiosPermille = {999, 999, 999, 999}; }));
        config.schedule.videoRepetition.assign(11, 2); // the last repetition is whole
        QVERIFY(isValid([](auto &) {}));
    }

    void secondsAreRoundedHalfToEven_data()
    {
        QTest::addColumn<int>("frames");
        QTest::addColumn<int>("fps");
        QTest::addColumn<int>("seconds");
        QTest::newRow("17 at 16") << 17 << 16 << 1;
        QTest::newRow("81 at 16") << 81 << 16 << 5;
        QTest::newRow("half down to 0") << 9 << 16 << 0;
        QTest::newRow("half up to 2") << 25 << 16 << 2;
        QTest::newRow("half down to 2") << 41 << 16 << 2;
        QTest::newRow("above half") << 29 << 16 << 2;
        QTest::newRow("one frame") << 1 << 16 << 0;
        QTest::newRow("no rate") << 17 << 0 << 0;
    }
    void secondsAreRoundedHalfToEven()
    {
        QFETCH(int, frames);
        QFETCH(int, fps);
        QFETCH(int, seconds);
        QCOMPARE(int(clipSeconds(frames, fps)), seconds);
        const auto expected = QString("a%1b%1c{other}").arg(seconds);
        QCOMPARE(QString::fromStdString(expandPromptTemplate("a{seconds}b{seconds}c{other}", frames, fps)),
                 expected);
    }

    void slugsAreFileNames_data()
    {
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<QString>("slug");
        QTest::newRow("words") << "A red circle, moving right!"
                               << "a-red-circle-moving-right";
        QTest::newRow("empty") << ""
                               << "clip";
        QTest::newRow("marks") << "../..//."
                               << "clip";
        QTest::newRow("path") << "../etc/passwd"
                              << "etc-passwd";
        QTest::newRow("spaces") << "  a \t\n b  "
                                << "a-b";
        QTest::newRow("cut between words") << "one two three four five six seven eight nine ten eleven"
                                           << "one-two-three-four-five-six-seven-eight";
        QTest::newRow("one long word") << QString(100, 'x') << QString(40, 'x');
        QTest::newRow("other scripts")
            << QString::fromUtf8("Größe, 红色 圆") << QString::fromUtf8("größe-红色-圆");
        QTest::newRow("direction mark") << QString::fromUtf8("a\xe2\x80\xae"
                                                             "b")
                                        << "a-b";
    }
    void slugsAreFileNames()
    {
        QFETCH(QString, prompt);
        QFETCH(QString, slug);
        QCOMPARE(QString::fromStdString(slugOf(prompt.toStdString())), slug);
    }

    void slugsOfBrokenTextAreStillText()
    {
        QCOMPARE(slugOf("a\xff\xfe"
                        "b"),
                 std::string("a-b"));
        QCOMPARE(slugOf("\xc3"), std::string("clip"));
        QCOMPARE(slugOf("\xe0\x80\xaf"), std::string("clip")); // an overlong '/'
        const auto cut = slugOf(std::string(20, 'a') + std::string(30, '\xc3'), 40);
        QVERIFY(QString::fromStdString(cut).toStdString() == cut);
        std::string umlauts;
        for (int i = 0; i < 30; ++i)
            umlauts += "\xc3\xa4";
        QCOMPARE(slugOf("x" + umlauts, 40).size(), std::size_t(39)); // no half character
    }
};

QTEST_GUILESS_MAIN(TestValidate)
#include "tst_validate.moc"
