// SPDX-License-Identifier: Apache-2.0
//
// The feature maps that scores look back at. Maps are float32 [64, t, H, W] and never changed in place,
// so a snapshot is a reference.
#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

namespace faststar::pruning
{

class FeatureHistory
{
public:
    // Starts a clip with an empty map; the finished clip becomes the previous one.
    void beginClip(const at::Tensor &emptyMap);
    // After every step (a repetition of a scale).
    void endStep(const at::Tensor &featureMap);
    // After the last repetition of a scale.
    void endScale();

    [[nodiscard]] const at::Tensor &current() const { return m_current; }
    // The map before the immediately preceding step; undefined at a clip's first step.
    [[nodiscard]] const at::Tensor &beforeLastStep() const { return m_beforeLastStep; }
    // The map at the end of scale `indexInClip` of the current clip; undefined when not finished.
    [[nodiscard]] at::Tensor endOfScale(int indexInClip) const;
    // The same for the previous clip.
    [[nodiscard]] at::Tensor previousEndOfScale(int indexInClip) const;
    // The final map of the previous clip; undefined for the first.
    [[nodiscard]] const at::Tensor &previousFinal() const { return m_previousFinal; }
    // The final map of the first clip; undefined while it is the current one.
    [[nodiscard]] const at::Tensor &firstFinal() const { return m_firstFinal; }

private:
    at::Tensor m_current;
    at::Tensor m_beforeLastStep;
    at::Tensor m_previousFinal;
    at::Tensor m_firstFinal;
    std::vector<at::Tensor> m_scaleEnds;
    std::vector<at::Tensor> m_previousScaleEnds;
};

} // namespace faststar::pruning
