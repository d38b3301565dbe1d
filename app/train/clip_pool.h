// SPDX-License-Identifier: Apache-2.0
//
// Encoded clips kept on the device and renewed while training goes on, and batches of captions with the same
// number of tokens, so that no mask is needed.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

#include "app/train/draws.h"

namespace faststar::train
{

struct EncodedClips {
    at::Tensor latents; // [clips, latent frames, 64, H * W] float32
    // Token ids of each clip's captions: at least one a clip, each with at least one token.
    std::vector<std::vector<std::vector<int>>> captions;
};
// Clips `first` to `first + count - 1` of an endless list; the same numbers give the same clips.
using ClipMaker = std::function<EncodedClips(std::uint64_t first, int count, int frames)>;

struct ClipBatch {
    std::vector<std::int64_t> clips;    // rows of latents()
    std::vector<std::vector<int>> text; // all of one length
};

class ClipPool
{
public:
    // Holds `groups` groups of `groupSize` clips of `frames` frames, made with the numbers from `first` on.
    ClipPool(ClipMaker maker, std::uint64_t first, int frames, int groups, int groupSize);

    // After this the pool holds the groups `renewed` to `renewed + groups - 1` of the list. What it holds
    // depends on `renewed` alone, which must not fall. False when `stop` became true before it was full: then
    // nothing may be picked.
    [[nodiscard]] bool renew(std::int64_t renewed, const std::atomic<bool> *stop = nullptr);

    // A caption is drawn, then others of its length; a clip comes twice only when there are too few of them.
    [[nodiscard]] ClipBatch pick(Draws &draws, int rows) const;

    [[nodiscard]] const at::Tensor &latents() const { return m_latents; }

private:
    struct Caption {
        std::int64_t clip = 0;
        const std::vector<int> *text = nullptr;
    };
    void make(std::int64_t group);
    void sortCaptions();

    ClipMaker m_maker;
    std::uint64_t m_first;
    int m_frames;
    int m_groups;
    int m_groupSize;
    std::int64_t m_made = 0; // groups, counted from the list's beginning
    at::Tensor m_latents;
    std::vector<std::vector<std::vector<int>>> m_texts; // by clip
    std::vector<Caption> m_captions;
    std::map<std::size_t, std::vector<Caption>> m_byLength;
};

} // namespace faststar::train
