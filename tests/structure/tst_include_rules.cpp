// SPDX-License-Identifier: Apache-2.0
//
// The rooms and their arrows (docs/architecture.md), read off the #include lines of every source
// file, and the marks that every file carries.
#include <QRegularExpression>
#include <QtTest>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace
{

constexpr int kMostLines = 500;

// What a room may include of ours, besides itself. `app` and `tests` stand above all.
const std::map<std::string, std::set<std::string>> kArrows{
    {"core/domain", {}},
    {"gpu", {"core/domain"}},
    {"core/model", {"core/domain", "gpu"}},
    {"core/pruning", {"core/domain", "gpu"}},
    {"core/pipeline", {"core/domain", "core/model", "core/pruning", "gpu"}},
    {"core/store", {"core/domain"}},
    {"core/files", {"core/domain"}},
    {"core/media", {"core/domain", "core/files"}},
    {"core/metrics", {"core/domain", "core/media", "core/model"}},
    {"core/analysis", {"core/domain", "core/media", "core/metrics", "core/model"}},
    {"widgets", {"core/domain"}},
};

// Libraries that only some rooms may see.
struct Library {
    const char *name;
    const char *header; // matches the whole name in the #include
    std::set<std::string> rooms;
};

const std::vector<Library> kLibraries{
    {"Qt", R"((Qt?[A-Z]\w*(/.*)?)|(q[a-z]+\.h))", {"widgets", "app", "tests"}},
    {"LibTorch",
     R"((torch|ATen|c10|caffe2)/.*)",
     {"gpu", "core/model", "core/pruning", "core/pipeline", "core/metrics", "app/train", "tests"}},
    {"FFmpeg or OpenCV", R"((libav|libsw)\w+/.*|opencv2/.*)", {"core/media", "core/metrics", "tests"}},
};

// core/domain sees the standard library and tl::expected.
bool isStandard(const std::string &header)
{
    return header == "tl/expected.hpp" || header.find_first_of("/.") == std::string::npos;
}

// "core/model" of "core/model/checkpoint/names.h", "app" of "app/cli/main.cpp".
std::string roomOf(const std::string &path)
{
    const auto first = path.find('/');
    std::string top = path.substr(0, first);
    if (top != "core" || first == std::string::npos)
        return top;
    return path.substr(0, path.find('/', first + 1));
}

// Is a file of `path` in one of the rooms, or in one of the folders, named?
bool isIn(const std::string &path, const std::set<std::string> &rooms)
{
    return std::any_of(rooms.begin(), rooms.end(),
                       [&](const std::string &room) { return path.starts_with(room + "/"); });
}

// A body that several sources include, each with other settings, has no guard; no header may include it.
bool isBody(const std::string &path)
{
    return path.ends_with("_body.h") || path.ends_with("_impl.h");
}

struct Include {
    int line = 0;
    bool quoted = false;
    std::string header;
};

struct SourceFile {
    std::string path; // from the root, with slashes
    std::vector<std::string> lines;
    std::vector<Include> includes;
};

SourceFile readSource(const fs::path &root, const fs::path &file)
{
    static const QRegularExpression kInclude(QStringLiteral(R"(^\s*#\s*include\s*(["<])([^">]+)[">])"));
    SourceFile source{fs::relative(file, root).generic_string(), {}, {}};
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);) {
        source.lines.push_back(line);
        const auto match = kInclude.match(QString::fromStdString(line));
        if (match.hasMatch())
            source.includes.push_back({int(source.lines.size()), match.capturedView(1) == QLatin1String("\""),
                                       match.captured(2).toStdString()});
    }
    return source;
}

std::vector<SourceFile> readTree(const fs::path &root)
{
    static const std::set<std::string> kSuffixes{".h", ".cpp", ".cu", ".cuh"};
    std::vector<SourceFile> sources;
    for (const char *top : {"app", "core", "gpu", "widgets", "tests"}) {
        if (!fs::is_directory(root / top))
            continue;
        for (const auto &entry : fs::recursive_directory_iterator(root / top)) {
            if (entry.is_regular_file() && kSuffixes.contains(entry.path().extension().string()))
                sources.push_back(readSource(root, entry.path()));
        }
    }
    std::sort(sources.begin(), sources.end(), [](const auto &a, const auto &b) { return a.path < b.path; });
    return sources;
}

std::optional<std::string> libraryFault(const std::string &path, const Include &include)
{
    for (const Library &library : kLibraries) {
        const QRegularExpression name(QRegularExpression::anchoredPattern(QLatin1String(library.header)));
        if (name.match(QString::fromStdString(include.header)).hasMatch() && !isIn(path, library.rooms))
            return std::string(library.name) + " has no place here: " + include.header;
    }
    if (roomOf(path) == "core/domain" && !include.quoted && !isStandard(include.header))
        return "core/domain sees the standard library only: " + include.header;
    return std::nullopt;
}

std::optional<std::string> ownFault(const fs::path &root, const std::string &path, const Include &include)
{
    // Written by the build: moc's output and the commit.
    if (include.header.ends_with(".moc") || include.header == "faststar_commit.h")
        return std::nullopt;
    if (include.header.find("../") != std::string::npos || include.header.find("./") == 0)
        return "write includes from the repository's root: " + include.header;
    if (!fs::is_regular_file(root / include.header))
        return "no such file from the repository's root: " + include.header;
    if (isBody(include.header) && !path.ends_with(".cpp") && !path.ends_with(".cu"))
        return "only a source may include a body: " + include.header;
    const std::string from = roomOf(path);
    const std::string to = roomOf(include.header);
    if (from == to || from == "tests")
        return std::nullopt;
    if (from == "app")
        return to == "tests" ? std::optional("a program includes a test's file: " + include.header)
                             : std::nullopt;
    const auto room = kArrows.find(from);
    if (room == kArrows.end())
        return "a room without a rule: " + from;
    if (!room->second.contains(to))
        return from + " may not include " + to + ": " + include.header;
    return std::nullopt;
}

std::vector<std::string> markFaults(const SourceFile &source)
{
    std::vector<std::string> faults;
    if (source.lines.empty() || source.lines.front() != "// SPDX-License-Identifier: Apache-2.0")
        faults.emplace_back("the first line does not name the licence");
    const bool header = source.path.ends_with(".h") || source.path.ends_with(".cuh");
    if (header && !isBody(source.path) &&
        std::find(source.lines.begin(), source.lines.end(), "#pragma once") == source.lines.end())
        faults.emplace_back("a header without #pragma once");
    if (source.lines.size() > kMostLines)
        faults.push_back(std::to_string(source.lines.size()) + " lines are too many");
    return faults;
}

// "path:line: what is wrong", in the order of the files.
std::vector<std::string> faultsOf(const fs::path &root)
{
    std::vector<std::string> faults;
    for (const SourceFile &source : readTree(root)) {
        for (const std::string &fault : markFaults(source))
            faults.push_back(source.path + ": " + fault);
        for (const Include &include : source.includes) {
            const std::string place = source.path + ":" + std::to_string(include.line) + ": ";
            if (const auto fault = libraryFault(source.path, include))
                faults.push_back(place + *fault);
            if (!include.quoted)
                continue;
            if (const auto fault = ownFault(root, source.path, include))
                faults.push_back(place + *fault);
        }
    }
    return faults;
}

void writeFile(const fs::path &file, const std::string &text)
{
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
}

const std::string kMark = "// SPDX-License-Identifier: Apache-2.0\n";

} // namespace

class TestIncludeRules : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void treeKeepsTheRules();
    void violationIsFound_data();
    void violationIsFound();
    void cleanTreeHasNone();
};

void TestIncludeRules::treeKeepsTheRules()
{
    const fs::path root = FASTSTAR_SOURCE_DIR;
    // Guards against a scan that finds nothing to read.
    QVERIFY(readTree(root).size() > 20);
    QString report;
    for (const std::string &fault : faultsOf(root))
        report += QString::fromStdString(fault) + '\n';
    QVERIFY2(report.isEmpty(), qPrintable(report));
}

void TestIncludeRules::violationIsFound_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("fault");

    const auto row = [](const char *name, const char *path, const char *line, const char *fault) {
        QTest::newRow(name) << path << QString::fromStdString(kMark) + line + '\n' << fault;
    };
    row("Qt in core", "core/store/a.cpp", "#include <QString>", "core/store/a.cpp:2: Qt has");
    row("Qt module in gpu", "gpu/a.cpp", "#include <QtCore/QObject>", "gpu/a.cpp:2: Qt has");
    row("Qt's lower-case header in core", "core/model/a.cpp", "#  include <qglobal.h>", ":2: Qt has");
    row("torch in widgets", "widgets/a.cpp", "#include <torch/torch.h>", ":2: LibTorch has");
    row("ATen in the command", "app/cli/a.cpp", "#include <ATen/ATen.h>", ":2: LibTorch has");
    row("c10 in media", "core/media/a.cpp", "#include <c10/core/Device.h>", ":2: LibTorch has");
    row("torch in store", "core/store/a.cpp", "#include \"torch/script.h\"", ":2: LibTorch has");
    row("torch in domain", "core/domain/a.cpp", "#include <ATen/core/Tensor.h>", ":2: LibTorch has");
    row("libav in the command", "app/cli/a.cpp", "#include <libavformat/avformat.h>", ":2: FFmpeg");
    row("libswscale in widgets", "widgets/a.cpp", "#include <libswscale/swscale.h>", ":2: FFmpeg");
    row("OpenCV in pipeline", "core/pipeline/a.cpp", "#include <opencv2/core.hpp>", ":2: FFmpeg or OpenCV");
    row("a library in domain", "core/domain/a.cpp", "#include <spdlog/spdlog.h>", ":2: core/domain sees");
    row("domain up", "core/domain/a.cpp", "#include \"core/store/ok.h\"",
        "core/domain may not include core/store");
    row("gpu up", "gpu/a.cpp", "#include \"core/model/ok.h\"", "gpu may not include core/model");
    row("model to pruning", "core/model/a.cpp", "#include \"core/pruning/ok.h\"",
        "core/model may not include core/pruning");
    row("store to media", "core/store/a.cpp", "#include \"core/media/ok.h\"",
        "core/store may not include core/media");
    row("widgets to pipeline", "widgets/a.cpp", "#include \"core/pipeline/ok.h\"",
        "widgets may not include core/pipeline");
    row("widgets to app", "widgets/a.cpp", "#include \"app/cli/ok.h\"", "widgets may not include app");
    row("a program includes a test", "app/cli/a.cpp", "#include \"tests/support/ok.h\"", "a test's file");
    row("upwards path", "core/store/a.cpp", "#include \"../domain/ok.h\"", "from the repository's root");
    row("beside itself", "core/store/a.cpp", "#include \"ok.h\"", "no such file from");
    row("unknown room", "core/extra/a.cpp", "#include \"core/domain/ok.h\"",
        "a room without a rule: core/extra");
    row("no pragma", "core/domain/a.h", "// nothing", "core/domain/a.h: a header without #pragma once");
    row("a body in a header", "gpu/a.h", "#pragma once\n#include \"gpu/loops_body.h\"",
        "only a source may include");
    QTest::newRow("no licence") << "gpu/a.cpp"
                                << "// Copyright\n"
                                << "gpu/a.cpp: the first line";
    QTest::newRow("too long") << "gpu/a.cpp" << QString::fromStdString(kMark) + QString(500, '\n')
                              << "gpu/a.cpp: 501 lines";
}

void TestIncludeRules::violationIsFound()
{
    QFETCH(QString, path);
    QFETCH(QString, text);
    QFETCH(QString, fault);

    QTemporaryDir folder;
    const fs::path root = folder.path().toStdString();
    for (const char *room : {"core/domain", "core/model", "core/pruning", "core/pipeline", "core/store",
                             "core/media", "app/cli", "tests/support"})
        writeFile(root / room / "ok.h", kMark + "#pragma once\n");
    writeFile(root / "gpu/loops_body.h", kMark);
    QCOMPARE(faultsOf(root).size(), std::size_t(0));

    writeFile(root / path.toStdString(), text.toStdString());
    const auto faults = faultsOf(root);
    const auto hit = std::find_if(faults.begin(), faults.end(), [&](const std::string &line) {
        return line.find(fault.toStdString()) != std::string::npos;
    });
    QVERIFY2(hit != faults.end(), faults.empty() ? "nothing was found" : faults.front().c_str());
}

void TestIncludeRules::cleanTreeHasNone()
{
    QTemporaryDir folder;
    const fs::path root = folder.path().toStdString();
    writeFile(root / "core/domain/a.h",
              kMark + "#pragma once\n#include <queue>\n#include <tl/expected.hpp>\n");
    writeFile(root / "gpu/b.h",
              kMark + "#pragma once\n#include \"core/domain/a.h\"\n#include <ATen/ATen.h>\n");
    writeFile(root / "core/media/c.cpp",
              kMark + "#include <libavutil/avutil.h>\n#include \"core/domain/a.h\"\n");
    writeFile(root / "widgets/d.cpp",
              kMark + "#include <QWidget>\n#include \"core/domain/a.h\"\n#include \"d.moc\"\n");
    writeFile(root / "app/train/e.cpp", kMark + "#include <torch/torch.h>\n#include \"gpu/b.h\"\n");
    writeFile(root / "tests/gpu/f.cpp", kMark + "#include <QtTest>\n#include <ATen/ATen.h>\n");
    writeFile(root / "gpu/g.cpp", kMark + QString(499, '\n').toStdString());
    const auto faults = faultsOf(root);
    QVERIFY2(faults.empty(), faults.empty() ? "" : faults.front().c_str());
}

QTEST_GUILESS_MAIN(TestIncludeRules)
#include "tst_include_rules.moc"
