// SPDX-License-Identifier: Apache-2.0
//
// The video autoencoder written plainly: whole clips, [1, channels, frames, height, width], one library call
// an operation, in double precision. Random weights of any configuration come with it.
#pragma once

#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <ATen/ops/cat.h>
#include <ATen/ops/conv3d.h>
#include <ATen/ops/full.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/replication_pad3d.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/upsample_nearest3d.h>

#include "core/domain/model_config.h"

namespace faststar::test
{

class VaeReference
{
public:
    explicit VaeReference(VaeConfig config) : m_config(std::move(config)) { addWeights(); }

    [[nodiscard]] const std::map<std::string, at::Tensor> &weights() const { return m_weights; } // float32

    // [64, t, h, w] -> [3, frames, H, W]
    [[nodiscard]] at::Tensor decode(const at::Tensor &latent) const
    {
        const at::Tensor scaled = latent.to(at::kDouble).div(w("scale_learnable_parameters").select(0, 0));
        const at::Tensor up =
            at::linear(scaled.movedim(0, -1), w("proj_up.weight"), w("proj_up.bias")).movedim(-1, 0);
        const auto s = up.sizes();
        const at::Tensor z = up.reshape({s[0] / 4, 2, 2, s[1], s[2], s[3]})
                                 .permute({0, 3, 4, 1, 5, 2})
                                 .reshape({1, s[0] / 4, s[1], 2 * s[2], 2 * s[3]});
        at::Tensor x = conv("decoder.conv_in", z);
        for (int i = 0; i < 2; ++i)
            x = resNet("decoder.mid_block.resnets." + std::to_string(i), x, z);
        for (int j = 0; j < 4; ++j) {
            const std::string block = "decoder.up_blocks." + std::to_string(j);
            for (int i = 0; i <= m_config.layersPerBlock; ++i)
                x = resNet(block + ".resnets." + std::to_string(i), x, z);
            if (j > 0 && inSpace(3 - j))
                x = upsampled(block + ".upsamplers.0.conv", x, c(3 - j), inTime(3 - j));
        }
        return conv("decoder.conv_out", at::silu(norm("decoder.norm_out", x, z))).squeeze(0);
    }

    // [3, frames, H, W] -> [64, t, h, w]
    [[nodiscard]] at::Tensor encode(const at::Tensor &video) const
    {
        at::Tensor x = conv("encoder.conv_in", video.to(at::kDouble).unsqueeze(0));
        for (int i = 0; i < 4; ++i) {
            const std::string block = "encoder.down_blocks." + std::to_string(i);
            for (int k = 0; k < m_config.layersPerBlock; ++k)
                x = resNet(block + ".resnets." + std::to_string(k), x, {});
            if (i < 3 && inSpace(i))
                x = down(block + ".downsamplers.0.conv", x, c(i + 1), inTime(i));
        }
        for (int i = 0; i < 2; ++i)
            x = resNet("encoder.mid_block.resnets." + std::to_string(i), x, {});
        x = conv("encoder.conv_out", at::silu(norm("encoder.norm_out", x, {}))).squeeze(0);
        const auto s = x.sizes();
        const at::Tensor patches = x.reshape({s[0], s[1], s[2] / 2, 2, s[3] / 2, 2})
                                       .permute({0, 3, 5, 1, 2, 4})
                                       .reshape({4 * s[0], s[1], s[2] / 2, s[3] / 2});
        const at::Tensor mean = patches.narrow(0, 0, 2 * s[0]);
        return at::linear(mean.movedim(0, -1), w("proj_down.weight"), w("proj_down.bias"))
            .movedim(-1, 0)
            .mul(w("scale_learnable_parameters").select(0, 0));
    }

private:
    [[nodiscard]] int c(int level) const
    {
        return m_config.blockOutChannels[static_cast<std::size_t>(level)];
    }
    [[nodiscard]] bool inSpace(int level) const
    {
        return level < static_cast<int>(m_config.spatialCompression.size());
    }
    [[nodiscard]] bool inTime(int level) const
    {
        return level < static_cast<int>(m_config.temporalCompression.size());
    }
    [[nodiscard]] at::Tensor w(const std::string &name) const { return m_weights.at(name).to(at::kDouble); }

    [[nodiscard]] at::Tensor conv(const std::string &name, const at::Tensor &x) const
    {
        const at::Tensor padded = at::replication_pad3d(x, {0, 0, 0, 0, 2, 0}); // time before the first frame
        return at::conv3d(padded, w(name + ".conv.weight"), w(name + ".conv.bias"), 1,
                          at::IntArrayRef{0, 1, 1});
    }

    [[nodiscard]] at::Tensor pointwise(const std::string &name, const at::Tensor &x) const
    {
        return at::conv3d(x, w(name + ".conv.weight"), w(name + ".conv.bias"));
    }

    [[nodiscard]] at::Tensor rms(const std::string &name, const at::Tensor &x) const
    {
        return x.div(x.norm(2, at::IntArrayRef{1}, true).clamp_min(1e-12))
            .mul(std::sqrt(static_cast<double>(x.size(1))))
            .mul(w(name + ".gamma"));
    }

    [[nodiscard]] at::Tensor norm(const std::string &name, const at::Tensor &x, const at::Tensor &z) const
    {
        if (!z.defined())
            return rms(name, x);
        const std::int64_t frames = x.size(2);
        const auto resized = [&](const at::Tensor &part, std::int64_t count) {
            return at::upsample_nearest3d(part, {count, x.size(3), x.size(4)});
        };
        const at::Tensor zq =
            frames > 1 && frames % 2 == 1
                ? at::cat({resized(z.narrow(2, 0, 1), 1), resized(z.narrow(2, 1, z.size(2) - 1), frames - 1)},
                          2)
                : resized(z, frames);
        return rms(name + ".norm_layer", x)
            .mul(pointwise(name + ".conv_y", zq))
            .add(pointwise(name + ".conv_b", zq));
    }

    [[nodiscard]] at::Tensor resNet(const std::string &name, const at::Tensor &x, const at::Tensor &z) const
    {
        const at::Tensor inner = conv(name + ".conv1", at::silu(norm(name + ".norm1", x, z)));
        return x.add(conv(name + ".conv2", at::silu(norm(name + ".norm2", inner, z))));
    }

    [[nodiscard]] at::Tensor down(const std::string &name, const at::Tensor &x, int out, bool time) const
    {
        const auto fold = [](const at::Tensor &y) {
            const auto s = y.sizes();
            return y.reshape({s[0], s[1], s[2], s[3] / 2, 2, s[4] / 2, 2})
                .permute({0, 4, 6, 1, 2, 3, 5})
                .reshape({s[0], 4 * s[1], s[2], s[3] / 2, s[4] / 2});
        };
        const at::Tensor main = fold(conv(name + ".conv", at::silu(rms(name + ".norm", x))));
        const at::Tensor folded = fold(x);
        const at::Tensor shortcut =
            folded.reshape({1, -1, out, folded.size(2), folded.size(3), folded.size(4)}).mean(1);
        at::Tensor sum = main.add(shortcut);
        if (!time)
            return sum;
        std::vector<at::Tensor> frames{sum.narrow(2, 0, 1)};
        for (std::int64_t t = 1; t + 1 < sum.size(2); t += 2)
            frames.push_back(sum.narrow(2, t, 2).mean(2, true));
        return at::cat(frames, 2);
    }

    [[nodiscard]] at::Tensor upsampled(const std::string &name, const at::Tensor &x, int out, bool time) const
    {
        const int p = time ? 2 : 1;
        const auto unfold = [&](const at::Tensor &y) {
            const auto s = y.sizes();
            return y.reshape({s[0], p, 2, 2, out, s[2], s[3], s[4]})
                .permute({0, 4, 5, 1, 6, 2, 7, 3})
                .reshape({s[0], out, s[2] * p, 2 * s[3], 2 * s[4]});
        };
        const at::Tensor main = unfold(conv(name + ".conv", at::silu(rms(name + ".norm", x))));
        at::Tensor sum = main.add(unfold(x.repeat({1, std::int64_t{4} * p * out / x.size(1), 1, 1, 1})));
        if (!time)
            return sum;
        return at::cat({sum.narrow(2, 0, 2).mean(2, true), sum.narrow(2, 2, sum.size(2) - 2)}, 2);
    }

    void add(const std::string &name, const std::vector<std::int64_t> &shape, double scale, double mean = 0)
    {
        m_weights[name] = at::randn(shape, at::kFloat).mul(scale).add(mean);
    }

    void addConv(const std::string &name, int in, int out)
    {
        add(name + ".conv.weight", {out, in, 3, 3, 3}, 1 / std::sqrt(27.0 * in));
        add(name + ".conv.bias", {out}, 0.1);
    }

    void addNorm(const std::string &name, int channels, bool spatial)
    {
        add(name + (spatial ? ".norm_layer.gamma" : ".gamma"), {channels, 1, 1, 1}, 0.2, 1);
        if (!spatial)
            return;
        for (const char *part : {".conv_y", ".conv_b"}) {
            add(name + part + ".conv.weight", {channels, m_config.latentChannels, 1, 1, 1}, 0.2);
            add(name + part + ".conv.bias", {channels}, 0.2, std::string(part) == ".conv_y" ? 1 : 0);
        }
    }

    void addResNets(const std::string &name, int count, int channels, bool spatial)
    {
        for (int i = 0; i < count; ++i) {
            const std::string block = name + ".resnets." + std::to_string(i);
            for (const char *half : {"1", "2"}) {
                addNorm(block + ".norm" + half, channels, spatial);
                addConv(block + ".conv" + half, channels, channels);
            }
        }
    }

    void addWeights()
    {
        const int z = m_config.latentChannels;
        addConv("encoder.conv_in", 3, c(0));
        addConv("decoder.conv_in", z, c(4));
        for (int i = 0; i < 4; ++i) {
            const std::string down = "encoder.down_blocks." + std::to_string(i);
            addResNets(down, m_config.layersPerBlock, c(i), false);
            if (i < 3 && inSpace(i)) {
                addNorm(down + ".downsamplers.0.conv.norm", c(i), false);
                addConv(down + ".downsamplers.0.conv.conv", c(i), c(i + 1) / 4);
            }
            const std::string up = "decoder.up_blocks." + std::to_string(i);
            addResNets(up, m_config.layersPerBlock + 1, c(4 - i), true);
            if (i > 0 && inSpace(3 - i)) {
                addNorm(up + ".upsamplers.0.conv.norm", c(4 - i), false);
                addConv(up + ".upsamplers.0.conv.conv", c(4 - i), c(3 - i) * (inTime(3 - i) ? 8 : 4));
            }
        }
        addResNets("encoder.mid_block", 2, c(4), false);
        addResNets("decoder.mid_block", 2, c(4), true);
        addNorm("encoder.norm_out", c(4), false);
        addNorm("decoder.norm_out", c(0), true);
        addConv("encoder.conv_out", c(4), 2 * z);
        addConv("decoder.conv_out", c(0), 3);
        for (const char *name : {"proj_up", "proj_down"}) {
            add(std::string(name) + ".weight", {std::int64_t{4} * z, std::int64_t{4} * z},
                1 / std::sqrt(4.0 * z));
            add(std::string(name) + ".bias", {std::int64_t{4} * z}, 0.1);
        }
        add("scale_learnable_parameters", {4}, 0.1, 0.8);
    }

    VaeConfig m_config;
    std::map<std::string, at::Tensor> m_weights;
};

} // namespace faststar::test
