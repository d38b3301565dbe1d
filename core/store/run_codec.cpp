// SPDX-License-Identifier: Apache-2.0
#include "core/store/run_codec.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <string>
#include <string_view>

#include "core/domain/selection.h"
#include "core/store/byte_stream.h"
#include "core/store/crc32.h"

namespace faststar::store
{

namespace
{

constexpr std::string_view kMagic = "FSTARRUN";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kHeaderBytes = 16;
constexpr int kMostClips = 1000;
constexpr int kMostScales = 100;
constexpr int kMostRepetitions = 1000;
constexpr int kMostSide = 1 << 14;
constexpr std::int64_t kMostTokens = std::int64_t(1) << 24;
constexpr std::uint32_t kMostText = 64;
static_assert(std::endian::native == std::endian::little, "grids are stored as they lie in memory");

enum EventFlag : std::uint8_t {
    kPruned = 1,
    kForced = 2,
    kHasScores = 4,
    kHasTime = 8,
    kHasPreview = 16,
    kHasNorm = 32
};

void putFloats(ByteWriter &out, const std::vector<float> &values)
{
    out.bytes(std::as_bytes(std::span(values)));
}

void putPlan(ByteWriter &out, const RunPlan &plan)
{
    const Schedule &schedule = plan.schedule;
    out.number(std::uint32_t(schedule.size.size()));
    out.bytes(std::as_bytes(std::span(schedule.size)));
    out.real(schedule.aspectKey);
    out.signedNumber(schedule.scalesPerClip);
    out.number(std::uint32_t(schedule.clips.size()));
    for (const Clip &clip : schedule.clips)
        out.signedNumber(clip.latentFrames);
    for (const Scale &scale : schedule.scales) {
        out.signedNumber(scale.shape.h);
        out.signedNumber(scale.shape.w);
        out.signedNumber(scale.repetitions);
        out.signedNumber(scale.contextScale);
        out.number(std::uint8_t(scale.semantic ? 1 : 0));
        out.signedNumber(scale.bits);
    }
    out.real(plan.decodeCost);
    out.real(plan.encodeCost);
    out.signedNumber(plan.resumedSteps);
    out.signedNumber(plan.promptTokens);
    out.number(std::uint8_t(plan.promptCut ? 1 : 0));
    for (std::size_t step = 0; step < std::size_t(schedule.steps()); ++step) {
        out.real(step < plan.stepCost.size() ? plan.stepCost[step] : 0.0);
        out.number(std::uint64_t(step < plan.keptTokens.size() ? plan.keptTokens[step] : 0));
    }
}

bool isWhole(const ScoreGrid &grid)
{
    return grid.shape.tokens() > 0 && grid.values.size() == std::size_t(grid.shape.tokens());
}

void putEvent(ByteWriter &out, const StepEvent &event)
{
    const bool scores = event.scores && isWhole(event.scores->spatialSimilarity);
    const bool time = scores && isWhole(event.scores->temporalSimilarity);
    const bool norm = scores && isWhole(event.scores->featureNorm) &&
                      event.scores->featureNorm.shape == event.scores->spatialSimilarity.shape;
    const bool preview = event.preview && !event.preview->empty();
    out.number(std::uint8_t((event.pruned ? kPruned : 0) | (event.forced ? kForced : 0) |
                            (scores ? kHasScores : 0) | (time ? kHasTime : 0) | (preview ? kHasPreview : 0) |
                            (norm ? kHasNorm : 0)));
    out.number(std::uint64_t(event.kept));
    const StageTimes &ms = event.times;
    for (const double value : {ms.blocks, ms.head, ms.quantizer, ms.pruning, ms.preview, event.featureNorm})
        out.real(value);
    if (scores) {
        out.number(std::uint64_t(event.scores->nanCount));
        putFloats(out, event.scores->spatialSimilarity.values);
    }
    if (time)
        putFloats(out, event.scores->temporalSimilarity.values);
    if (norm)
        putFloats(out, event.scores->featureNorm.values);
    if (preview) {
        const Image &first = event.preview->front();
        out.number(std::uint32_t(event.preview->size()));
        out.signedNumber(first.width);
        out.signedNumber(first.height);
        for (const Image &image : *event.preview)
            out.bytes(std::as_bytes(std::span(image.rgb)));
    }
}

// Reads with a memory for the first thing that was wrong.
class Reader
{
public:
    explicit Reader(std::span<const std::byte> bytes) : m_in(bytes) {}

    int integer(int least, int most, const char *what)
    {
        const int value = m_in.signedNumber();
        if (value < least || value > most)
            complain(what);
        return std::clamp(value, least, most);
    }
    double real(const char *what)
    {
        const double value = m_in.real();
        if (!std::isfinite(value) || value < 0.0)
            complain(what);
        return std::isfinite(value) ? std::max(value, 0.0) : 0.0;
    }
    std::int64_t count(std::int64_t most, const char *what)
    {
        const auto value = m_in.number<std::uint64_t>();
        if (value > std::uint64_t(most))
            complain(what);
        return std::int64_t(std::min(value, std::uint64_t(most)));
    }
    std::uint8_t flags() { return m_in.number<std::uint8_t>(); }
    std::uint32_t size() { return m_in.number<std::uint32_t>(); }
    // Nothing is allocated for more than is there.
    template <typename T> std::vector<T> values(std::int64_t many)
    {
        const auto source = m_in.bytes(std::uint64_t(many) * sizeof(T));
        std::vector<T> result(source.size() / sizeof(T));
        if (!source.empty())
            std::memcpy(result.data(), source.data(), source.size());
        return result;
    }
    void complain(const char *what)
    {
        if (m_problem == nullptr)
            m_problem = what;
    }
    [[nodiscard]] const char *problem() const
    {
        return m_problem != nullptr ? m_problem : (m_in.overrun() ? "it ends too early" : nullptr);
    }
    [[nodiscard]] bool atEnd() const { return m_in.left() == 0; }

private:
    ByteReader m_in;
    const char *m_problem = nullptr;
};

RunPlan planFrom(Reader &in)
{
    RunPlan plan;
    Schedule &schedule = plan.schedule;
    const std::uint32_t length = in.size();
    if (length > kMostText)
        in.complain("the name of the size");
    const auto name = in.values<char>(std::min(length, kMostText));
    schedule.size.assign(name.begin(), name.end());
    schedule.aspectKey = in.real("the aspect");
    schedule.scalesPerClip = in.integer(1, kMostScales, "the number of scales");
    const std::uint32_t clips = in.size();
    if (clips == 0 || clips > kMostClips)
        in.complain("the number of clips");
    if (in.problem() != nullptr)
        return plan;
    int frame = 0;
    for (std::uint32_t clip = 0; clip < clips; ++clip) {
        schedule.clips.push_back({frame, in.integer(1, kMostSide, "the frames of a clip")});
        frame += schedule.clips.back().latentFrames;
    }
    int step = 0;
    for (int index = 0; index < int(clips) * schedule.scalesPerClip && in.problem() == nullptr; ++index) {
        Scale scale;
        scale.index = index;
        scale.clip = index / schedule.scalesPerClip;
        scale.indexInClip = index % schedule.scalesPerClip;
        const Clip &clip = schedule.clips[std::size_t(scale.clip)];
        scale.firstFrame = clip.firstFrame;
        scale.shape.t = clip.latentFrames;
        scale.shape.h = in.integer(1, kMostSide, "the height of a scale");
        scale.shape.w = in.integer(1, kMostSide, "the width of a scale");
        scale.repetitions = in.integer(1, kMostRepetitions, "the repetitions of a scale");
        scale.contextScale = in.integer(-1, index - 1, "the context of a scale");
        scale.semantic = in.flags() != 0;
        scale.bits = in.integer(1, 1024, "the bits of a token");
        scale.firstStep = step;
        step += scale.repetitions;
        if (scale.shape.tokens() > kMostTokens)
            in.complain("the size of a scale");
        schedule.scales.push_back(scale);
    }
    plan.decodeCost = in.real("the cost of the decode");
    plan.encodeCost = in.real("the cost of the encode");
    plan.resumedSteps = in.integer(0, step, "the steps that were taken over");
    plan.promptTokens = in.integer(0, 1 << 20, "the tokens of the prompt");
    plan.promptCut = in.flags() != 0;
    for (int i = 0; i < step && in.problem() == nullptr; ++i) {
        plan.stepCost.push_back(in.real("the cost of a step"));
        plan.keptTokens.push_back(in.count(kMostTokens, "the kept tokens of a step"));
    }
    return plan;
}

std::shared_ptr<const ScoreMaps> scoresFrom(Reader &in, GridShape shape, std::uint8_t flags, double p)
{
    auto maps = std::make_shared<ScoreMaps>();
    maps->nanCount = in.count(kMostTokens, "the count of scores that are no number");
    maps->spatialSimilarity = {shape, in.values<float>(shape.tokens())};
    if ((flags & kHasTime) != 0)
        maps->temporalSimilarity = {shape, in.values<float>(shape.tokens())};
    if ((flags & kHasNorm) != 0)
        maps->featureNorm = {shape, in.values<float>(shape.tokens())};
    const auto distances = [](const ScoreGrid &grid) {
        std::vector<float> result(grid.values.size());
        std::transform(grid.values.begin(), grid.values.end(), result.begin(),
                       [](float value) { return 1.0F - value; });
        return result;
    };
    if (in.problem() == nullptr)
        maps->score = {
            shape, fuseScores(distances(maps->spatialSimilarity), distances(maps->temporalSimilarity), p)};
    return maps;
}

std::shared_ptr<const std::vector<Image>> previewFrom(Reader &in, int latentFrames)
{
    const std::uint32_t count = in.size();
    const int width = in.integer(1, kMostSide, "the width of a preview");
    const int height = in.integer(1, kMostSide, "the height of a preview");
    if (count == 0 || count > std::uint32_t(latentFrames))
        in.complain("the number of previews");
    auto images = std::make_shared<std::vector<Image>>();
    for (std::uint32_t i = 0; i < count && in.problem() == nullptr; ++i)
        images->push_back({width, height, in.values<std::uint8_t>(std::int64_t(width) * height * 3)});
    return images;
}

} // namespace

std::vector<std::byte> encodeSteps(const StoredSteps &steps)
{
    ByteWriter body;
    putPlan(body, steps.plan);
    const auto count = std::size_t(steps.plan.schedule.steps());
    for (std::size_t step = 0; step < count; ++step) {
        const auto event = step < steps.steps.size() ? steps.steps[step] : nullptr;
        body.number(std::uint8_t(event ? 1 : 0));
        if (event)
            putEvent(body, *event);
    }
    ByteWriter out;
    out.bytes(std::as_bytes(std::span(kMagic)));
    out.number(kVersion);
    out.number(crc32(body.data()));
    out.bytes(body.data());
    return std::move(out.data());
}

Result<StoredSteps> decodeSteps(std::span<const std::byte> bytes, double p)
{
    if (bytes.size() < kHeaderBytes || std::memcmp(bytes.data(), kMagic.data(), kMagic.size()) != 0)
        return failure(ErrorCode::CorruptFile, "it is no file of steps");
    ByteReader header(bytes.subspan(kMagic.size(), 8));
    if (header.number<std::uint32_t>() != kVersion)
        return failure(ErrorCode::CorruptFile, "it is of another version");
    const auto body = bytes.subspan(kHeaderBytes);
    if (header.number<std::uint32_t>() != crc32(body))
        return failure(ErrorCode::CorruptFile, "its checksum is wrong");
    Reader in(body);
    StoredSteps result;
    result.plan = planFrom(in);
    const Schedule &schedule = result.plan.schedule;
    for (const Scale &scale : schedule.scales) {
        for (int repetition = 0; repetition < scale.repetitions && in.problem() == nullptr; ++repetition) {
            if (in.flags() == 0) {
                result.steps.push_back(nullptr);
                continue;
            }
            auto event = std::make_shared<StepEvent>();
            event->index = {scale.clip, scale.index, scale.indexInClip, repetition,
                            scale.firstStep + repetition};
            event->shape = scale.shape;
            event->tokens = scale.shape.tokens();
            const std::uint8_t flags = in.flags();
            event->pruned = (flags & kPruned) != 0;
            event->forced = (flags & kForced) != 0;
            event->kept = in.count(event->tokens, "the kept tokens");
            StageTimes &ms = event->times;
            for (double *value :
                 {&ms.blocks, &ms.head, &ms.quantizer, &ms.pruning, &ms.preview, &event->featureNorm})
                *value = in.real("a time or a norm");
            if ((flags & kHasScores) != 0)
                event->scores = scoresFrom(in, schedule.lastShape(scale.clip), flags, p);
            if ((flags & kHasPreview) != 0)
                event->preview = previewFrom(in, schedule.latentFrames());
            result.steps.push_back(std::move(event));
        }
    }
    if (in.problem() == nullptr && !in.atEnd())
        in.complain("something follows after its end");
    if (const char *problem = in.problem())
        return failure(ErrorCode::CorruptFile, std::string("it contradicts itself: ") + problem);
    return result;
}

} // namespace faststar::store
