// SPDX-License-Identifier: Apache-2.0
#include "core/model/rope.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <ATen/ATen.h>

namespace faststar::model
{
namespace
{

constexpr double kBase = 10000.0;

// Released weights were trained with frequencies and angles rounded to float32; a table in double
// precision would differ from theirs by about 1e-6 at scale positions beyond 512.
std::vector<float> frequencies(int count)
{
    std::vector<float> result(static_cast<std::size_t>(count));
    for (int j = 0; j < count; ++j)
        result[static_cast<std::size_t>(j)] = static_cast<float>(std::pow(kBase, -double(j) / count));
    return result;
}

// Cosines and sines of one axis: [positions, frequencies] each.
struct AxisTable {
    std::size_t width = 0;
    std::vector<float> cosines;
    std::vector<float> sines;
};

AxisTable axisTable(const std::vector<int> &positions, const std::vector<float> &theta)
{
    AxisTable table{theta.size(), {}, {}};
    table.cosines.reserve(positions.size() * theta.size());
    table.sines.reserve(positions.size() * theta.size());
    for (const int position : positions) {
        for (const float frequency : theta) {
            const float angle = float(position) * frequency;
            table.cosines.push_back(static_cast<float>(std::cos(double(angle))));
            table.sines.push_back(static_cast<float>(std::sin(double(angle))));
        }
    }
    return table;
}

// Writes row `index` of the axis table into group `group` of one token's cosines and sines.
void put(const AxisTable &table, std::size_t index, std::size_t group, float *cosines, float *sines)
{
    const std::size_t begin = index * table.width;
    std::copy_n(table.cosines.data() + begin, table.width, cosines + group * table.width);
    std::copy_n(table.sines.data() + begin, table.width, sines + group * table.width);
}

int roundedPlace(int index, int last, int size)
{
    const std::int64_t product = std::int64_t(index) * last;
    const std::int64_t quotient = product / size;
    const std::int64_t twice = 2 * (product % size);
    const bool up = twice > size || (twice == size && quotient % 2 != 0);
    return static_cast<int>(quotient + (up ? 1 : 0));
}

std::vector<int> places(int size, int last)
{
    std::vector<int> result(static_cast<std::size_t>(size));
    for (int i = 0; i < size; ++i)
        result[static_cast<std::size_t>(i)] = roundedPlace(i, last, size);
    return result;
}

std::vector<int> range(int first, int count)
{
    std::vector<int> result(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i)
        result[static_cast<std::size_t>(i)] = first + i;
    return result;
}

// The table of all tokens, t-major, made on the device: only the axes' own tables are copied there.
at::Tensor expanded(const std::array<AxisTable, 4> &axes, c10::Device device)
{
    std::array<std::int64_t, 4> sizes{};
    for (std::size_t axis = 0; axis < 4; ++axis)
        sizes[axis] = std::int64_t(axes[axis].cosines.size() / axes[axis].width);
    const auto width = std::int64_t(axes[0].width);
    std::vector<at::Tensor> parts;
    for (std::size_t axis = 0; axis < 4; ++axis) {
        const at::Tensor table =
            at::stack({at::tensor(axes[axis].cosines, at::kFloat), at::tensor(axes[axis].sines, at::kFloat)});
        std::array<std::int64_t, 6> shape{2, 1, 1, 1, 1, width};
        shape[axis + 1] = sizes[axis];
        parts.push_back(
            table.to(device).view(shape).expand({2, sizes[0], sizes[1], sizes[2], sizes[3], width}));
    }
    return at::cat(parts, -1).view({2, sizes[0] * sizes[1] * sizes[2] * sizes[3], 4 * width});
}

} // namespace

at::Tensor textRope(int tokens, int headDim)
{
    const int group = headDim / 8;
    const auto pairs = std::int64_t(headDim) / 2;
    const AxisTable scaleAxis = axisTable(range(0, tokens), frequencies(group));
    const AxisTable zero = axisTable({0}, frequencies(group));
    at::Tensor result = at::empty({2, tokens, pairs}, at::kFloat);
    auto *cosines = result.mutable_data_ptr<float>();
    float *sines = cosines + tokens * pairs;
    for (int token = 0; token < tokens; ++token) {
        const std::int64_t offset = token * pairs;
        put(scaleAxis, static_cast<std::size_t>(token), 0, cosines + offset, sines + offset);
        for (std::size_t axis = 1; axis < 4; ++axis)
            put(zero, 0, axis, cosines + offset, sines + offset);
    }
    return result;
}

at::Tensor visualRope(const Scale &scale, int stepIndex, GridShape last, int textMaxTokens, int headDim,
                      c10::Device device)
{
    const GridShape shape = scale.shape;
    const std::vector<float> theta = frequencies(headDim / 8);
    const std::array<AxisTable, 4> axes{
        axisTable({textMaxTokens + stepIndex}, theta), axisTable(range(scale.firstFrame, shape.t), theta),
        axisTable(places(shape.h, last.h), theta), axisTable(places(shape.w, last.w), theta)};
    return expanded(axes, device);
}

} // namespace faststar::model
