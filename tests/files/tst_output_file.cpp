// SPDX-License-Identifier: Apache-2.0
#include <QtTest>

#include "core/files/output_file.h"
#include "tests/support/scratch.h"

using namespace faststar;
using files::Existing;
using files::OutputFile;
using test::ScratchFolder;

class TestOutputFile : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void givesTheNameOnlyWhenComplete()
    {
        const ScratchFolder folder;
        auto file = OutputFile::create(folder / "a.bin", Existing::Refuse);
        QVERIFY(file);
        QVERIFY(file->write("hello", 5));
        QVERIFY(!std::filesystem::exists(folder / "a.bin"));
        QVERIFY(file->commit());
        QCOMPARE(test::readBytes(folder / "a.bin"), std::string("hello"));
        QCOMPARE(folder.names().size(), std::size_t(1));
    }

    void abandonedFilesVanish()
    {
        const ScratchFolder folder;
        {
            auto file = OutputFile::create(folder / "a.bin", Existing::Refuse);
            QVERIFY(file && file->write("hello", 5));
            auto moved = std::move(*file);
            QCOMPARE(folder.names().size(), std::size_t(1));
        }
        QVERIFY(folder.names().empty());
    }

    void keepsWhatIsThere()
    {
        const ScratchFolder folder;
        test::writeBytes(folder / "a.bin", "old");
        const auto refused = OutputFile::create(folder / "a.bin", Existing::Refuse);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::AlreadyExists);

        auto replaced = OutputFile::create(folder / "a.bin", Existing::Replace);
        QVERIFY(replaced && replaced->write("new", 3));
        QCOMPARE(test::readBytes(folder / "a.bin"), std::string("old"));
        QVERIFY(replaced->commit());
        QCOMPARE(test::readBytes(folder / "a.bin"), std::string("new"));
    }

    void keepsWhatAppearedMeanwhile()
    {
        const ScratchFolder folder;
        auto file = OutputFile::create(folder / "a.bin", Existing::Refuse);
        QVERIFY(file && file->write("ours", 4));
        test::writeBytes(folder / "a.bin", "theirs");
        const auto status = file->commit();
        QVERIFY(!status);
        QCOMPARE(status.error().code, ErrorCode::AlreadyExists);
        QCOMPARE(test::readBytes(folder / "a.bin"), std::string("theirs"));
        QCOMPARE(folder.names().size(), std::size_t(1));
    }

    void refusesOddTargets()
    {
        const ScratchFolder folder;
        QCOMPARE(OutputFile::create(folder / "none/a.bin", Existing::Refuse).error().code,
                 ErrorCode::NotFound);
        QCOMPARE(OutputFile::create("/dev/null", Existing::Replace).error().code, ErrorCode::WriteFailed);
        std::filesystem::create_directory(folder / "dir");
        QCOMPARE(OutputFile::create(folder / "dir", Existing::Replace).error().code, ErrorCode::WriteFailed);
        std::filesystem::create_symlink("nowhere", folder / "dangling");
        QCOMPARE(OutputFile::create(folder / "dangling", Existing::Replace).error().code,
                 ErrorCode::WriteFailed);
    }

    void followsLinks()
    {
        const ScratchFolder folder;
        test::writeBytes(folder / "real", "old");
        std::filesystem::create_symlink("real", folder / "link");
        auto file = OutputFile::create(folder / "link", Existing::Replace);
        QVERIFY(file && file->write("new", 3) && file->commit());
        QVERIFY(std::filesystem::is_symlink(folder / "link"));
        QCOMPARE(test::readBytes(folder / "real"), std::string("new"));
    }

    void reportsAFullDisk()
    {
        const ScratchFolder folder;
        auto file = OutputFile::create(folder / "a.bin", Existing::Refuse);
        QVERIFY(file);
        const std::string data(100'000, 'x');
        Status status;
        {
            const test::FileSizeLimit full(4096);
            status = file->write(data.data(), data.size());
            if (status)
                status = file->commit();
        }
        QVERIFY(!status);
        QCOMPARE(status.error().code, ErrorCode::WriteFailed);
        *file = std::move(*OutputFile::create(folder / "b.bin", Existing::Refuse)); // lets go of the first
        QVERIFY(file->commit());
        QCOMPARE(folder.names(), std::vector<std::string>{"b.bin"});
    }

    void aFailedWriteIsNotForgotten()
    {
        // Later writes fit again: without the first one the file would look complete.
        const ScratchFolder folder;
        auto file = OutputFile::create(folder / "a.bin", Existing::Refuse);
        QVERIFY(file);
        {
            const test::FileSizeLimit full(4096);
            const std::string data(100'000, 'x');
            QVERIFY(!file->write(data.data(), data.size()));
        }
        QCOMPARE(file->commit().error().code, ErrorCode::WriteFailed);
        QVERIFY(folder.names().empty());
    }

    void smallWritesFailAtCommit()
    {
        // Fits the buffer, so only the flush meets the disk.
        const ScratchFolder folder;
        auto file = OutputFile::create(folder / "a.bin", Existing::Refuse);
        const std::string data(100, 'x');
        QVERIFY(file && file->write(data.data(), data.size()));
        Status status;
        {
            const test::FileSizeLimit full(10);
            status = file->commit();
        }
        QVERIFY(!status);
        QCOMPARE(status.error().code, ErrorCode::WriteFailed);
        QVERIFY(folder.names().empty());
    }
};

QTEST_GUILESS_MAIN(TestOutputFile)
#include "tst_output_file.moc"
