// SPDX-License-Identifier: Apache-2.0
#include <QtTest>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStandardPaths>

#include "core/media/video_writer.h"
#include "tests/support/pictures.h"
#include "tests/support/scratch.h"

using namespace faststar;
using media::VideoSettings;
using media::VideoWriter;
using test::ScratchFolder;

namespace
{

constexpr int kWidth = 96;
constexpr int kHeight = 64;

Status writeWaves(const std::filesystem::path &path, int frames, const VideoSettings &settings = {},
                  int width = kWidth, int height = kHeight)
{
    VideoWriter writer;
    if (auto opened = writer.open(path, width, height, settings); !opened)
        return opened;
    for (int i = 0; i < frames; ++i) {
        if (auto added = writer.addFrame(test::waves(width, height, i)); !added)
            return added;
    }
    return writer.finish();
}

QJsonObject probe(const std::filesystem::path &path)
{
    QProcess process;
    process.start("ffprobe", {"-v", "error", "-count_frames", "-show_streams", "-show_format", "-of", "json",
                              QString::fromStdString(path.string())});
    process.waitForFinished();
    return QJsonDocument::fromJson(process.readAllStandardOutput()).object();
}

// The names of the file's outermost boxes, in order.
QStringList boxes(const std::string &bytes)
{
    QStringList names;
    for (std::size_t at = 0; at + 8 <= bytes.size();) {
        std::size_t size = 0;
        for (std::size_t i = 0; i < 4; ++i)
            size = size << 8 | std::uint8_t(bytes[at + i]);
        names << QString::fromLatin1(bytes.data() + at + 4, 4);
        if (size < 8)
            break;
        at += size;
    }
    return names;
}

} // namespace

class TestVideoWriter : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void otherProgramsSeeWhatWasMeant()
    {
        if (QStandardPaths::findExecutable("ffprobe").isEmpty())
            QSKIP("ffprobe is not installed");
        const ScratchFolder folder;
        const QString recipe =
            "{\"app\":\"FastSTAR Studio\",\"schema\":1,\"prompt\":\"größer \\\"=;#\\\"\\n" +
            QString(70'000, 'x') + "\"}";
        VideoSettings settings;
        settings.metadata = {{"faststar", recipe.toStdString()}, {"comment", "a red circle, seed 7"}};
        QVERIFY(writeWaves(folder / "a: b.mp4", 33, settings));
        const auto info = probe(folder / "a: b.mp4");
        const auto streams = info["streams"].toArray();
        QCOMPARE(streams.size(), 1);
        const auto video = streams[0].toObject();
        QCOMPARE(video["codec_name"].toString(), QString("h264"));
        QCOMPARE(video["pix_fmt"].toString(), QString("yuv420p"));
        QCOMPARE(video["color_range"].toString(), QString("tv"));
        QCOMPARE(video["color_space"].toString(), QString("bt709"));
        QCOMPARE(video["color_primaries"].toString(), QString("bt709"));
        QCOMPARE(video["color_transfer"].toString(), QString("bt709"));
        QCOMPARE(video["chroma_location"].toString(), QString("left"));
        QCOMPARE(video["width"].toInt(), kWidth);
        QCOMPARE(video["height"].toInt(), kHeight);
        QCOMPARE(video["nb_read_frames"].toString(), QString("33"));
        QCOMPARE(video["r_frame_rate"].toString(), QString("16/1"));
        QCOMPARE(video["avg_frame_rate"].toString(), QString("16/1"));
        QCOMPARE(video["start_time"].toString().toDouble(), 0.0);
        QCOMPARE(video["duration"].toString().toDouble(), 33.0 / 16.0);
        const auto tags = info["format"].toObject()["tags"].toObject();
        QCOMPARE(tags["faststar"].toString(), recipe);
        QCOMPARE(tags["comment"].toString(), QString("a red circle, seed 7"));
        QVERIFY(!tags.contains("creation_time"));
        QVERIFY(!tags.contains("encoder"));
        const auto order = boxes(test::readBytes(folder / "a: b.mp4"));
        QVERIFY(order.contains("mdat"));
        QVERIFY2(order.indexOf("moov") < order.indexOf("mdat"), qPrintable(order.join(' ')));
        QCOMPARE(folder.names().size(), std::size_t(1));
    }

    void equalInputGivesEqualFiles()
    {
        const ScratchFolder folder;
        VideoSettings settings;
        settings.metadata = {{"faststar", "{}"}};
        QVERIFY(writeWaves(folder / "a.mp4", 20, settings));
        QVERIFY(writeWaves(folder / "b.mp4", 20, settings));
        QVERIFY(test::readBytes(folder / "a.mp4") == test::readBytes(folder / "b.mp4"));
    }

    void oneFrameIsAVideo()
    {
        const ScratchFolder folder;
        QVERIFY(writeWaves(folder / "a.mp4", 1));
        const auto video = probe(folder / "a.mp4")["streams"].toArray()[0].toObject();
        QCOMPARE(video["nb_read_frames"].toString(), QString("1"));
        QCOMPARE(video["duration"].toString().toDouble(), 1.0 / 16.0);
    }

    void oddSizesArePadded()
    {
        const ScratchFolder folder;
        VideoWriter writer;
        QVERIFY(writer.open(folder / "a.mp4", 51, 33, {}));
        QCOMPARE(writer.codedWidth(), 52);
        QCOMPARE(writer.codedHeight(), 34);
        QVERIFY(writer.addFrame(test::waves(51, 33, 0)));
        QVERIFY(writer.finish());
        const auto video = probe(folder / "a.mp4")["streams"].toArray()[0].toObject();
        QCOMPARE(video["width"].toInt(), 52);
        QCOMPARE(video["height"].toInt(), 34);
    }

    void fallsBackAndSaysSo_data()
    {
        QTest::addColumn<QStringList>("order");
        QTest::addColumn<QString>("chosen");
        QTest::addColumn<QString>("codec");
        QTest::newRow("unknown first") << QStringList{"no_such_encoder", "mpeg4"} << "mpeg4"
                                       << "mpeg4";
        QTest::newRow("not a video encoder") << QStringList{"aac", "mpeg4"} << "mpeg4"
                                             << "mpeg4";
        QTest::newRow("MP4 cannot hold it") << QStringList{"rawvideo", "mpeg4"} << "mpeg4"
                                            << "mpeg4";
    }
    void fallsBackAndSaysSo()
    {
        QFETCH(QStringList, order);
        QFETCH(QString, chosen);
        QFETCH(QString, codec);
        const ScratchFolder folder;
        VideoSettings settings;
        for (const auto &name : order)
            settings.encoders.push_back(name.toStdString());
        VideoWriter writer;
        const auto opened = writer.open(folder / "a.mp4", kWidth, kHeight, settings);
        QVERIFY2(opened, opened ? "" : opened.error().detail.c_str());
        QCOMPARE(QString::fromStdString(writer.encoderName()), chosen);
        for (int i = 0; i < 3; ++i)
            QVERIFY(writer.addFrame(test::waves(kWidth, kHeight, i)));
        QVERIFY(writer.finish());
        const auto video = probe(folder / "a.mp4")["streams"].toArray()[0].toObject();
        QCOMPARE(video["codec_name"].toString(), codec);
        QCOMPARE(video["nb_read_frames"].toString(), QString("3"));
    }

    void listsItsEncoders()
    {
        const auto names = media::availableEncoders();
        QVERIFY(std::find(names.begin(), names.end(), "mpeg4") != names.end());
        VideoWriter writer;
        const ScratchFolder folder;
        QVERIFY(writer.open(folder / "a.mp4", kWidth, kHeight, {}));
        QVERIFY(std::find(names.begin(), names.end(), writer.encoderName()) != names.end());
    }

    void noEncoderIsAnError()
    {
        const ScratchFolder folder;
        VideoSettings settings;
        settings.encoders = {"no_such_encoder", "rawvideo"};
        const auto status = writeWaves(folder / "a.mp4", 1, settings);
        QVERIFY(!status);
        QCOMPARE(status.error().code, ErrorCode::Unsupported);
        QVERIFY(status.error().detail.find("no_such_encoder") != std::string::npos);
        QVERIFY(folder.names().empty());
    }

    void badRequests()
    {
        const ScratchFolder folder;
        const auto code = [&](int width, int height, const VideoSettings &settings) {
            VideoWriter writer;
            const auto status = writer.open(folder / "a.mp4", width, height, settings);
            return status ? ErrorCode::Internal : status.error().code;
        };
        QCOMPARE(code(0, 64, {}), ErrorCode::InvalidRequest);
        QCOMPARE(code(64, -2, {}), ErrorCode::InvalidRequest);
        QCOMPARE(code(20'000, 64, {}), ErrorCode::InvalidRequest);
        QCOMPARE(code(64, 64, {.fps = 0}), ErrorCode::InvalidRequest);
        QCOMPARE(code(64, 64, {.crf = 52}), ErrorCode::InvalidRequest);
        QCOMPARE(code(64, 64, {.preset = "quick"}), ErrorCode::InvalidRequest);
        VideoWriter writer;
        QVERIFY(writer.open(folder / "a.mp4", 64, 64, {}));
        QCOMPARE(writer.addFrame(test::waves(64, 62, 0)).error().code, ErrorCode::InvalidRequest);
        QVERIFY(writer.addFrame(test::waves(64, 64, 0))); // still usable
        QCOMPARE(VideoWriter().addFrame(test::waves(64, 64, 0)).error().code, ErrorCode::Internal);
    }

    void unfinishedFilesVanish()
    {
        const ScratchFolder folder;
        {
            VideoWriter writer;
            QVERIFY(writer.open(folder / "a.mp4", kWidth, kHeight, {}));
            QVERIFY(writer.addFrame(test::waves(kWidth, kHeight, 0)));
            QCOMPARE(folder.names().size(), std::size_t(1));
        }
        QVERIFY(folder.names().empty());
        QCOMPARE(writeWaves(folder / "a.mp4", 0).error().code, ErrorCode::InvalidRequest);
        QVERIFY(folder.names().empty());
    }

    void neverOverwritesUnlessTold()
    {
        const ScratchFolder folder;
        test::writeBytes(folder / "a.mp4", "precious");
        QCOMPARE(writeWaves(folder / "a.mp4", 1).error().code, ErrorCode::AlreadyExists);
        QCOMPARE(test::readBytes(folder / "a.mp4"), std::string("precious"));
        VideoSettings settings;
        settings.existing = files::Existing::Replace;
        QVERIFY(writeWaves(folder / "a.mp4", 1, settings));
        QVERIFY(test::readBytes(folder / "a.mp4") != "precious");
    }

    void aFullDiskLeavesNothing_data()
    {
        QTest::addColumn<qint64>("bytes");
        QTest::addColumn<bool>("early"); // seen by addFrame, before the rest is encoded for nothing
        QTest::newRow("at once") << qint64(10) << true;
        QTest::newRow("while writing frames") << qint64(40'000) << true;
        QTest::newRow("while moving the index") << qint64(-20) << false;
    }
    void aFullDiskLeavesNothing()
    {
        QFETCH(qint64, bytes);
        QFETCH(bool, early);
        const ScratchFolder folder;
        bool reachedTheEnd = false;
        const auto writeNoise = [&](const std::filesystem::path &path) {
            VideoWriter writer;
            auto status = writer.open(path, kWidth, kHeight, {});
            for (std::uint32_t i = 0; status && i < 100; ++i)
                status = writer.addFrame(test::noise(kWidth, kHeight, i));
            reachedTheEnd = status.has_value();
            return status ? writer.finish() : status;
        };
        if (bytes < 0) {
            QVERIFY(writeNoise(folder / "whole.mp4"));
            bytes += qint64(std::filesystem::file_size(folder / "whole.mp4"));
            std::filesystem::remove(folder / "whole.mp4");
        }
        Status status;
        {
            const test::FileSizeLimit full{rlim_t(bytes)};
            status = writeNoise(folder / "a.mp4");
        }
        QVERIFY(!status);
        QCOMPARE(status.error().code, ErrorCode::WriteFailed);
        QCOMPARE(reachedTheEnd, !early);
        QVERIFY(folder.names().empty());
    }

    void aFailedWriterLetsGo()
    {
        const ScratchFolder folder;
        VideoWriter writer;
        QVERIFY(writer.open(folder / "a.mp4", kWidth, kHeight, {}));
        {
            const test::FileSizeLimit full(40'000);
            Status status;
            for (std::uint32_t i = 0; status && i < 200; ++i)
                status = writer.addFrame(test::noise(kWidth, kHeight, i));
            QVERIFY(!status);
        }
        QVERIFY(folder.names().empty()); // though the writer lives on
        QVERIFY(!writer.finish());
        QVERIFY(writer.open(folder / "b.mp4", kWidth, kHeight, {}));
    }
};

QTEST_GUILESS_MAIN(TestVideoWriter)
#include "tst_video_writer.moc"
