// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/prompt/picture_choices.h"

#include <algorithm>

#include "core/domain/schedule.h"
#include "core/domain/validate.h"

namespace faststar::studio
{

std::vector<PictureSize> pictureSizes(const ModelConfig &model)
{
    constexpr Aspect kAspects[] = {{16, 9}, {4, 3}, {3, 2}, {1, 1}, {2, 1}, {21, 9}, {3, 4}, {2, 3}, {9, 16}};
    std::vector<Aspect> aspects{model.generation.aspect};
    aspects.insert(aspects.end(), std::begin(kAspects), std::end(kAspects));
    std::vector<PictureSize> sizes;
    GenerationRequest request = defaultRequest(model);
    request.frames = 1;
    for (const Aspect &aspect : aspects) {
        request.aspect = aspect;
        const auto schedule = scheduleOf(request, model);
        if (!schedule)
            continue;
        const PictureSize size{aspect, schedule->pixelWidth(), schedule->pixelHeight()};
        const bool isThere = std::any_of(sizes.begin(), sizes.end(), [&](const PictureSize &other) {
            return other.width == size.width && other.height == size.height;
        });
        if (!isThere)
            sizes.push_back(size);
    }
    return sizes;
}

std::vector<int> frameChoices(const ModelConfig &model, int mostSeconds)
{
    const int fps = std::max(model.schedule.fps, 1);
    const int most = std::min(maxFrames(model), 1 + mostSeconds * fps);
    std::vector<int> choices{1, model.generation.frames};
    const auto add = [&](int frames) {
        const int whole = 1 + (frames + 2) / 4 * 4; // the nearest 1 + 4k
        if (whole <= most)
            choices.push_back(whole);
    };
    for (int quarter = 1; quarter <= 4; ++quarter)
        add(fps * quarter / 4);
    for (int half = 3; half <= 10; ++half)
        add(fps * half / 2);
    for (int second = 6; second <= mostSeconds; ++second)
        add(fps * second);
    std::sort(choices.begin(), choices.end());
    choices.erase(std::unique(choices.begin(), choices.end()), choices.end());
    return choices;
}

} // namespace faststar::studio
