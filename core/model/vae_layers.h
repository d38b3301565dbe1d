// SPDX-License-Identifier: Apache-2.0
//
// Building blocks of the video autoencoder: their weights, what carries them out, and one run of them over
// the chunks of a clip. Activations are channels-last: [frames, height, width, channels].
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/domain/model_config.h"
#include "core/domain/result.h"
#include "gpu/causal_conv.h"

namespace faststar::model
{

// How the weights of convolutions are held: packed for VaeRun, as they are stored, or for VaeDeviceRun:
// channels-last, and with channels in multiples of 8, which the fast convolutions of CUDA want.
enum class VaeForm { Packed, Plain, Device };

// A causal convolution and its place in the list of remembered contexts.
struct VaeConv {
    gpu::CausalConv kernel; // of the packed form
    at::Tensor weight;      // [out, in, 3, 3, 3], of the plain form
    at::Tensor bias;        // [out], of the plain form
    std::size_t index = 0;
    std::int64_t outputs = 0; // without what was added to fill up
};

// RMS norm over channels, with SiLU after it. Plain: `scale` [C] = sqrt(C) * gamma. Spatial (decoder):
// `weight` [latent channels, 2C] and `bias` [2C] give scale and shift from the decoder's input, at its
// resolution: a 1x1x1 convolution and nearest resizing commute.
struct VaeNorm {
    at::Tensor scale;
    at::Tensor weight;
    at::Tensor bias;

    [[nodiscard]] std::int64_t channels() const { return scale.defined() ? scale.size(0) : bias.size(0) / 2; }
};

// x + conv2(norm2(conv1(norm1(x))))
struct VaeResNet {
    VaeNorm norm1;
    VaeConv conv1;
    VaeNorm norm2;
    VaeConv conv2;
};

// A change of resolution; absent where a level keeps it.
struct VaeResample {
    VaeNorm norm;
    VaeConv conv;
    int outChannels = 0;
    bool time = false;
};

// A tensor of that name and shape, or why there is none.
using VaeTensors =
    std::function<Result<at::Tensor>(const std::string &name, const std::vector<std::int64_t> &shape)>;

// Reads the layers of one half and numbers its convolutions. After the first failure it reads nothing more.
// In the plain form gradients reach the tensors that were read.
class VaeReader
{
public:
    VaeReader(VaeTensors tensors, int latentChannels, VaeForm form)
        : m_tensors(std::move(tensors)), m_latentChannels(latentChannels), m_form(form)
    {
    }

    at::Tensor tensor(const std::string &name, const std::vector<std::int64_t> &shape);
    // `keep` > 0: only the first so many output channels are used.
    VaeConv conv(const std::string &name, int in, int out, int keep = 0);
    VaeNorm plainNorm(const std::string &name, int channels);
    VaeNorm spatialNorm(const std::string &name, int channels);
    VaeResNet resNet(const std::string &name, int channels, bool spatial);

    void restartNumbering() { m_convolutions = 0; }
    [[nodiscard]] std::size_t convolutions() const { return m_convolutions; }
    [[nodiscard]] const std::optional<Error> &error() const { return m_error; }

private:
    VaeTensors m_tensors;
    int m_latentChannels;
    VaeForm m_form;
    std::size_t m_convolutions = 0;
    std::optional<Error> m_error;
};

// Carries out the layers of one half in the order in which the half calls.
class VaeExecutor
{
public:
    VaeExecutor() = default;
    VaeExecutor(const VaeExecutor &) = delete;
    VaeExecutor &operator=(const VaeExecutor &) = delete;
    virtual ~VaeExecutor() = default;

    // Makes the current activations conv(input).
    virtual void start(const VaeConv &conv, const at::Tensor &input) = 0;
    virtual void resNet(const VaeResNet &block) = 0;
    virtual void up(const VaeResample &block) = 0;
    virtual void down(const VaeResample &block) = 0;
    // Norm, SiLU and a last convolution; the result is the caller's.
    virtual at::Tensor finish(const VaeNorm &norm, const VaeConv &conv) = 0;
};

// One walk over a clip, chunk by chunk, on the CPU, with packed weights. Holds the two frames of context of
// every convolution and the buffers that all layers share, so that memory is taken once.
class VaeRun final : public VaeExecutor
{
public:
    VaeRun(std::size_t convolutions, const std::stop_token &stop) : m_contexts(convolutions), m_stop(stop) {}

    // `latent` [t, h, w, latent channels]: the decoder's input of this chunk; undefined in the encoder.
    void beginChunk(bool first, bool last, const at::Tensor &latent);
    [[nodiscard]] bool firstChunk() const { return m_first; }

    // Called after every convolution.
    void onConvolution(std::function<void()> callback) { m_onConvolution = std::move(callback); }

    void start(const VaeConv &conv, const at::Tensor &input) override;
    void resNet(const VaeResNet &block) override;
    void up(const VaeResample &block) override;
    void down(const VaeResample &block) override;
    at::Tensor finish(const VaeNorm &norm, const VaeConv &conv) override;

private:
    enum Buffer { kCurrent, kNext, kNormed, kInner, kBuffers };

    at::Tensor take(Buffer which, at::IntArrayRef shape);
    void remember(const at::Tensor &input, at::Tensor &context) const;
    void convolve(const VaeConv &conv, const at::Tensor &input, const at::Tensor &addend, at::Tensor &out);
    void norm(const VaeNorm &norm, const at::Tensor &x, at::Tensor &out);
    void moveToNext(const at::Tensor &x);

    std::vector<at::Tensor> m_contexts;
    std::stop_token m_stop;
    std::function<void()> m_onConvolution;
    std::array<at::Tensor, kBuffers> m_buffers; // flat, grow as needed
    at::Tensor m_latent;
    at::Tensor m_x; // current activations, in buffer kCurrent
    bool m_first = true;
    bool m_last = true;
    bool m_swapped = false; // kCurrent and kNext, an odd number of times
};

} // namespace faststar::model
