// SPDX-License-Identifier: Apache-2.0
//
// What the window takes from outside, so that tests can give it something else.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

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
    std::int64_t usedBytes = 0;  // of this process
    std::int64_t totalBytes = 0; // that it may count on in all
};

// All of it outlives the window.
struct StudioServices {
    Session *session = nullptr;
    Library *library = nullptr; // null: nothing is kept on the disk
    widgets::Appearance *appearance = nullptr;
    QSettings *settings = nullptr;
    std::filesystem::path demoModel;   // empty = not found
    std::function<MemoryUse()> memory; // may be empty
    int threads = 0;
};

} // namespace faststar::studio
