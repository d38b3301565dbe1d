// SPDX-License-Identifier: Apache-2.0
#include <QtTest>

#include <QProcess>
#include <QStandardPaths>

#include "core/domain/resample.h"
#include "core/media/video_reader.h"
#include "core/media/video_writer.h"
#include "tests/support/pictures.h"
#include "tests/support/scratch.h"

using namespace faststar;
using media::TailRequest;
using media::VideoSettings;
using media::VideoWriter;
using test::ScratchFolder;

namespace
{

Status write(const std::filesystem::path &path, const std::vector<Image> &frames,
             const VideoSettings &settings = {})
{
    VideoWriter writer;
    if (auto opened = writer.open(path, frames[0].width, frames[0].height, settings); !opened)
        return opened;
    for (const auto &frame : frames) {
        if (auto added = writer.addFrame(frame); !added)
            return added;
    }
    return writer.finish();
}

std::vector<Image> waves(int count, int width = 96, int height = 64)
{
    std::vector<Image> frames;
    frames.reserve(std::size_t(count));
    for (int i = 0; i < count; ++i)
        frames.push_back(test::waves(width, height, i));
    return frames;
}

// A frame that says its own number: its grey is 5 times it.
Image numbered(int number)
{
    return test::filled(64, 48, std::uint8_t(5 * number), std::uint8_t(5 * number), std::uint8_t(5 * number));
}
int numberOf(const Image &image)
{
    return (*test::pixel(image, image.width / 2, image.height / 2) + 2) / 5;
}

std::vector<Image> numberedFrames(int count)
{
    std::vector<Image> frames;
    frames.reserve(std::size_t(count));
    for (int i = 0; i < count; ++i)
        frames.push_back(numbered(i));
    return frames;
}

std::vector<double> every(double step, int count)
{
    std::vector<double> times;
    times.reserve(std::size_t(count));
    for (int i = 0; i < count; ++i)
        times.push_back(i * step);
    return times;
}

template <typename T> QString outcome(const Result<T> &result)
{
    return result ? QString("read") : QString::fromStdString(result.error().detail);
}

} // namespace

class TestVideoReader : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void framesComeBack()
    {
        const ScratchFolder folder;
        const auto frames = waves(33);
        QVERIFY(write(folder / "a.mp4", frames));
        const auto video = media::readVideo(folder / "a.mp4");
        QVERIFY2(video, qPrintable(outcome(video)));
        QCOMPARE(video->frames.size(), frames.size());
        QCOMPARE(video->fps, 16.0);
        for (std::size_t i = 0; i < frames.size(); ++i) {
            const double quality = test::psnr(video->frames[i].image, frames[i]);
            QVERIFY2(quality > 34.0, qPrintable(QString("frame %1: %2 dB").arg(i).arg(quality)));
            QCOMPARE(video->frames[i].seconds, double(i) / 16.0);
        }
    }

    void coloursAreRight_data()
    {
        QTest::addColumn<QList<int>>("rgb");
        QTest::newRow("red") << QList<int>{255, 0, 0};
        QTest::newRow("green") << QList<int>{0, 255, 0};
        QTest::newRow("blue") << QList<int>{0, 0, 255};
        QTest::newRow("white") << QList<int>{255, 255, 255};
        QTest::newRow("black") << QList<int>{0, 0, 0};
        QTest::newRow("skin") << QList<int>{224, 172, 130};
    }
    void coloursAreRight()
    {
        QFETCH(QList<int>, rgb);
        const ScratchFolder folder;
        const auto patch =
            test::filled(64, 48, std::uint8_t(rgb[0]), std::uint8_t(rgb[1]), std::uint8_t(rgb[2]));
        QVERIFY(write(folder / "a.mp4", {patch, patch}));
        const auto video = media::readVideo(folder / "a.mp4");
        QVERIFY(video);
        for (int c = 0; c < 3; ++c)
            QVERIFY(std::abs(int(test::pixel(video->frames[1].image, 20, 20)[c]) - rgb[c]) <= 3);
    }

    // Another program's opinion, so that writer and reader cannot be wrong together.
    void otherProgramsSeeTheSameColours()
    {
        if (QStandardPaths::findExecutable("ffmpeg").isEmpty())
            QSKIP("ffmpeg is not installed");
        const ScratchFolder folder;
        // Red to the left, blue to the right: also shows where chroma is sited.
        auto patch = test::filled(64, 48, 255, 0, 0);
        for (int y = 0; y < 48; ++y) {
            for (int x = 32; x < 64; ++x)
                std::copy_n(test::filled(1, 1, 0, 0, 255).rgb.data(), 3, test::pixel(patch, x, y));
        }
        QVERIFY(write(folder / "a.mp4", {patch}, {.crf = 1}));
        QProcess process;
        process.start("ffmpeg", {"-v", "error", "-i", QString::fromStdString((folder / "a.mp4").string()),
                                 "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"});
        process.waitForFinished();
        const auto yuv = process.readAllStandardOutput();
        QCOMPARE(yuv.size(), qsizetype(64 * 48 * 3 / 2));
        const auto luma = [&](int x) { return int(std::uint8_t(yuv[20 * 64 + x])); };
        const auto red = [&](int x) { return int(std::uint8_t(yuv[64 * 48 + 32 * 24 + 10 * 32 + x])); };
        QVERIFY(std::abs(luma(10) - 63) <= 1); // BT.709: 16 + 219 * 0.2126
        QVERIFY(std::abs(luma(50) - 32) <= 1); // 16 + 219 * 0.0722
        QVERIFY(std::abs(red(5) - 240) <= 1);
        QVERIFY(std::abs(red(25) - 118) <= 1);
        // Sample 16 lies on pixel 32: a quarter of it is red. Sited between 32 and 33 it would be all blue.
        QVERIFY2(std::abs(red(16) - 149) <= 4, qPrintable(QString::number(red(16))));
    }

    void tailsAreChosenByTime_data()
    {
        QTest::addColumn<QList<double>>("times");
        QTest::addColumn<int>("frames");
        QTest::addColumn<QList<int>>("expected");
        const auto list = [](const std::vector<double> &times) {
            return QList<double>(times.begin(), times.end());
        };
        QTest::newRow("the same rate") << list(every(1 / 16.0, 20)) << 5 << QList<int>{15, 16, 17, 18, 19};
        QTest::newRow("twice the rate")
            << list(every(1 / 32.0, 33)) << 9 << QList<int>{16, 18, 20, 22, 24, 26, 28, 30, 32};
        QTest::newRow("half the rate") << list(every(1 / 8.0, 6)) << 5 << QList<int>{3, 3, 4, 4, 5};
        // 30 a second: 1.875 frames back each time.
        QTest::newRow("30 to 16") << list(every(1 / 30.0, 31)) << 9
                                  << QList<int>{15, 17, 19, 21, 22, 24, 26, 28, 30};
        QTest::newRow("uneven") << QList<double>{0.0, 0.9, 1.0, 1.05, 1.2, 1.25} << 5
                                << QList<int>{2, 3, 3, 4, 5};
        QTest::newRow("eight give five") << list(every(1 / 16.0, 8)) << 17 << QList<int>{3, 4, 5, 6, 7};
        QTest::newRow("four give one") << list(every(1 / 16.0, 4)) << 17 << QList<int>{3};
        QTest::newRow("a still") << QList<double>{0.0} << 17 << QList<int>{0};
        QTest::newRow("equal times") << QList<double>{0.0, 0.0, 0.0} << 5 << QList<int>{2};
        QTest::newRow("nothing") << QList<double>{} << 5 << QList<int>{};
    }
    void tailsAreChosenByTime()
    {
        QFETCH(QList<double>, times);
        QFETCH(int, frames);
        QFETCH(QList<int>, expected);
        QList<int> actual;
        for (const auto index : media::tailIndices({times.begin(), times.end()}, frames, 16.0))
            actual << int(index);
        QCOMPARE(actual, expected);
    }

    void tailsOfFiles_data()
    {
        QTest::addColumn<int>("fps");
        QTest::addColumn<int>("count");
        QTest::addColumn<QList<int>>("expected");
        QTest::newRow("own rate") << 16 << 40 << QList<int>{35, 36, 37, 38, 39};
        QTest::newRow("30 fps") << 30 << 40 << QList<int>{31, 33, 35, 37, 39};
        QTest::newRow("8 fps") << 8 << 40 << QList<int>{37, 37, 38, 38, 39};
        QTest::newRow("2 fps, 20 s, by a jump") << 2 << 40 << QList<int>{38, 39, 39, 39, 39};
        QTest::newRow("too short") << 16 << 3 << QList<int>{2};
        QTest::newRow("1000 fps") << 1000 << 50 << QList<int>{49};
    }
    void tailsOfFiles()
    {
        QFETCH(int, fps);
        QFETCH(int, count);
        QFETCH(QList<int>, expected);
        const ScratchFolder folder;
        QVERIFY(write(folder / "a.mp4", numberedFrames(count), {.fps = fps, .crf = 8}));
        const auto tail = media::readVideoTail(folder / "a.mp4", {5, 16.0, 32, 32});
        QVERIFY2(tail, qPrintable(outcome(tail)));
        QList<int> actual;
        for (const auto &image : *tail) {
            QCOMPARE(image.width, 32);
            QCOMPARE(image.height, 32);
            actual << numberOf(image);
        }
        QCOMPARE(actual, expected);
    }

    void tailsAreScaledLikePictures()
    {
        const ScratchFolder folder;
        QVERIFY(write(folder / "a.mp4", waves(9, 160, 64)));
        const auto whole = media::readVideo(folder / "a.mp4");
        const auto tail = media::readVideoTail(folder / "a.mp4", {9, 16.0, 48, 48});
        QVERIFY(whole && tail);
        QCOMPARE(tail->size(), std::size_t(9));
        for (std::size_t i = 0; i < 9; ++i)
            QVERIFY((*tail)[i] == coverAndCrop(whole->frames[i].image, 48, 48).value());
    }

    void metadataComesBack()
    {
        const ScratchFolder folder;
        const std::string recipe = "{\"prompt\":\"größer = \\\"; #\\n\"}";
        VideoSettings settings;
        settings.metadata = {{"faststar", recipe}, {"comment", "one line"}};
        QVERIFY(write(folder / "a.mp4", waves(2), settings));
        const auto metadata = media::readMetadata(folder / "a.mp4");
        QVERIFY(metadata);
        QCOMPARE(metadata->at("faststar"), recipe);
        QCOMPARE(metadata->at("comment"), std::string("one line"));
    }

    void rotationIsHonoured()
    {
        if (QStandardPaths::findExecutable("ffmpeg").isEmpty())
            QSKIP("ffmpeg is not installed");
        const ScratchFolder folder;
        const auto frame = test::waves(96, 64, 0);
        QVERIFY(write(folder / "a.mp4", {frame}));
        // Bytes 0.. of the track's matrix become a quarter turn to the right, as telephones write it.
        auto bytes = test::readBytes(folder / "a.mp4");
        const auto header = bytes.find("tkhd");
        QVERIFY(header != std::string::npos);
        const std::string turned("\0\0\0\0\0\1\0\0\0\0\0\0\xff\xff\0\0\0\0\0\0\0\0\0\0", 24);
        bytes.replace(header + 4 + 40, turned.size(), turned);
        test::writeBytes(folder / "b.mp4", bytes);
        const auto video = media::readVideo(folder / "b.mp4");
        QVERIFY2(video, qPrintable(outcome(video)));
        const auto &image = video->frames[0].image;
        QCOMPARE(image.width, 64);
        QCOMPARE(image.height, 96);
        for (int c = 0; c < 3; ++c) // its left lower corner came to the left upper one
            QVERIFY(std::abs(int(test::pixel(image, 2, 2)[c]) - int(test::pixel(frame, 2, 61)[c])) < 12);
    }

    void truncatedFilesAreErrors()
    {
        const ScratchFolder folder;
        std::vector<Image> frames;
        for (std::uint32_t i = 0; i < 12; ++i)
            frames.push_back(test::noise(64, 48, i));
        QVERIFY(write(folder / "a.mp4", frames));
        const auto bytes = test::readBytes(folder / "a.mp4");
        for (const double share : {0.0, 0.001, 0.02, 0.1, 0.5, 0.9, 0.999}) {
            test::writeBytes(folder / "cut.mp4", bytes.substr(0, std::size_t(share * double(bytes.size()))));
            const auto video = media::readVideo(folder / "cut.mp4");
            QVERIFY2(!video, qPrintable(QString::number(share)));
            QCOMPARE(video.error().code, ErrorCode::CorruptFile);
            if (share > 0.1)
                QVERIFY2(outcome(video).contains("truncated"), qPrintable(outcome(video)));
            QCOMPARE(media::readVideoTail(folder / "cut.mp4", {5, 16.0, 32, 32}).error().code,
                     ErrorCode::CorruptFile);
        }
    }

    void damagedFramesAreErrors()
    {
        const ScratchFolder folder;
        std::vector<Image> frames;
        for (std::uint32_t i = 0; i < 12; ++i)
            frames.push_back(test::noise(64, 48, i));
        QVERIFY(write(folder / "a.mp4", frames));
        auto bytes = test::readBytes(folder / "a.mp4");
        const auto data = bytes.find("mdat");
        for (std::size_t i = data + 2000; i < bytes.size(); ++i)
            bytes[i] = char(i * 37 >> 3);
        test::writeBytes(folder / "b.mp4", bytes);
        const auto video = media::readVideo(folder / "b.mp4");
        QVERIFY(!video);
        QCOMPARE(video.error().code, ErrorCode::CorruptFile);
    }

    // A decoder hides small damage by inventing pixels; it says so, and the file is refused. (Not every
    // changed byte can be told: there is no checksum.)
    void hiddenDamageIsAnError()
    {
        const ScratchFolder folder;
        std::vector<Image> frames;
        for (std::uint32_t i = 0; i < 12; ++i)
            frames.push_back(test::noise(64, 48, i));
        QVERIFY(write(folder / "a.mp4", frames));
        const auto bytes = test::readBytes(folder / "a.mp4");
        int told = 0;
        for (auto at = bytes.find("mdat") + 1500; at < bytes.size(); at += 500) {
            auto changed = bytes;
            changed[at] = char(changed[at] ^ 0x5a);
            test::writeBytes(folder / "b.mp4", changed);
            told += outcome(media::readVideo(folder / "b.mp4")).endsWith("is damaged") ? 1 : 0;
        }
        // Which of the changes a decoder notices depends on how its threads share the frames.
        QVERIFY2(told >= 1, qPrintable(QString::number(told)));
    }

    void playlistsAreNotFollowed()
    {
        const ScratchFolder folder;
        QVERIFY(write(folder / "private.mp4", waves(2)));
        test::writeBytes(folder / "list.mp4", "ffconcat version 1.0\nfile private.mp4\n");
        QCOMPARE(media::readVideo(folder / "list.mp4").error().code, ErrorCode::CorruptFile);
        test::writeBytes(folder / "list.mp4",
                         "#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:1,\nprivate.mp4\n#EXT-X-ENDLIST\n");
        QCOMPARE(media::readVideo(folder / "list.mp4").error().code, ErrorCode::CorruptFile);
    }

    void whatIsNoVideo()
    {
        const ScratchFolder folder;
        const auto code = [&](const std::string &bytes) {
            test::writeBytes(folder / "x.mp4", bytes);
            const auto video = media::readVideo(folder / "x.mp4");
            return video ? ErrorCode::Internal : video.error().code;
        };
        QCOMPARE(code(""), ErrorCode::CorruptFile);
        QCOMPARE(code("hello"), ErrorCode::CorruptFile);
        QCOMPARE(code(std::string(100'000, '\xa5')), ErrorCode::CorruptFile);
        QCOMPARE(media::readVideo(folder / "none.mp4").error().code, ErrorCode::NotFound);
        QCOMPARE(media::readVideo("/dev/zero").error().code, ErrorCode::Unreadable);
        QVERIFY(outcome(media::readVideo("/dev/zero")).contains("no regular file"));
        QCOMPARE(media::readVideo(folder / ".").error().code, ErrorCode::Unreadable);
        QCOMPARE(media::readMetadata(folder / "none.mp4").error().code, ErrorCode::NotFound);
        QCOMPARE(media::readMetadata(folder / "x.mp4").error().code, ErrorCode::CorruptFile);
    }

    void limitsHold()
    {
        const ScratchFolder folder;
        QVERIFY(write(folder / "a.mp4", waves(6)));
        const auto code = [&](const media::VideoLimits &limits) {
            const auto video = media::readVideo(folder / "a.mp4", limits);
            return video ? ErrorCode::Internal : video.error().code;
        };
        QCOMPARE(code({.maxPixels = std::int64_t{96} * 64 - 1}), ErrorCode::UnknownFormat);
        QCOMPARE(code({.maxFrames = 5}), ErrorCode::UnknownFormat);
        QCOMPARE(code({.maxBytes = std::int64_t{6} * 96 * 64 * 3 - 1}), ErrorCode::UnknownFormat);
        QVERIFY(media::readVideo(
            folder / "a.mp4",
            {.maxPixels = std::int64_t{96} * 64, .maxFrames = 6, .maxBytes = std::int64_t{6} * 96 * 64 * 3}));
    }

    void absurdSizesAreRefused()
    {
        if (QStandardPaths::findExecutable("ffmpeg").isEmpty())
            QSKIP("ffmpeg is not installed");
        // Raw pixels have no header of their own: the container's word counts.
        const ScratchFolder folder;
        QProcess::execute("ffmpeg", {"-v", "error", "-f", "lavfi", "-i", "color=red:s=16x16", "-frames:v",
                                     "2", "-c:v", "rawvideo", "-pix_fmt", "rgb24",
                                     QString::fromStdString((folder / "a.mov").string())});
        const auto small = media::readVideo(folder / "a.mov");
        QVERIFY2(small, qPrintable(outcome(small)));
        auto bytes = test::readBytes(folder / "a.mov");
        const auto entry = bytes.find("raw ");
        QVERIFY(entry != std::string::npos);
        const auto claiming = [&](const std::string &sides) {
            bytes.replace(entry + 4 + 24, 4, sides);
            test::writeBytes(folder / "b.mov", bytes);
            return media::readVideo(folder / "b.mov");
        };
        const auto huge = claiming(std::string("\x20\0\x20\0", 4));
        QCOMPARE(huge.error().code, ErrorCode::UnknownFormat);
        QVERIFY2(outcome(huge).contains("has frames of 8192x8192"), qPrintable(outcome(huge)));
        const auto impossible = claiming("\xff\xff\xff\xff"); // more than libav counts
        QCOMPARE(impossible.error().code, ErrorCode::CorruptFile);
        QVERIFY2(outcome(impossible).contains("no size"), qPrintable(outcome(impossible)));
    }

    void noVideoStream()
    {
        if (QStandardPaths::findExecutable("ffmpeg").isEmpty())
            QSKIP("ffmpeg is not installed");
        const ScratchFolder folder;
        QProcess::execute("ffmpeg", {"-v", "error", "-f", "lavfi", "-i", "sine=duration=0.2",
                                     QString::fromStdString((folder / "a.m4a").string())});
        QCOMPARE(media::readVideo(folder / "a.m4a").error().code, ErrorCode::UnknownFormat);
    }

    void badRequests()
    {
        const ScratchFolder folder;
        QVERIFY(write(folder / "a.mp4", waves(2)));
        const auto code = [&](const TailRequest &request) {
            const auto tail = media::readVideoTail(folder / "a.mp4", request);
            return tail ? ErrorCode::Internal : tail.error().code;
        };
        QCOMPARE(code({16, 16.0, 32, 32}), ErrorCode::InvalidRequest);
        QCOMPARE(code({-3, 16.0, 32, 32}), ErrorCode::InvalidRequest);
        QCOMPARE(code({5, 0.0, 32, 32}), ErrorCode::InvalidRequest);
        QCOMPARE(code({5, std::nan(""), 32, 32}), ErrorCode::InvalidRequest);
        QCOMPARE(code({5, 16.0, 0, 32}), ErrorCode::InvalidRequest);
        QCOMPARE(code({5, 16.0, 32, 20'000}), ErrorCode::InvalidRequest);
        QCOMPARE(code({2'000'000'001, 16.0, 32, 32}), ErrorCode::InvalidRequest);
    }
};

QTEST_GUILESS_MAIN(TestVideoReader)
#include "tst_video_reader.moc"
