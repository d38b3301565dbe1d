// SPDX-License-Identifier: Apache-2.0
#include "gpu/control_group.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace faststar::gpu
{

namespace
{

namespace fs = std::filesystem;

// The first generation writes "no limit" as a huge number of pages.
constexpr std::int64_t kNoLimit = std::int64_t(1) << 60;

std::optional<std::int64_t> readNumber(const fs::path &file)
{
    std::ifstream in(file);
    std::int64_t value = 0;
    if (in >> value && value >= 0 && value < kNoLimit)
        return value;
    return std::nullopt; // absent, "max" or beyond any machine
}

std::int64_t readStatistic(const fs::path &file, const std::string &key)
{
    std::ifstream in(file);
    std::string name;
    std::int64_t value = 0;
    while (in >> name >> value)
        if (name == key)
            return std::max<std::int64_t>(value, 0);
    return 0;
}

struct Names {
    const char *limit;
    const char *use;
    const char *reclaimable;
};

constexpr Names kSecond{"memory.max", "memory.current", "inactive_file"};
constexpr Names kFirst{"memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"};

void addLevel(const fs::path &folder, const Names &names, GroupMemory &memory)
{
    const auto limit = readNumber(folder / names.limit);
    if (!limit)
        return;
    const std::int64_t use = readNumber(folder / names.use).value_or(0);
    const std::int64_t cache = readStatistic(folder / "memory.stat", names.reclaimable);
    const std::int64_t free = std::clamp<std::int64_t>(*limit - use + std::min(cache, use), 0, *limit);
    memory.limitBytes = memory.limitBytes < 0 ? *limit : std::min(memory.limitBytes, *limit);
    memory.availableBytes = memory.availableBytes < 0 ? free : std::min(memory.availableBytes, free);
}

struct Mount {
    fs::path root;  // of the hierarchy, as this mount shows it
    fs::path place; // in the file system
    bool second = false;
};

// "a,b" -> ",a,b,", so that a whole word can be searched.
std::string fenced(const std::string &list)
{
    std::string text = ",";
    text += list;
    text += ',';
    return text;
}

// Mounts of the second generation, and of the first one's memory controller.
std::vector<Mount> readMounts(const fs::path &file)
{
    std::vector<Mount> mounts;
    std::ifstream in(file);
    std::string line;
    while (std::getline(in, line)) {
        const std::size_t dash = line.find(" - ");
        if (dash == std::string::npos)
            continue;
        std::istringstream before(line.substr(0, dash));
        std::istringstream after(line.substr(dash + 3));
        std::string skipped;
        std::string root;
        std::string place;
        std::string type;
        std::string source;
        std::string options;
        before >> skipped >> skipped >> skipped >> root >> place;
        after >> type >> source >> options;
        const std::string padded = fenced(options);
        if (type == "cgroup2")
            mounts.push_back({root, place, true});
        else if (type == "cgroup" && padded.find(",memory,") != std::string::npos)
            mounts.push_back({root, place, false});
    }
    return mounts;
}

} // namespace

GroupMemory controlGroupMemory(const fs::path &groups, const fs::path &mounts)
{
    GroupMemory memory;
    const auto known = readMounts(mounts);
    std::ifstream in(groups);
    std::string line;
    while (std::getline(in, line)) {
        // "0::/group" or "7:memory,cpu:/group"
        const std::size_t first = line.find(':');
        const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
        if (second == std::string::npos)
            continue;
        const std::string controllers = fenced(line.substr(first + 1, second - first - 1));
        const bool isSecond = controllers == ",,";
        if (!isSecond && controllers.find(",memory,") == std::string::npos)
            continue;
        for (const auto &mount : known) {
            if (mount.second != isSecond)
                continue;
            // In a container the mount shows only the part below its root; a path outside it is the root.
            fs::path below = fs::path(line.substr(second + 1)).lexically_relative(mount.root);
            if (below.empty() || *below.begin() == "..")
                below = ".";
            fs::path folder = (mount.place / below).lexically_normal();
            const Names &names = isSecond ? kSecond : kFirst;
            for (int level = 0; level < 64; ++level) {
                addLevel(folder, names, memory);
                const bool atTop =
                    folder == mount.place || folder == folder.parent_path() || folder == mount.place / "";
                if (atTop)
                    break;
                folder = folder.parent_path();
            }
        }
    }
    return memory;
}

} // namespace faststar::gpu
