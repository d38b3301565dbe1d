// SPDX-License-Identifier: Apache-2.0
#include <QTest>

#include <limits>

#include <nlohmann/json.hpp>

#include "core/domain/option_names.h"
#include "core/store/recipe.h"
#include "core/store/request_json.h"

using namespace faststar;
using namespace faststar::store;

namespace
{

// Every member differs from its default.
GenerationRequest unusualRequest()
{
    GenerationRequest request;
    request.prompt = "a \"red\" circle\n\t\\ — 日本語 \x01";
    request.negativePrompt = "blur";
    request.seed = std::numeric_limits<std::int64_t>::max();
    request.size = "0.90M";
    request.aspect = {9, 16};
    request.frames = 81;
    request.guidance = Guidance::Cfg;
    request.guidanceScale = 3.1;
    request.apgNormThreshold = 0.1;
    request.tauImage = 0.7;
    request.tauVideo = 1.0 / 3.0;
    request.greedy = true;
    request.method = Method::None;
    request.ratiosPermille = {1, 333, 999, 1000};
    request.p = std::numeric_limits<double>::infinity();
    request.pruning.spatialRef = SpatialRef::PrevStep;
    request.pruning.temporalRef = TemporalRef::PrevFrame;
    request.pruning.topkScope = TopkScope::GlobalFloor;
    request.pruning.topkRound = TopkRound::Ceil;
    request.pruning.maskMode = MaskMode::ScoreFirst;
    request.pruning.maskUp = MaskUp::NearestUp;
    request.pruning.fill = Fill::NearestKept;
    request.pruning.apgStats = ApgStats::Frozen;
    request.pruning.contextKv = ContextKv::Recompute;
    request.pruning.clips = ClipScope::Last;
    request.pruning.compute = Compute::Full;
    request.pruning.frameFloor = 0.25;
    request.pruning.eps = 1e-12;
    request.condition = ConditionKind::Video;
    request.conditionPath = "in/clip é.mp4";
    request.conditionLatentFrames = 5;
    request.promptPrefix = "<<<t=5s>>>";
    request.promptSuffix = ", close-up";
    request.smoothFirstFrame = true;
    return request;
}

Recipe unusualRecipe()
{
    Recipe recipe;
    recipe.version = "0.1.0";
    recipe.model = {"demo", "00ff"};
    recipe.request = unusualRequest();
    recipe.device = "cpu";
    recipe.profile = "cpu-f32";
    recipe.versions = {{"torch", "2.11.0"}, {"libavcodec", "59.37.100"}};
    recipe.effective = {{"stale", "literal"}, {"temporal_ref", "first_clip_final"}};
    recipe.stoppedAfterSteps = 17;
    return recipe;
}

} // namespace

class TestRecipe : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void requestRoundTrip();
    void everyEnumerationValueRoundTrips();
    void absentKeysKeepDefaults();
    void recipeRoundTrip();
    void appSchemaVersionComeFirst();
    void brokenUtf8IsReplaced();
    void unknownKeysAreIgnored();
    void badRequestsAreRefused_data();
    void badRequestsAreRefused();
    void badRecipesAreRefused_data();
    void badRecipesAreRefused();
};

void TestRecipe::requestRoundTrip()
{
    for (const auto &request : {GenerationRequest{}, unusualRequest()}) {
        const auto again = requestFromJson(requestToJson(request), "test");
        QVERIFY2(again.has_value(), again ? "" : again.error().detail.c_str());
        QVERIFY(*again == request);
    }
}

template <typename Enum, typename Set> static void checkEveryValue(Set set)
{
    for (const auto &entry : optionTable(Enum{})) {
        GenerationRequest request;
        set(request, entry.value);
        const auto again = requestFromJson(requestToJson(request), "test");
        QVERIFY2(again.has_value(), again ? "" : again.error().detail.c_str());
        QVERIFY2(*again == request, std::string(entry.name).c_str());
    }
}

void TestRecipe::everyEnumerationValueRoundTrips()
{
    checkEveryValue<Guidance>([](auto &r, auto v) { r.guidance = v; });
    checkEveryValue<Method>([](auto &r, auto v) { r.method = v; });
    checkEveryValue<SpatialRef>([](auto &r, auto v) { r.pruning.spatialRef = v; });
    checkEveryValue<TemporalRef>([](auto &r, auto v) { r.pruning.temporalRef = v; });
    checkEveryValue<TopkScope>([](auto &r, auto v) { r.pruning.topkScope = v; });
    checkEveryValue<TopkRound>([](auto &r, auto v) { r.pruning.topkRound = v; });
    checkEveryValue<MaskMode>([](auto &r, auto v) { r.pruning.maskMode = v; });
    checkEveryValue<MaskUp>([](auto &r, auto v) { r.pruning.maskUp = v; });
    checkEveryValue<Fill>([](auto &r, auto v) { r.pruning.fill = v; });
    checkEveryValue<ApgStats>([](auto &r, auto v) { r.pruning.apgStats = v; });
    checkEveryValue<ContextKv>([](auto &r, auto v) { r.pruning.contextKv = v; });
    checkEveryValue<ClipScope>([](auto &r, auto v) { r.pruning.clips = v; });
    checkEveryValue<Compute>([](auto &r, auto v) { r.pruning.compute = v; });
    checkEveryValue<ConditionKind>([](auto &r, auto v) { r.condition = v; });
}

void TestRecipe::absentKeysKeepDefaults()
{
    const auto request = requestFromJson(R"({"prompt": "x", "pruning": {}})", "test");
    QVERIFY(request.has_value());
    GenerationRequest expected;
    expected.prompt = "x";
    QVERIFY(*request == expected);
}

void TestRecipe::recipeRoundTrip()
{
    for (const auto &recipe : {Recipe{}, unusualRecipe()}) {
        const auto again = recipeFromJson(recipeToJson(recipe), "test");
        QVERIFY2(again.has_value(), again ? "" : again.error().detail.c_str());
        QVERIFY(*again == recipe);
    }
}

void TestRecipe::appSchemaVersionComeFirst()
{
    const auto text = recipeToJson(unusualRecipe());
    QVERIFY(text.starts_with(R"({"app":"FastSTAR","schema":1,"version":"0.1.0",)"));
    QVERIFY(text.find('\n') == std::string::npos);
}

void TestRecipe::brokenUtf8IsReplaced()
{
    GenerationRequest request;
    request.prompt = "red \xFF circle";
    const auto again = requestFromJson(requestToJson(request), "test");
    QVERIFY(again.has_value());
    QCOMPARE(again->prompt, std::string("red \xEF\xBF\xBD circle"));
}

void TestRecipe::unknownKeysAreIgnored()
{
    auto document = nlohmann::json::parse(recipeToJson(unusualRecipe()));
    document["later"] = {1, 2, 3};
    document["request"]["later"] = "x";
    document["request"]["pruning"]["later"] = nullptr;
    const auto again = recipeFromJson(document.dump(), "test");
    QVERIFY(again.has_value());
    QVERIFY(*again == unusualRecipe());
}

void TestRecipe::badRequestsAreRefused_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("value"); // JSON; empty removes the key
    QTest::newRow("no prompt") << "/prompt"
                               << "";
    QTest::newRow("prompt is a number") << "/prompt"
                                        << "7";
    QTest::newRow("prompt too long") << "/prompt"
                                     << "\"" + QString(1100000, 'x') + "\"";
    QTest::newRow("negative seed") << "/seed"
                                   << "-1";
    QTest::newRow("seed beyond 63 bits") << "/seed"
                                         << "9223372036854775808";
    QTest::newRow("fractional seed") << "/seed"
                                     << "1.5";
    QTest::newRow("seed as text") << "/seed"
                                  << "\"1\"";
    QTest::newRow("aspect") << "/aspect"
                            << "\"16:0\"";
    QTest::newRow("aspect as number") << "/aspect"
                                      << "1.7";
    QTest::newRow("no frames") << "/frames"
                               << "0";
    QTest::newRow("endless frames") << "/frames"
                                    << "4294967313";
    QTest::newRow("guidance") << "/guidance"
                              << "\"magic\"";
    QTest::newRow("guidance_scale") << "/guidance_scale"
                                    << "0.5";
    QTest::newRow("huge guidance_scale") << "/guidance_scale"
                                         << "1e300";
    QTest::newRow("apg_norm_threshold") << "/apg_norm_threshold"
                                        << "-0.1";
    QTest::newRow("tau_image") << "/tau_image"
                               << "0";
    QTest::newRow("tau_video") << "/tau_video"
                               << "-1";
    QTest::newRow("greedy") << "/greedy"
                            << "1";
    QTest::newRow("method") << "/method"
                            << "\"telepathy\"";
    QTest::newRow("seven ratios") << "/ratios"
                                  << "[0,0,0,0,0,0,0]";
    QTest::newRow("ratio above one") << "/ratios"
                                     << "[0.2,0.3,0.4,1.2]";
    QTest::newRow("ratio below zero") << "/ratios"
                                      << "[0.2,0.3,0.4,-0.1]";
    QTest::newRow("ratio as text") << "/ratios"
                                   << "[0.2,0.3,0.4,\"0.7\"]";
    QTest::newRow("ratios no list") << "/ratios"
                                    << "{\"a\":1,\"b\":2,\"c\":3,\"d\":4}";
    QTest::newRow("p below one") << "/p"
                                 << "0.5";
    QTest::newRow("p as text") << "/p"
                               << "\"two\"";
    QTest::newRow("pruning no object") << "/pruning"
                                       << "[]";
    QTest::newRow("spatial_ref") << "/pruning/spatial_ref"
                                 << "\"nowhere\"";
    QTest::newRow("temporal_ref") << "/pruning/temporal_ref"
                                  << "null";
    QTest::newRow("frame_floor") << "/pruning/frame_floor"
                                 << "1.01";
    QTest::newRow("eps") << "/pruning/eps"
                         << "0";
    QTest::newRow("condition") << "/condition"
                               << "\"sound\"";
    QTest::newRow("condition_path") << "/condition_path"
                                    << "\"" + QString(5000, 'x') + "\"";
    QTest::newRow("condition_latent_frames") << "/condition_latent_frames"
                                             << "-1";
    QTest::newRow("smooth_first_frame") << "/smooth_first_frame"
                                        << "\"yes\"";
}

void TestRecipe::badRequestsAreRefused()
{
    QFETCH(QString, path);
    QFETCH(QString, value);
    auto document = nlohmann::json::parse(requestToJson(unusualRequest()));
    const nlohmann::json::json_pointer pointer(path.toStdString());
    if (value.isEmpty())
        document.erase(path.mid(1).toStdString());
    else
        document[pointer] = nlohmann::json::parse(value.toStdString());
    const auto request = requestFromJson(document.dump(), "job.json");
    QVERIFY(!request.has_value());
    QCOMPARE(int(request.error().code), int(ErrorCode::InvalidRequest));
    const auto detail = QString::fromStdString(request.error().detail);
    QVERIFY2(detail.startsWith("job.json: \"" + path.mid(1).replace('/', '.') + "\""), qPrintable(detail));
}

void TestRecipe::badRecipesAreRefused_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("words");
    const int corrupt = int(ErrorCode::CorruptFile);
    const int invalid = int(ErrorCode::InvalidRequest);
    const auto edited = [](const char *pointer, const nlohmann::json &value) {
        auto document = nlohmann::json::parse(recipeToJson(unusualRecipe()));
        document[nlohmann::json::json_pointer(pointer)] = value;
        return QString::fromStdString(document.dump());
    };
    const auto without = [](const char *key) {
        auto document = nlohmann::json::parse(recipeToJson(unusualRecipe()));
        document.erase(key);
        return QString::fromStdString(document.dump());
    };
    const auto whole = QString::fromStdString(recipeToJson(unusualRecipe()));
    QTest::newRow("nothing") << "" << corrupt << "not valid JSON";
    QTest::newRow("cut off") << whole.left(whole.size() - 1) << corrupt << "not valid JSON";
    QTest::newRow("something behind") << whole + "x" << corrupt << "not valid JSON";
    QTest::newRow("a list") << "[]" << corrupt << "not a JSON object";
    QTest::newRow("deep") << QString(100000, '[') << corrupt << "deep";
    QTest::newRow("long") << QString(9 << 20, ' ') << corrupt << "bytes of JSON";
    QTest::newRow("another program") << edited("/app", "painter") << corrupt << "not a recipe";
    QTest::newRow("no app") << without("app") << corrupt << "not a recipe";
    QTest::newRow("newer") << edited("/schema", 2) << int(ErrorCode::UnknownFormat) << "newer";
    QTest::newRow("schema zero") << edited("/schema", 0) << invalid << "\"schema\"";
    QTest::newRow("version") << edited("/version", 1) << invalid << "\"version\"";
    QTest::newRow("model") << edited("/model", "demo") << invalid << "\"model\"";
    QTest::newRow("no model") << without("model") << corrupt << "\"model\"";
    QTest::newRow("no request") << without("request") << corrupt << "\"request\"";
    QTest::newRow("model hash") << edited("/model/hash", 17) << invalid << "\"model.hash\"";
    QTest::newRow("request") << edited("/request", 17) << invalid << "\"request\"";
    QTest::newRow("inside the request") << edited("/request/frames", -3) << invalid << "\"request.frames\"";
    QTest::newRow("inside pruning") << edited("/request/pruning/fill", "x") << invalid
                                    << "\"request.pruning.fill\"";
    QTest::newRow("versions") << edited("/versions/torch", 2) << invalid << "\"versions\"";
    nlohmann::json many;
    for (int i = 0; i < 65; ++i)
        many[std::to_string(i)] = "1";
    QTest::newRow("many versions") << edited("/versions", many) << invalid << "\"versions\"";
    QTest::newRow("steps") << edited("/stopped_after_steps", -1) << invalid << "\"stopped_after_steps\"";
}

void TestRecipe::badRecipesAreRefused()
{
    QFETCH(QString, text);
    QFETCH(int, code);
    QFETCH(QString, words);
    const auto recipe = recipeFromJson(text.toStdString(), "clip.mp4");
    QVERIFY(!recipe.has_value());
    const auto detail = QString::fromStdString(recipe.error().detail);
    QVERIFY2(detail.startsWith("clip.mp4: ") && detail.contains(words), qPrintable(detail));
    QCOMPARE(int(recipe.error().code), code);
}

QTEST_GUILESS_MAIN(TestRecipe)
#include "tst_recipe.moc"
