// SPDX-License-Identifier: Apache-2.0
//
// The command line as typed. Numbers stay text until they meet the one parser of core/domain, which
// does not depend on the locale.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace faststar::cli
{

enum class Command { None, Generate, Replay, Inspect, Doctor, Bench };

// How a run is computed and told about; common to all commands that load a model.
struct CommonOptions {
    std::string model; // empty = search
    std::string device = "cpu";
    std::string profile;
    std::string threads;
    bool json = false;
    bool verbose = false;
    bool noColor = false;
    bool noInput = false;
};

// What to generate: a field of the request each; unset = the model's default.
struct RequestOptions {
    std::optional<std::string> prompt; // "-" = standard input
    std::optional<std::string> negativePrompt;
    std::string image;
    std::string video;
    std::optional<std::string> seed;
    std::optional<std::string> width;
    std::optional<std::string> height;
    std::optional<std::string> size;
    std::optional<std::string> aspect;
    std::optional<std::string> frames;
    std::optional<std::string> method;
    std::optional<std::string> ratios;
    std::optional<std::string> p;
    std::optional<std::string> guidance;
    std::optional<std::string> guidanceScale;
    std::optional<std::string> tauImage;
    std::optional<std::string> tauVideo;
    bool greedy = false;
    std::vector<std::string> options; // KEY=VALUE
    std::optional<std::string> count;
    std::string output;
    std::string origin; // "jobs.json, entry 2": where it stands in a file of requests
};

// Where results go besides the clip.
struct OutputOptions {
    std::string directory; // of names that are made up
    std::string masks;
    std::string scores;
    std::string overlay;
    std::string saveFrames;
    std::string trace;
    std::optional<std::string> fps;
    bool preview = false;
    std::string previewPath;
    std::optional<std::string> previewInterval;
    bool overwrite = false;
    bool noMetadata = false;
    bool noJournal = false;
};

struct GenerateOptions {
    RequestOptions request;
    OutputOptions outputs;
    std::string processFile;
    std::string resume; // a journal
    std::optional<std::string> branchFromScale;
    bool dryRun = false;
};

struct ReplayOptions {
    std::string folder;
    std::string out;
    bool check = false;
    std::string tolerance; // empty = the case's own
};

struct InspectOptions {
    std::string model;
};

struct DoctorOptions {
    bool kernels = false;
};

struct BenchOptions {
    RequestOptions request;
    std::optional<std::string> runs;
    std::string arch; // empty = a model folder
    std::string svg;
    std::string kernels; // "on", "off"; empty = as the environment says
    bool noParts = false;
    bool overwrite = false;
};

struct CommandLine {
    Command command = Command::None;
    CommonOptions common;
    GenerateOptions generate;
    ReplayOptions replay;
    InspectOptions inspect;
    DoctorOptions doctor;
    BenchOptions bench;
};

// What parsing came to: a command to run, or a text to show and an exit code.
struct ParsedCommandLine {
    CommandLine line;
    bool run = false;
    std::string show;  // help or version for stdout
    std::string error; // a sentence for stderr
    int exitCode = 0;
};

[[nodiscard]] ParsedCommandLine parseCommandLine(int argc, const char *const *argv);

} // namespace faststar::cli
