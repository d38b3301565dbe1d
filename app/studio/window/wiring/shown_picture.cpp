// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/wiring/shown_picture.h"

#include <algorithm>

#include "core/domain/overlay.h"

namespace faststar::studio
{

int frameCount(const RunRecord &run)
{
    return run.frames ? int(run.frames->size()) : std::max(run.request.frames, 1);
}

ShownPicture pictureAt(const RunRecord &run, const RunPlace &place, int frame)
{
    const int step = run.plan ? stepAt(place, run.plan->schedule).step : 0;
    const bool isEnd = !run.plan || step >= run.stepsDone - 1;
    if (run.frames && isEnd)
        return {run.frames, std::clamp(frame, 0, int(run.frames->size()) - 1), true, {}};
    if (run.decoded && run.decodedAt && run.decodedAt->step == step)
        return {run.decoded, std::clamp(frame, 0, int(run.decoded->size()) - 1), true, {}};
    for (int i = std::min(step, int(run.steps.size()) - 1); i >= 0; --i) {
        const auto &event = run.steps[std::size_t(i)];
        if (event && event->preview && !event->preview->empty())
            return {
                event->preview,
                std::clamp(latentFrameOfPixelFrame(std::max(frame, 0)), 0, int(event->preview->size()) - 1),
                false, event->shape};
    }
    if (run.frames)
        return {run.frames, std::clamp(frame, 0, int(run.frames->size()) - 1), true, {}};
    return {};
}

std::shared_ptr<const MaskGrid> tokenMaskOf(const StepEvent &event)
{
    if (!event.pruned || !event.record)
        return nullptr;
    auto mask = std::make_shared<MaskGrid>();
    mask->shape = event.shape;
    mask->values.assign(std::size_t(std::max<std::int64_t>(event.shape.tokens(), 0)), 0);
    for (const std::int32_t token : event.record->tokens) {
        if (token >= 0 && std::size_t(token) < mask->values.size())
            mask->values[std::size_t(token)] = 1;
    }
    return mask;
}

} // namespace faststar::studio
