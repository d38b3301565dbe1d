// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "gpu/cuda/kernel_table.h"

namespace faststar::gpu::cuda
{

// As in KernelTable.
int rmsNorm(const KernelTarget &target, const RowJob &job, const void *weight, float eps);
int swiGlu(const KernelTarget &target, const RowJob &job);
int quantise(const KernelTarget &target, const RowJob &job);
int splitHeads(const KernelTarget &target, const HeadJob &job);
int frameNorm(const KernelTarget &target, const FrameJob &job);

} // namespace faststar::gpu::cuda
