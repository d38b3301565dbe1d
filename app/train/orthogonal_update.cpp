// SPDX-License-Identifier: Apache-2.0
#include "app/train/orthogonal_update.h"

#include <algorithm>
#include <cmath>

#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/matmul.h>

namespace faststar::train
{

at::Tensor orthogonalised(const at::Tensor &x)
{
    constexpr double kFirst = 3.4445;
    constexpr double kThird = -4.7750;
    constexpr double kFifth = 2.0315;
    constexpr int kSteps = 5;
    constexpr double kLeast = 1e-7;

    const bool tall = x.size(-2) > x.size(-1);
    at::Tensor y = tall ? x.transpose(-2, -1) : x;
    const at::Tensor norm = at::linalg_vector_norm(y, 2, at::IntArrayRef{-2, -1}, /*keepdim=*/true);
    y = y.div(norm.clamp_min(kLeast)).to(x.is_cuda() ? at::kBFloat16 : at::kFloat);
    for (int i = 0; i < kSteps; ++i) {
        const at::Tensor square = at::matmul(y, y.transpose(-2, -1));
        const at::Tensor factor = square.mul(kThird).add_(at::matmul(square, square), kFifth);
        y = y.mul(kFirst).add_(at::matmul(factor, y));
    }
    y = y.to(x.scalar_type());
    return tall ? y.transpose(-2, -1) : y;
}

double orthogonalSize(const at::Tensor &matrix)
{
    constexpr double kAdamsSize = 0.2; // root mean square of its updates
    return kAdamsSize * std::sqrt(double(std::max(matrix.size(-2), matrix.size(-1))));
}

} // namespace faststar::train
