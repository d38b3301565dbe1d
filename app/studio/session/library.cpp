// SPDX-License-Identifier: Apache-2.0
#include "app/studio/session/library.h"

#include <algorithm>
#include <system_error>
#include <thread>

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QLockFile>
#include <QStandardPaths>

#include "app/studio/session/run_files.h"
#include "core/store/journal.h"

namespace faststar::studio
{

namespace fs = std::filesystem;

namespace
{

constexpr int kMostListed = 1000;

// A program before this one may have been killed: its runs say so from now on.
void markInterrupted(store::StudioDatabase &database)
{
    const auto runs = database.runs({}, kMostListed);
    if (!runs)
        return;
    for (store::StoredRun run : *runs) {
        if (run.outcome != store::RunOutcome::Running)
            continue;
        const auto journals = store::listJournals(run.folder);
        const bool inWork =
            std::ranges::any_of(journals, [](const store::JournalEntry &entry) { return entry.inUse; });
        if (inWork)
            continue; // of another program that still lives
        run.outcome = store::RunOutcome::Interrupted;
        if (const auto journal = store::readJournal(run.folder / kJournalFile);
            journal && !journal->steps.empty())
            run.stepsDone = journal->steps.back()->index.step + 1;
        static_cast<void>(database.updateRun(run));
    }
}

std::string timeStamp()
{
    return QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd-HHmmss")).toStdString();
}

store::StoredQueueEntry storedEntry(const QueueEntry &entry)
{
    store::StoredQueueEntry stored;
    stored.request = entry.request;
    if (entry.origin) {
        stored.parent = entry.origin->number;
        stored.journal = entry.origin->journal;
        stored.branchScale = entry.origin->branchFromScale;
    }
    return stored;
}

QueueEntry queueEntry(store::StoredQueueEntry stored)
{
    QueueEntry entry;
    entry.request = std::move(stored.request);
    if (!stored.journal.empty())
        entry.origin = RunOrigin{stored.parent, std::move(stored.journal), stored.branchScale};
    return entry;
}

} // namespace

// What the thread works with; no other thread touches it.
struct Library::Disk {
    std::optional<store::StudioDatabase> database;
    std::map<RunId, std::int64_t> numbers; // of this session's runs
};

struct Library::Opened {
    std::optional<Error> error;
    QString warning;
    bool crashed = false;
    std::vector<store::StoredQueueEntry> queue;
    std::vector<store::StoredRun> runs;
    std::map<store::MeasurementKey, Measurements> measurements;
};

LibraryPaths LibraryPaths::standard()
{
    const auto base =
        fs::path(QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation).toStdString()) /
        "faststar";
    return {base / "studio.db", base / "runs"};
}

Library::Library(LibraryPaths paths, std::map<std::string, std::string> libraries, QObject *parent)
    : QObject(parent), m_paths(std::move(paths)), m_libraries(std::move(libraries)),
      m_disk(std::make_shared<Disk>())
{
}

Library::~Library()
{
    m_thread.hurry();
    m_thread.post([disk = m_disk, owns = m_owns] {
        if (owns && disk->database)
            static_cast<void>(disk->database->endSession());
        disk->database.reset();
    });
}

void Library::attach(Session &session)
{
    m_session = &session;
    std::error_code problem;
    fs::create_directories(m_paths.database.parent_path(), problem);
    m_lock = std::make_unique<QLockFile>(QString::fromStdString(m_paths.database.string() + ".lock"));
    m_lock->setStaleLockTime(0); // of a program that is gone, not of one that takes long
    m_owns = m_lock->tryLock(0);

    m_thread.post([this, disk = m_disk, path = m_paths.database, owns = m_owns] {
        auto opened = std::make_shared<Opened>();
        auto database = store::StudioDatabase::open(path);
        if (!database && database.error().code == ErrorCode::CorruptFile) {
            // Set aside for whoever can mend it; the runs' folders are not touched.
            const auto aside = path.string() + ".damaged-" + timeStamp();
            std::error_code failed;
            fs::rename(path, aside, failed);
            for (const char *suffix : {"-wal", "-shm"})
                fs::remove(path.string() + suffix, failed);
            opened->warning = QString::fromStdString(database.error().detail + "; it was moved to " + aside);
            database = store::StudioDatabase::open(path);
        }
        if (!database) {
            opened->error = database.error();
        } else {
            disk->database = std::move(*database);
            if (owns) {
                opened->crashed = !disk->database->beginSession().value_or(true);
                markInterrupted(*disk->database);
                opened->queue = disk->database->queue().value_or(std::vector<store::StoredQueueEntry>());
            }
            opened->runs = disk->database->runs({}, kMostListed).value_or(std::vector<store::StoredRun>());
            opened->measurements =
                disk->database->measurements().value_or(std::map<store::MeasurementKey, Measurements>());
        }
        m_thread.answer([this, opened] { onOpened(std::move(*opened)); });
    });

    connect(&session, &Session::runStarted, this, &Library::onStarted);
    connect(&session, &Session::asked, this, &Library::leaveLoad);
    connect(&session, &Session::runEnded, this, &Library::onEnded);
    connect(session.queue(), &RunQueue::changed, this, &Library::saveQueue);
}

void Library::onOpened(Opened opened)
{
    if (!opened.warning.isEmpty())
        Q_EMIT warned(opened.warning);
    if (opened.error) {
        Q_EMIT failed(*opened.error);
        return;
    }
    m_open = true;
    for (auto &[key, measurements] : opened.measurements)
        m_measurements.insert({key, measurements}); // what this session measured meanwhile is newer
    std::erase_if(opened.runs,
                  [](const store::StoredRun &run) { return run.outcome == store::RunOutcome::Running; });
    for (auto &run : opened.runs) {
        if (matches(run))
            m_shelf.put(std::move(run));
    }
    RunQueue *queue = m_session->queue();
    if (!opened.queue.empty()) {
        queue->setHeld(queue->isHeld() || opened.crashed);
        std::vector<QueueEntry> entries;
        entries.reserve(opened.queue.size() + queue->entries().size());
        for (auto &entry : opened.queue)
            entries.push_back(queueEntry(std::move(entry)));
        entries.insert(entries.end(), queue->entries().begin(), queue->entries().end());
        queue->restore(std::move(entries));
    }
    if (opened.queue.empty() && !queue->isEmpty())
        saveQueue();
    Q_EMIT measured();
    Q_EMIT this->opened(opened.crashed);
}

std::optional<fs::path> Library::newRunFolder() const
{
    std::error_code problem;
    fs::create_directories(m_paths.runs, problem);
    const auto stem = "run-" + timeStamp();
    for (int i = 1; i < 10000 && !problem; ++i) {
        auto folder = m_paths.runs / (i == 1 ? stem : stem + '-' + std::to_string(i));
        if (fs::create_directory(folder, problem))
            return folder;
    }
    return std::nullopt;
}

// --- what the session does ----------------------------------------------------------------------

void Library::onStarted(const RunPtr &run)
{
    if (run->model) {
        if (const auto expected = forecast(run->request, *run->model, 0))
            m_session->setForecast(run, *expected);
    }
    m_thread.post([this, disk = m_disk, run, stored = storedOf(*run), id = run->id] {
        if (!disk->database)
            return;
        const auto number = disk->database->addRun(stored);
        if (number)
            disk->numbers[id] = *number;
        m_thread.answer([this, run, number] {
            if (number && m_session != nullptr)
                m_session->setStored(run, *number, {}, 0.0);
            else if (!number)
                Q_EMIT failed(number.error());
        });
    });
}

void Library::onEnded(const RunPtr &run)
{
    // The record goes on being the views'; this thread works on what it says now.
    const auto copy = std::make_shared<RunRecord>(*run);
    m_thread.post([this, disk = m_disk, run, copy, libraries = m_libraries] {
        const auto known = disk->numbers.find(copy->id);
        copy->number = known == disk->numbers.end() ? 0 : known->second;
        if (copy->state == RunState::Cancelled) {
            std::error_code ignored;
            if (!copy->folder.empty())
                fs::remove_all(copy->folder, ignored);
            if (disk->database && copy->number > 0)
                static_cast<void>(disk->database->removeRun(copy->number));
            return;
        }
        std::optional<Error> error;
        auto saved = saveRun(*copy, libraries, [this] { return m_thread.isHurried(); });
        if (saved) {
            copy->clip = saved->clip;
            copy->writeSeconds = saved->writeSeconds;
        } else {
            error = saved.error();
        }
        auto stored = std::make_shared<store::StoredRun>(storedOf(*copy));
        if (saved)
            stored->thumbnail = std::move(saved->thumbnail);
        // Its frames can be decoded again from the journal.
        const bool lost = copy->frames && saved && !saved->framesKept && !copy->folder.empty();
        if (lost && m_thread.isHurried())
            stored->outcome = store::RunOutcome::Interrupted;
        if (disk->database && stored->number > 0) {
            if (const Status written = disk->database->updateRun(*stored); !written)
                error = written.error();
        }
        m_thread.answer([this, run, copy, stored, error] {
            if (m_session != nullptr)
                m_session->setStored(run, stored->number, copy->clip, copy->writeSeconds);
            if (matches(*stored))
                m_shelf.put(*stored);
            learnFrom(*copy);
            if (error)
                Q_EMIT failed(*error);
            Q_EMIT runSaved(run);
        });
    });
}

void Library::saveQueue()
{
    if (!m_owns || !m_open)
        return;
    std::vector<store::StoredQueueEntry> entries;
    entries.reserve(m_session->queue()->entries().size());
    for (const QueueEntry &entry : m_session->queue()->entries())
        entries.push_back(storedEntry(entry));
    m_thread.post([this, disk = m_disk, entries = std::move(entries)] {
        if (!disk->database)
            return;
        if (const Status written = disk->database->saveQueue(entries); !written)
            m_thread.answer([this, error = written.error()] { Q_EMIT failed(error); });
    });
}

void Library::learnFrom(const RunRecord &run)
{
    if (run.state != RunState::Finished || !run.model || !run.plan)
        return;
    const Schedule &schedule = run.plan->schedule;
    const store::MeasurementKey key{run.modelHash, run.device, schedule.pixelWidth(), schedule.pixelHeight()};
    Measurements &measurements = m_measurements[key];
    learn(measurements, costsOf(run), run.summary.peakBytes, run.request, run.model->config, schedule);
    m_thread.post([disk = m_disk, key, measurements] {
        if (disk->database)
            static_cast<void>(disk->database->saveMeasurements(key, measurements));
    });
    Q_EMIT measured();
}

std::optional<Forecast> Library::forecast(const GenerationRequest &request, const ModelFacts &model,
                                          int threads, const std::vector<PlannedStep> *plan) const
{
    const auto schedule = scheduleOf(request, model.config);
    if (!schedule)
        return std::nullopt;
    const auto known =
        m_measurements.find({model.hash, model.device, schedule->pixelWidth(), schedule->pixelHeight()});
    const Measurements *measured = known == m_measurements.end() ? nullptr : &known->second;
    const std::int64_t memoryBytes = std::max(m_memoryNeed ? m_memoryNeed(request, model) : std::int64_t{0},
                                              measured != nullptr ? measured->peakBytes : std::int64_t{0});
    const int useful = threads > 0 ? threads : int(std::thread::hardware_concurrency());
    return forecastOf(request, model.config, *schedule, measured, useful, memoryBytes, plan);
}

// --- the shelf ----------------------------------------------------------------------------------

bool Library::matches(const store::StoredRun &run) const
{
    const auto &request = run.request;
    const QString text = QString::fromStdString(request.prompt + '\n' + request.negativePrompt + '\n' +
                                                run.modelName + "\nseed " + std::to_string(request.seed) +
                                                "\nrun " + std::to_string(run.number));
    return std::ranges::all_of(m_words,
                               [&](const QString &word) { return text.contains(word, Qt::CaseInsensitive); });
}

void Library::setSearch(const QString &words)
{
    if (m_search == words)
        return;
    m_search = words;
    m_words = words.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    m_thread.post([this, disk = m_disk, words] {
        if (!disk->database)
            return;
        auto found = disk->database->runs(words.toStdString(), kMostListed);
        m_thread.answer([this, words, found = std::move(found)]() mutable {
            if (words != m_search)
                return; // typed on meanwhile
            if (!found) {
                Q_EMIT failed(found.error());
                return;
            }
            std::erase_if(*found, [](const store::StoredRun &run) {
                return run.outcome == store::RunOutcome::Running;
            });
            m_shelf.reset(std::move(*found));
        });
    });
}

void Library::load(qint64 number)
{
    m_thread.post([this, disk = m_disk, number, wanted = ++m_lastLoad] {
        if (wanted != m_lastLoad)
            return;
        const auto stored =
            disk->database ? disk->database->run(number)
                           : Result<store::StoredRun>(failure(ErrorCode::NotFound, "no history is open"));
        if (!stored) {
            m_thread.answer([this, number, wanted, error = stored.error()] {
                if (wanted == m_lastLoad)
                    Q_EMIT loadFailed(number, error);
            });
            return;
        }
        m_thread.answer([this, wanted, run = RunPtr(loadRun(*stored))] {
            if (wanted == m_lastLoad)
                Q_EMIT runLoaded(run);
        });
    });
}

void Library::leaveLoad()
{
    ++m_lastLoad;
}

void Library::remove(qint64 number)
{
    m_thread.post([this, disk = m_disk, number] {
        Status done;
        if (disk->database) {
            const auto stored = disk->database->run(number);
            if (!stored) {
                done = tl::unexpected(stored.error());
            } else {
                std::error_code problem;
                const bool files = !stored->folder.empty() && fs::exists(stored->folder, problem);
                // Without the folder above the trash, Qt 6.4 moves files to the current folder instead.
                const bool trash =
                    QDir().mkpath(QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation));
                if (files && (!trash || !QFile::moveToTrash(QString::fromStdString(stored->folder.string()))))
                    done = failure(ErrorCode::WriteFailed,
                                   stored->folder.string() + ": cannot be moved to the trash");
                else
                    done = disk->database->removeRun(number);
            }
        }
        m_thread.answer([this, number, done] {
            if (!done) {
                Q_EMIT removeFailed(number, done.error());
                return;
            }
            m_shelf.remove(number);
            Q_EMIT removed(number);
        });
    });
}

void Library::exportClip(const RunPtr &run, const QString &path, bool replace)
{
    m_thread.post([this, copy = std::make_shared<const RunRecord>(*run), path, replace,
                   libraries = m_libraries] {
        const Status written =
            writeClip(path.toStdString(), *copy, libraries, replace, [this] { return m_thread.isHurried(); });
        m_thread.answer([this, path, written] {
            if (written)
                Q_EMIT exported(path);
            else
                Q_EMIT exportFailed(path, written.error());
        });
    });
}

void Library::findWaterfall(const RunPtr &run)
{
    m_thread.post([this, disk = m_disk, run, request = run->request, hash = run->modelHash,
                   device = run->device, costs = costsOf(*run)] {
        if (!disk->database)
            return;
        const auto found = disk->database->unprunedRun(request, hash, device);
        if (!found || !*found)
            return;
        const auto waterfall = waterfallOf((*found)->costs, costs);
        if (!waterfall)
            return;
        m_thread.answer([this, run, waterfall, number = (*found)->number] {
            Q_EMIT waterfallFound(run, *waterfall, number);
        });
    });
}

} // namespace faststar::studio
