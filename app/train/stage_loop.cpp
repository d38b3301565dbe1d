// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "app/train/progress_log.h"
#include "app/train/stage.h"
#include "app/train/training_device.h"
#include "app/train/training_record.h"
#include "app/train/training_state.h"

namespace faststar::train
{

namespace
{

constexpr std::uint32_t kValidationPurpose = 0x100; // added to the stage's

class Clock
{
public:
    explicit Clock(double before) : m_before(before) {}
    [[nodiscard]] double call() const // seconds of this call
    {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count();
    }
    [[nodiscard]] double stage() const { return m_before + call(); }

private:
    std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
    double m_before;
};

// Counts off `times` events, evenly spread over the stage.
bool isDue(int times, double before, double after)
{
    return times > 0 && std::floor(after * times) > std::floor(before * times);
}

class Loop
{
public:
    Loop(Stage &stage, const TrainConfig &config, const StageOptions &options)
        : m_stage(stage), m_config(config), m_options(options), m_random(options.device),
          m_optimizer(stage.parameters(), stage.optimizer()),
          m_log(options.out / (stage.name() + ".jsonl"), stage.name(), options.quiet)
    {
    }

    Result<StageResult> run()
    {
        if (m_options.resume) {
            const auto loaded = loadCheckpoint(checkpointFile(), m_stage.parameters(), m_optimizer);
            if (!loaded)
                return tl::unexpected(loaded.error());
            m_state = *loaded;
            if (const auto same = checkFoundation(m_state.foundation, m_stage.foundation(), checkpointFile(),
                                                  m_options.out / "vae.safetensors");
                !same)
                return tl::unexpected(same.error());
        }
        if (const auto ready = prepare(); !ready)
            return tl::unexpected(ready.error());
        m_clock = Clock(m_state.seconds);
        m_lineSeconds = m_clock.stage();
        m_lineStep = m_state.steps;
        const std::int64_t firstStep = m_state.steps;
        double progress = progressNow();
        bool ended = false;
        while (progress < 1.0 && !ended) {
            const bool taken = trainStep(progress);
            m_state.steps += taken ? 1 : 0;
            const double before = progress;
            progress = progressNow();
            const bool due = taken && isDue(m_stage.report().validations, before, progress);
            if (due) {
                if (const auto status = validate(progress); !status)
                    return tl::unexpected(status.error());
            }
            ended = !taken || !m_logged || (m_options.stop != nullptr && m_options.stop->load()) ||
                    (m_options.seconds > 0.0 && m_clock.call() >= m_options.seconds) ||
                    (m_options.steps > 0 && m_state.steps - firstStep >= m_options.steps);
            if (ended || progress >= 1.0 || isDue(m_stage.report().checkpoints, before, progress)) {
                m_state.seconds = m_clock.stage();
                if (const auto saved =
                        saveCheckpoint(checkpointFile(), m_stage.parameters(), m_optimizer, m_state);
                    !saved)
                    return tl::unexpected(saved.error());
                if (!m_logged)
                    return tl::unexpected(m_logged.error());
                // Whoever pressed Ctrl+C does not wait for pictures.
                if (m_options.stop == nullptr || !m_options.stop->load()) {
                    if (const auto drawn = m_stage.sample(m_options.out, std::to_string(m_state.steps));
                        !drawn)
                        return tl::unexpected(drawn.error());
                }
            }
        }
        m_result.steps = m_state.steps;
        m_result.seconds = m_clock.stage();
        m_result.finished = progress >= 1.0;
        return m_result;
    }

private:
    // Before the first step: what is to be written can be, and what goes on in another way is said.
    Status prepare()
    {
        if (auto room = checkRoom(checkpointFile(), m_stage.parameters(), m_optimizer); !room)
            return room;
        if (auto opened = m_log.open(m_options.resume); !opened)
            return opened;
        auto settings = settingsOf(m_config, m_stage.name());
        const auto changes = changedSettings(m_state.settings, settings);
        if (!changes.empty() && !m_options.quiet) {
            std::string line;
            for (const auto &change : changes)
                line += (line.empty() ? "" : "; ") + change;
            (void)std::fprintf(stderr, "%s: goes on with other settings: %s\n", m_stage.name().c_str(),
                               line.c_str());
        }
        m_state.settings = std::move(settings);
        m_state.foundation = m_stage.foundation() != 0 ? m_stage.foundation() : m_state.foundation;
        return {};
    }

    [[nodiscard]] std::filesystem::path checkpointFile() const
    {
        return m_options.out / (m_stage.name() + ".safetensors");
    }

    [[nodiscard]] double progressNow() const
    {
        const auto &length = m_stage.optimizer();
        const double part = length.seconds > 0.0 ? m_clock.stage() / length.seconds
                                                 : double(m_state.steps) / double(length.steps);
        return std::min(part, 1.0);
    }

    // False when it was stopped before the step was taken.
    bool trainStep(double progress)
    {
        const bool reported = m_state.steps % m_stage.report().logSteps == 0;
        Measures measures;
        m_random.restart(m_config.seed, m_stage.purpose(), std::uint64_t(m_state.steps));
        StepContext context;
        context.step = m_state.steps;
        context.progress = progress;
        context.generator = m_random.generator();
        context.seed = m_config.seed;
        context.reported = reported;
        context.measures = &measures;
        context.stop = m_options.stop;
        const double rate = learningRateAt(m_stage.optimizer(), m_state.steps, progress);
        const at::Tensor loss = m_stage.loss(context);
        if (!loss.defined())
            return false;
        loss.backward();
        m_optimizer.step(rate, m_state.steps);
        if (!reported)
            return true;
        measures.insert(measures.begin(), {"loss", loss.detach()});
        measures.emplace_back("gradient", m_optimizer.gradientNorm());
        m_result.losses.push_back(loss.item<double>());
        write("step", rate, progress, measures);
        return true;
    }

    Status validate(double progress)
    {
        Measures measures;
        m_random.restart(m_config.seed, m_stage.purpose() + kValidationPurpose, 0);
        StepContext context;
        context.step = m_state.steps;
        context.progress = progress;
        context.generator = m_random.generator();
        context.seed = m_config.seed;
        context.reported = true;
        context.measures = &measures;
        context.stop = m_options.stop;
        const AveragedWeights averaged(m_optimizer);
        auto status = m_stage.validate(context, m_options.out, std::to_string(m_state.steps));
        if (status && !measures.empty())
            write("validation", 0.0, progress, measures);
        return status;
    }

    void write(const char *event, double rate, double progress, const Measures &measures)
    {
        ProgressLine line;
        line.event = event;
        line.step = m_state.steps;
        line.seconds = m_clock.stage();
        if (progress > 0.0)
            line.secondsLeft = line.seconds * (1.0 - progress) / progress;
        line.learningRate = rate;
        const auto steps = m_state.steps - m_lineStep;
        line.stepMilliseconds = steps > 0 ? 1000.0 * (line.seconds - m_lineSeconds) / double(steps) : 0.0;
        if (auto written = m_log.write(line, measures); !written)
            m_logged = std::move(written); // the run ends, but not without a checkpoint
        m_lineStep = m_state.steps;
        m_lineSeconds = m_clock.stage();
    }

    Stage &m_stage;
    const TrainConfig &m_config;
    const StageOptions &m_options;
    StepRandom m_random;
    Optimizer m_optimizer;
    ProgressLog m_log;
    Clock m_clock{0.0};
    StageProgress m_state;
    StageResult m_result;
    Status m_logged;
    double m_lineSeconds = 0.0;
    std::int64_t m_lineStep = 0;
};

} // namespace

Result<StageResult> runStage(Stage &stage, const TrainConfig &config, const StageOptions &options)
{
    return Loop(stage, config, options).run();
}

} // namespace faststar::train
