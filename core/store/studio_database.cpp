// SPDX-License-Identifier: Apache-2.0
#include "core/store/studio_database.h"

#include <algorithm>
#include <sstream>
#include <utility>

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include "core/store/request_json.h"
#include "core/store/run_json.h"
#include "core/store/run_row.h"
#include "core/store/studio_schema.h"

namespace faststar::store
{

namespace fs = std::filesystem;

namespace
{

constexpr int kPatienceMs = 3000; // for another program that is writing
constexpr int kMostQueued = 10000;

Error errorOf(const SQLite::Exception &exception, const fs::path &path)
{
    ErrorCode code = ErrorCode::WriteFailed;
    switch (exception.getErrorCode()) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        code = ErrorCode::CorruptFile;
        break;
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
        code = ErrorCode::Internal;
        break;
    case SQLITE_NOMEM:
        code = ErrorCode::OutOfMemory;
        break;
    default:
        break;
    }
    return {code, path.string() + ": " + exception.what()};
}

// A LIKE pattern for a word that may contain its wildcards.
std::string likePattern(const std::string &word)
{
    std::string pattern = "%";
    for (const char c : word) {
        if (c == '%' || c == '_' || c == '\\')
            pattern += '\\';
        pattern += c;
    }
    return pattern + '%';
}

} // namespace

struct StudioDatabase::Impl {
    fs::path path;
    SQLite::Database database;
    int skipped = 0;

    explicit Impl(const fs::path &file)
        : path(file), database(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kPatienceMs)
    {
    }

    // Everything that talks to SQLite goes through here.
    template <typename Work> auto guarded(const Work &work) -> Result<decltype(work())>
    {
        try {
            if constexpr (std::is_void_v<decltype(work())>) {
                work();
                return {};
            } else {
                return work();
            }
        } catch (const SQLite::Exception &exception) {
            return tl::unexpected(errorOf(exception, path));
        }
    }

    std::vector<StoredRun> read(SQLite::Statement &query)
    {
        std::vector<StoredRun> runs;
        while (query.executeStep()) {
            if (auto run = runOf(query))
                runs.push_back(std::move(*run));
            else
                ++skipped;
        }
        return runs;
    }
};

StudioDatabase::StudioDatabase(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
StudioDatabase::StudioDatabase(StudioDatabase &&) noexcept = default;
StudioDatabase &StudioDatabase::operator=(StudioDatabase &&) noexcept = default;
StudioDatabase::~StudioDatabase() = default;

Result<StudioDatabase> StudioDatabase::open(const fs::path &path)
{
    try {
        auto impl = std::make_unique<Impl>(path);
        auto &database = impl->database;
        database.exec("PRAGMA journal_mode = WAL");
        database.exec("PRAGMA synchronous = NORMAL");
        database.exec("PRAGMA foreign_keys = ON");
        SQLite::Statement check(database, "PRAGMA quick_check(1)");
        if (!check.executeStep() || check.getColumn(0).getString() != "ok")
            return failure(ErrorCode::CorruptFile, path.string() + ": the database is damaged");
        check.reset();
        const int version = database.execAndGet("PRAGMA user_version").getInt();
        if (version > kSchema)
            return failure(ErrorCode::UnknownFormat, path.string() + ": schema " + std::to_string(version) +
                                                         " is of a newer program; this one knows " +
                                                         std::to_string(kSchema));
        static_assert(kSchema == int(kMigrations.size()));
        for (int step = std::max(version, 0); step < kSchema; ++step) {
            SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
            database.exec(kMigrations.at(std::size_t(step)));
            database.exec("PRAGMA user_version = " + std::to_string(step + 1));
            transaction.commit();
        }
        return StudioDatabase(std::move(impl));
    } catch (const SQLite::Exception &exception) {
        return tl::unexpected(errorOf(exception, path));
    }
}

// --- runs ---------------------------------------------------------------------------------------

Result<std::int64_t> StudioDatabase::addRun(const StoredRun &run)
{
    return m_impl->guarded([&] {
        std::string places = "?";
        for (int i = 1; i < kRunColumnCount; ++i)
            places += ", ?";
        SQLite::Transaction transaction(m_impl->database);
        SQLite::Statement statement(m_impl->database, std::string("INSERT INTO runs (") + kRunColumns +
                                                          ") VALUES (" + places + ")");
        bindRun(statement, run);
        statement.exec();
        const std::int64_t number = m_impl->database.getLastInsertRowid();
        StoredRun numbered = run;
        numbered.number = number;
        SQLite::Statement words(m_impl->database, "UPDATE runs SET words = ? WHERE number = ?");
        words.bind(1, searchText(numbered));
        words.bind(2, number);
        words.exec();
        transaction.commit();
        return number;
    });
}

Status StudioDatabase::updateRun(const StoredRun &run)
{
    return m_impl->guarded([&] {
        std::string places = "?";
        for (int i = 1; i < kRunColumnCount; ++i)
            places += ", ?";
        SQLite::Statement statement(m_impl->database, std::string("UPDATE runs SET (") + kRunColumns +
                                                          ") = (" + places + ") WHERE number = ?");
        bindRun(statement, run);
        statement.bind(kRunColumnCount + 1, run.number);
        statement.exec();
    });
}

Status StudioDatabase::removeRun(std::int64_t number)
{
    return m_impl->guarded([&] {
        SQLite::Statement statement(m_impl->database, "DELETE FROM runs WHERE number = ?");
        statement.bind(1, number);
        statement.exec();
    });
}

Result<std::vector<StoredRun>> StudioDatabase::runs(const std::string &search, int most)
{
    return m_impl->guarded([&] {
        std::istringstream stream(search);
        std::vector<std::string> words;
        for (std::string word; stream >> word && words.size() < 32;)
            words.push_back(likePattern(word));
        std::string sql = std::string("SELECT number, ") + kRunColumns + " FROM runs";
        for (std::size_t i = 0; i < words.size(); ++i) {
            sql += i == 0 ? " WHERE " : " AND ";
            sql += R"(words LIKE ? ESCAPE '\')";
        }
        sql += " ORDER BY number DESC LIMIT ?";
        SQLite::Statement query(m_impl->database, sql);
        int place = 0;
        for (const auto &word : words)
            query.bind(++place, word);
        query.bind(++place, std::max(most, 0));
        return m_impl->read(query);
    });
}

Result<StoredRun> StudioDatabase::run(std::int64_t number)
{
    auto found = m_impl->guarded([&] {
        SQLite::Statement query(m_impl->database,
                                std::string("SELECT number, ") + kRunColumns + " FROM runs WHERE number = ?");
        query.bind(1, number);
        return m_impl->read(query);
    });
    if (!found)
        return tl::unexpected(found.error());
    if (found->empty())
        return failure(ErrorCode::NotFound, "run " + std::to_string(number) + " is not in the history");
    return std::move(found->front());
}

Result<std::optional<StoredRun>> StudioDatabase::unprunedRun(const GenerationRequest &request,
                                                             const std::string &modelHash,
                                                             const std::string &device)
{
    return m_impl->guarded([&]() -> std::optional<StoredRun> {
        SQLite::Statement query(
            m_impl->database,
            std::string("SELECT number, ") + kRunColumns +
                " FROM runs WHERE base_key = ? AND model_hash = ? AND device = ? AND unpruned = 1 AND "
                "outcome = 'finished' AND parent = 0 ORDER BY number DESC LIMIT 1");
        query.bind(1, baseKey(request));
        query.bind(2, modelHash);
        query.bind(3, device);
        auto found = m_impl->read(query);
        return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
    });
}

Result<int> StudioDatabase::interruptRunning()
{
    return m_impl->guarded([&] {
        return m_impl->database.exec("UPDATE runs SET outcome = 'interrupted' WHERE outcome = 'running'");
    });
}

// --- queue --------------------------------------------------------------------------------------

Status StudioDatabase::saveQueue(const std::vector<StoredQueueEntry> &queue)
{
    return m_impl->guarded([&] {
        SQLite::Transaction transaction(m_impl->database, SQLite::TransactionBehavior::IMMEDIATE);
        m_impl->database.exec("DELETE FROM queue");
        SQLite::Statement statement(
            m_impl->database,
            "INSERT INTO queue (place, request, parent, journal, branch_scale) VALUES (?, ?, ?, ?, ?)");
        int place = 0;
        for (const StoredQueueEntry &entry : queue) {
            statement.reset();
            statement.clearBindings();
            statement.bind(1, place++);
            statement.bind(2, requestToJson(entry.request));
            statement.bind(3, entry.parent);
            statement.bind(4, entry.journal.string());
            if (entry.branchScale)
                statement.bind(5, *entry.branchScale);
            statement.exec();
        }
        transaction.commit();
    });
}

Result<std::vector<StoredQueueEntry>> StudioDatabase::queue()
{
    return m_impl->guarded([&] {
        std::vector<StoredQueueEntry> queue;
        SQLite::Statement query(
            m_impl->database,
            "SELECT request, parent, journal, branch_scale FROM queue ORDER BY place LIMIT ?");
        query.bind(1, kMostQueued);
        while (query.executeStep()) {
            auto request = requestFromJson(query.getColumn(0).getString(), "queue");
            const auto parent = integerOf(query.getColumn(1), 0, kMostNumber);
            const bool branches = !query.getColumn(3).isNull();
            const auto scale = integerOf(query.getColumn(3), 0, 100000);
            if (!request || !parent || (branches && !scale)) {
                ++m_impl->skipped;
                continue;
            }
            StoredQueueEntry entry{std::move(*request), *parent, query.getColumn(2).getString(), {}};
            if (branches)
                entry.branchScale = int(*scale);
            queue.push_back(std::move(entry));
        }
        return queue;
    });
}

// --- measured times -----------------------------------------------------------------------------

Status StudioDatabase::saveMeasurements(const MeasurementKey &key, const Measurements &measurements)
{
    return m_impl->guarded([&] {
        SQLite::Statement statement(m_impl->database,
                                    "INSERT OR REPLACE INTO measurements (model_hash, device, width, height, "
                                    "measured) VALUES (?, ?, ?, ?, ?)");
        statement.bind(1, key.modelHash);
        statement.bind(2, key.device);
        statement.bind(3, key.width);
        statement.bind(4, key.height);
        statement.bind(5, measurementsToJson(measurements));
        statement.exec();
    });
}

Result<std::map<MeasurementKey, Measurements>> StudioDatabase::measurements()
{
    return m_impl->guarded([&] {
        std::map<MeasurementKey, Measurements> all;
        SQLite::Statement query(m_impl->database,
                                "SELECT model_hash, device, width, height, measured FROM measurements");
        while (query.executeStep()) {
            const auto width = integerOf(query.getColumn(2), 1, 1000000);
            const auto height = integerOf(query.getColumn(3), 1, 1000000);
            auto measured = measurementsFromJson(query.getColumn(4).getString());
            if (!width || !height || !measured) {
                ++m_impl->skipped;
                continue;
            }
            all[{query.getColumn(0).getString(), query.getColumn(1).getString(), int(*width), int(*height)}] =
                *measured;
        }
        return all;
    });
}

// --- sessions -----------------------------------------------------------------------------------

Result<bool> StudioDatabase::beginSession()
{
    return m_impl->guarded([&] {
        SQLite::Transaction transaction(m_impl->database, SQLite::TransactionBehavior::IMMEDIATE);
        const int open =
            m_impl->database.execAndGet("SELECT COUNT(*) FROM state WHERE key = 'session_open'").getInt();
        m_impl->database.exec("INSERT OR REPLACE INTO state (key, value) VALUES ('session_open', '1')");
        transaction.commit();
        return open == 0;
    });
}

Status StudioDatabase::endSession()
{
    return m_impl->guarded([&] { m_impl->database.exec("DELETE FROM state WHERE key = 'session_open'"); });
}

int StudioDatabase::skippedRows() const
{
    return m_impl->skipped;
}

} // namespace faststar::store
