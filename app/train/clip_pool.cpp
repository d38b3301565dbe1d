// SPDX-License-Identifier: Apache-2.0
#include "app/train/clip_pool.h"

#include <algorithm>

#include <ATen/ATen.h>

namespace faststar::train
{

ClipPool::ClipPool(ClipMaker maker, std::uint64_t first, int frames, int groups, int groupSize)
    : m_maker(std::move(maker)), m_first(first), m_frames(frames), m_groups(groups), m_groupSize(groupSize),
      m_texts(std::size_t(groups) * std::size_t(groupSize))
{
}

void ClipPool::make(std::int64_t group)
{
    const EncodedClips clips =
        m_maker(m_first + std::uint64_t(group) * std::uint64_t(m_groupSize), m_groupSize, m_frames);
    if (!m_latents.defined()) {
        auto sizes = clips.latents.sizes().vec();
        sizes[0] = std::int64_t{m_groups} * m_groupSize;
        m_latents = at::empty(sizes, clips.latents.options());
    }
    const std::int64_t place = group % m_groups * m_groupSize;
    m_latents.narrow(0, place, m_groupSize).copy_(clips.latents);
    for (int i = 0; i < m_groupSize; ++i)
        m_texts[std::size_t(place + i)] = clips.captions[std::size_t(i)];
}

bool ClipPool::renew(std::int64_t renewed, const std::atomic<bool> *stop)
{
    const std::int64_t end = renewed + m_groups;
    if (m_made >= end)
        return true;
    for (m_made = std::max(m_made, renewed); m_made < end; ++m_made) {
        if (stop != nullptr && stop->load())
            return false;
        make(m_made);
    }
    sortCaptions();
    return true;
}

void ClipPool::sortCaptions()
{
    m_captions.clear();
    m_byLength.clear();
    for (std::size_t clip = 0; clip < m_texts.size(); ++clip) {
        for (const auto &text : m_texts[clip]) {
            m_captions.push_back({std::int64_t(clip), &text});
            m_byLength[text.size()].push_back(m_captions.back());
        }
    }
}

ClipBatch ClipPool::pick(Draws &draws, int rows) const
{
    const Caption &drawn = m_captions[std::size_t(draws.below(int(m_captions.size())))];
    std::vector<Caption> rest = m_byLength.at(drawn.text->size());
    ClipBatch batch;
    while (int(batch.clips.size()) < rows) {
        if (rest.empty())
            rest = m_byLength.at(drawn.text->size());
        const auto index = std::size_t(draws.below(int(rest.size())));
        std::swap(rest[index], rest.back());
        batch.clips.push_back(rest.back().clip);
        batch.text.push_back(*rest.back().text);
        rest.pop_back();
    }
    return batch;
}

} // namespace faststar::train
