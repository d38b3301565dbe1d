// SPDX-License-Identifier: Apache-2.0
//
// What the engine tells about one finished step. Immutable once handed out; shared pointers may be
// kept and read from any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/domain/grids.h"
#include "core/domain/request.h"

namespace faststar
{

struct StepIndex {
    int clip = 0;
    int scale = 0; // over all clips
    int scaleInClip = 0;
    int repetition = 0;
    int step = 0; // running count over all repetitions

    bool operator==(const StepIndex &) const = default;
};

// Milliseconds of wall time by stage.
struct StageTimes {
    double blocks = 0.0;    // embedding, transformer blocks
    double head = 0.0;      // head, guidance, sampling
    double quantizer = 0.0; // codes, upsampling, accumulation
    double pruning = 0.0;   // scores, selection, gathering
    double preview = 0.0;   // projection, copies for the observer

    [[nodiscard]] double total() const { return blocks + head + quantizer + pruning + preview; }
};

// Everything that was looked at to choose tokens, at feature-map resolution.
struct ScoreMaps {
    ScoreGrid spatialSimilarity;  // cosine in [-1, 1]
    ScoreGrid temporalSimilarity; // empty when temporal_ref = none
    ScoreGrid score;              // fused distance; +inf where a NaN was found
    ScoreGrid featureNorm;        // Euclidean, of the features that were compared; may be empty
    std::int64_t nanCount = 0;
};

// The codes of a step, bit-packed: kept token i's bit b is bit (i * bits + b), least significant
// first. This, the mask and the request are all a journal needs to rebuild the run.
struct PackedBits {
    int bits = 0;            // a token
    std::int64_t tokens = 0; // kept tokens
    std::vector<std::uint8_t> data;

    bool operator==(const PackedBits &) const = default;
};

// The two scalars of APG, kept for apg_stats = frozen.
struct GuidanceStats {
    double clip = 1.0;       // min(1, threshold / rms)
    double projection = 0.0; // <diff, cond> / |cond|^2 of the clipped difference

    bool operator==(const GuidanceStats &) const = default;
};

// One step as the journal stores it: enough to rebuild the feature map after it.
struct StepRecord {
    StepIndex index;
    PackedBits bits;                  // of `tokens`, or of the whole grid (not reduced, or compute = full)
    bool reduced = false;             // a mask was applied; otherwise tokens and mask are empty
    std::vector<std::int32_t> tokens; // kept indices, ascending; may be empty (everything pruned)
    MaskGrid mask;                    // as it was multiplied with the upsampled codes
    Fill fill = Fill::Zero;           // how codes beside pruned tokens were upsampled
    GuidanceStats guidance;

    bool operator==(const StepRecord &) const = default;
};

struct StepEvent {
    StepIndex index;
    GridShape shape;         // of the scale's token map
    std::int64_t tokens = 0; // of the full grid
    std::int64_t kept = 0;   // run through the transformer (0 when nothing had to run)
    bool pruned = false;     // a mask was applied
    bool forced = false;     // codes were given, not sampled
    StageTimes times;
    std::shared_ptr<const ScoreMaps> scores;           // null where nothing was pruned
    std::shared_ptr<const StepRecord> record;          // bits, kept tokens and mask
    std::shared_ptr<const std::vector<Image>> preview; // one small picture a latent frame; may be null
    double featureNorm = 0.0;                          // root mean square of the feature map after the step
};

} // namespace faststar
