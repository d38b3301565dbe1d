// SPDX-License-Identifier: Apache-2.0
//
// The real window over the real engine and the demo model, with its files in a temporary folder.
#pragma once

#include <QApplication>
#include <QElapsedTimer>
#include <QSettings>
#include <QTemporaryDir>
#include <QTimer>

#include <functional>
#include <memory>

#include "app/studio/session/library.h"
#include "app/studio/session/session.h"
#include "app/studio/window/studio_window.h"
#include "core/pipeline/engine.h"
#include "core/pipeline/memory_forecast.h"
#include "gpu/machine.h"
#include "widgets/look/style.h"

namespace faststar::test
{

struct RealStudio {
    // `files`: where everything is kept; empty = in a folder that goes with this. Several of one folder, one
    // after the other, are several starts of the program.
    RealStudio(QApplication &application, widgets::ThemeChoice theme, const QSize &size,
               const QString &files = {})
        : place(files.isEmpty() ? folder.path() : files),
          settings(place + QStringLiteral("/studio.ini"), QSettings::IniFormat), appearance(application),
          library({(place + QStringLiteral("/studio.db")).toStdString(),
                   (place + QStringLiteral("/runs")).toStdString()},
                  {})
    {
        appearance.choose(theme);
        library.setMemoryNeed(pipeline::memoryNeed);
        studio::SessionPorts ports;
        ports.makePipeline = pipeline::makeEngine;
        ports.newRunFolder = [this] { return library.newRunFolder(); };
        session = std::make_unique<studio::Session>(ports);
        studio::StudioServices services;
        services.session = session.get();
        services.library = &library;
        services.appearance = &appearance;
        services.settings = &settings;
        services.demoModel = FASTSTAR_SOURCE_DIR "/resources/demo_model";
        services.memory = [] {
            const auto memory = gpu::hostMemory();
            return studio::MemoryUse{memory.totalBytes - memory.availableBytes, memory.totalBytes};
        };
        services.threads = 2;
        window = std::make_unique<studio::StudioWindow>(services);
        library.attach(*session);
        window->resize(size);
        window->show();
    }
    ~RealStudio()
    {
        window.reset();
        session->shutDown(std::chrono::milliseconds(5000));
        session.reset();
    }
    RealStudio(const RealStudio &) = delete;
    RealStudio &operator=(const RealStudio &) = delete;

    // Runs the event loop until `done`; false when that takes minutes.
    static bool waitUntil(const std::function<bool()> &done)
    {
        constexpr int kPatienceMs = 120000;
        QElapsedTimer waited;
        waited.start();
        QTimer look; // sleeps between two looks instead of taking the engine's time
        look.start(2);
        while (!done()) {
            if (waited.elapsed() > kPatienceMs)
                return false;
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents | QEventLoop::AllEvents);
        }
        return true;
    }
    [[nodiscard]] bool openDemoModel() const
    {
        window->openModel({});
        return waitUntil([this] { return session->state() == studio::SessionState::Ready; });
    }
    [[nodiscard]] bool finish() const
    {
        return waitUntil([this] { return !session->active(); });
    }

    QTemporaryDir folder;
    QString place;
    QSettings settings;
    widgets::Appearance appearance;
    studio::Library library;
    std::unique_ptr<studio::Session> session;
    std::unique_ptr<studio::StudioWindow> window;
};

} // namespace faststar::test
