// SPDX-License-Identifier: Apache-2.0
//
// Runs the whole command inside a test: streams are strings, the pipeline is the fake one, films are
// small text files, and nothing outside a scratch folder is touched.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <QTemporaryDir>

#include "app/cli/environment.h"
#include "tests/support/fake_pipeline.h"

namespace faststar::test
{

// A film of n frames is a file that says so; its text is what metadata it was given.
class FakeMedia final : public cli::MediaPort
{
public:
    bool video = true;
    std::function<void(const std::filesystem::path &)> beforeCommit; // "somebody else" acts here
    std::function<void()> beforeFirstFrame;
    std::function<void(const std::vector<Image> &)> seeFrames;
    std::optional<Error> failWrite;

    [[nodiscard]] bool hasVideo() const override { return video; }
    [[nodiscard]] std::vector<std::string> encoders() const override { return {"fake264"}; }
    [[nodiscard]] Result<Image> readImage(const std::filesystem::path &path) const override;
    [[nodiscard]] Result<std::vector<Image>> readTail(const std::filesystem::path &path,
                                                      const cli::TailWish &tail) const override;
    [[nodiscard]] Result<bool> writeVideo(const std::filesystem::path &path, const std::vector<Image> &frames,
                                          const cli::ClipSettings &settings,
                                          const cli::KeepGoing &keepGoing) const override;
};

struct CommandResult {
    int code = 0;
    std::string out;
    std::string err;
};

class CliFixture
{
public:
    CliFixture();

    // The command with these arguments; "@/" at the start of one means the scratch folder.
    [[nodiscard]] CommandResult run(const std::vector<std::string> &arguments);

    [[nodiscard]] std::filesystem::path path(const std::string &name) const;
    // Every file and folder in the scratch folder, but not the journals.
    [[nodiscard]] std::set<std::string> names() const;
    void write(const std::string &name, const std::string &content) const;
    [[nodiscard]] std::string read(const std::string &name) const;

    // Reach into the run.
    std::function<void(FakePipeline &)> prepare;                  // before it is used
    std::function<void(int step, cli::StopRequests &)> afterStep; // on the working thread
    std::function<void(cli::StopRequests &)> whileLoading;

    std::function<Result<pipeline::ReplayReport>(const std::filesystem::path &outFile)> replay;

    FakeMedia media;
    std::map<std::string, std::string> variables;
    std::string input;
    bool terminal = false;
    std::string forecastFor;                          // device and profile of the last forecast
    std::int64_t memoryBytes = std::int64_t(1) << 30; // of the machine
    bool outputBroken = false;                        // nobody reads standard output
    int pipelines = 0;                                // how many were made
    int runs = 0;                                     // how often one was run
    double time = 0.0;                                // seconds; goes up by a tenth at each look
    ModelConfig model = fakeModel();

private:
    QTemporaryDir m_folder;
};

} // namespace faststar::test
