// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <ctime>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/store/journal.h"
#include "core/store/journal_format.h"
#include "core/store/state_folder.h"

namespace faststar::store
{

namespace fs = std::filesystem;

namespace
{

bool isLocked(const fs::path &path)
{
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0)
        return false;
    const bool locked = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0;
    ::close(descriptor);
    return locked;
}

} // namespace

Result<fs::path> journalFolder(const std::string &stateHome, const std::string &home)
{
    auto folder = stateFolder(stateHome, home);
    if (folder)
        *folder /= "journal";
    return folder;
}

fs::path newJournalPath(const fs::path &folder)
{
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    gmtime_r(&now, &utc);
    std::array<char, 32> stamp{};
    std::strftime(stamp.data(), stamp.size(), "run-%Y%m%d-%H%M%S", &utc);
    auto path = folder / (std::string(stamp.data()) + std::string(kJournalExtension));
    std::error_code error;
    for (int i = 2; fs::exists(fs::symlink_status(path, error)); ++i)
        path =
            folder / (std::string(stamp.data()) + "-" + std::to_string(i) + std::string(kJournalExtension));
    return path;
}

std::vector<JournalEntry> listJournals(const fs::path &folder)
{
    std::vector<JournalEntry> entries;
    std::error_code error;
    for (fs::directory_iterator item(folder, error), end; !error && item != end; item.increment(error)) {
        std::error_code skip;
        if (item->path().extension() != kJournalExtension || item->is_symlink(skip) ||
            !item->is_regular_file(skip))
            continue;
        JournalEntry entry{item->path(), item->last_write_time(skip), item->file_size(skip),
                           isLocked(item->path())};
        if (!skip)
            entries.push_back(std::move(entry));
    }
    std::sort(entries.begin(), entries.end(), [](const JournalEntry &a, const JournalEntry &b) {
        return a.modified != b.modified ? a.modified > b.modified : a.path > b.path;
    });
    return entries;
}

int pruneJournals(const fs::path &folder, int keep)
{
    int kept = 0;
    int removed = 0;
    for (const auto &entry : listJournals(folder)) {
        if (entry.inUse || kept++ < keep)
            continue;
        std::error_code error;
        removed += fs::remove(entry.path, error) ? 1 : 0;
    }
    return removed;
}

} // namespace faststar::store
