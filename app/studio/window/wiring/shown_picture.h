// SPDX-License-Identifier: Apache-2.0
//
// Which picture belongs to a place in a run: a frame as it was decoded, or the newest cheap preview.
#pragma once

#include <memory>
#include <optional>

#include "app/studio/session/run_record.h"
#include "core/domain/run_place.h"

namespace faststar::studio
{

struct ShownPicture {
    Frames frames; // keeps the image alive; null = there is none
    int index = 0; // in `frames`
    bool isDecoded = false;
    GridShape scale; // the preview's step

    [[nodiscard]] const Image *image() const
    {
        return frames && index >= 0 && index < int(frames->size()) ? &(*frames)[std::size_t(index)] : nullptr;
    }
};

// Pixel frames of the whole clip.
[[nodiscard]] int frameCount(const RunRecord &run);

// `frame` is the pixel frame from 0. Decoded frames are those of the end of the run, or of the step that
// was decoded on request; a place at an earlier step gets that step's preview.
[[nodiscard]] ShownPicture pictureAt(const RunRecord &run, const RunPlace &place, int frame);

// The mask of a step at its own token grid; null where nothing was pruned.
[[nodiscard]] std::shared_ptr<const MaskGrid> tokenMaskOf(const StepEvent &event);

} // namespace faststar::studio
