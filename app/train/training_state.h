// SPDX-License-Identifier: Apache-2.0
//
// The checkpoint of a stage: one safetensors file of float32 tensors
//   weight.<name>   parameters        first.<name>, second.<name>   Adam's moments
//   average.<name>  running averages  optimizer.count               updates done
//   progress        [steps high, steps low, seconds, 0] (steps in two halves of 20 bits, exact)
// and, where known, of other types
//   foundation      int64 [1], of the earlier stages' weights: fingerprintOf()
//   settings        uint8, the text of training_record.h
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "app/train/optimizer.h"
#include "app/train/parameter_set.h"
#include "core/domain/result.h"

namespace faststar::train
{

struct StageProgress {
    std::int64_t steps = 0;
    double seconds = 0.0;
    std::int64_t foundation = 0; // 0 = not known: of older checkpoints, and of the first stage
    std::string settings{};      // likewise empty
};

// That the checkpoint can be written when its time comes: the file can be made, and there is room for it.
// WriteFailed, NotFound. Leaves nothing behind.
[[nodiscard]] Status checkRoom(const std::filesystem::path &file, const ParameterSet &parameters,
                               const Optimizer &optimizer);

// Replaces the file when the new one is complete.
[[nodiscard]] Status saveCheckpoint(const std::filesystem::path &file, const ParameterSet &parameters,
                                    const Optimizer &optimizer, const StageProgress &progress);

// Into parameters and optimizer that were made with the same configuration. NotFound, ModelMismatch;
// CorruptFile for counts that are none.
[[nodiscard]] Result<StageProgress> loadCheckpoint(const std::filesystem::path &file,
                                                   const ParameterSet &parameters, Optimizer &optimizer);

// What a checkpoint says of its run; nothing where it holds averages only (writeAverages). Errors as above.
[[nodiscard]] Result<std::optional<StageProgress>> readProgress(const std::filesystem::path &file);

// A number for the running averages in a checkpoint, the same for the same weights; never 0.
[[nodiscard]] Result<std::int64_t> fingerprintOf(const std::filesystem::path &checkpoint);

// ModelMismatch when `checkpoint` was trained on `kept`, but `earlier` holds `present` (0 = not known).
[[nodiscard]] Status checkFoundation(std::int64_t kept, std::int64_t present,
                                     const std::filesystem::path &checkpoint,
                                     const std::filesystem::path &earlier);

// The parameters whose names begin with `prefix` from a part of a model folder, where they stand without it.
// NotFound, ModelMismatch.
[[nodiscard]] Status loadPart(const std::filesystem::path &file, const std::string &prefix,
                              const ParameterSet &parameters);

// A part of a model folder as a checkpoint that holds averages only: a finished stage for the next one.
[[nodiscard]] Status writeAverages(const std::filesystem::path &part,
                                   const std::filesystem::path &checkpoint);

// Only the running averages of parameters into the parameters' values: to use a finished stage in the next.
[[nodiscard]] Status loadAverages(const std::filesystem::path &file, const ParameterSet &parameters);

// Writes the running averages of all parameters whose names begin with `prefix`, without it, as float16:
// a part of a model folder.
[[nodiscard]] Status exportAverages(const std::filesystem::path &checkpoint, const std::string &prefix,
                                    const std::filesystem::path &file);

} // namespace faststar::train
