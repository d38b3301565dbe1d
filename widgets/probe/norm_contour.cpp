// SPDX-License-Identifier: Apache-2.0
#include "widgets/probe/norm_contour.h"

#include <algorithm>
#include <cmath>

namespace faststar::widgets
{

namespace
{

constexpr int kPoints = 64; // a half

// The other score of a point on the curve.
double partnerOf(double score, double cut, double p)
{
    if (score >= cut)
        return std::isinf(p) && score <= cut ? cut : 0.0;
    return std::isinf(p) ? cut : cut * std::pow(1.0 - std::pow(score / cut, p), 1.0 / p);
}

} // namespace

double normOf(double spatial, double temporal, double p)
{
    const double most = std::max(spatial, temporal);
    if (std::isinf(p) || !(most > 0.0))
        return most;
    const double least = std::max(0.0, std::min(spatial, temporal));
    return most * std::pow(1.0 + std::pow(least / most, p), 1.0 / p);
}

std::vector<QPointF> normContour(double cut, double p, double lowSpatial, double lowTemporal)
{
    if (!std::isfinite(cut) || !(p >= 1.0) || !(lowSpatial > 0.0) || !(lowTemporal > 0.0))
        return {};
    const double corner = std::isinf(p) ? cut : cut * std::pow(0.5, 1.0 / p);
    std::vector<QPointF> points;
    // From the left to where both are equal, by S; from there down, by T.
    const double fromSpatial = std::min(lowSpatial, corner);
    const double fromTemporal = std::min(lowTemporal, corner);
    if (!(fromSpatial > 0.0) || !(fromTemporal > 0.0))
        return {};
    for (int i = 0; i <= kPoints; ++i) {
        const double spatial = fromSpatial * std::pow(corner / fromSpatial, double(i) / kPoints);
        points.emplace_back(spatial, partnerOf(spatial, cut, p));
    }
    for (int i = kPoints - 1; i >= 0; --i) {
        const double temporal = fromTemporal * std::pow(corner / fromTemporal, double(i) / kPoints);
        points.emplace_back(partnerOf(temporal, cut, p), temporal);
    }
    return points;
}

} // namespace faststar::widgets
