// SPDX-License-Identifier: Apache-2.0
//
// Where training runs, and the random numbers it draws there.
#pragma once

#include <cstdint>
#include <string>

#include <ATen/core/Generator.h>
#include <c10/core/Device.h>

#include "core/domain/result.h"

namespace faststar::train
{

// "cpu" or "cuda". The program links the CPU half of LibTorch only: for "cuda" the other half is opened here,
// from LD_LIBRARY_PATH or beside the first half, and must be before any other use of a CUDA device. Also lets
// float32 products on CUDA use TF32. InvalidRequest for another name, Unsupported with the loader's reason.
[[nodiscard]] Result<at::Device> openTrainingDevice(const std::string &name);

// Random numbers of one training step. A step's numbers depend on seed, stage and step alone, so that a
// resumed run draws what the uninterrupted one would have drawn.
class StepRandom
{
public:
    explicit StepRandom(at::Device device);

    // `purpose` keeps streams apart: stages, validation, initial weights.
    void restart(std::uint64_t seed, std::uint32_t purpose, std::uint64_t step);
    // For at::rand(shape, generator, options) and its kin on the device.
    [[nodiscard]] const at::Generator &generator() const { return m_generator; }

private:
    at::Generator m_generator;
};

} // namespace faststar::train
