// SPDX-License-Identifier: Apache-2.0
#include <QtTest>

#include <zlib.h>

#include "core/files/exif.h"
#include "core/files/png.h"
#include "tests/support/pictures.h"
#include "tests/support/scratch.h"

using namespace faststar;
using files::Existing;
using test::ScratchFolder;

namespace
{

std::string be32(std::uint32_t value)
{
    return {char(value >> 24), char(value >> 16), char(value >> 8), char(value)};
}

std::string chunk(const std::string &type, const std::string &data)
{
    const auto body = type + data;
    const auto crc = crc32(0, reinterpret_cast<const Bytef *>(body.data()), uInt(body.size()));
    return be32(std::uint32_t(data.size())) + body + be32(std::uint32_t(crc));
}

std::string deflated(const std::string &data)
{
    uLongf size = compressBound(data.size());
    std::string result(size, '\0');
    compress(reinterpret_cast<Bytef *>(result.data()), &size, reinterpret_cast<const Bytef *>(data.data()),
             data.size());
    result.resize(size);
    return result;
}

// A PNG of one's own making: `rows` without filter bytes. `extra` goes between header and pixels.
std::string rawPng(std::uint32_t width, std::uint32_t height, int depth, int colourType,
                   const std::vector<std::string> &rows, const std::string &extra = {})
{
    std::string scanlines;
    for (const auto &row : rows)
        scanlines += '\0' + row;
    return "\x89PNG\r\n\x1a\n" +
           chunk("IHDR", be32(width) + be32(height) + char(depth) + char(colourType) + std::string(3, '\0')) +
           extra + chunk("IDAT", deflated(scanlines)) + chunk("IEND", "");
}

ErrorCode readError(const std::filesystem::path &path, const files::ImageLimits &limits = {})
{
    const auto result = files::readPng(path, limits);
    return result ? ErrorCode::Internal : result.error().code;
}

} // namespace

class TestPng : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void framesComeBackExactly()
    {
        const ScratchFolder folder;
        const auto image = test::noise(67, 41, 3);
        const files::PngText text{{"faststar", R"({"app":"FastSTAR Studio","schema":1})"},
                                  {"parameters", "ein roter Kreis, größer\nSeed: 7"},
                                  {"empty", ""}};
        QVERIFY(files::writePng(folder / "a.png", image, text));
        const auto back = files::readPng(folder / "a.png");
        QVERIFY2(back, back ? "" : back.error().detail.c_str());
        QVERIFY(back->image == image);
        QVERIFY(back->text == text);
        QVERIFY(files::readPngText(folder / "a.png").value() == text);

        QVERIFY(files::writePng(folder / "b.png", image, text));
        QVERIFY(test::readBytes(folder / "a.png") == test::readBytes(folder / "b.png"));
    }

    void neverOverwritesUnlessTold()
    {
        const ScratchFolder folder;
        const auto first = test::noise(8, 8, 1);
        const auto second = test::noise(8, 8, 2);
        QVERIFY(files::writePng(folder / "a.png", first));
        QCOMPARE(files::writePng(folder / "a.png", second).error().code, ErrorCode::AlreadyExists);
        QVERIFY(files::readPng(folder / "a.png")->image == first);
        QVERIFY(files::writePng(folder / "a.png", second, {}, Existing::Replace));
        QVERIFY(files::readPng(folder / "a.png")->image == second);
    }

    void masksAreWhiteWhereKept()
    {
        const ScratchFolder folder;
        MaskGrid mask{{2, 2, 3}, {0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 1}};
        QVERIFY(files::writeMaskPng(folder / "1.png", mask, 1));
        QVERIFY(files::writeMaskPng(folder / "4.png", mask, 1, 4));
        const auto small = files::readPng(folder / "1.png")->image;
        const auto large = files::readPng(folder / "4.png")->image;
        QCOMPARE(small.width, 3);
        QCOMPARE(large.height, 8);
        for (int y = 0; y < 8; ++y) {
            for (int x = 0; x < 12; ++x) {
                const auto cell = std::size_t{6} + std::size_t(y / 4) * 3 + std::size_t(x / 4);
                const int expected = mask.values[cell] != 0 ? 255 : 0;
                QCOMPARE(int(test::pixel(large, x, y)[1]), expected);
                QCOMPARE(int(test::pixel(small, x / 4, y / 4)[2]), expected);
            }
        }
        QCOMPARE(int(test::readBytes(folder / "1.png")[25]), 0); // colour type: grey
    }

    void badRequests()
    {
        const ScratchFolder folder;
        const auto image = test::noise(4, 4, 1);
        Image wrong = image;
        wrong.rgb.pop_back();
        const MaskGrid mask{{1, 2, 2}, {1, 0, 0, 1}};
        QCOMPARE(files::writePng(folder / "a", wrong).error().code, ErrorCode::InvalidRequest);
        QCOMPARE(files::writePng(folder / "a", Image{}).error().code, ErrorCode::InvalidRequest);
        QCOMPARE(files::writePng(folder / "a", image, {{std::string(80, 'k'), "v"}}).error().code,
                 ErrorCode::InvalidRequest);
        QCOMPARE(files::writePng(folder / "a", image, {{"schlüssel", "v"}}).error().code,
                 ErrorCode::InvalidRequest);
        QCOMPARE(files::writePng(folder / "a", image, {{"k", std::string("a\0b", 3)}}).error().code,
                 ErrorCode::InvalidRequest);
        QCOMPARE(files::writeMaskPng(folder / "a", mask, 1).error().code, ErrorCode::InvalidRequest);
        QCOMPARE(files::writeMaskPng(folder / "a", mask, 0, 0).error().code, ErrorCode::InvalidRequest);
        QCOMPARE(files::writePng(folder / "no/a", image).error().code, ErrorCode::NotFound);
        QVERIFY(folder.names().empty());
    }

    void aFullDiskLeavesNothing()
    {
        const ScratchFolder folder;
        Status status;
        {
            const test::FileSizeLimit full(8192);
            status = files::writePng(folder / "a.png", test::noise(200, 200, 1));
        }
        QVERIFY(!status);
        QCOMPARE(status.error().code, ErrorCode::WriteFailed);
        QVERIFY(folder.names().empty());
    }

    void everyTruncationIsAnError()
    {
        const ScratchFolder folder;
        QVERIFY(files::writePng(folder / "a.png", test::noise(20, 10, 5), {{"faststar", "{}"}}));
        const auto bytes = test::readBytes(folder / "a.png");
        for (std::size_t length = 0; length < bytes.size(); length += 7) {
            test::writeBytes(folder / "cut.png", bytes.substr(0, length));
            QCOMPARE(readError(folder / "cut.png"), ErrorCode::CorruptFile);
        }
        auto damaged = bytes;
        damaged[bytes.size() / 2] = char(damaged[bytes.size() / 2] ^ 0x10);
        test::writeBytes(folder / "cut.png", damaged);
        QCOMPARE(readError(folder / "cut.png"), ErrorCode::CorruptFile);
    }

    void headersThatLie()
    {
        const ScratchFolder folder;
        const std::vector<std::string> rows{std::string(3, 'x')};
        // 9000 x 9000 is within the limits, but forty bytes cannot hold it: no 240 MB are taken.
        test::writeBytes(folder / "lie.png", rawPng(9000, 9000, 8, 2, rows));
        const auto lie = files::readPng(folder / "lie.png");
        QCOMPARE(lie.error().code, ErrorCode::CorruptFile);
        QVERIFY2(lie.error().detail.find("cannot hold") != std::string::npos, lie.error().detail.c_str());
        test::writeBytes(folder / "huge.png", rawPng(2'000'000'000, 2'000'000'000, 16, 6, rows));
        QCOMPARE(readError(folder / "huge.png"), ErrorCode::UnknownFormat);
        test::writeBytes(folder / "fewrows.png", rawPng(1, 3, 8, 2, rows));
        QCOMPARE(readError(folder / "fewrows.png"), ErrorCode::CorruptFile);
        QVERIFY(files::writePng(folder / "ok.png", test::noise(20, 10, 5)));
        QCOMPARE(readError(folder / "ok.png", {.maxPixels = 199}), ErrorCode::UnknownFormat);
        QCOMPARE(readError(folder / "ok.png", {.maxSide = 19}), ErrorCode::UnknownFormat);
        QCOMPARE(readError(folder / "ok.png", {.maxFileBytes = 30}), ErrorCode::UnknownFormat);
        QVERIFY(files::readPng(folder / "ok.png", {.maxPixels = 200, .maxSide = 20}));
        QCOMPARE(readError(folder / "none.png"), ErrorCode::NotFound);
        QCOMPARE(readError("/dev/zero"), ErrorCode::Unreadable);
    }

    void everyKindBecomesRgb()
    {
        const ScratchFolder folder;
        const auto read = [&](const std::string &bytes) {
            test::writeBytes(folder / "k.png", bytes);
            const auto file = files::readPng(folder / "k.png");
            return file ? file->image.rgb : std::vector<std::uint8_t>{};
        };
        using Bytes = std::vector<std::uint8_t>;
        QCOMPARE(read(rawPng(2, 1, 8, 0, {"\x10\xf0"})), (Bytes{16, 16, 16, 240, 240, 240}));
        QCOMPARE(read(rawPng(2, 1, 1, 0, {"\x40"})), (Bytes{0, 0, 0, 255, 255, 255}));
        // 16 bits: 0x8100 is nearer to 0x80 * 257 than to 0x81 * 257.
        QCOMPARE(read(rawPng(1, 1, 16, 2, {std::string("\x81\x00\x00\x00\xff\xff", 6)})),
                 (Bytes{128, 0, 255}));
        // Half transparent red, wholly transparent black: over white.
        QCOMPARE(read(rawPng(2, 1, 8, 6, {std::string("\xff\x00\x00\x80\x00\x00\x00\x00", 8)})),
                 (Bytes{255, 127, 127, 255, 255, 255}));
        QCOMPARE(read(rawPng(2, 1, 8, 3, {std::string("\x00\x01", 2)},
                             chunk("PLTE", std::string("\x01\x02\x03\x0a\x0b\x0c", 6)))),
                 (Bytes{1, 2, 3, 10, 11, 12}));
    }

    void exifTurnsThePicture()
    {
        const ScratchFolder folder;
        const std::string exif =
            std::string("MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0", 26);
        test::writeBytes(folder / "e.png", rawPng(2, 1, 8, 0, {"\x10\xf0"}, chunk("eXIf", exif)));
        const auto file = files::readPng(folder / "e.png");
        QVERIFY(file);
        QCOMPARE(file->image.width, 1);
        QCOMPARE(file->image.height, 2);
        QCOMPARE(int(file->image.rgb[0]), 16); // turned right: the left pixel comes on top
    }

    void allOrientations_data()
    {
        QTest::addColumn<int>("orientation");
        QTest::addColumn<QByteArray>("expected");
        // Stored: 1 2 3 / 4 5 6.
        QTest::newRow("upright") << 1 << QByteArray("123456");
        QTest::newRow("mirrored") << 2 << QByteArray("321654");
        QTest::newRow("half turn") << 3 << QByteArray("654321");
        QTest::newRow("flipped") << 4 << QByteArray("456123");
        QTest::newRow("transposed") << 5 << QByteArray("142536");
        QTest::newRow("turned right") << 6 << QByteArray("415263");
        QTest::newRow("transverse") << 7 << QByteArray("635241");
        QTest::newRow("turned left") << 8 << QByteArray("362514");
        QTest::newRow("nonsense") << 9 << QByteArray("123456");
    }
    void allOrientations()
    {
        QFETCH(int, orientation);
        QFETCH(QByteArray, expected);
        Image image{3, 2, {}};
        for (const char c : std::string("123456"))
            image.rgb.insert(image.rgb.end(), 3, std::uint8_t(c));
        const auto turned = files::uprighted(image, orientation);
        QCOMPARE(turned.width, orientation >= 5 && orientation <= 8 ? 2 : 3);
        for (int i = 0; i < 6; ++i)
            QCOMPARE(char(turned.rgb[std::size_t(i) * 3]), expected[i]);
    }

    void brokenExifMeansUpright()
    {
        const std::string good("II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x08\0\0\0\0\0\0\0", 26);
        const auto orientation = [](const std::string &bytes) {
            return files::exifOrientation(
                {reinterpret_cast<const std::uint8_t *>(bytes.data()), bytes.size()});
        };
        QCOMPARE(orientation(good), 8);
        for (std::size_t length = 0; length < 22; ++length)
            QCOMPARE(orientation(good.substr(0, length)), 1);
        auto far = good;
        far.replace(4, 4, "\xff\xff\xff\xff");
        QCOMPARE(orientation(far), 1);
        auto value = good;
        value[18] = 77;
        QCOMPARE(orientation(value), 1);
    }
};

QTEST_GUILESS_MAIN(TestPng)
#include "tst_png.moc"
