// SPDX-License-Identifier: Apache-2.0
#include "core/pipeline/arch_bench.h"

#include "core/domain/schedule.h"

namespace faststar::pipeline
{
namespace
{

std::vector<int> repetitions(int scales, int usual)
{
    return std::vector<int>(std::size_t(scales), usual);
}

// The released 8B model. Its last scales are repeated less often.
ModelConfig release(std::string_view size)
{
    const bool large = size == "0.90M";
    ModelConfig config;
    config.name = "8b";
    config.transformer = {4096, 36, 1, 32, 8, 16384, 1e-6, 2048, 512, 64};
    config.quantizer = {16, 64, large ? 750 : 350, large ? 12 : 11};
    config.vae.blockOutChannels = {96, 192, 384, 384, 384};
    config.vae.layersPerBlock = 2;
    config.textEncoder = TextEncoderConfig{2048, 64, 5120, 24, 32, 32128, 32, 128, 1e-6};
    config.schedule.size = size;
    const int scales = scalesOf(size);
    config.schedule.imageRepetition = repetitions(scales, 3);
    config.schedule.videoRepetition = repetitions(scales, 3);
    config.schedule.videoRepetition[12] = 2;
    config.schedule.videoRepetition[13] = 1;
    if (large)
        config.schedule.videoRepetition[14] = 1;
    config.generation.frames = 81;
    config.generation.smoothFirstFrame = true;
    return config;
}

// The model that comes with the program.
ModelConfig demo()
{
    ModelConfig config;
    config.name = "tiny";
    config.transformer = {256, 9, 1, 8, 4, 1024, 1e-6, 128, 512, 64};
    config.quantizer = {16, 64, 60, 7};
    config.vae.blockOutChannels = {16, 64, 64, 64, 64};
    config.vae.layersPerBlock = 1;
    config.textEncoder = TextEncoderConfig{128, 32, 256, 2, 4, 229, 32, 128, 1e-6};
    config.schedule.size = "0.06M";
    config.schedule.imageRepetition = repetitions(11, 2);
    config.schedule.videoRepetition = repetitions(11, 2);
    config.schedule.videoRepetition[10] = 1;
    config.schedule.framesPerClip = 4;
    return config;
}

} // namespace

Result<ModelConfig> archConfig(std::string_view arch, std::string_view size)
{
    if (arch == "8b" && (size.empty() || size == "0.90M" || size == "0.40M"))
        return release(size.empty() ? "0.90M" : size);
    if (arch == "tiny" && (size.empty() || size == "0.06M"))
        return demo();
    if (arch == "8b" || arch == "tiny")
        return failure(ErrorCode::InvalidRequest, "size: '" + std::string(size) + "' is not a class of " +
                                                      std::string(arch) + ", which has " +
                                                      (arch == "8b" ? "0.40M and 0.90M" : "0.06M"));
    return failure(ErrorCode::InvalidRequest, "arch: '" + std::string(arch) + "' is neither 8b nor tiny");
}

} // namespace faststar::pipeline
