// SPDX-License-Identifier: Apache-2.0
#include "gpu/own_kernels.h"

#include <cstdint>
#include <utility>

#include <ATen/ops/empty.h>
#include <c10/core/DeviceGuard.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <c10/util/Exception.h>

#include "gpu/cuda/kernel_table.h"
#include "gpu/kernel_module.h"

namespace faststar::gpu::kernels
{
namespace
{

constexpr std::int64_t kVector = 8; // elements of an access

// Errors of a driver or card that does not know the module's code: ATen can go on.
bool isRefusal(int error)
{
    constexpr int kInvalidFunction = 98;
    constexpr int kNoImage = 209;
    constexpr int kUnknownPtx = 222;
    return error == kInvalidFunction || error == kNoImage || error == kUnknownPtx;
}

bool mayRun(const at::Tensor &x)
{
    return x.is_cuda() && x.scalar_type() == at::kBFloat16 && ownKernels(x.device().index()) != nullptr;
}

// Launches where x lies; true where that was done, false where the code cannot run here.
template <typename Launch> bool launched(const at::Tensor &x, const char *name, const Launch &launch)
{
    const c10::DeviceGuard guard(x.device());
    const auto *device = c10::impl::getDeviceGuardImpl(c10::kCUDA);
    const KernelTarget target{x.device().index(),
                              device->getStreamNativeHandle(device->getStream(x.device()))};
    const KernelTable &table = *ownKernels(x.device().index());
    const int error = launch(table, target);
    if (error == 0)
        return true;
    const std::string what = std::string("kernel ") + name + ": " + table.errorText(error);
    TORCH_CHECK(isRefusal(error), what);
    refuseOwnKernels(what);
    return false;
}

bool aligned(const at::Tensor &x)
{
    return reinterpret_cast<std::uintptr_t>(x.const_data_ptr()) % 16 == 0;
}

// Rows that can be read in whole vectors.
bool vectorised(const at::Tensor &x)
{
    return x.dim() == 2 && x.stride(1) == 1 && x.stride(0) % kVector == 0 && x.size(1) % kVector == 0 &&
           x.size(1) > 0 && aligned(x);
}

bool isFloatTable(const at::Tensor &x)
{
    return x.is_cuda() && x.scalar_type() == at::kFloat && x.is_contiguous() && aligned(x);
}

RowJob jobOf(const at::Tensor &x, std::int64_t width, LayerInput &result, bool eightBit)
{
    if (eightBit)
        result.scales = at::empty({x.size(0), 1}, x.options().dtype(at::kFloat));
    if (!result.values.defined())
        result.values =
            at::empty({x.size(0), width}, eightBit ? x.options().dtype(at::kFloat8_e4m3fn) : x.options());
    RowJob job;
    job.input = x.const_data_ptr();
    job.inputStride = x.stride(0);
    job.output = result.values.mutable_data_ptr();
    job.outputStride = result.values.stride(0);
    job.scales = eightBit ? result.scales.mutable_data_ptr<float>() : nullptr;
    job.rows = x.size(0);
    job.width = width;
    return job;
}

std::optional<LayerInput> given(bool done, LayerInput &result)
{
    return done ? std::optional(std::move(result)) : std::nullopt;
}

} // namespace

std::optional<LayerInput> rmsNorm(const at::Tensor &x, const at::Tensor &weight, double eps, bool eightBit)
{
    if (!mayRun(x) || !vectorised(x) || x.size(1) > kWidestRow || weight.scalar_type() != at::kBFloat16 ||
        !weight.is_contiguous() || !aligned(weight) || weight.numel() != x.size(1))
        return std::nullopt;
    LayerInput result;
    const RowJob job = jobOf(x, x.size(1), result, eightBit);
    const bool done = launched(x, "rmsNorm", [&](const KernelTable &table, const KernelTarget &target) {
        return table.rmsNorm(target, job, weight.const_data_ptr(), static_cast<float>(eps));
    });
    return given(done, result);
}

std::optional<LayerInput> swiGlu(const at::Tensor &gateUp, bool eightBit)
{
    if (!mayRun(gateUp) || !vectorised(gateUp) || gateUp.size(1) % (2 * kVector) != 0 ||
        gateUp.size(1) / 2 > kWidestRow)
        return std::nullopt;
    const std::int64_t width = gateUp.size(1) / 2;
    LayerInput result;
    if (!eightBit)
        result.values = gateUp.narrow(1, 0, width);
    const RowJob job = jobOf(gateUp, width, result, eightBit);
    const bool done = launched(gateUp, "swiGlu", [&](const KernelTable &table, const KernelTarget &target) {
        return table.swiGlu(target, job);
    });
    return given(done, result);
}

std::optional<LayerInput> quantiseRows(const at::Tensor &x)
{
    if (!mayRun(x) || !vectorised(x) || x.size(1) > kWidestRow)
        return std::nullopt;
    LayerInput result;
    const RowJob job = jobOf(x, x.size(1), result, true);
    const bool done = launched(x, "quantise", [&](const KernelTable &table, const KernelTarget &target) {
        return table.quantise(target, job);
    });
    return given(done, result);
}

bool splitHeads(const at::Tensor &qkv, const at::Tensor &headNorms, double eps, const at::Tensor &rope,
                const at::Tensor &query, const at::Tensor &key, const at::Tensor &value)
{
    const std::int64_t dim = query.size(3);
    const bool known = dim == 16 || dim == 32 || dim == 64 || dim == 128 || dim == 256;
    const std::int64_t tokenStride = key.size(2) * dim;
    const auto inBuffer = [&](const at::Tensor &x) {
        return x.scalar_type() == at::kBFloat16 && x.stride(3) == 1 && x.stride(2) == dim &&
               x.stride(1) == tokenStride && x.stride(0) == key.stride(0) && aligned(x);
    };
    if (!mayRun(qkv) || !known || !qkv.is_contiguous() || !aligned(qkv) || !query.is_contiguous() ||
        query.scalar_type() != at::kBFloat16 || !aligned(query) || !inBuffer(key) || !inBuffer(value) ||
        !isFloatTable(headNorms) || !isFloatTable(rope))
        return false;
    HeadJob job;
    job.input = qkv.const_data_ptr();
    job.norms = headNorms.const_data_ptr<float>();
    job.rope = rope.const_data_ptr<float>();
    job.query = query.mutable_data_ptr();
    job.key = key.mutable_data_ptr();
    job.value = value.mutable_data_ptr();
    job.keyStride = key.stride(0);
    job.batches = query.size(0);
    job.tokens = query.size(1);
    job.heads = static_cast<std::int32_t>(query.size(2));
    job.keyHeads = static_cast<std::int32_t>(key.size(2));
    job.dim = static_cast<std::int32_t>(dim);
    job.eps = static_cast<float>(eps);
    return launched(qkv, "splitHeads", [&](const KernelTable &table, const KernelTarget &target) {
        return table.splitHeads(target, job);
    });
}

bool frameNorm(const at::Tensor &x, const Modulation &modulation, at::Tensor &out)
{
    const std::int64_t frames = x.size(0);
    const std::int64_t channels = x.size(3);
    const at::Tensor &scale = modulation.scale;
    const at::Tensor &shift = modulation.shift;
    const std::int64_t high = scale.size(1);
    const std::int64_t wide = scale.size(2);
    const std::int64_t apart = scale.stride(2);
    // One vector every so many elements, row by row and frame by frame.
    const auto isEven = [&](const at::Tensor &of, std::int64_t step, std::int64_t rows,
                            std::int64_t columns) {
        return of.scalar_type() == at::kBFloat16 && of.stride(3) == 1 && of.stride(2) == step &&
               of.stride(1) == columns * step && of.stride(0) == rows * columns * step &&
               step % kVector == 0 && aligned(of);
    };
    if (!mayRun(x) || !x.is_contiguous() || !aligned(x) || channels % kVector != 0 ||
        channels > kMostChannels || frames * x.size(1) * x.size(2) > INT32_MAX ||
        !isEven(out, out.stride(2), x.size(1), x.size(2)) || !scale.is_cuda())
        return false;
    if (shift.defined() ? (!isEven(scale, apart, high, wide) || !isEven(shift, apart, high, wide) ||
                           scale.sizes() != shift.sizes() || scale.size(0) != frames || !shift.is_cuda())
                        : (scale.numel() != channels || !scale.is_contiguous() || !aligned(scale) ||
                           scale.scalar_type() != at::kBFloat16))
        return false;
    FrameJob job;
    job.input = x.const_data_ptr();
    job.output = out.mutable_data_ptr();
    job.scale = scale.const_data_ptr();
    job.shift = shift.defined() ? shift.const_data_ptr() : nullptr;
    job.outputStride = out.stride(2);
    job.cellStride = apart;
    job.pixels = frames * x.size(1) * x.size(2);
    job.channels = static_cast<std::int32_t>(channels);
    job.height = static_cast<std::int32_t>(x.size(1));
    job.width = static_cast<std::int32_t>(x.size(2));
    job.cellHeight = static_cast<std::int32_t>(x.size(1) / high);
    job.cellWidth = static_cast<std::int32_t>(x.size(2) / wide);
    return launched(x, "frameNorm", [&](const KernelTable &table, const KernelTarget &target) {
        return table.frameNorm(target, job);
    });
}

} // namespace faststar::gpu::kernels
