// SPDX-License-Identifier: Apache-2.0
#include "core/domain/run_place.h"

#include <algorithm>
#include <limits>

namespace faststar
{

namespace
{

const Scale &scaleOf(const Schedule &schedule, int clip, int indexInClip)
{
    return schedule
        .scales[std::size_t(clip) * std::size_t(schedule.scalesPerClip) + std::size_t(indexInClip)];
}

bool isEmpty(const Schedule &schedule)
{
    return schedule.clips.empty() || schedule.scalesPerClip <= 0 ||
           schedule.scales.size() < schedule.clips.size() * std::size_t(schedule.scalesPerClip);
}

} // namespace

RunPlace clampPlace(const RunPlace &place, const Schedule &schedule, int stepsDone)
{
    if (isEmpty(schedule))
        return {};
    const int clip = std::clamp(place.clip, 0, int(schedule.clips.size()) - 1);
    int height = place.scale - clip * schedule.scalesPerClip;
    if (height < 0 || height >= schedule.scalesPerClip) {
        const bool exists = place.scale >= 0 && place.scale < int(schedule.scales.size());
        height = exists ? place.scale % schedule.scalesPerClip
                        : (place.scale < 0 ? 0 : schedule.scalesPerClip - 1);
    }
    const Scale *scale = &scaleOf(schedule, clip, height);
    int repetition = std::clamp(place.repetition, 0, scale->repetitions - 1);
    if (stepsDone >= 0) {
        const int last = std::max(stepsDone - 1, 0);
        if (scale->firstStep + repetition > last) {
            const auto after =
                std::upper_bound(schedule.scales.begin(), schedule.scales.end(), last,
                                 [](int step, const Scale &other) { return step < other.firstStep; });
            scale = &*std::prev(after);
            repetition = std::clamp(last - scale->firstStep, 0, scale->repetitions - 1);
        }
    }
    const int frames = schedule.clips[std::size_t(scale->clip)].latentFrames;
    return {scale->clip, scale->index, repetition, std::clamp(place.frame, 0, std::max(frames - 1, 0))};
}

StepIndex stepAt(const RunPlace &place, const Schedule &schedule)
{
    if (isEmpty(schedule))
        return {};
    const RunPlace good = clampPlace(place, schedule);
    const Scale &scale = schedule.scales[std::size_t(good.scale)];
    return {scale.clip, scale.index, scale.indexInClip, good.repetition, scale.firstStep + good.repetition};
}

RunPlace placeOf(const StepIndex &step, int frame, const Schedule &schedule)
{
    return clampPlace({step.clip, step.scale, step.repetition, frame}, schedule);
}

RunPlace movePlace(const RunPlace &place, int rows, int columns, const Schedule &schedule, int stepsDone)
{
    if (isEmpty(schedule))
        return {};
    RunPlace moved = clampPlace(place, schedule, stepsDone);
    if (columns != 0) {
        const int height = moved.scale - moved.clip * schedule.scalesPerClip;
        int column = moved.frame + columns;
        int clip = moved.clip;
        while (column < 0 && clip > 0)
            column += schedule.clips[std::size_t(--clip)].latentFrames;
        while (clip + 1 < int(schedule.clips.size()) &&
               column >= schedule.clips[std::size_t(clip)].latentFrames)
            column -= schedule.clips[std::size_t(clip++)].latentFrames;
        const Scale &target = scaleOf(schedule, clip, height);
        if (stepsDone >= 0 && target.firstStep >= std::max(stepsDone, 1))
            return moved; // that column has nothing at this height yet
        moved = {clip, target.index, moved.repetition, column};
    }
    if (rows != 0) {
        const int height = moved.scale - moved.clip * schedule.scalesPerClip;
        const int target = std::clamp(height + rows, 0, schedule.scalesPerClip - 1);
        if (target != height)
            moved = {moved.clip, scaleOf(schedule, moved.clip, target).index, std::numeric_limits<int>::max(),
                     moved.frame};
        // Not into what is still to come, not even at another clip's end.
        if (stepsDone >= 0 && schedule.scales[std::size_t(moved.scale)].firstStep >= std::max(stepsDone, 1))
            return clampPlace(place, schedule, stepsDone);
    }
    return clampPlace(moved, schedule, stepsDone);
}

} // namespace faststar
