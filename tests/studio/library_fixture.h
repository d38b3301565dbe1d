// SPDX-License-Identifier: Apache-2.0
//
// A session with a library on files.
#pragma once

#include "app/studio/session/library.h"

#include <algorithm>

#include "tests/studio/session_fixture.h"

namespace faststar::test
{

// A session on files; several of them, one after the other, are several starts of the program.
struct LibraryStart {
    std::unique_ptr<studio::Library> library;
    SessionFixture fixture;
    std::unique_ptr<QSignalSpy> opened, failed, saved;

    explicit LibraryStart(const std::filesystem::path &folder,
                          const std::function<void(FakePipeline &)> &prepare = {})
        : library(
              std::make_unique<studio::Library>(studio::LibraryPaths{folder / "studio.db", folder / "runs"},
                                                std::map<std::string, std::string>{{"torch", "0"}})),
          fixture(prepare)
    {
        fixture.newFolder = [this] { return library->newRunFolder(); };
        opened = std::make_unique<QSignalSpy>(library.get(), &studio::Library::opened);
        failed = std::make_unique<QSignalSpy>(library.get(), &studio::Library::failed);
        saved = std::make_unique<QSignalSpy>(library.get(), &studio::Library::runSaved);
        library->attach(*fixture.session);
    }
    ~LibraryStart()
    {
        fixture.session->shutDown(std::chrono::seconds(20));
        fixture.session.reset();
    }
    LibraryStart(const LibraryStart &) = delete;
    LibraryStart &operator=(const LibraryStart &) = delete;

    [[nodiscard]] bool open()
    {
        return SessionFixture::await([&] { return library->isOpen(); }) && fixture.openModel();
    }
    // A whole run, with its files.
    studio::RunPtr run(const GenerationRequest &request)
    {
        fixture.setup->gate.open();
        const auto run = fixture.session->generate(request).started;
        return run && SessionFixture::await([&] { return isSaved(run); }) ? run : nullptr;
    }
    [[nodiscard]] bool isSaved(const studio::RunPtr &run) const
    {
        return std::any_of(saved->begin(), saved->end(), [&](const auto &arguments) {
            return arguments.front().template value<studio::RunPtr>() == run;
        });
    }
    studio::RunPtr load(std::int64_t number) const
    {
        QSignalSpy loaded(library.get(), &studio::Library::runLoaded);
        library->load(number);
        return SessionFixture::await([&] { return !loaded.isEmpty(); })
                   ? loaded.front().front().value<studio::RunPtr>()
                   : nullptr;
    }
};

} // namespace faststar::test
