// SPDX-License-Identifier: Apache-2.0
//
// Which kernels run on a CUDA device: those of our own module, or ATen's operations. No LibTorch in this
// header.
#pragma once

#include <string>

namespace faststar::gpu
{

struct KernelTable;

// Whether kernels of our own may run at all, in this process. On unless the environment variable
// FASTSTAR_KERNELS is "off". Not while work is under way.
void useOwnKernels(bool on);

// The module's table where it may run on CUDA device `index`, else null. Opens the module at the first call.
[[nodiscard]] const KernelTable *ownKernels(int index);

// Why ownKernels() is null, in English; empty where it is not.
[[nodiscard]] std::string ownKernelsProblem(int index);

// From now on there are none, for this reason: the driver refused their code.
void refuseOwnKernels(const std::string &why);

} // namespace faststar::gpu
