// SPDX-License-Identifier: Apache-2.0
#include "core/domain/schedule.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace faststar
{

namespace
{

// Sides of the square pyramid, in tokens. A resolution class uses a prefix.
constexpr std::array<int, 15> kSides{1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 24, 32, 40, 60};

// height / width of the landscape templates; each also exists transposed.
constexpr std::array<double, 8> kLandscapeRatios{1.0,        100.0 / 116.0, 3.0 / 4.0, 2.0 / 3.0,
                                                 9.0 / 16.0, 1.0 / 2.0,     2.0 / 5.0, 1.0 / 3.0};

struct Template {
    double ratio = 1.0; // landscape
    bool transposed = false;
    double key = 1.0;
};

// nearbyint follows the default rounding mode: half to even, as numpy's round does.
GridShape shapeOf(int side, const Template &aspect)
{
    const double width = side / std::sqrt(aspect.ratio);
    const int w = int(std::nearbyint(width));
    const int h = int(std::nearbyint(width * aspect.ratio));
    return aspect.transposed ? GridShape{1, w, h} : GridShape{1, h, w};
}

const std::vector<Template> &templates()
{
    static const std::vector<Template> all = [] {
        std::vector<Template> list;
        for (const double ratio : kLandscapeRatios) {
            for (const bool transposed : {false, true}) {
                if (transposed && ratio == 1.0)
                    continue;
                Template entry{ratio, transposed, 0.0};
                const GridShape last = shapeOf(kSides.back(), entry);
                const int permille = 1000 * last.h / last.w; // the release cuts, it does not round
                entry.key = permille / 1000.0;
                list.push_back(entry);
            }
        }
        std::sort(list.begin(), list.end(), [](const auto &a, const auto &b) { return a.key < b.key; });
        return list;
    }();
    return all;
}

const Template &nearestTemplate(double heightOverWidth)
{
    const auto &list = templates();
    return *std::min_element(list.begin(), list.end(), [&](const Template &a, const Template &b) {
        return std::abs(a.key - heightOverWidth) < std::abs(b.key - heightOverWidth);
    });
}

} // namespace

int Schedule::latentFrames() const
{
    int frames = 0;
    for (const auto &clip : clips)
        frames += clip.latentFrames;
    return frames;
}

int Schedule::steps() const
{
    return scales.empty() ? 0 : scales.back().firstStep + scales.back().repetitions;
}

GridShape Schedule::lastShape(int clip) const
{
    return scales[std::size_t(clip + 1) * std::size_t(scalesPerClip) - 1].shape;
}

int Schedule::pixelWidth() const
{
    return scales.empty() ? 0 : scales.back().shape.w * 16;
}

int Schedule::pixelHeight() const
{
    return scales.empty() ? 0 : scales.back().shape.h * 16;
}

bool Schedule::isContext(int scaleIndex) const
{
    return std::any_of(scales.begin(), scales.end(),
                       [&](const Scale &scale) { return scale.contextScale == scaleIndex; });
}

Result<int> latentFramesOf(int frames)
{
    if (frames < 1 || (frames - 1) % 4 != 0)
        return failure(ErrorCode::InvalidRequest,
                       "frames: " + std::to_string(frames) + " is not 1 + a multiple of 4 (1, 5, 9, ... 81)");
    return 1 + (frames - 1) / 4;
}

int scalesOf(std::string_view size)
{
    if (size == "0.06M")
        return 11;
    if (size == "0.25M")
        return 13;
    if (size == "0.40M")
        return 14;
    if (size == "0.90M")
        return 15;
    return 0;
}

std::vector<double> aspectKeys()
{
    std::vector<double> keys;
    for (const auto &entry : templates())
        keys.push_back(entry.key);
    return keys;
}

double nearestAspectKey(double heightOverWidth)
{
    return nearestTemplate(heightOverWidth).key;
}

std::vector<GridShape> scaleShapes(std::string_view size, double aspectKey)
{
    const Template &aspect = nearestTemplate(aspectKey);
    std::vector<GridShape> shapes;
    shapes.reserve(std::size_t(scalesOf(size)));
    for (int i = 0; i < scalesOf(size); ++i)
        shapes.push_back(shapeOf(kSides[std::size_t(i)], aspect));
    return shapes;
}

std::vector<int> clipPlan(int latentFrames, int framesPerClip)
{
    std::vector<int> plan{1};
    for (int left = latentFrames - 1; left > 0; left -= framesPerClip)
        plan.push_back(std::min(left, framesPerClip));
    return plan;
}

Result<Schedule> buildSchedule(const ScheduleConfig &config, const QuantizerConfig &quantizer,
                               double heightOverWidth, std::span<const int> clipLatentFrames)
{
    const int count = scalesOf(config.size);
    if (count == 0)
        return failure(ErrorCode::InvalidRequest,
                       "size: \"" + config.size + "\" is not a known resolution class");
    if (int(config.imageRepetition.size()) != count || int(config.videoRepetition.size()) != count)
        return failure(ErrorCode::InvalidRequest,
                       "schedule: a repetition list does not have " + std::to_string(count) + " entries");
    if (!(heightOverWidth > 0.0) || !std::isfinite(heightOverWidth))
        return failure(ErrorCode::InvalidRequest, "aspect: height / width must be a positive number");
    if (clipLatentFrames.empty() || clipLatentFrames.front() != 1)
        return failure(ErrorCode::InvalidRequest, "frames: the first clip must be the image clip");

    const Template &aspect = nearestTemplate(heightOverWidth);
    Schedule schedule;
    schedule.size = config.size;
    schedule.aspectKey = aspect.key;
    schedule.scalesPerClip = count;
    int frame = 0;
    int step = 0;
    for (std::size_t clip = 0; clip < clipLatentFrames.size(); ++clip) {
        const int latentFrames = clipLatentFrames[clip];
        if (latentFrames < 1)
            return failure(ErrorCode::InvalidRequest, "frames: a clip without frames");
        schedule.clips.push_back({frame, latentFrames});
        const auto &repetitions = clip == 0 ? config.imageRepetition : config.videoRepetition;
        for (int i = 0; i < count; ++i) {
            Scale scale;
            scale.index = int(schedule.scales.size());
            scale.clip = int(clip);
            scale.indexInClip = i;
            scale.shape = shapeOf(kSides[std::size_t(i)], aspect);
            scale.shape.t = latentFrames;
            scale.firstFrame = frame;
            scale.repetitions = repetitions[std::size_t(i)];
            scale.firstStep = step;
            scale.contextScale = clip == 0 ? -1 : int(clip) * count - 1;
            scale.semantic = i < quantizer.semanticScales;
            scale.bits = scale.semantic ? quantizer.semanticBits : quantizer.detailBits;
            step += scale.repetitions;
            schedule.scales.push_back(scale);
        }
        frame += latentFrames;
    }
    return schedule;
}

Result<Schedule> scheduleOf(const GenerationRequest &request, const ModelConfig &model)
{
    if (request.size != model.schedule.size)
        return failure(ErrorCode::InvalidRequest,
                       "size: this model was made for " + model.schedule.size + ", not for " + request.size);
    const auto latentFrames = latentFramesOf(request.frames);
    if (!latentFrames)
        return tl::unexpected(latentFrames.error());

    std::vector<int> clips = clipPlan(*latentFrames, model.schedule.framesPerClip);
    if (request.condition == ConditionKind::Video && request.conditionLatentFrames > 1) {
        // The given frames are an image clip and a first video clip of their own length.
        const int given = request.conditionLatentFrames;
        if (given - 1 > model.schedule.framesPerClip || given >= *latentFrames)
            return failure(ErrorCode::InvalidRequest, "frames: " + std::to_string(request.frames) +
                                                          " frames leave nothing to generate after " +
                                                          std::to_string(1 + 4 * (given - 1)) +
                                                          " given ones");
        clips = {1, given - 1};
        for (int left = *latentFrames - given; left > 0; left -= model.schedule.framesPerClip)
            clips.push_back(std::min(left, model.schedule.framesPerClip));
    }
    return buildSchedule(model.schedule, model.quantizer, request.aspect.heightOverWidth(), clips);
}

} // namespace faststar
