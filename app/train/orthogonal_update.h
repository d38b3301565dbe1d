// SPDX-License-Identifier: Apache-2.0
//
// The direction of an update of matrices in which every singular value counts the same (Muon: Jordan et al.
// 2024; the size that takes AdamW's learning rates: Liu et al. 2025, "Muon is scalable for LLM training").
#pragma once

#include <ATen/core/Tensor.h>

namespace faststar::train
{

// Brings the singular values of each matrix x [.., m, n] near 1 (to within about 0.7 to 1.2, small ones less)
// and keeps its singular vectors: five steps of a Newton-Schulz iteration, x <- a x + (b s + c s^2) x with s
// = x x^T and (a, b, c) = (3.4445, -4.7750, 2.0315), after division by the Frobenius norm. On a GPU in
// bfloat16. Zeros stay zeros.
[[nodiscard]] at::Tensor orthogonalised(const at::Tensor &x);

// What such an update is multiplied by so that its entries are as large as AdamW's usually are.
[[nodiscard]] double orthogonalSize(const at::Tensor &matrix);

} // namespace faststar::train
