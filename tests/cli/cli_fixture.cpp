// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/cli_fixture.h"

#include <fstream>
#include <iterator>

#include "core/files/output_file.h"

namespace faststar::test
{

namespace fs = std::filesystem;

namespace
{

// Takes a few bytes, then behaves as a pipe whose reader has gone.
class BrokenBuffer final : public std::streambuf
{
protected:
    int_type overflow(int_type) override { return traits_type::eof(); }
    std::streamsize xsputn(const char *, std::streamsize) override { return 0; }
    int sync() override { return -1; }
};

class HookedObserver final : public RunObserver
{
public:
    using History = std::vector<std::shared_ptr<const StepRecord>>;

    HookedObserver(RunObserver &inner, const History &history, std::function<void(int)> afterStep)
        : m_inner(inner), m_history(history), m_afterStep(std::move(afterStep))
    {
    }
    // As the engine does, tells also of the steps that it takes over.
    void planned(const RunPlan &plan) override
    {
        m_inner.planned(plan);
        for (const auto &record : m_history) {
            auto event = std::make_shared<StepEvent>();
            event->index = record->index;
            event->record = record;
            m_inner.stepFinished(event);
        }
    }
    void stageStarted(Stage stage) override { m_inner.stageStarted(stage); }
    void stageProgressed(Stage stage, double done) override { m_inner.stageProgressed(stage, done); }
    void stepFinished(const std::shared_ptr<const StepEvent> &event) override
    {
        m_inner.stepFinished(event);
        if (m_afterStep)
            m_afterStep(event->index.step);
    }
    void warned(const std::string &message) override { m_inner.warned(message); }

private:
    RunObserver &m_inner;
    const History &m_history;
    std::function<void(int)> m_afterStep;
};

class HookedPipeline final : public Pipeline
{
public:
    HookedPipeline(CliFixture &fixture, cli::StopRequests &stops)
        : m_fixture(fixture), m_stops(stops), m_inner(fixture.model)
    {
        if (fixture.prepare)
            fixture.prepare(m_inner);
    }
    Result<ModelFacts> load(const LoadSettings &settings, RunObserver &observer,
                            std::stop_token stop) override
    {
        if (m_fixture.whileLoading)
            m_fixture.whileLoading(m_stops);
        return m_inner.load(settings, observer, std::move(stop));
    }
    Result<RunResult> run(const RunInput &input, RunObserver &observer, RunControl &control) override
    {
        ++m_fixture.runs;
        HookedObserver hooked(observer, input.history, [this](int step) {
            if (m_fixture.afterStep)
                m_fixture.afterStep(step, m_stops);
        });
        return m_inner.run(input, hooked, control);
    }

private:
    CliFixture &m_fixture;
    cli::StopRequests &m_stops;
    FakePipeline m_inner;
};

} // namespace

Result<Image> FakeMedia::readImage(const fs::path &path) const
{
    if (!fs::exists(path))
        return failure(ErrorCode::NotFound, path.string());
    return Image{2, 1, {1, 2, 3, 4, 5, 6}};
}

Result<std::vector<Image>> FakeMedia::readTail(const fs::path &path, const cli::TailWish &tail) const
{
    std::ifstream file(path);
    int frames = 0;
    std::string word;
    if (!(file >> frames))
        return failure(fs::exists(path) ? ErrorCode::CorruptFile : ErrorCode::NotFound, path.string());
    const int usable = std::min(tail.frames, (frames - 1) / 4 * 4 + 1);
    return std::vector<Image>(
        std::size_t(usable),
        Image{tail.width, tail.height,
              std::vector<std::uint8_t>(std::size_t(tail.width) * std::size_t(tail.height) * 3, 7)});
}

Result<bool> FakeMedia::writeVideo(const fs::path &path, const std::vector<Image> &frames,
                                   const cli::ClipSettings &settings, const cli::KeepGoing &keepGoing) const
{
    if (failWrite)
        return tl::unexpected(*failWrite);
    auto file = files::OutputFile::create(path, settings.replace ? files::Existing::Replace
                                                                 : files::Existing::Refuse);
    if (!file)
        return tl::unexpected(file.error());
    if (seeFrames)
        seeFrames(frames);
    if (beforeFirstFrame)
        beforeFirstFrame();
    auto content = std::to_string(frames.size()) + " frames at " + std::to_string(settings.fps) + "\n";
    for (const auto &[key, value] : settings.metadata) {
        content += key;
        content += '=';
        content += value + "\n";
    }
    for (std::size_t i = 0; i < frames.size(); ++i) {
        if (keepGoing && !keepGoing(double(i) / double(frames.size())))
            return false;
    }
    if (auto written = file->write(content.data(), content.size()); !written)
        return tl::unexpected(written.error());
    if (beforeCommit)
        beforeCommit(path);
    if (auto done = file->commit(); !done)
        return tl::unexpected(done.error());
    return true;
}

CliFixture::CliFixture()
{
    model.textEncoder.emplace();
    variables["TERM"] = "xterm";
    variables["XDG_STATE_HOME"] = path("state").string();
}

CommandResult CliFixture::run(const std::vector<std::string> &arguments)
{
    std::vector<std::string> words{"faststar"};
    words.reserve(arguments.size() + 1);
    for (const auto &argument : arguments)
        words.push_back(argument.starts_with("@/") ? path(argument.substr(2)).string() : argument);
    std::vector<const char *> argv;
    argv.reserve(words.size());
    for (const auto &word : words)
        argv.push_back(word.c_str());

    std::istringstream in(input);
    std::ostringstream out, err;
    BrokenBuffer broken;
    std::ostream brokenOut(&broken);
    cli::StopRequests stops;
    cli::Environment environment;
    environment.in = &in;
    environment.out = outputBroken ? &brokenOut : static_cast<std::ostream *>(&out);
    environment.err = &err;
    environment.errIsTerminal = environment.inIsTerminal = terminal;
    environment.executable = path("bin/faststar");
    environment.variable = [this](const char *name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
    environment.seconds = [this] { return time += 0.1; };
    environment.random = [] { return 4242u; };
    environment.makePipeline = [&]() -> std::unique_ptr<Pipeline> {
        ++pipelines;
        return std::make_unique<HookedPipeline>(*this, stops);
    };
    environment.describeModel = [this](const fs::path &folder) -> Result<ModelConfig> {
        if (folder.filename() == "no_model")
            return failure(ErrorCode::NotFound, folder.string());
        return model;
    };
    environment.forecastMemory = [this](const fs::path &, const GenerationRequest &,
                                        const std::string &device,
                                        const std::string &profile) -> Result<pipeline::MemoryForecast> {
        forecastFor = device + " " + profile;
        pipeline::MemoryForecast forecast{std::int64_t(300) << 20, device != "cpu", {}};
        if (forecast.bytes > memoryBytes)
            forecast.fits =
                failure(ErrorCode::InsufficientMemory, std::to_string(forecast.bytes) + " needed, " +
                                                           std::to_string(memoryBytes) + " available");
        return forecast;
    };
    environment.replay = [this](const fs::path &, bool, const fs::path &file,
                                const pipeline::ReplayDevice &) { return replay(file); };
    environment.media = &media;
    environment.stops = &stops;
    const int code = cli::runFaststar(int(argv.size()), argv.data(), environment);
    return {code, out.str(), err.str()};
}

fs::path CliFixture::path(const std::string &name) const
{
    return fs::path(m_folder.path().toStdString()) / name;
}

std::set<std::string> CliFixture::names() const
{
    std::set<std::string> found;
    const fs::path root(m_folder.path().toStdString());
    for (const auto &entry : fs::recursive_directory_iterator(root)) {
        const auto name = entry.path().lexically_relative(root).string();
        if (name != "state" && !name.starts_with("state/"))
            found.insert(name);
    }
    return found;
}

void CliFixture::write(const std::string &name, const std::string &content) const
{
    std::ofstream(path(name), std::ios::binary) << content;
}

std::string CliFixture::read(const std::string &name) const
{
    std::ifstream file(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace faststar::test
