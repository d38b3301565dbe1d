// SPDX-License-Identifier: Apache-2.0
//
// Runs a golden case: a folder with case.json, inputs.safetensors and expected.safetensors made by the
// reference implementation. Kinds: transformer, vae_decode, vae_encode, bits, text, rope.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/domain/result.h"

namespace faststar::pipeline
{

struct ReplayedTensor {
    std::string name;
    double relativeError = 0.0; // ||ours - expected|| / ||expected||; ||ours|| where the expected is zero
    bool exact = false;         // integers: must be equal
    bool passed = false;
    std::string note; // shape mismatch, how many integers differ
};

struct ReplayReport {
    std::string kind;
    double tolerance = 0.0;
    bool passed = false;
    std::vector<ReplayedTensor> tensors;       // in name order; empty when there is nothing to compare with
    std::vector<std::string> unknownKeys = {}; // of case.json: nothing here reads them
};

// Where a case is computed, and how exact that has to be.
struct ReplayDevice {
    std::string device = "cpu";
    std::string profile = {};
    double tolerance = 0.0; // in place of the case's own where it is larger; of floating-point tensors
};

// `outFile` empty = nothing is written; else the tensors named in expected.safetensors are written there.
// With `check`, CorruptFile when neither the case nor `where` states a tolerance and NotFound when it expects
// no tensor; without, both may be absent.
[[nodiscard]] Result<ReplayReport> replayCase(const std::filesystem::path &folder, bool check,
                                              const std::filesystem::path &outFile,
                                              const ReplayDevice &where = {});

} // namespace faststar::pipeline
