// SPDX-License-Identifier: Apache-2.0
#include "app/studio/session/run_files.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <fstream>

#include <QBuffer>
#include <QImage>

#include "app/jobs/clip_metadata.h"
#include "core/files/input_file.h"
#include "core/files/png.h"
#include "core/media/video_writer.h"
#include "core/store/journal.h"
#include "core/store/run_codec.h"

namespace faststar::studio
{

namespace fs = std::filesystem;

namespace
{

constexpr const char *kFramesFolder = "frames";
constexpr const char *kFramesPart = "frames.part";
constexpr const char *kStepsFile = "steps.run";
constexpr int kThumbnailSide = 304; // two device pixels for each of a card's
constexpr int kMostFrames = 10000;
constexpr std::int64_t kMostStepsBytes = std::int64_t(2) << 30;

fs::path framePath(const fs::path &folder, std::size_t number)
{
    std::array<char, 32> name{};
    static_cast<void>(std::snprintf(name.data(), name.size(), "%04zu.png", number));
    return folder / name.data();
}

QImage asQImage(const Image &image)
{
    return {image.rgb.data(), image.width, image.height, qsizetype(image.width) * 3, QImage::Format_RGB888};
}

bool isWhole(const Image &image)
{
    return image.width > 0 && image.height > 0 &&
           image.rgb.size() == std::size_t(image.width) * std::size_t(image.height) * 3;
}

// All of them or none; false = given up.
Result<bool> writeFrames(const RunRecord &run, const GiveUp &giveUp)
{
    const auto whole = run.folder / kFramesFolder;
    const auto part = run.folder / kFramesPart;
    std::error_code problem;
    fs::remove_all(part, problem);
    fs::create_directories(part, problem);
    for (std::size_t i = 0; !problem && i < run.frames->size(); ++i) {
        const auto written =
            giveUp() ? Result<void>() : files::writePng(framePath(part, i + 1), (*run.frames)[i]);
        if (giveUp() || !written) {
            fs::remove_all(part, problem);
            return written ? Result<bool>(false) : tl::unexpected(written.error());
        }
    }
    if (!problem)
        fs::remove_all(whole, problem);
    if (!problem)
        fs::rename(part, whole, problem);
    if (problem)
        return failure(ErrorCode::WriteFailed, whole.string() + ": " + problem.message());
    return true;
}

Status writeSteps(const RunRecord &run)
{
    const auto bytes = store::encodeSteps({*run.plan, run.steps});
    auto file = files::OutputFile::create(run.folder / kStepsFile, files::Existing::Replace);
    if (!file)
        return tl::unexpected(file.error());
    if (Status written = file->write(bytes.data(), bytes.size()); !written)
        return written;
    return file->commit();
}

Result<std::vector<std::byte>> readWhole(const fs::path &path)
{
    const auto size = files::inputFileBytes(path, kMostStepsBytes);
    if (!size)
        return tl::unexpected(size.error());
    std::vector<std::byte> bytes(static_cast<std::size_t>(*size));
    std::ifstream file(path, std::ios::binary);
    if (!file.read(reinterpret_cast<char *>(bytes.data()), std::streamsize(bytes.size())))
        return failure(ErrorCode::Unreadable, path.string() + ": cannot be read");
    return bytes;
}

Frames readFrames(const fs::path &folder, std::vector<std::string> &warnings)
{
    auto frames = std::make_shared<std::vector<Image>>();
    std::error_code problem;
    for (std::size_t number = 1; number <= kMostFrames; ++number) {
        const auto path = framePath(folder / kFramesFolder, number);
        if (!fs::exists(path, problem))
            break;
        auto png = files::readPng(path);
        const bool fits = png && (frames->empty() || (png->image.width == frames->front().width &&
                                                      png->image.height == frames->front().height));
        if (!fits) {
            warnings.push_back(png ? path.string() + ": another size than the frames before it"
                                   : png.error().detail);
            break;
        }
        frames->push_back(std::move(png->image));
    }
    return frames->empty() ? nullptr : frames;
}

// The codes and masks of the journal into the events of the same steps.
void joinRecords(std::vector<StepPtr> &steps, const store::Journal &journal)
{
    for (const auto &record : journal.steps) {
        const int index = record->index.step;
        if (index < 0 || index >= int(steps.size()))
            continue;
        auto &slot = steps[std::size_t(index)];
        if (!slot || !(slot->index == record->index))
            continue;
        auto event = std::make_shared<StepEvent>(*slot);
        event->record = record;
        slot = std::move(event);
    }
}

RunState stateOf(store::RunOutcome outcome)
{
    switch (outcome) {
    case store::RunOutcome::Running: // another program is at it
    case store::RunOutcome::Interrupted:
        return RunState::Interrupted;
    case store::RunOutcome::Finished:
        return RunState::Finished;
    case store::RunOutcome::Kept:
        return RunState::Kept;
    case store::RunOutcome::Failed:
        return RunState::Failed;
    }
    return RunState::Failed;
}

store::RunOutcome outcomeOf(RunState state)
{
    switch (state) {
    case RunState::Running:
        return store::RunOutcome::Running;
    case RunState::Finished:
        return store::RunOutcome::Finished;
    case RunState::Kept:
        return store::RunOutcome::Kept;
    case RunState::Failed:
        return store::RunOutcome::Failed;
    case RunState::Cancelled:
    case RunState::Interrupted:
        break;
    }
    return store::RunOutcome::Interrupted;
}

} // namespace

std::vector<std::uint8_t> thumbnailOf(const RunRecord &run)
{
    const Frames pictures = run.frames ? run.frames : (run.decoded ? run.decoded : run.preview());
    if (!pictures || pictures->empty())
        return {};
    const Image &image = (*pictures)[pictures->size() / 2];
    if (!isWhole(image))
        return {};
    const QImage small = asQImage(image).scaled(kThumbnailSide, kThumbnailSide, Qt::KeepAspectRatio,
                                                image.width < kThumbnailSide / 2 ? Qt::FastTransformation
                                                                                 : Qt::SmoothTransformation);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    if (!small.save(&buffer, "PNG"))
        return {};
    return {bytes.begin(), bytes.end()};
}

Status writeClip(const fs::path &path, const RunRecord &run,
                 const std::map<std::string, std::string> &libraries, bool replace, const GiveUp &giveUp)
{
    if (!run.frames || run.frames->empty())
        return failure(ErrorCode::NotFound, "the run has no decoded frames");
    const Image &first = run.frames->front();
    ModelFacts facts;
    if (run.model)
        facts = *run.model;
    facts.config.name = run.modelName;
    facts.hash = run.modelHash;
    facts.device = run.device;
    media::VideoSettings settings;
    settings.fps = run.fps;
    settings.existing = replace ? files::Existing::Replace : files::Existing::Refuse;
    settings.metadata =
        jobs::metadataOf(jobs::recipeOf(run.request, facts, libraries, run.keptAt), first.width, first.height)
            .video;
    media::VideoWriter writer;
    if (Status opened = writer.open(path, first.width, first.height, settings); !opened)
        return opened;
    for (const Image &frame : *run.frames) {
        if (giveUp())
            return failure(ErrorCode::WriteFailed, path.string() + ": given up");
        if (Status added = writer.addFrame(frame); !added)
            return added;
    }
    return writer.finish();
}

Result<SavedRun> saveRun(const RunRecord &run, const std::map<std::string, std::string> &libraries,
                         const GiveUp &giveUp)
{
    SavedRun saved;
    saved.thumbnail = thumbnailOf(run);
    if (run.folder.empty())
        return saved;
    const auto start = std::chrono::steady_clock::now();
    if (run.plan) {
        if (const Status written = writeSteps(run); !written)
            return tl::unexpected(written.error());
    }
    if (run.frames && !run.frames->empty()) {
        const auto whole = writeFrames(run, giveUp);
        if (!whole)
            return tl::unexpected(whole.error());
        saved.framesKept = *whole;
        const auto clip = run.folder / kClipFile;
        const Status written = giveUp() ? Status() : writeClip(clip, run, libraries, true, giveUp);
        if (!written && written.error().code == ErrorCode::WriteFailed && !giveUp())
            return tl::unexpected(written.error());
        std::error_code problem;
        if (written && fs::exists(clip, problem))
            saved.clip = clip;
    }
    saved.writeSeconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return saved;
}

std::shared_ptr<RunRecord> loadRun(const store::StoredRun &stored)
{
    auto run = std::make_shared<RunRecord>();
    run->number = stored.number;
    run->request = stored.request;
    run->modelName = stored.modelName;
    run->modelHash = stored.modelHash;
    run->device = stored.device;
    run->fps = stored.fps;
    run->startedAt = stored.startedAt;
    run->state = stateOf(stored.outcome);
    run->error = stored.error;
    run->stepsDone = stored.stepsDone;
    run->summary = stored.summary;
    run->writeSeconds = stored.costs.writeSeconds;
    run->forecast = stored.forecast;
    run->folder = stored.folder;
    if (stored.parent > 0)
        run->origin = RunOrigin{stored.parent, {}, stored.branchScale};
    if (stored.folder.empty())
        return run;

    std::error_code problem;
    if (fs::exists(run->folder / kJournalFile, problem))
        run->journal = run->folder / kJournalFile;
    if (fs::exists(run->folder / kClipFile, problem))
        run->clip = run->folder / kClipFile;
    if (fs::exists(run->folder / kStepsFile, problem)) {
        const auto bytes = readWhole(run->folder / kStepsFile);
        auto steps = bytes ? store::decodeSteps(*bytes, run->request.p)
                           : Result<store::StoredSteps>(tl::unexpected(bytes.error()));
        if (steps) {
            run->plan = std::make_shared<const RunPlan>(std::move(steps->plan));
            run->steps = std::move(steps->steps);
        } else {
            run->warnings.push_back((run->folder / kStepsFile).string() + ": " + steps.error().detail);
        }
    }
    if (!run->journal.empty()) {
        const auto journal = store::readJournal(run->journal);
        if (journal) {
            joinRecords(run->steps, *journal);
            // A run that was killed could not say how far it came.
            if (run->state == RunState::Interrupted && !journal->steps.empty())
                run->stepsDone = std::max(run->stepsDone, journal->steps.back()->index.step + 1);
        } else
            run->warnings.push_back(journal.error().detail);
    }
    run->frames = readFrames(run->folder, run->warnings);
    if (run->state == RunState::Kept && run->plan && run->stepsDone > 0) {
        if (const StepPtr last = run->lastStep())
            run->keptAt = last->index;
    }
    return run;
}

RunCosts costsOf(const RunRecord &run)
{
    RunCosts costs;
    costs.textSeconds = run.summary.textSeconds;
    costs.encodeSeconds = run.summary.encodeSeconds;
    costs.decodeSeconds = run.summary.decodeSeconds;
    costs.writeSeconds = run.writeSeconds;
    const int taken = run.plan ? run.plan->resumedSteps : 0;
    for (const StepPtr &step : run.steps) {
        if (step && step->index.step >= taken)
            costs.steps.push_back(costOf(*step));
    }
    return costs;
}

store::StoredRun storedOf(const RunRecord &run)
{
    store::StoredRun stored;
    stored.number = run.number;
    stored.startedAt = run.startedAt;
    stored.outcome = outcomeOf(run.state);
    stored.request = run.request;
    stored.modelName = run.modelName;
    stored.modelHash = run.modelHash;
    stored.device = run.device;
    stored.fps = run.fps;
    if (run.origin) {
        stored.parent = run.origin->number;
        stored.branchScale = run.origin->branchFromScale;
    }
    stored.folder = run.folder;
    stored.stepsDone = run.stepsDone;
    stored.steps = run.plan ? run.plan->schedule.steps() : 0;
    stored.error = run.error;
    stored.summary = run.summary;
    stored.costs = costsOf(run);
    stored.forecast = run.forecast;
    return stored;
}

} // namespace faststar::studio
