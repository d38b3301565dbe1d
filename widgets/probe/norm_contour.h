// SPDX-License-Identifier: Apache-2.0
//
// The curve of equal fused score, (S^p + T^p)^(1/p) = cut.
#pragma once

#include <QPointF>

#include <vector>

namespace faststar::widgets
{

// Of one point; p = inf is the maximum. Works without overflow at any p.
[[nodiscard]] double normOf(double spatial, double temporal, double p);

// Points of the curve from (low, ...) to (..., low), even on logarithmic axes; empty where the numbers
// make no curve.
[[nodiscard]] std::vector<QPointF> normContour(double cut, double p, double lowSpatial, double lowTemporal);

} // namespace faststar::widgets
