// SPDX-License-Identifier: Apache-2.0
#include "core/pruning/feature_history.h"

#include <utility>

namespace faststar::pruning
{

namespace
{

// Scores of the last four scales look back at most this many scales.
constexpr std::size_t kDepth = 6;

at::Tensor entryOf(const std::vector<at::Tensor> &ends, int index)
{
    return index >= 0 && std::size_t(index) < ends.size() ? ends[std::size_t(index)] : at::Tensor();
}

} // namespace

void FeatureHistory::beginClip(const at::Tensor &emptyMap)
{
    if (m_current.defined()) {
        m_previousFinal = m_current;
        if (!m_firstFinal.defined())
            m_firstFinal = m_current;
        m_previousScaleEnds = std::move(m_scaleEnds);
    }
    m_scaleEnds.clear();
    m_current = emptyMap;
    m_beforeLastStep = at::Tensor();
}

void FeatureHistory::endStep(const at::Tensor &featureMap)
{
    m_beforeLastStep = m_current;
    m_current = featureMap;
}

void FeatureHistory::endScale()
{
    m_scaleEnds.push_back(m_current);
    if (m_scaleEnds.size() > kDepth) // 18 MB each at 720p: let go of what nothing can ask for
        m_scaleEnds[m_scaleEnds.size() - 1 - kDepth] = at::Tensor();
}

at::Tensor FeatureHistory::endOfScale(int indexInClip) const
{
    return entryOf(m_scaleEnds, indexInClip);
}

at::Tensor FeatureHistory::previousEndOfScale(int indexInClip) const
{
    return entryOf(m_previousScaleEnds, indexInClip);
}

} // namespace faststar::pruning
