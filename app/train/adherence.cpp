// SPDX-License-Identifier: Apache-2.0
#include "app/train/adherence.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>

namespace faststar::train
{

namespace
{

constexpr double kPlaceTolerance = 0.05; // in heights

bool has(const std::string &text, std::string_view words)
{
    return text.find(words) != std::string::npos;
}

bool saysPlace(const std::string &caption)
{
    constexpr std::array<std::string_view, 6> words{" on the left", " on the right",  " at the ",
                                                    " corner",      " in the middle", " in the center"};
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return has(caption, word); });
}

bool saysSpeed(const std::string &caption)
{
    return has(caption, " slowly") || has(caption, " fast") || has(caption, " quickly");
}

// The shape found for each one asked for: by colour, then what is left over.
std::vector<const MeasuredShape *> matched(const Scene &scene, const MeasuredClip &clip)
{
    std::vector<const MeasuredShape *> found(scene.shapes.size(), nullptr);
    std::vector<bool> used(clip.shapes.size(), false);
    for (const bool sameColour : {true, false}) {
        for (std::size_t i = 0; i < found.size(); ++i) {
            for (std::size_t j = 0; j < used.size() && found[i] == nullptr; ++j) {
                if (used[j] || (sameColour && clip.shapes[j].colour != scene.shapes[i].colour.name))
                    continue;
                used[j] = true;
                found[i] = &clip.shapes[j];
            }
        }
    }
    return found;
}

bool sameMotion(const Shape &asked, const MeasuredMotion &found)
{
    if (found.motion != asked.motion)
        return false;
    return asked.motion != Motion::Diagonal ||
           ((asked.travel.x > 0) == (found.travel.x > 0) && (asked.travel.y > 0) == (found.travel.y > 0));
}

bool samePlace(const Shape &asked, const MeasuredShape &found, double aspect)
{
    const auto centre = asked.centre(0.0);
    for (const double dx : {-kPlaceTolerance, 0.0, kPlaceTolerance}) {
        for (const double dy : {-kPlaceTolerance, 0.0, kPlaceTolerance}) {
            const Point near{found.start.x + dx, found.start.y + dy};
            if (columnOf(near, aspect) == columnOf(centre, aspect) && rowOf(near) == rowOf(centre))
                return true;
        }
    }
    return false;
}

bool sameKind(const Background &asked, const MeasuredBackground &found)
{
    const bool directed = asked.kind == BackgroundKind::Stripes || asked.kind == BackgroundKind::Gradient;
    return found.kind == asked.kind && (!directed || found.direction == asked.direction);
}

bool sameColours(const Background &asked, const MeasuredBackground &found)
{
    if (asked.kind == BackgroundKind::Solid)
        return found.first == asked.first.name;
    const bool ordered = asked.kind == BackgroundKind::Gradient || asked.kind == BackgroundKind::Dots;
    const bool straight = found.first == asked.first.name && found.second == asked.second.name;
    const bool swapped = found.first == asked.second.name && found.second == asked.first.name;
    return straight || (!ordered && swapped);
}

} // namespace

std::string_view nameOf(Attribute attribute)
{
    constexpr std::array<std::string_view, kAttributes> names{
        "count", "colour", "shape", "motion", "speed", "place", "background", "background_colours", "all"};
    return names[std::size_t(attribute)];
}

Verdict judge(const Scene &scene, const MeasuredClip &clip)
{
    Verdict verdict;
    const auto tally = [&](Attribute attribute) -> Tally & { return verdict[std::size_t(attribute)]; };
    tally(Attribute::Count).add(clip.shapes.size() == scene.shapes.size());
    tally(Attribute::BackgroundKind).add(sameKind(scene.background, clip.background));
    tally(Attribute::BackgroundColours).add(sameColours(scene.background, clip.background));
    const auto found = matched(scene, clip);
    for (std::size_t i = 0; i < found.size(); ++i) {
        const auto &asked = scene.shapes[i];
        const auto *shape = found[i];
        tally(Attribute::Colour).add(shape != nullptr && shape->colour == asked.colour.name);
        tally(Attribute::Kind).add(shape != nullptr && shape->kind == asked.kind);
        tally(Attribute::MotionKind).add(shape != nullptr && sameMotion(asked, shape->motion));
        if (saysSpeed(scene.caption) && asked.motion != Motion::Still && asked.speed != Speed::Normal)
            tally(Attribute::Speed).add(shape != nullptr && shape->motion.speed == asked.speed);
        if (saysPlace(scene.caption))
            tally(Attribute::Place).add(shape != nullptr && samePlace(asked, *shape, scene.aspect));
    }
    bool all = true;
    for (const auto attribute : {Attribute::Count, Attribute::Colour, Attribute::Kind, Attribute::MotionKind,
                                 Attribute::BackgroundKind, Attribute::BackgroundColours})
        all = all && tally(attribute).right == tally(attribute).asked;
    tally(Attribute::All).add(all);
    return verdict;
}

void addTo(Verdict &sum, const Verdict &verdict)
{
    for (std::size_t i = 0; i < sum.size(); ++i) {
        sum[i].right += verdict[i].right;
        sum[i].asked += verdict[i].asked;
    }
}

} // namespace faststar::train
