// SPDX-License-Identifier: Apache-2.0
//
// The program itself with the demo model: what only a process can show.
#include <QDir>
#include <QFileInfo>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

#include <fcntl.h>
#include <unistd.h>

namespace
{

constexpr int kPatience = 120000; // for slow machines and sanitizers; nothing waits that long

class Program
{
public:
    Program()
    {
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert("XDG_STATE_HOME", m_folder.path() + "/state");
        environment.insert("LC_ALL", "C.UTF-8");
        environment.remove("FASTSTAR_MODEL");
        process.setProcessEnvironment(environment);
        process.setWorkingDirectory(m_folder.path());
        process.setProgram(QStringLiteral(FASTSTAR_BIN_DIR) + "/faststar");
    }
    // Starts, and returns once stderr holds `words`.
    bool startUntil(const QStringList &arguments, const char *words)
    {
        process.setArguments(arguments);
        process.start();
        return waitFor(words);
    }
    bool waitFor(const char *words)
    {
        while (!m_err.contains(words)) {
            process.setReadChannel(QProcess::StandardError);
            const bool more = process.waitForReadyRead(kPatience);
            read();
            if (!more && !m_err.contains(words))
                return false;
        }
        return true;
    }
    void send(int signal) const { ::kill(pid_t(process.processId()), signal); }
    int finish()
    {
        if (process.state() != QProcess::NotRunning && !process.waitForFinished(kPatience))
            return -1;
        read();
        return process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -2;
    }
    int run(const QStringList &arguments)
    {
        process.setArguments(arguments);
        process.start();
        return finish();
    }
    [[nodiscard]] QStringList files() const
    {
        return QDir(m_folder.path()).entryList(QDir::Files | QDir::Hidden);
    }
    [[nodiscard]] QString file(const QString &name) const { return m_folder.filePath(name); }
    [[nodiscard]] QByteArray err() const { return m_err; }

    QProcess process;

private:
    void read() { m_err += process.readAllStandardError(); }
    QTemporaryDir m_folder;
    QByteArray m_err;
};

const QStringList kGenerate{"generate", "-p", "a red circle", "-s", "5", "-o", "clip.mp4"};

} // namespace

class TestProgram : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ctrlCOnceKeepsTheClip()
    {
        Program faststar;
        QVERIFY2(faststar.startUntil(kGenerate, "% generating"), faststar.err());
        faststar.send(SIGINT);
        QCOMPARE(faststar.finish(), 130);
        QCOMPARE(faststar.files(), QStringList{"clip.mp4"});
        QVERIFY(QFileInfo(faststar.file("clip.mp4")).size() > 1000);
        QCOMPARE(faststar.process.readAllStandardOutput(), QByteArray("clip.mp4\n"));
    }

    // As a shell without job control starts what it puts into the background.
    void anIgnoredCtrlCIsStillOurs()
    {
        Program faststar;
        faststar.process.setChildProcessModifier([] { (void)::signal(SIGINT, SIG_IGN); });
        QVERIFY2(faststar.startUntil(kGenerate, "% generating"), faststar.err());
        faststar.send(SIGINT);
        QCOMPARE(faststar.finish(), 130);
        QCOMPARE(faststar.files(), QStringList{"clip.mp4"});
    }

    void ctrlCTwiceKeepsNothing()
    {
        Program faststar;
        QVERIFY2(faststar.startUntil(kGenerate, "% generating"), faststar.err());
        faststar.send(SIGINT);
        QVERIFY(faststar.waitFor("Ctrl+C again"));
        faststar.send(SIGINT);
        QCOMPARE(faststar.finish(), 130);
        QVERIFY2(faststar.files().isEmpty(), qPrintable(faststar.files().join(' ')));
        QVERIFY(faststar.process.readAllStandardOutput().isEmpty());
    }

    void theSystemsRequestKeepsNothing()
    {
        Program faststar;
        QVERIFY2(faststar.startUntil(kGenerate, "% generating"), faststar.err());
        faststar.send(SIGTERM);
        QCOMPARE(faststar.finish(), 143);
        QVERIFY(faststar.files().isEmpty());
    }

    void aClosedPipeIsNoCrash()
    {
        Program faststar;
        int ends[2];
        QCOMPARE(::pipe2(ends, O_CLOEXEC), 0);
        ::close(ends[0]); // nobody reads
        faststar.process.setChildProcessModifier([&] { ::dup2(ends[1], STDOUT_FILENO); });
        QCOMPARE(faststar.run({"doctor"}), 1);
        ::close(ends[1]);
    }

    void aFullDiskBehindStandardOutputIsAnError()
    {
        Program faststar;
        faststar.process.setStandardOutputFile("/dev/full");
        QCOMPARE(faststar.run({"doctor"}), 1);
    }

    void itFindsItsModelAndSpeaksGerman()
    {
        Program faststar;
        auto environment = faststar.process.processEnvironment();
        environment.insert("LC_ALL", "de_DE.UTF-8");
        faststar.process.setProcessEnvironment(environment);
        QCOMPARE(faststar.run({"doctor"}), 0);
        const auto out = faststar.process.readAllStandardOutput();
        QVERIFY2(out.contains("Prozessor") && out.contains("demo_model"), out);
        QVERIFY(!out.contains("nicht gefunden"));
    }
};

QTEST_GUILESS_MAIN(TestProgram)
#include "tst_program.moc"
