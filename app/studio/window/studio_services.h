// SPDX-License-Identifier: Apache-2.0
//
// What the window takes from outside, so that tests can give it something else.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

class QSettings;

namespace faststar::widgets
{
class Appearance;
}

namespace faststar::studio
{

class Library;
class Session;

struct MemoryUse {
    std::int64_t usedBytes = 0;  // by everything on this machine
    std::int64_t totalBytes = 0; // that it has in all
};

// For the debug overlay; 0 = not known.
struct DetailedMemory {
    std::int64_t processBytes = 0;
    std::int64_t processPeakBytes = 0;
    std::int64_t heapUsedBytes = 0; // of the allocator's
    std::int64_t heapBytes = 0;     // that the allocator holds
    std::int64_t deviceUsedBytes = 0;
    std::int64_t deviceBytes = 0;
};

// All of it outlives the window.
struct StudioServices {
    Session *session = nullptr;
    Library *library = nullptr; // null: nothing is kept on the disk
    widgets::Appearance *appearance = nullptr;
    QSettings *settings = nullptr;
    std::filesystem::path demoModel; // empty = not found
    // May be empty, as the next ones.
    std::function<MemoryUse()> memory;
    std::function<DetailedMemory()> detailedMemory;
    std::function<std::vector<std::string>(int lines)> logTail; // the newest last
    std::string device = "cpu";                                 // on which models are opened
    int threads = 0;
};

} // namespace faststar::studio
