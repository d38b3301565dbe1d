// SPDX-License-Identifier: Apache-2.0
#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QLibraryInfo>
#include <QSettings>
#include <QTimer>
#include <QTranslator>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>

#include <malloc.h>
#include <unistd.h>

#include <spdlog/sinks/ringbuffer_sink.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/spdlog.h>

#include "app/studio/session/library.h"
#include "app/studio/session/session.h"
#include "app/studio/window/studio_window.h"
#include "app/version/version.h"
#include "core/pipeline/engine.h"
#include "core/pipeline/memory_forecast.h"
#include "core/store/state_folder.h"
#include "gpu/machine.h"
#include "widgets/look/style.h"

namespace
{

using namespace faststar;

// How long the engine gets to let go when the window closes; everything it made is on disk by then.
constexpr std::chrono::milliseconds kPatience{1500};

// Beside the program's data, or in the source tree that it was built in.
std::filesystem::path findDemoModel()
{
    const std::filesystem::path folder = QCoreApplication::applicationDirPath().toStdString();
    auto demo = (folder / ".." / "share" / "faststar" / "demo_model").lexically_normal();
    std::error_code error;
    return std::filesystem::is_regular_file(demo / "model.json", error) ? demo : std::filesystem::path{};
}

void loadTranslations(QApplication &application)
{
    const QLocale locale;
    const QString folder = QDir::cleanPath(QCoreApplication::applicationDirPath() +
                                           QStringLiteral("/../share/faststar/translations"));
    for (const auto &catalogue : {QStringLiteral("faststar"), QStringLiteral("studio")}) {
        auto *ours = new QTranslator(&application);
        if (ours->load(locale, catalogue, QStringLiteral("_"), folder))
            QCoreApplication::installTranslator(ours);
    }
    auto *qts = new QTranslator(&application);
    if (qts->load(locale, QStringLiteral("qtbase"), QStringLiteral("_"),
                  QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QCoreApplication::installTranslator(qts);
}

constexpr std::size_t kLogTail = 16; // lines that the debug overlay can show

// $XDG_STATE_HOME/faststar/studio.log, at most three files of a mebibyte each; where it cannot be written
// only the newest lines are kept, in memory.
std::shared_ptr<spdlog::sinks::ringbuffer_sink_mt> openLog()
{
    auto tail = std::make_shared<spdlog::sinks::ringbuffer_sink_mt>(kLogTail);
    tail->set_pattern("%H:%M:%S.%e %v");
    auto logger = std::make_shared<spdlog::logger>("studio", tail);
    spdlog::set_default_logger(logger);
    const auto folder = store::stateFolder();
    std::error_code problem;
    if (!folder || (!std::filesystem::create_directories(*folder, problem) && problem))
        return tail;
    try {
        constexpr std::size_t kBytes = std::size_t{1} << 20;
        logger->sinks().push_back(std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
            (*folder / "studio.log").string(), kBytes, 2));
        logger->flush_on(spdlog::level::info);
    } catch (const spdlog::spdlog_ex &) {
        return tail; // a full disk must not keep the studio from opening
    }
    return tail;
}

// What the session does, for the log and its tail in the debug overlay.
void keepLog(studio::Session &session)
{
    using studio::Session;
    QObject::connect(&session, &Session::modelOpened, [](const studio::ModelPtr &model) {
        spdlog::info("model {} open on {} in {:.2f} s", model->config.name, model->device,
                     model->loadSeconds);
    });
    QObject::connect(&session, &Session::modelFailed,
                     [](const Error &error) { spdlog::error("model: {}", error.detail); });
    QObject::connect(&session, &Session::modelWarned,
                     [](const QString &message) { spdlog::warn("model: {}", message.toStdString()); });
    QObject::connect(&session, &Session::runStarted,
                     [](const studio::RunPtr &run) { spdlog::info("run {} begins", run->id); });
    QObject::connect(
        &session, &Session::stepFinished, [](const studio::RunPtr & /*run*/, const studio::StepPtr &step) {
            spdlog::debug("step {}.{} done, {} kept", step->index.scale, step->index.repetition, step->kept);
        });
    QObject::connect(&session, &Session::runWarned, [](const studio::RunPtr &run, const QString &message) {
        spdlog::warn("run {}: {}", run->id, message.toStdString());
    });
    QObject::connect(&session, &Session::journalFailed, [](const studio::RunPtr &run, const Error &error) {
        spdlog::error("run {}: journal: {}", run->id, error.detail);
    });
    QObject::connect(&session, &Session::runEnded, [](const studio::RunPtr &run) {
        if (run->error)
            spdlog::error("run {} failed: {}", run->id, run->error->detail);
        else
            spdlog::info("run {} ended after {} steps", run->id, run->stepsDone);
    });
}

studio::MemoryUse memoryUse()
{
    const auto memory = gpu::hostMemory();
    return {memory.totalBytes - memory.availableBytes, memory.totalBytes};
}

studio::DetailedMemory detailedMemory()
{
    studio::DetailedMemory memory;
    memory.processPeakBytes = gpu::peakResidentBytes();
    std::ifstream pages("/proc/self/statm");
    std::int64_t all = 0;
    std::int64_t resident = 0;
    if (pages >> all >> resident)
        memory.processBytes = resident * ::sysconf(_SC_PAGESIZE);
    const auto heap = ::mallinfo2();
    memory.heapUsedBytes = std::int64_t(heap.uordblks + heap.hblkhd);
    memory.heapBytes = std::int64_t(heap.arena + heap.hblkhd);
    if (const auto devices = gpu::cudaDevices(); !devices.empty()) {
        memory.deviceBytes = devices.front().totalBytes;
        memory.deviceUsedBytes = devices.front().totalBytes - devices.front().freeBytes;
    }
    return memory;
}

} // namespace

int main(int argc, char **argv)
{
    QGuiApplication::setHighDpiScaleFactorRoundingPolicy(Qt::HighDpiScaleFactorRoundingPolicy::PassThrough);
    QApplication application(argc, argv);
    QCoreApplication::setOrganizationName(QStringLiteral("FastSTAR"));
    QCoreApplication::setApplicationName(QStringLiteral("studio"));
    QCoreApplication::setApplicationVersion(
        QString::fromUtf8(faststar::version().data(), qsizetype(faststar::version().size())));
    loadTranslations(application);
    const auto logTail = openLog();
    spdlog::info("FastSTAR Studio {} starts", std::string(faststar::version()));

    QCommandLineParser arguments;
    arguments.setApplicationDescription(QCoreApplication::translate("main", "FastSTAR Studio"));
    arguments.addHelpOption();
    arguments.addVersionOption();
    const QCommandLineOption model(QStringLiteral("model"),
                                   QCoreApplication::translate("main", "The model folder to open."),
                                   QStringLiteral("folder"));
    const QCommandLineOption threads(
        QStringLiteral("threads"),
        QCoreApplication::translate("main", "Threads to compute with; 0 = automatic."),
        QStringLiteral("number"), QStringLiteral("0"));
    const QCommandLineOption device(
        QStringLiteral("device"),
        QCoreApplication::translate("main", "Where to compute: cpu, cuda, cuda:N or auto."),
        QStringLiteral("name"), QStringLiteral("cpu"));
    arguments.addOptions({model, device, threads});
    arguments.process(application);

    QSettings settings(QSettings::IniFormat, QSettings::UserScope, QStringLiteral("FastSTAR"),
                       QStringLiteral("studio"));
    widgets::Appearance appearance(application);
    appearance.choose(widgets::themeChoiceOf(settings.value(QStringLiteral("look/theme")).toString()));

    studio::Library library(studio::LibraryPaths::standard(), {{"torch", gpu::torchVersion()}});
    library.setMemoryNeed(pipeline::memoryNeed);
    studio::SessionPorts ports;
    ports.makePipeline = pipeline::makeEngine;
    ports.newRunFolder = [&library] { return library.newRunFolder(); };
    auto session = std::make_unique<studio::Session>(ports);
    studio::StudioServices services;
    services.session = session.get();
    services.library = &library;
    services.appearance = &appearance;
    services.settings = &settings;
    services.demoModel = findDemoModel();
    services.memory = memoryUse;
    services.detailedMemory = detailedMemory;
    services.logTail = [logTail](int lines) {
        return logTail->last_formatted(std::size_t(std::max(lines, 1)));
    };
    keepLog(*session);
    services.device = arguments.value(device).toStdString();
    services.threads = arguments.value(threads).toInt();

    auto window = std::make_unique<studio::StudioWindow>(services);
    library.attach(*session);
    window->restoreGeometry(settings.value(QStringLiteral("layout/geometry")).toByteArray());
    if (settings.value(QStringLiteral("layout/geometry")).isNull())
        window->resize(1280, 800);
    window->show();
    // The window is on the screen before the model is read.
    QTimer::singleShot(0, window.get(), [&] { window->openModel(arguments.value(model)); });
    const int code = QApplication::exec();

    window.reset();
    const bool ended = session->shutDown(kPatience);
    settings.sync();
    if (!ended)
        std::_Exit(code); // the engine still works on memory that destructors would take away
    session.reset();
    return code;
}
