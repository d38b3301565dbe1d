// SPDX-License-Identifier: Apache-2.0
//
// Steps of every kind, a journal that holds them, and the places of its bytes for tests that change them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include <QTemporaryDir>

#include "core/domain/request.h"
#include "core/store/crc32.h"
#include "core/store/journal.h"
#include "core/store/journal_format.h"

namespace faststar::test
{

inline GenerationRequest someRequest()
{
    GenerationRequest request;
    request.prompt = "a red circle";
    request.seed = 7;
    request.size = "0.06M";
    return request;
}

inline StepRecord fullStep(int step)
{
    StepRecord record;
    record.index = {1, 13, 2, 1, step};
    record.bits = {16, 5, {1, 2, 3, 4, 5, 6, 7, 8, 9, 250}};
    record.guidance = {0.1 + step, -1.0 / 3.0};
    return record;
}

inline StepRecord reducedStep(int step)
{
    StepRecord record;
    record.index = {1, 14, 3, 0, step};
    record.bits = {3, 3, {0xAA, 0x01}};
    record.tokens = {0, 7, 10};
    record.mask.shape = {2, 3, 3};
    record.mask.values = {1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0, 0, 1};
    record.reduced = true;
    return record;
}

inline StepRecord emptyStep(int step)
{
    StepRecord record;
    record.index.step = step;
    record.reduced = true;
    record.mask.shape = {1, 2, 2};
    record.mask.values = {0, 0, 0, 0};
    record.bits.bits = 64;
    return record;
}

inline std::vector<StepRecord> someSteps()
{
    return {fullStep(0), reducedStep(1), emptyStep(3), fullStep(4)};
}

inline std::string readAll(const std::filesystem::path &path)
{
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

inline void writeAll(const std::filesystem::path &path, const std::string &data)
{
    std::ofstream(path, std::ios::binary | std::ios::trunc) << data;
}

inline std::uint32_t word(const std::string &data, std::size_t at)
{
    std::uint32_t value = 0;
    std::memcpy(&value, data.data() + at, 4);
    return value;
}

inline void setWord(std::string &data, std::size_t at, std::uint32_t value)
{
    std::memcpy(data.data() + at, &value, 4);
}

inline std::uint32_t crcOf(const std::string &data, std::size_t at, std::size_t size)
{
    return store::crc32(std::as_bytes(std::span(data).subspan(at, size)));
}

// Where each record begins, and the end of the file.
inline std::vector<std::size_t> recordStarts(const std::string &data)
{
    std::vector<std::size_t> starts{store::kJournalHeaderBytes + word(data, 12)};
    while (starts.back() < data.size())
        starts.push_back(starts.back() + store::kStepHeaderBytes + word(data, starts.back() + 4));
    return starts;
}

// A finished journal of someSteps() in a folder of its own.
struct JournalFixture {
    QTemporaryDir directory;
    std::filesystem::path folder = directory.path().toStdString();
    std::filesystem::path path = folder / "run.journal";
    std::string whole;

    JournalFixture()
    {
        auto writer = store::JournalWriter::create(path, someRequest(), "cafe");
        for (const auto &step : someSteps()) {
            if (!writer || !writer->append(step))
                qFatal("cannot write the journal");
        }
        whole = readAll(path);
    }

    // Reads a changed copy.
    [[nodiscard]] Result<store::Journal> reread(const std::function<void(std::string &)> &change) const
    {
        auto data = whole;
        change(data);
        std::filesystem::remove(path); // truncating an old file would wait for the disk
        writeAll(path, data);
        return store::readJournal(path);
    }
};

inline bool equals(const store::Journal &journal, const std::vector<StepRecord> &steps)
{
    return std::equal(journal.steps.begin(), journal.steps.end(), steps.begin(), steps.end(),
                      [](const auto &a, const auto &b) { return *a == b; });
}

} // namespace faststar::test
