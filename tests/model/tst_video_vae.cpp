// SPDX-License-Identifier: Apache-2.0
//
// The video autoencoder: golden cases, other configurations against a plain program, chunks, stop, errors.
#include <QTemporaryDir>
#include <QtTest>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <ATen/Context.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>

#include "core/model/checkpoint/weight_source.h"
#include "core/model/stop.h"
#include "core/model/video_vae.h"
#include "tests/model/vae_reference.h"
#include "tests/support/paths.h"

using namespace faststar;
using model::VideoVae;
using model::WeightSource;

Q_DECLARE_METATYPE(faststar::VaeConfig)

namespace
{

double relativeError(const at::Tensor &ours, const at::Tensor &expected)
{
    const at::Tensor truth = expected.to(at::kDouble);
    return ours.to(at::kDouble).sub(truth).norm().item<double>() / truth.norm().item<double>();
}

VaeConfig makeConfig(std::array<int, 5> channels, int layers)
{
    VaeConfig config;
    config.blockOutChannels = channels;
    config.layersPerBlock = layers;
    return config;
}

VaeConfig goldenConfig()
{
    return makeConfig({4, 8, 16, 16, 16}, 1);
}

at::Tensor readTensor(const std::filesystem::path &file, const std::string &name)
{
    const auto source = WeightSource::open(file);
    if (!source || source->find(name) == nullptr)
        qFatal("%s is not readable", file.c_str());
    return *source->load(name, source->find(name)->shape);
}

at::Tensor decodeAll(const VideoVae &vae, const at::Tensor &latent, int chunk, int *calls = nullptr)
{
    std::vector<at::Tensor> parts;
    vae.decode(
        latent, [&](const at::Tensor &frames) { parts.push_back(frames); }, {}, chunk);
    if (calls != nullptr)
        *calls = static_cast<int>(parts.size());
    return at::cat(parts, 1);
}

using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

NamedTensors namedTensors(const test::VaeReference &reference)
{
    return {reference.weights().begin(), reference.weights().end()};
}

Result<std::unique_ptr<VideoVae>> loadWritten(const QTemporaryDir &folder, const NamedTensors &tensors,
                                              const VaeConfig &config)
{
    const std::filesystem::path file = folder.filePath("vae.safetensors").toStdString();
    if (const Status status = model::writeSafetensors(file, tensors); !status)
        qFatal("%s", status.error().detail.c_str());
    const auto source = WeightSource::open(file);
    if (!source)
        qFatal("%s", source.error().detail.c_str());
    return VideoVae::load(*source, config);
}

} // namespace

class TestVideoVae : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { at::manual_seed(1); } // otherwise every run draws other numbers
    void initTestCase();
    void goldenDecode_data();
    void goldenDecode();
    void goldenEncode();
    void otherConfigurations_data();
    void otherConfigurations();
    void framesArriveChunkByChunk();
    void runsGiveTheSameBits();
    void encodeTellsProgress();
    void decodeStopsBetweenChunks();
    void encodeStopsAtAConvolution();
    void decodeStopsAtAConvolution();
    void missingTensorIsNamed();
    void wrongShapeIsNamed();
    void impossibleConfigurations_data();
    void impossibleConfigurations();
    void forecastGrowsWithTheClip();

private:
    std::unique_ptr<VideoVae> m_golden;
};

void TestVideoVae::initTestCase()
{
    const auto source = WeightSource::open(test::goldenDir() / "model_a" / "videovae.safetensors");
    QVERIFY(source.has_value());
    auto vae = VideoVae::load(*source, goldenConfig());
    QVERIFY2(vae.has_value(), vae ? "" : vae.error().detail.c_str());
    m_golden = std::move(*vae);
}

void TestVideoVae::goldenDecode_data()
{
    QTest::addColumn<QString>("name");
    for (const char *name : {"vae_decode", "vae_decode_even", "vae_decode_image"})
        QTest::addRow("%s", name) << name;
}

void TestVideoVae::goldenDecode()
{
    QFETCH(QString, name);
    const std::filesystem::path folder = test::goldenDir() / name.toStdString();
    const at::Tensor latent = readTensor(folder / "inputs.safetensors", "latent");
    const at::Tensor expected = readTensor(folder / "expected.safetensors", "video");
    const at::Tensor whole = decodeAll(*m_golden, latent, 100);
    QVERIFY2(relativeError(whole, expected) < 1e-5,
             qPrintable(QString::number(relativeError(whole, expected))));
    for (const int chunk : {0, 1, 2, 3})
        QVERIFY2(relativeError(decodeAll(*m_golden, latent, chunk), whole) < 1e-6,
                 qPrintable(QString::number(chunk)));
}

void TestVideoVae::goldenEncode()
{
    const std::filesystem::path folder = test::goldenDir() / "vae_encode";
    const at::Tensor video = readTensor(folder / "inputs.safetensors", "video");
    const at::Tensor expected = readTensor(folder / "expected.safetensors", "latent");
    const at::Tensor whole = m_golden->encode(video, {}, {}, 100);
    QVERIFY2(relativeError(whole, expected) < 1e-5,
             qPrintable(QString::number(relativeError(whole, expected))));
    for (const int chunk : {0, 4, 8})
        QVERIFY2(relativeError(m_golden->encode(video, {}, {}, chunk), whole) < 1e-6,
                 qPrintable(QString::number(chunk)));
}

void TestVideoVae::otherConfigurations_data()
{
    QTest::addColumn<VaeConfig>("config");
    QTest::addColumn<int>("latentFrames");
    QTest::addRow("deeper") << makeConfig({4, 8, 16, 16, 16}, 2) << 3;
    QTest::addRow("equal channels, even count") << makeConfig({8, 8, 8, 8, 8}, 1) << 4;
    QTest::addRow("four times the channels") << makeConfig({4, 16, 16, 32, 32}, 1) << 2;
    QTest::addRow("odd widths") << makeConfig({12, 24, 24, 48, 48}, 1) << 3;
    VaeConfig lessSpace = makeConfig({4, 8, 8, 8, 8}, 1);
    lessSpace.spatialCompression = {2, 2};
    QTest::addRow("two levels of space") << lessSpace << 3;
    VaeConfig lessTime = makeConfig({4, 8, 16, 16, 16}, 1);
    lessTime.temporalCompression = {2};
    lessTime.latentChannels = 6;
    QTest::addRow("one level of time, other latent") << lessTime << 4;
    VaeConfig moreTime = makeConfig({4, 8, 16, 16, 16}, 1);
    moreTime.temporalCompression = {2, 2, 2};
    QTest::addRow("three levels of time") << moreTime << 3;
}

void TestVideoVae::otherConfigurations()
{
    QFETCH(VaeConfig, config);
    QFETCH(int, latentFrames);
    const test::VaeReference reference(config);
    const QTemporaryDir folder;
    const auto vae = loadWritten(folder, namedTensors(reference), config);
    QVERIFY2(vae.has_value(), vae ? "" : vae.error().detail.c_str());

    const at::Tensor latent =
        at::randn({std::int64_t{4} * config.latentChannels, latentFrames, 2, 3}, at::kFloat);
    const at::Tensor frames = reference.decode(latent);
    for (const int chunk : {1, 2, 100}) {
        const double error = relativeError(decodeAll(**vae, latent, chunk), frames);
        QVERIFY2(error < 1e-5, qPrintable(QString("decode in %1: %2").arg(chunk).arg(error)));
    }
    const at::Tensor video = at::rand(frames.sizes(), at::kFloat).mul(2).sub(1);
    const at::Tensor expected = reference.encode(video);
    QCOMPARE(expected.sizes(), latent.sizes());
    const int stride = 1 << config.temporalCompression.size();
    for (const int chunk : {stride, 2 * stride, 100 * stride}) {
        const double error = relativeError((*vae)->encode(video, {}, {}, chunk), expected);
        QVERIFY2(error < 1e-5, qPrintable(QString("encode in %1: %2").arg(chunk).arg(error)));
    }
}

void TestVideoVae::framesArriveChunkByChunk()
{
    const at::Tensor latent = at::randn({64, 5, 2, 2}, at::kFloat);
    std::vector<std::int64_t> counts;
    m_golden->decode(
        latent,
        [&](const at::Tensor &frames) {
            QCOMPARE(frames.size(0), 3);
            QCOMPARE(frames.size(2), 32);
            QVERIFY(frames.is_contiguous());
            counts.push_back(frames.size(1));
        },
        {}, 2);
    QCOMPARE(counts, (std::vector<std::int64_t>{5, 8, 4}));
}

void TestVideoVae::runsGiveTheSameBits()
{
    const at::Tensor latent = at::randn({64, 3, 3, 5}, at::kFloat);
    const at::Tensor once = decodeAll(*m_golden, latent, 0);
    QVERIFY(once.equal(decodeAll(*m_golden, latent, 0)));
    const at::Tensor video = at::rand({3, 9, 48, 80}, at::kFloat);
    QVERIFY(m_golden->encode(video, {}, {}).equal(m_golden->encode(video, {}, {})));
}

void TestVideoVae::encodeTellsProgress()
{
    std::vector<double> seen;
    const at::Tensor video = at::rand({3, 13, 32, 32}, at::kFloat);
    (void)m_golden->encode(
        video, [&](double fraction) { seen.push_back(fraction); }, {}, 4);
    QVERIFY(seen.size() > 30);
    QVERIFY(std::is_sorted(seen.begin(), seen.end()));
    QVERIFY(seen.front() > 0);
    QCOMPARE(seen.back(), 1.0);
}

void TestVideoVae::decodeStopsBetweenChunks()
{
    std::stop_source stop;
    int calls = 0;
    const auto sink = [&](const at::Tensor &) {
        ++calls;
        stop.request_stop();
    };
    QVERIFY_EXCEPTION_THROWN(
        m_golden->decode(at::randn({64, 3, 2, 2}, at::kFloat), sink, stop.get_token(), 1),
        model::StopRequested);
    QCOMPARE(calls, 1);
}

void TestVideoVae::decodeStopsAtAConvolution()
{
    std::stop_source stop;
    stop.request_stop();
    int calls = 0;
    const auto sink = [&](const at::Tensor &) { ++calls; };
    QVERIFY_EXCEPTION_THROWN(m_golden->decode(at::randn({64, 1, 2, 2}, at::kFloat), sink, stop.get_token()),
                             model::StopRequested);
    QCOMPARE(calls, 0);
}

void TestVideoVae::encodeStopsAtAConvolution()
{
    std::stop_source stop;
    int convolutions = 0;
    const auto progress = [&](double) {
        if (++convolutions == 5)
            stop.request_stop();
    };
    const at::Tensor video = at::rand({3, 1, 32, 32}, at::kFloat);
    QVERIFY_EXCEPTION_THROWN((void)m_golden->encode(video, progress, stop.get_token()), model::StopRequested);
    QCOMPARE(convolutions, 5);
}

void TestVideoVae::missingTensorIsNamed()
{
    const QTemporaryDir folder;
    NamedTensors tensors = namedTensors(test::VaeReference(goldenConfig()));
    const std::string name = "decoder.up_blocks.2.resnets.1.norm2.conv_y.conv.bias";
    std::erase_if(tensors, [&](const auto &tensor) { return tensor.first == name; });
    const auto vae = loadWritten(folder, tensors, goldenConfig());
    QVERIFY(!vae.has_value());
    QCOMPARE(vae.error().code, ErrorCode::ModelMismatch);
    QVERIFY2(vae.error().detail.find(name) != std::string::npos, vae.error().detail.c_str());
}

void TestVideoVae::wrongShapeIsNamed()
{
    const QTemporaryDir folder;
    const test::VaeReference reference(makeConfig({4, 8, 16, 16, 16}, 1));
    const auto vae = loadWritten(folder, namedTensors(reference), makeConfig({4, 8, 16, 32, 32}, 1));
    QVERIFY(!vae.has_value());
    QCOMPARE(vae.error().code, ErrorCode::ModelMismatch);
    QVERIFY2(vae.error().detail.find("decoder.conv_in.conv.weight") != std::string::npos,
             vae.error().detail.c_str());
}

void TestVideoVae::impossibleConfigurations_data()
{
    QTest::addColumn<VaeConfig>("config");
    QTest::addRow("no channels") << makeConfig({0, 8, 16, 16, 16}, 1);
    QTest::addRow("too many channels") << makeConfig({1 << 20, 1 << 20, 1 << 20, 1 << 20, 1 << 20}, 1);
    QTest::addRow("no layers") << makeConfig({4, 8, 16, 16, 16}, 0);
    QTest::addRow("last levels differ") << makeConfig({4, 8, 16, 16, 32}, 1);
    QTest::addRow("not a quarter") << makeConfig({4, 6, 16, 16, 16}, 1);
    QTest::addRow("more than four times") << makeConfig({4, 32, 32, 32, 32}, 1);
    VaeConfig config = goldenConfig();
    config.spatialCompression = {2, 2, 2, 2};
    QTest::addRow("four levels") << config;
    config.spatialCompression = {2, 2};
    config.temporalCompression = {2, 2, 2};
    config.blockOutChannels = {4, 8, 8, 8, 8};
    QTest::addRow("more time than space") << config;
    config = goldenConfig();
    config.spatialCompression = {2, 4, 2};
    QTest::addRow("factor four") << config;
    config = goldenConfig();
    config.spatialCompression = {2};
    config.temporalCompression = {2};
    QTest::addRow("channels change, space does not") << config;
    config = goldenConfig();
    config.latentChannels = -16;
    QTest::addRow("negative latent") << config;
}

void TestVideoVae::impossibleConfigurations()
{
    QFETCH(VaeConfig, config);
    const auto source = WeightSource::open(test::goldenDir() / "model_a" / "videovae.safetensors");
    QVERIFY(source.has_value());
    const auto vae = VideoVae::load(*source, config);
    QVERIFY(!vae.has_value());
    QCOMPARE(vae.error().code, ErrorCode::ModelMismatch);
    QVERIFY2(vae.error().detail.starts_with("video autoencoder: "), vae.error().detail.c_str());
}

void TestVideoVae::forecastGrowsWithTheClip()
{
    const VaeConfig config = makeConfig({16, 32, 64, 64, 64}, 1);
    const std::int64_t demo = VideoVae::workingBytes(config, 5, 12, 21);
    QVERIFY(demo > std::int64_t{50} << 20);
    QVERIFY(demo < std::int64_t{500} << 20);
    QVERIFY(VideoVae::workingBytes(config, 5, 12, 21, 1) < VideoVae::workingBytes(config, 5, 12, 21, 5));
    QVERIFY(VideoVae::workingBytes(config, 5, 24, 42) > 3 * demo);
    // Long clips are cut, so their length costs nothing.
    QCOMPARE(VideoVae::workingBytes(config, 41, 12, 21), VideoVae::workingBytes(config, 21, 12, 21));
}

QTEST_GUILESS_MAIN(TestVideoVae)
#include "tst_video_vae.moc"
