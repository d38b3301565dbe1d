// SPDX-License-Identifier: Apache-2.0
#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QLibraryInfo>
#include <QSettings>
#include <QTimer>
#include <QTranslator>

#include <cstdlib>
#include <filesystem>

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/spdlog.h>

#include "app/studio/session/library.h"
#include "app/studio/session/session.h"
#include "app/studio/window/studio_window.h"
#include "app/version/version.h"
#include "core/pipeline/engine.h"
#include "core/pipeline/memory_forecast.h"
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

// $XDG_STATE_HOME/faststar/studio.log, at most three files of a mebibyte each. Without it the log goes
// where it went before.
void openLog()
{
    const char *state = std::getenv("XDG_STATE_HOME"); // NOLINT(concurrency-mt-unsafe): nobody sets variables
    const QString folder =
        (state != nullptr && *state != '\0' ? QString::fromLocal8Bit(state)
                                            : QDir::homePath() + QStringLiteral("/.local/state")) +
        QStringLiteral("/faststar");
    if (!QDir().mkpath(folder))
        return;
    try {
        constexpr std::size_t kBytes = std::size_t{1} << 20;
        spdlog::set_default_logger(spdlog::rotating_logger_mt(
            "studio", (folder + QStringLiteral("/studio.log")).toStdString(), kBytes, 2));
        spdlog::flush_on(spdlog::level::info);
    } catch (const spdlog::spdlog_ex &) {
        return; // a full disk must not keep the studio from opening
    }
}

studio::MemoryUse memoryUse()
{
    const auto memory = gpu::hostMemory();
    return {memory.totalBytes - memory.availableBytes, memory.totalBytes};
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
    openLog();
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
    arguments.addOptions({model, threads});
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
