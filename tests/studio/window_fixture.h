// SPDX-License-Identifier: Apache-2.0
//
// The real window over the fake pipeline.
#pragma once

#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>

#include "app/studio/session/library.h"
#include "app/studio/window/studio_window.h"
#include "tests/studio/session_fixture.h"
#include "widgets/look/style.h"

namespace faststar::test
{

// A window over a session whose steps the test lets through. With `files` also a history in that folder;
// several of them, one after the other, are several starts of the program.
struct WindowFixture {
    explicit WindowFixture(widgets::Appearance &appearance, bool opens = true, const QString &files = {})
        : setup(std::make_shared<GatedPipeline::Setup>()),
          settings((files.isEmpty() ? folder.path() : files) + QStringLiteral("/studio.ini"),
                   QSettings::IniFormat)
    {
        setup->loadGate.open();
        studio::SessionPorts ports;
        ports.makePipeline = [gated = setup] { return std::make_unique<GatedPipeline>(gated); };
        ports.mailInterval = std::chrono::milliseconds(1);
        if (!files.isEmpty()) {
            const std::filesystem::path place = files.toStdString();
            library =
                std::make_unique<studio::Library>(studio::LibraryPaths{place / "studio.db", place / "runs"},
                                                  std::map<std::string, std::string>{{"torch", "0"}});
            library->setMemoryNeed([](const GenerationRequest & /*request*/, const ModelFacts & /*model*/) {
                return std::int64_t{512} << 20U;
            });
            ports.newRunFolder = [this] { return library->newRunFolder(); };
        }
        session = std::make_unique<studio::Session>(ports);
        studio::StudioServices services;
        services.session = session.get();
        services.library = library.get();
        services.appearance = &appearance;
        services.settings = &settings;
        services.demoModel = folder.path().toStdString();
        services.memory = [this] { return memory; };
        window = std::make_unique<studio::StudioWindow>(services);
        if (library)
            library->attach(*session);
        window->resize(1280, 800);
        window->show();
        if (opens) {
            window->openModel({});
            ready = QTest::qWaitFor([this] {
                return session->state() == studio::SessionState::Ready && (!library || library->isOpen());
            });
        }
    }
    ~WindowFixture()
    {
        window.reset();
        session->shutDown(std::chrono::milliseconds(5000));
        session.reset();
    }
    WindowFixture(const WindowFixture &) = delete;
    WindowFixture &operator=(const WindowFixture &) = delete;

    QPushButton *button(const char *name) const
    {
        return window->findChild<QPushButton *>(QLatin1String(name));
    }
    bool finish() const
    {
        setup->gate.open();
        return QTest::qWaitFor([this] { return !session->active(); });
    }

    QTemporaryDir folder;
    std::shared_ptr<GatedPipeline::Setup> setup;
    studio::MemoryUse memory{std::int64_t{1} << 30U, std::int64_t{8} << 30U};
    QSettings settings;
    std::unique_ptr<studio::Library> library;
    std::unique_ptr<studio::Session> session;
    std::unique_ptr<studio::StudioWindow> window;
    bool ready = false;
};

} // namespace faststar::test
