// SPDX-License-Identifier: Apache-2.0
//
// Progress of a stage: a line for people on stderr, and the same as JSON lines in a file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "app/train/stage.h"

namespace faststar::train
{

struct ProgressLine {
    std::string event; // "step" or "validation"
    std::int64_t step = 0;
    double seconds = 0.0;     // of the stage
    double secondsLeft = 0.0; // estimated
    double learningRate = 0.0;
    double stepMilliseconds = 0.0; // since the line before
};

class ProgressLog
{
public:
    // Appends to `file`.
    ProgressLog(const std::filesystem::path &file, std::string stage, bool quiet);

    // Reads the measures from the device.
    void write(const ProgressLine &line, const Measures &measures);

private:
    std::ofstream m_file;
    std::string m_stage;
    bool m_quiet;
};

} // namespace faststar::train
