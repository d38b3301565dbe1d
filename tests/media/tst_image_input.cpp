// SPDX-License-Identifier: Apache-2.0
#include <QtTest>

#include <opencv2/imgcodecs.hpp>

#include "core/files/png.h"
#include "core/media/image_input.h"
#include "tests/support/pictures.h"
#include "tests/support/scratch.h"

using namespace faststar;
using media::readImage;
using test::ScratchFolder;

namespace
{

cv::Mat matOf(const Image &image)
{
    cv::Mat mat(image.height, image.width, CV_8UC3);
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
            const auto *rgb = test::pixel(image, x, y);
            mat.at<cv::Vec3b>(y, x) = {rgb[2], rgb[1], rgb[0]};
        }
    }
    return mat;
}

std::string encoded(const char *suffix, const cv::Mat &mat, const std::vector<int> &options = {})
{
    std::vector<std::uint8_t> bytes;
    cv::imencode(suffix, mat, bytes, options);
    return {bytes.begin(), bytes.end()};
}

const std::string kExifTurnedRight("Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0",
                                   32);

std::string little(std::uint32_t value)
{
    return {char(value), char(value >> 8), char(value >> 16), char(value >> 24)};
}

template <typename T> QString outcome(const Result<T> &result)
{
    return result ? QString("read") : QString::fromStdString(result.error().detail);
}

} // namespace

class TestImageInput : public QObject
{
    Q_OBJECT

    ScratchFolder m_folder;

    Result<Image> read(const std::string &bytes)
    {
        test::writeBytes(m_folder / "x", bytes);
        return readImage(m_folder / "x");
    }
    ErrorCode error(const std::string &bytes)
    {
        const auto image = read(bytes);
        return image ? ErrorCode::Internal : image.error().code;
    }

private Q_SLOTS:
    void everyFormatIsRead_data()
    {
        QTest::addColumn<QByteArray>("suffix");
        QTest::addColumn<double>("quality");
        QTest::newRow("png") << QByteArray(".png") << 98.0;
        QTest::newRow("bmp") << QByteArray(".bmp") << 98.0;
        QTest::newRow("jpeg") << QByteArray(".jpg") << 34.0;
        QTest::newRow("webp") << QByteArray(".webp") << 98.0;
    }
    void everyFormatIsRead()
    {
        QFETCH(QByteArray, suffix);
        QFETCH(double, quality);
        const auto image = test::waves(75, 50, 3);
        const auto back = read(encoded(suffix.constData(), matOf(image)));
        QVERIFY2(back, qPrintable(outcome(back)));
        QVERIFY(test::psnr(*back, image) > quality);
    }

    void oddKindsBecomeRgb()
    {
        const cv::Mat grey(20, 30, CV_8U, cv::Scalar(77));
        const auto jpeg = read(encoded(".jpg", grey));
        QVERIFY(jpeg);
        QVERIFY(test::psnr(*jpeg, test::filled(30, 20, 77, 77, 77)) > 45.0);
        const cv::Mat deep(20, 30, CV_16UC3, cv::Scalar(0, 0x8100, 0xffff));
        QVERIFY(read(encoded(".png", deep)).value() == test::filled(30, 20, 255, 128, 0));
        const cv::Mat clear(20, 30, CV_8UC4, cv::Scalar(0, 0, 255, 51));
        QVERIFY(read(encoded(".png", clear)).value() == test::filled(30, 20, 255, 204, 204));
        QVERIFY(test::psnr(read(encoded(".webp", clear)).value(), test::filled(30, 20, 255, 204, 204)) >
                45.0);
    }

    void jpegsAreTurnedUpright()
    {
        auto image = test::filled(40, 20, 255, 255, 255);
        for (int y = 0; y < 20; ++y)
            std::fill_n(test::pixel(image, 0, y), 60, 0); // left half black
        auto bytes = encoded(".jpg", matOf(image));
        const auto length = kExifTurnedRight.size() + 2;
        bytes.insert(2, std::string("\xff\xe1") + char(length >> 8) + char(length) + kExifTurnedRight);
        const auto back = read(bytes);
        QVERIFY2(back, qPrintable(outcome(back)));
        QCOMPARE(back->width, 20);
        QCOMPARE(back->height, 40);
        QVERIFY(*test::pixel(*back, 10, 5) < 10); // left became top
        QVERIFY(*test::pixel(*back, 10, 35) > 245);
    }

    void webpsAreTurnedUpright()
    {
        // The plain stream of one file, in an extended container with an EXIF part.
        const auto plain = encoded(".webp", matOf(test::waves(40, 20, 0)), {cv::IMWRITE_WEBP_QUALITY, 90});
        const auto stream = plain.substr(12);
        const std::string canvas = std::string("VP8X") + little(10) + std::string("\x08\0\0\0", 4) +
                                   std::string("\x27\0\0\x13\0\0", 6);
        const std::string exif = std::string("EXIF") + little(std::uint32_t(kExifTurnedRight.size() - 6)) +
                                 kExifTurnedRight.substr(6);
        const auto body = std::string("WEBP") + canvas + stream + exif;
        const auto back = read("RIFF" + little(std::uint32_t(body.size())) + body);
        QVERIFY2(back, qPrintable(outcome(back)));
        QCOMPARE(back->width, 20);
        QCOMPARE(back->height, 40);
    }

    void everyTruncationIsAnError_data()
    {
        QTest::addColumn<QByteArray>("suffix");
        QTest::newRow("png") << QByteArray(".png");
        QTest::newRow("bmp") << QByteArray(".bmp");
        QTest::newRow("jpeg") << QByteArray(".jpg");
        QTest::newRow("webp") << QByteArray(".webp");
    }
    void everyTruncationIsAnError()
    {
        QFETCH(QByteArray, suffix);
        const auto bytes = encoded(suffix.constData(), matOf(test::waves(75, 50, 3)));
        for (std::size_t length = 16; length < bytes.size() - 1; length += 97) {
            const auto cut = read(bytes.substr(0, length));
            QVERIFY(!cut);
            QCOMPARE(cut.error().code, ErrorCode::CorruptFile);
            // Told by the structure, before a decoder sees it (libpng tells by itself; a cut header is a
            // BMP's own).
            if (suffix != ".png" && length >= 54)
                QVERIFY2(outcome(cut).contains("truncated"), qPrintable(outcome(cut)));
        }
        QVERIFY(!read(bytes.substr(0, 1)));
        QVERIFY(read(bytes));
    }

    void headersThatLie()
    {
        auto jpeg = encoded(".jpg", matOf(test::waves(75, 50, 3)));
        const auto frame = jpeg.find("\xff\xc0");
        QVERIFY(frame != std::string::npos);
        jpeg.replace(frame + 5, 4, std::string(4, '\xff')); // 65,535 x 65,535
        QCOMPARE(error(jpeg), ErrorCode::UnknownFormat);

        auto bmp = encoded(".bmp", matOf(test::waves(75, 50, 3)));
        bmp.replace(18, 8, little(9000) + little(9000));
        QCOMPARE(error(bmp), ErrorCode::CorruptFile);
        bmp.replace(18, 8, little(0x7fffffff) + little(0x80000000U));
        QCOMPARE(error(bmp), ErrorCode::CorruptFile);

        auto webp = encoded(".webp", matOf(test::waves(75, 50, 3)), {cv::IMWRITE_WEBP_QUALITY, 90});
        webp.replace(26, 4, "\xff\x3f\xff\x3f"); // 16,383 x 16,383
        QCOMPARE(error(webp), ErrorCode::UnknownFormat);
    }

    void whatIsNoPicture()
    {
        QCOMPARE(error(""), ErrorCode::UnknownFormat);
        QCOMPARE(error("hello, world"), ErrorCode::UnknownFormat);
        QCOMPARE(error("GIF89a" + std::string(40, '\0')), ErrorCode::UnknownFormat);
        QCOMPARE(error("\xff\xd8\xff" + std::string(400, '\xff')), ErrorCode::CorruptFile);
        QCOMPARE(error("BM" + std::string(100, '\0')), ErrorCode::CorruptFile);
        QCOMPARE(error("RIFF" + little(100) + "WEBPVP8 " + std::string(92, '\0')), ErrorCode::CorruptFile);
        QCOMPARE(readImage(m_folder / "none").error().code, ErrorCode::NotFound);
        QCOMPARE(readImage("/dev/zero").error().code, ErrorCode::Unreadable);
        QCOMPARE(readImage(m_folder / ".").error().code, ErrorCode::Unreadable);
    }

    void limitsHold()
    {
        test::writeBytes(m_folder / "x", encoded(".jpg", matOf(test::waves(75, 50, 3))));
        const auto code = [&](const files::ImageLimits &limits) {
            const auto image = readImage(m_folder / "x", limits);
            return image ? ErrorCode::Internal : image.error().code;
        };
        QCOMPARE(code({.maxPixels = 75 * 50 - 1}), ErrorCode::UnknownFormat);
        QCOMPARE(code({.maxSide = 74}), ErrorCode::UnknownFormat);
        QCOMPARE(code({.maxFileBytes = 100}), ErrorCode::UnknownFormat);
        QVERIFY(readImage(m_folder / "x", {.maxPixels = std::int64_t{75} * 50, .maxSide = 75}));
    }
};

QTEST_GUILESS_MAIN(TestImageInput)
#include "tst_image_input.moc"
