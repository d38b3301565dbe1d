// SPDX-License-Identifier: Apache-2.0
#include "app/train/training_device.h"

#include <string>

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>

#include "core/domain/philox.h"
#include "gpu/torch_device.h"

namespace faststar::train
{

Result<at::Device> openTrainingDevice(const std::string &name)
{
    if (name != "cpu" && name != "cuda")
        return failure(ErrorCode::InvalidRequest, "device '" + name + "' is neither cpu nor cuda");
    auto device = gpu::openDevice(name);
    if (device && device->is_cuda()) {
        at::globalContext().setAllowTF32CuBLAS(true);
        at::globalContext().setAllowTF32CuDNN(true);
    }
    return device;
}

StepRandom::StepRandom(at::Device device)
    : m_generator(device.is_cpu() ? at::make_generator<at::CPUGeneratorImpl>()
                                  : at::globalContext().defaultGenerator(device))
{
}

void StepRandom::restart(std::uint64_t seed, std::uint32_t purpose, std::uint64_t step)
{
    const auto words = philox4x32({std::uint32_t(step), std::uint32_t(step >> 32), purpose, 0},
                                  {std::uint32_t(seed), std::uint32_t(seed >> 32)});
    m_generator.set_current_seed((std::uint64_t(words[0]) << 32) | words[1]);
}

} // namespace faststar::train
