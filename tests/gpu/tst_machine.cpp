// SPDX-License-Identifier: Apache-2.0
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <QTemporaryDir>
#include <QTest>

#include "gpu/control_group.h"
#include "gpu/machine.h"

using namespace faststar::gpu;
namespace fs = std::filesystem;

class MachineTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        QVERIFY(m_dir->isValid());
    }

    void knowsTheHost()
    {
        const auto memory = hostMemory();
        QVERIFY(memory.totalBytes > 0);
        QVERIFY(memory.availableBytes > 0);
        QVERIFY(memory.availableBytes <= memory.totalBytes);
        QVERIFY(!cpuName().empty());
        QVERIFY(QString::fromStdString(torchVersion()).startsWith("2."));
    }

    void seesThePeak()
    {
        constexpr std::size_t bytes = 64U << 20U;
        const auto before = peakResidentBytes();
        QVERIFY(before > 0);
        {
            const std::unique_ptr<char[]> block(new char[bytes]);
            std::memset(block.get(), 1, bytes);
            QVERIFY(block[bytes / 2] == 1);
        }
        QVERIFY(peakResidentBytes() >= std::int64_t(bytes));
    }

    void setsThreads()
    {
        setThreads(1);
        QCOMPARE(threads(), 1);
        setThreads(2);
        QCOMPARE(threads(), 2);
        setThreads(0);
        QVERIFY(threads() >= 1);
    }

    void explainsMissingDevices()
    {
        std::string problem;
        const auto devices = cudaDevices(&problem);
        QCOMPARE(devices.empty(), !problem.empty());
    }

    void secondGenerationWalksUp()
    {
        write("cgroup", "0::/a/b\n");
        write("mounts", "30 23 0:26 / " + path("fs") + " rw,nosuid shared:4 - cgroup2 cgroup2 rw\n");
        level("fs/a", "memory.max", "1000000", "memory.current", "900000", "inactive_file 300000\nfile 5\n");
        level("fs/a/b", "memory.max", "max", "memory.current", "100000", "anon 1\n");
        auto memory = groups();
        QCOMPARE(memory.limitBytes, std::int64_t(1000000));
        QCOMPARE(memory.availableBytes, std::int64_t(400000));
        level("fs/a/b", "memory.max", "200000", "memory.current", "100000", "anon 1\n");
        memory = groups();
        QCOMPARE(memory.limitBytes, std::int64_t(200000));
        QCOMPARE(memory.availableBytes, std::int64_t(100000));
        // More in use than allowed, as after a lowered limit.
        level("fs/a/b", "memory.max", "200000", "memory.current", "300000", "");
        QCOMPARE(groups().availableBytes, std::int64_t(0));
    }

    void firstGenerationInAContainer()
    {
        write("cgroup", "12:cpu,cpuacct:/x\n7:memory:/docker/abc/inner\n0::/\n");
        write("mounts", "31 23 0:27 /docker/abc " + path("cpu") + " rw - cgroup cgroup rw,cpu,cpuacct\n" +
                            "36 23 0:30 /docker/abc " + path("mem") + " rw - cgroup cgroup rw,memory\n");
        level("mem", "memory.limit_in_bytes", "500000", "memory.usage_in_bytes", "200000",
              "inactive_file 1\ntotal_inactive_file 50000\n");
        level("mem/inner", "memory.limit_in_bytes", "9223372036854771712", "memory.usage_in_bytes", "1", "");
        const auto memory = groups();
        QCOMPARE(memory.limitBytes, std::int64_t(500000));
        QCOMPARE(memory.availableBytes, std::int64_t(350000));
    }

    void aPathOutsideTheMountIsItsRoot()
    {
        write("cgroup", "0::/../../elsewhere\n");
        write("mounts", "30 23 0:26 /own " + path("fs") + " rw - cgroup2 cgroup2 rw\n");
        level("fs", "memory.max", "1000", "memory.current", "10", "");
        QCOMPARE(groups().availableBytes, std::int64_t(990));
    }

    void noLimitIsSaid()
    {
        QCOMPARE(groups().limitBytes, std::int64_t(-1));
        write("cgroup", "garbage\n0::\n");
        write("mounts", "garbage\n - \n");
        QCOMPARE(groups().limitBytes, std::int64_t(-1));
        QCOMPARE(groups().availableBytes, std::int64_t(-1));
    }

private:
    [[nodiscard]] std::string path(const std::string &name) const
    {
        return m_dir->path().toStdString() + "/" + name;
    }
    [[nodiscard]] GroupMemory groups() const { return controlGroupMemory(path("cgroup"), path("mounts")); }
    void write(const std::string &name, const std::string &content) const
    {
        std::ofstream out(path(name));
        out << content;
    }
    void level(const std::string &folder, const std::string &limitName, const std::string &limit,
               const std::string &useName, const std::string &use, const std::string &statistics) const
    {
        fs::create_directories(path(folder));
        write(folder + "/" + limitName, limit + "\n");
        write(folder + "/" + useName, use + "\n");
        write(folder + "/memory.stat", statistics);
    }

    std::unique_ptr<QTemporaryDir> m_dir;
};

QTEST_GUILESS_MAIN(MachineTest)
#include "tst_machine.moc"
