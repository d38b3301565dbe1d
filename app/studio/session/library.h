// SPDX-License-Identifier: Apache-2.0
//
// What outlives the session: history with files, queue, measured times. All disk work is done on a thread
// of its own.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <QObject>
#include <QString>
#include <QStringList>

#include "app/studio/session/session.h"
#include "app/studio/session/shelf_model.h"
#include "app/studio/session/task_thread.h"
#include "core/domain/forecast.h"
#include "core/store/studio_database.h"

class QLockFile;

namespace faststar::studio
{

struct LibraryPaths {
    std::filesystem::path database;
    std::filesystem::path runs; // one folder a run

    // $XDG_DATA_HOME/faststar (or what the platform has instead): studio.db and runs.
    [[nodiscard]] static LibraryPaths standard();
};

// GUI thread only. Several programs may use the same files; the first owns queue and crash mark.
class Library : public QObject
{
    Q_OBJECT
public:
    // `libraries`: those that decide the numbers ("torch" -> "2.11.0"), for the recipes.
    Library(LibraryPaths paths, std::map<std::string, std::string> libraries, QObject *parent = nullptr);
    // Writes what still waits; frames that are not yet stored are given up (the journal has them).
    ~Library() override;

    // Opens the files (answered by opened), restores the queue into the session's (held after a crash) and
    // keeps what the session does from then on. Once. The session must be shut down before it and this are
    // destroyed, and must not outlive this.
    void attach(Session &session);

    // For SessionPorts::newRunFolder. A new, empty folder; nothing where the disk refuses.
    [[nodiscard]] std::optional<std::filesystem::path> newRunFolder() const;

    [[nodiscard]] ShelfModel *shelf() { return &m_shelf; }
    [[nodiscard]] bool isOpen() const { return m_open; }

    // Bytes that a run of the request needs in all, by arithmetic; 0 = not known.
    using MemoryNeed = std::function<std::int64_t(const GenerationRequest &, const ModelFacts &)>;
    void setMemoryNeed(MemoryNeed need) { m_memoryNeed = std::move(need); }

    // Tokens, seconds and memory of a request to this model on this machine. `threads` matter for an estimate
    // only (0 = all of them). Memory is what the arithmetic says, or the most that such runs have used so far
    // where that is more. Nothing where the request has no schedule. `plan`: see forecastOf.
    [[nodiscard]] std::optional<Forecast> forecast(const GenerationRequest &request, const ModelFacts &model,
                                                   int threads,
                                                   const std::vector<PlannedStep> *plan = nullptr) const;

public Q_SLOTS:
    // Words that must all occur; empty = all runs. The shelf follows.
    void setSearch(const QString &words);
    // A run with its frames, maps and times; answered by runLoaded or loadFailed, unless another is asked for
    // meanwhile or leaveLoad() was called: what was asked for last is what is shown.
    void load(qint64 number);
    void leaveLoad();
    // Files to the desktop's trash, then out of the history. Answered by removed or removeFailed.
    void remove(qint64 number);
    // The shown clip as MP4 with its recipe. Answered by exported or exportFailed.
    void exportClip(const faststar::studio::RunPtr &run, const QString &path, bool replace);
    // Looks for the unpruned run of the same request; answered by waterfallFound where there is one.
    void findWaterfall(const faststar::studio::RunPtr &run);

Q_SIGNALS:
    // `crashed`: the program before did not end properly.
    void opened(bool crashed);
    // The files cannot be used or written: the session goes on without. English, technical.
    void failed(const faststar::Error &error);
    void warned(const QString &message);

    void measured(); // forecasts are different now
    void runSaved(const faststar::studio::RunPtr &run);
    void runLoaded(const faststar::studio::RunPtr &run);
    void loadFailed(qint64 number, const faststar::Error &error);
    void removed(qint64 number);
    void removeFailed(qint64 number, const faststar::Error &error);
    void exported(const QString &path);
    void exportFailed(const QString &path, const faststar::Error &error);
    void waterfallFound(const faststar::studio::RunPtr &run, const faststar::Waterfall &waterfall,
                        qint64 unprunedNumber);

private:
    struct Disk; // lives on the thread
    struct Opened;

    void onOpened(Opened opened);
    void onStarted(const RunPtr &run);
    void onEnded(const RunPtr &run);
    void saveQueue();
    void learnFrom(const RunRecord &run);
    [[nodiscard]] bool matches(const store::StoredRun &run) const;

    LibraryPaths m_paths;
    std::map<std::string, std::string> m_libraries;
    MemoryNeed m_memoryNeed;
    std::map<store::MeasurementKey, Measurements> m_measurements;
    ShelfModel m_shelf;
    QString m_search;
    std::atomic<std::uint64_t> m_lastLoad = 0; // older ones are not answered
    QStringList m_words;
    Session *m_session = nullptr;
    std::unique_ptr<QLockFile> m_lock;
    bool m_owns = false;
    bool m_open = false;
    std::shared_ptr<Disk> m_disk;
    TaskThread m_thread; // last: its tasks use what stands above
};

} // namespace faststar::studio
