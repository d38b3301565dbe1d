// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "app/train/evaluation.h"

namespace faststar::train
{

namespace
{

using nlohmann::json;

constexpr std::array<const char *, 5> kKinds{"circle", "square", "triangle", "star", "ring"};
constexpr std::array<const char *, 11> kMotions{"still", "left",   "right", "up",   "down",  "diagonal",
                                                "spin",  "bounce", "orbit", "grow", "shrink"};
constexpr std::array<const char *, 3> kSpeeds{"slow", "normal", "fast"};
constexpr std::array<const char *, 5> kBackgrounds{"solid", "gradient", "checker", "stripes", "dots"};
constexpr std::array<const char *, 3> kDirections{"horizontal", "vertical", "diagonal"};

template <typename Names, typename Value> json wordFor(const Names &names, const std::optional<Value> &value)
{
    return value ? json(names[std::size_t(*value)]) : json(nullptr);
}

std::string colourWord(int name)
{
    return std::string(namedColours()[std::size_t(name)].name);
}

json spreadJson(const std::vector<double> &values)
{
    const auto spread = spreadOf(values);
    return {{"mean", spread.mean}, {"deviation", spread.deviation}, {"least", spread.least}};
}

json seenJson(const MeasuredClip &clip)
{
    json shapes = json::array();
    for (const auto &shape : clip.shapes)
        shapes.push_back({{"colour", colourWord(shape.colour)},
                          {"class", wordFor(kKinds, shape.kind)},
                          {"motion", wordFor(kMotions, shape.motion.motion)},
                          {"speed", wordFor(kSpeeds, shape.motion.speed)},
                          {"travel", {shape.motion.travel.x, shape.motion.travel.y}},
                          {"start", {shape.start.x, shape.start.y}},
                          {"radius", shape.radius}});
    const auto &background = clip.background;
    return {{"background", wordFor(kBackgrounds, background.kind)},
            {"direction", kDirections[std::size_t(background.direction)]},
            {"colours", {colourWord(background.first), colourWord(background.second)}},
            {"shapes", shapes}};
}

} // namespace

json toJson(const EvaluationReport &report, const EvaluationOptions &options)
{
    constexpr std::array<const char *, 3> sources{"generated", "true", "coded"};
    json document;
    document["clips_measured"] = sources[std::size_t(options.source)];
    document["prompts"] = options.prompts;
    document["seed"] = options.seed;
    document["frames"] = options.frames;
    document["data"] = toJson(options.data);
    if (options.method)
        document["method"] = *options.method == Method::None ? "none" : "faststar";
    for (int i = 0; i < kAttributes; ++i) {
        const auto &tally = report.attributes[std::size_t(i)];
        document["attributes"][std::string(nameOf(Attribute(i)))] = {
            {"right", tally.right}, {"asked", tally.asked}, {"share", tally.share()}};
    }
    if (!report.psnrFromCodes.empty()) {
        document["reconstruction"] = {{"clips", report.psnrFromCodes.size()},
                                      {"psnr_from_codes", spreadJson(report.psnrFromCodes)},
                                      {"psnr_without_quantiser", spreadJson(report.psnrWithoutQuantiser)}};
        document["bit_accuracy"] = report.bitAccuracy;
    }
    document["clips"] = json::array();
    for (const auto &clip : report.clips) {
        json wrong = json::array();
        for (int i = 0; i < kAttributes; ++i) {
            const auto &tally = clip.verdict[std::size_t(i)];
            if (tally.right != tally.asked)
                wrong.push_back(std::string(nameOf(Attribute(i))));
        }
        document["clips"].push_back(
            {{"caption", clip.caption}, {"wrong", wrong}, {"seen", seenJson(clip.seen)}});
    }
    return document;
}

} // namespace faststar::train
