// SPDX-License-Identifier: Apache-2.0
//
// Progress of a stage: a line for people on stderr, and the same as JSON lines in a file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "app/train/stage.h"
#include "core/domain/result.h"

namespace faststar::train
{

struct ProgressLine {
    std::string event; // "step" or "validation"
    std::int64_t step = 0;
    double seconds = 0.0;              // of the stage
    std::optional<double> secondsLeft; // estimated; nothing at the very beginning
    double learningRate = 0.0;
    double stepMilliseconds = 0.0; // since the line before
};

class ProgressLog
{
public:
    ProgressLog(std::filesystem::path file, std::string stage, bool quiet);

    // Opens the file, a new one unless lines are to be added to it. WriteFailed with the system's reason.
    [[nodiscard]] Status open(bool append);
    // Reads the measures from the device. WriteFailed likewise; the line for people is shown all the same.
    Status write(const ProgressLine &line, const Measures &measures);

private:
    std::filesystem::path m_path;
    std::ofstream m_file;
    std::string m_stage;
    bool m_quiet;
};

} // namespace faststar::train
