// SPDX-License-Identifier: Apache-2.0
//
// Score maps and masks drawn over decoded frames. Pure functions of values, any thread.
#pragma once

#include <functional>
#include <optional>

#include "core/domain/colour_map.h"
#include "core/domain/grids.h"
#include "core/domain/result.h"

namespace faststar
{

// The decoder turns latent frame 0 into pixel frame 0 and latent frame tau >= 1 into pixel frames
// 4 tau - 3 .. 4 tau. Frames are counted over the whole video; both functions take numbers >= 0.
[[nodiscard]] int latentFrameOfPixelFrame(int pixelFrame);

struct PixelFrames {
    int first = 0;
    int count = 1;

    bool operator==(const PixelFrames &) const = default;
};
[[nodiscard]] PixelFrames pixelFramesOfLatentFrame(int latentFrame);

struct OverlayOptions {
    ColourMap colourMap = ColourMap::Inferno;
    double opacity = 0.5; // of the heat map, [0, 1]; 0 = none
    // What is left of the frame's own colours under the heat map, [0, 1]: with all of them a blue frame
    // turns a hot place violet.
    double saturation = 0.35;
    // Score of the first and the last colour; unset = displayRange() of the whole grid, so that the
    // frames of one clip can be compared.
    std::optional<ValueRange> range{};
    bool outline = true; // between kept and pruned cells: a light line on the kept side, a dark one outside
    Rgb outlineColour{255, 255, 255};
    double prunedDarkening = 0.0; // [0, 1]; 1 = pruned cells are black

    bool operator==(const OverlayOptions &) const = default;
};

// `frame` with latent frame `latentFrame` (within the grids' clip) of the scores and the mask over it. Cells
// are drawn as blocks (nearest), whatever their size; the model's are 16 pixels. An empty grid (shape.t == 0)
// is not drawn. InvalidRequest where a grid contradicts itself, has no such frame, has more cells than
// the frame pixels, or a number is out of range.
[[nodiscard]] Result<Image> overlayFrame(const Image &frame, const ScoreGrid &scores, const MaskGrid &mask,
                                         int latentFrame, const OverlayOptions &options = {});

// One latent frame of a mask, white = kept, black = pruned, `cellPixels` >= 1 pixels a cell. InvalidRequest
// as above.
[[nodiscard]] Result<Image> maskImage(const MaskGrid &mask, int latentFrame, int cellPixels = 16);

// The mask as a video as long as the clip it belongs to: every latent frame's picture, as often as it has
// pixel frames, handed to `sink` in order; the sink's first error ends it. `firstLatentFrame`: the video's
// latent frame that is the mask's frame 0.
Status maskVideoFrames(const MaskGrid &mask, int firstLatentFrame, int cellPixels,
                       const std::function<Status(const Image &)> &sink);

} // namespace faststar
