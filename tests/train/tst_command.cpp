// SPDX-License-Identifier: Apache-2.0
//
// What the program refuses before it works.
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest/QtTest>

class TestCommand : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void checkpointsAreNotOverwritten();
    void unwritableResultsAreNoticedFirst_data();
    void unwritableResultsAreNoticedFirst();
    void resultsAreTwoFiles();
};

namespace
{

struct Run {
    int code = -1;
    QByteArray err;
};

Run ran(const QStringList &arguments)
{
    QProcess process;
    process.start(QStringLiteral(FASTSTAR_BIN_DIR) + "/faststar-train", arguments);
    if (!process.waitForFinished(120000) || process.exitStatus() != QProcess::NormalExit)
        return {};
    return {process.exitCode(), process.readAllStandardError()};
}

} // namespace

void TestCommand::checkpointsAreNotOverwritten()
{
    const QTemporaryDir folder;
    QFile file(folder.filePath("vae.safetensors"));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write("kept") == 4);
    file.close();
    const QString config = QStringLiteral(FASTSTAR_SOURCE_DIR) + "/resources/train/tiny.json";
    for (const char *command : {"vae", "all"}) {
        const Run refused = ran({command, config, "--out", folder.path(), "--steps", "1"});
        QCOMPARE(refused.code, 2);
        QVERIFY2(refused.err.contains("--resume") && refused.err.contains("--overwrite"),
                 refused.err.constData());
        QCOMPARE(file.size(), qint64(4));
    }
    const Run both = ran({"vae", config, "--out", folder.path(), "--resume", "--overwrite"});
    QCOMPARE(both.code, 2);
    const Run over = ran({"vae", config, "--out", folder.path(), "--steps", "1", "--overwrite"});
    QVERIFY2(over.code == 0, over.err.constData());
    QVERIFY(file.size() > 1000);
}

void TestCommand::unwritableResultsAreNoticedFirst_data()
{
    QTest::addColumn<QStringList>("command");
    QTest::addColumn<QString>("option");
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("code");
    const QStringList eval{"eval", "--true-clips", "--prompts", "1"};
    for (const char *option : {"--json", "--sheet"}) {
        QTest::addRow("%s, no folder", option) << eval << option << "nowhere/result.png" << 3;
        QTest::addRow("%s is a folder", option) << eval << option << "folder" << 1;
    }
    // What the model is said to lack comes later.
    QTest::newRow("study") << QStringList{"prune-study", "no_model"} << "--json"
                           << "folder" << 1;
}

void TestCommand::unwritableResultsAreNoticedFirst()
{
    QFETCH(QStringList, command);
    QFETCH(QString, option);
    QFETCH(QString, name);
    QFETCH(int, code);
    const QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkdir("folder"));
    const QString file = folder.filePath(name);
    const Run run = ran(command + QStringList{option, file});
    QCOMPARE(run.code, code);
    QVERIFY2(run.err.contains(name.section('/', 0, 0).toUtf8()) && !run.err.contains("1 of 1"),
             run.err.constData());
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden), QStringList());
}

void TestCommand::resultsAreTwoFiles()
{
    const QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkdir("sub"));
    const Run run = ran({"eval", "--true-clips", "--prompts", "1", "--json", folder.filePath("result"),
                         "--sheet", folder.filePath("sub/../result")});
    QCOMPARE(run.code, 2);
    QVERIFY2(run.err.contains("same file") && !run.err.contains("1 of 1"), run.err.constData());
    QVERIFY(!QFile::exists(folder.filePath("result")));
}

QTEST_GUILESS_MAIN(TestCommand)
#include "tst_command.moc"
