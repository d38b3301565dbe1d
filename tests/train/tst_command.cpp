// SPDX-License-Identifier: Apache-2.0
//
// What the program refuses before it works.
#include <csignal>
#include <functional>

#include <sys/resource.h>
#include <unistd.h>

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
    void wrongNumbersAreRefused_data();
    void wrongNumbersAreRefused();
    void everythingIsCheckedBeforeTheFirstStep_data();
    void everythingIsCheckedBeforeTheFirstStep();
    void roomIsCheckedBeforeTheFirstStep();
    void readOnlyFoldersAreNoticedFirst();
    void aRunBeginsItsOwnLog();
    void changedSettingsAreSaid();
};

namespace
{

struct Run {
    int code = -1;
    QByteArray err;
};

Run ran(const QStringList &arguments, const std::function<void()> &prepare = {})
{
    QProcess process;
    if (prepare)
        process.setChildProcessModifier(prepare);
    process.start(QStringLiteral(FASTSTAR_BIN_DIR) + "/faststar-train", arguments);
    if (!process.waitForFinished(120000) || process.exitStatus() != QProcess::NormalExit)
        return {};
    return {process.exitCode(), process.readAllStandardError()};
}

QString tiny()
{
    return QStringLiteral(FASTSTAR_SOURCE_DIR) + "/resources/train/tiny.json";
}

// The configuration for small machines with one value exchanged, as a file of the folder.
QString changed(const QTemporaryDir &folder, const QByteArray &from, const QByteArray &to)
{
    QFile original(tiny());
    QFile file(folder.filePath("changed.json"));
    if (!original.open(QIODevice::ReadOnly) || !file.open(QIODevice::WriteOnly))
        return {};
    QByteArray text = original.readAll();
    const auto at = text.lastIndexOf(from);
    if (at >= 0)
        text.replace(at, from.size(), to);
    file.write(text);
    return at >= 0 ? file.fileName() : QString();
}

QByteArray contentsOf(const QString &name)
{
    QFile file(name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
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

void TestCommand::wrongNumbersAreRefused_data()
{
    QTest::addColumn<QStringList>("option");
    for (const char *text : {"-5", "1.5", "550000000000", "nan", ""})
        QTest::addRow("steps %s", text) << QStringList{"--steps", text};
    for (const char *text : {"-5", "nan", "inf", "1e8"})
        QTest::addRow("seconds %s", text) << QStringList{"--seconds", text};
    for (const char *text : {"-5", "100000", "1.5"})
        QTest::addRow("threads %s", text) << QStringList{"--threads", text};
}

void TestCommand::wrongNumbersAreRefused()
{
    QFETCH(QStringList, option);
    const QTemporaryDir folder;
    const Run run = ran(QStringList{"vae", tiny(), "--out", folder.filePath("out")} + option +
                        (option[0] == "--steps" ? QStringList{} : QStringList{"--steps", "1"}));
    QCOMPARE(run.code, 2);
    QVERIFY2(run.err.contains(option[0].toUtf8()) && run.err.contains("number from 0 to"),
             run.err.constData());
    QVERIFY(!QFile::exists(folder.filePath("out")));
}

void TestCommand::everythingIsCheckedBeforeTheFirstStep_data()
{
    QTest::addColumn<QByteArray>("from");
    QTest::addColumn<QByteArray>("to");
    QTest::addColumn<QString>("file"); // a folder of this name, or a file where it begins with '!'
    QTest::addColumn<QByteArray>("named");
    QTest::newRow("transformer: a key")
        << QByteArray("\"captions\"") << QByteArray("\"kaptions\"") << QString() << QByteArray("kaptions");
    QTest::newRow("transformer: sizes") << QByteArray("\"width\": 32") << QByteArray("\"width\": 48")
                                        << QString() << QByteArray("text_channels");
    QTest::newRow("model is a file") << QByteArray() << QByteArray() << "!model"
                                     << QByteArray("/model exists");
    QTest::newRow("text encoder is a file")
        << QByteArray() << QByteArray() << "!model/text_encoder" << QByteArray("/text_encoder exists");
    QTest::newRow("weights are a folder") << QByteArray() << QByteArray() << "model/transformer.safetensors"
                                          << QByteArray("model/transformer.safetensors exists");
    for (const char *name : {"vae.safetensors", "vae.jsonl", "transformer.safetensors", "transformer.jsonl"})
        QTest::addRow("%s is a folder", name) << QByteArray() << QByteArray() << name << QByteArray(name);
}

void TestCommand::everythingIsCheckedBeforeTheFirstStep()
{
    QFETCH(QByteArray, from);
    QFETCH(QByteArray, to);
    QFETCH(QString, file);
    QFETCH(QByteArray, named);
    const QTemporaryDir folder;
    const QString config = from.isEmpty() ? tiny() : changed(folder, from, to);
    QVERIFY(!config.isEmpty());
    const QString out = folder.filePath("out");
    QVERIFY(QDir().mkpath(out));
    if (file.startsWith('!')) {
        QVERIFY(QDir().mkpath(QFileInfo(out + "/" + file.mid(1)).path()));
        QVERIFY(QFile(out + "/" + file.mid(1)).open(QIODevice::WriteOnly));
    } else if (!file.isEmpty()) {
        QVERIFY(QDir().mkpath(out + "/" + file));
    }
    const auto before = QDir(out).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
    const Run run = ran({"all", config, "--out", out, "--steps", "1", "--overwrite"});
    QVERIFY(run.code > 0);
    QVERIFY2(run.err.contains(named) && !run.err.contains("vae step"), run.err.constData());
    QCOMPARE(QDir(out).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot), before);
}

void TestCommand::roomIsCheckedBeforeTheFirstStep()
{
    const QTemporaryDir folder;
    const Run run = ran({"vae", tiny(), "--out", folder.path(), "--steps", "3"}, [] {
        const rlimit limit{20000, 20000}; // bytes a file: what stands for a full disk
        (void)setrlimit(RLIMIT_FSIZE, &limit);
        (void)std::signal(SIGXFSZ, SIG_IGN);
    });
    QCOMPARE(run.code, 1);
    QVERIFY2(run.err.contains("File too large") && !run.err.contains("vae step"), run.err.constData());
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden), QStringList());
}

void TestCommand::readOnlyFoldersAreNoticedFirst()
{
    constexpr uid_t kNobody = 65534;
    const QTemporaryDir folder;
    const QString model = folder.filePath("model");
    const QString demo = QStringLiteral(FASTSTAR_SOURCE_DIR) + "/resources/demo_model";
    QVERIFY(QDir().mkdir(model));
    for (const QString &name : QDir(demo).entryList(QDir::AllEntries | QDir::NoDotAndDotDot))
        QVERIFY(name == "model.json" ? QFile::copy(demo + "/" + name, model + "/" + name)
                                     : QFile::link(demo + "/" + name, model + "/" + name));
    const auto readable = QFile::ReadOwner | QFile::ExeOwner | QFile::ReadOther | QFile::ExeOther;
    QVERIFY(QFile::setPermissions(folder.path(), readable) && QFile::setPermissions(model, readable));
    const auto unprivileged = [] { // root may write anywhere
        if (geteuid() == 0 && (setgid(kNobody) != 0 || setuid(kNobody) != 0))
            _exit(99);
    };
    const Run fit = ran({"fit-preview", model, "--clips", "20", "--write"}, unprivileged);
    const Run train = ran({"vae", tiny(), "--out", model, "--steps", "1"}, unprivileged);
    QVERIFY(QFile::setPermissions(folder.path(), readable | QFile::WriteOwner));
    QVERIFY(QFile::setPermissions(model, readable | QFile::WriteOwner));
    if (fit.code == 99 || fit.code < 0)
        QSKIP("another user cannot run the program here");
    QCOMPARE(fit.code, 1);
    QVERIFY2(fit.err.contains("Permission denied") && !fit.err.contains("20 clips"), fit.err.constData());
    QCOMPARE(train.code, 1);
    QVERIFY2(train.err.contains("Permission denied") && !train.err.contains("vae step"),
             train.err.constData());
}

void TestCommand::aRunBeginsItsOwnLog()
{
    const QTemporaryDir folder;
    const QString log = folder.filePath("vae.jsonl");
    const QStringList command{"vae", tiny(), "--out", folder.path(), "--steps", "1"};
    const Run first = ran(command);
    QVERIFY2(first.code == 0, first.err.constData());
    // Nothing is known of the time yet.
    QVERIFY2(first.err.contains("vae step 0") && !first.err.contains("s left"), first.err.constData());
    QVERIFY(contentsOf(log).contains("\"seconds_left\":null"));
    QCOMPARE(contentsOf(log).count('\n'), 1);
    const Run more = ran(command.mid(0, 4) + QStringList{"--steps", "10", "--resume"});
    QVERIFY2(more.code == 0, more.err.constData());
    QCOMPARE(contentsOf(log).count('\n'), 2); // steps 0 and 10
    QVERIFY(!more.err.contains("other settings"));
    const Run anew = ran(command + QStringList{"--overwrite"});
    QVERIFY2(anew.code == 0, anew.err.constData());
    QCOMPARE(contentsOf(log).count('\n'), 1);
}

void TestCommand::changedSettingsAreSaid()
{
    const QTemporaryDir folder;
    const QString out = folder.filePath("out");
    const Run first = ran({"vae", tiny(), "--out", out, "--steps", "1"});
    QVERIFY2(first.code == 0, first.err.constData());
    const QString config = changed(folder, "\"learning_rate\": 0.003", "\"learning_rate\": 0.002");
    const Run again = ran({"vae", config, "--out", out, "--steps", "1", "--resume"});
    QVERIFY2(again.code == 0, again.err.constData());
    QVERIFY2(again.err.contains("vae: goes on with other settings: vae.optimizer.learning_rate 0.003, now "
                                "0.002\n"),
             again.err.constData());
}

QTEST_GUILESS_MAIN(TestCommand)
#include "tst_command.moc"
