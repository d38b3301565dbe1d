// SPDX-License-Identifier: Apache-2.0
//
// The body of winograd::runBlock*, included once per instruction set, each time in a namespace of its own:
// the vector type is lowered for the target in force here, so a template shared by all would not do.
// No include guard and no includes on purpose.

#pragma GCC diagnostic ignored "-Wpsabi" // the vectors never leave this file

typedef float Vec __attribute__((vector_size(64), aligned(4), may_alias));

constexpr float kRootHalf = 0.70710678118654752F; // a
constexpr float kRootTwo = 1.41421356237309505F;  // b; a*b = 1, a^2 + b^2 = 2.5

inline Vec loadVec(const float *from)
{
    return *reinterpret_cast<const Vec *>(from);
}
inline void storeVec(float *to, const Vec &value)
{
    *reinterpret_cast<Vec *>(to) = value;
}

inline Vec loadSome(const float *from, int count)
{
    float lanes[kLanes] = {};
    for (int i = 0; i < count; ++i)
        lanes[i] = from[i];
    return loadVec(lanes);
}

// Six values along one axis to the six points.
inline void toPoints(Vec *v, std::int64_t stride)
{
    const Vec d0 = v[0];
    const Vec d1 = v[stride];
    const Vec d2 = v[2 * stride];
    const Vec d3 = v[3 * stride];
    const Vec d4 = v[4 * stride];
    const Vec d5 = v[5 * stride];
    const Vec even1 = d4 - 2.0F * d2;
    const Vec odd1 = kRootHalf * d3 - kRootTwo * d1;
    const Vec even2 = d4 - 0.5F * d2;
    const Vec odd2 = kRootTwo * d3 - kRootHalf * d1;
    v[0] = d0 - 2.5F * d2 + d4;
    v[stride] = even1 + odd1;
    v[2 * stride] = even1 - odd1;
    v[3 * stride] = even2 + odd2;
    v[4 * stride] = even2 - odd2;
    v[5 * stride] = d1 - 2.5F * d3 + d5;
}

// Six points along one axis to four values.
inline void fromPoints(Vec *v, std::int64_t stride)
{
    const Vec sum1 = v[stride] + v[2 * stride];
    const Vec dif1 = v[stride] - v[2 * stride];
    const Vec sum2 = v[3 * stride] + v[4 * stride];
    const Vec dif2 = v[3 * stride] - v[4 * stride];
    v[0] = v[0] + sum1 + sum2;
    v[stride] = kRootHalf * dif1 + kRootTwo * dif2;
    v[2 * stride] = 0.5F * sum1 + 2.0F * sum2;
    v[3 * stride] = (0.5F * kRootHalf) * dif1 + (2.0F * kRootTwo) * dif2 + v[5 * stride];
}

// One frame's patches to points: [kPoints][count][inPadded].
inline void transformFrame(const Job &job, const float *frame, int first, int count, float *points)
{
    const int columns = (job.width + kTile - 1) / kTile;
    const std::int64_t pointStride = std::int64_t{count} * job.inPadded;
    Vec patch[kPoints];
    for (int tile = 0; tile < count; ++tile) {
        const int top = (first + tile) / columns * kTile - 1;
        const int left = (first + tile) % columns * kTile - 1;
        const float *source[kPoints];
        for (int i = 0; i < kPoints; ++i) {
            const int y = top + i / kPatch;
            const int x = left + i % kPatch;
            const bool inside = y >= 0 && y < job.height && x >= 0 && x < job.width;
            source[i] = inside ? frame + (std::int64_t{y} * job.width + x) * job.inChannels : nullptr;
        }
        for (int channel = 0; channel < job.inPadded; channel += kLanes) {
            const int present = job.inChannels - channel;
            for (int i = 0; i < kPoints; ++i) {
                if (source[i] == nullptr)
                    patch[i] = Vec{};
                else if (present >= kLanes)
                    patch[i] = loadVec(source[i] + channel);
                else
                    patch[i] = loadSome(source[i] + channel, present);
            }
            for (std::int64_t i = 0; i < kPatch; ++i)
                toPoints(patch + i, kPatch);
            for (std::int64_t i = 0; i < kPatch; ++i)
                toPoints(patch + i * kPatch, 1);
            float *to = points + std::int64_t{tile} * job.inPadded + channel;
            for (int i = 0; i < kPoints; ++i)
                storeVec(to + i * pointStride, patch[i]);
        }
    }
}

// sums[rows][kLanes * groups] = the three frames' rows times the weights of one point. `weights` of the next
// group of output channels lie `groupStride` further.
template <int Rows, int Groups> inline void
multiply(const float *const *frames, int depth, const float *weights, std::int64_t groupStride, float *sums)
{
    Vec sum[Rows][Groups] = {};
    for (int f = 0; f < 3; ++f) {
        const float *rows = frames[f];
        for (int k = 0; k < depth; ++k) {
            Vec w[Groups];
            for (std::int64_t g = 0; g < Groups; ++g)
                w[g] = loadVec(weights + g * groupStride);
            weights += kLanes;
            for (std::int64_t r = 0; r < Rows; ++r)
                for (int g = 0; g < Groups; ++g)
                    sum[r][g] += rows[r * depth + k] * w[g];
        }
    }
    for (std::int64_t r = 0; r < Rows; ++r)
        for (std::int64_t g = 0; g < Groups; ++g)
            storeVec(sums + (r * Groups + g) * kLanes, sum[r][g]);
}

// `Rows` tiles at a time from `row` on, as long as so many are left. Returns the first tile not done.
template <int Rows, int Groups> inline int multiplyRows(const float *const *frames, int row, int count,
                                                        int depth, const float *weights,
                                                        std::int64_t groupStride, float *sums)
{
    for (; row + Rows <= count; row += Rows) {
        const std::int64_t offset = std::int64_t{row} * depth;
        const float *const at[3] = {frames[0] + offset, frames[1] + offset, frames[2] + offset};
        multiply<Rows, Groups>(at, depth, weights, groupStride, sums + std::int64_t{row} * Groups * kLanes);
    }
    return row;
}

// Points back to pixels, plus bias and addend. sums: [kPoints][count][groups][kLanes].
template <int Groups>
inline void writeTiles(const Job &job, int frame, int first, int count, int group, const float *sums)
{
    const int columns = (job.width + kTile - 1) / kTile;
    const std::int64_t pointStride = std::int64_t{count} * Groups * kLanes;
    for (int tile = 0; tile < count; ++tile) {
        const int top = (first + tile) / columns * kTile;
        const int left = (first + tile) % columns * kTile;
        for (int g = 0; g < Groups; ++g) {
            Vec patch[kPoints];
            const float *from = sums + (std::int64_t{tile} * Groups + g) * kLanes;
            for (int i = 0; i < kPoints; ++i)
                patch[i] = loadVec(from + i * pointStride);
            for (std::int64_t i = 0; i < kPatch; ++i)
                fromPoints(patch + i, kPatch);
            for (std::int64_t i = 0; i < kTile; ++i)
                fromPoints(patch + i * kPatch, 1);
            const int channel = (group + g) * kLanes;
            const int present = job.outChannels - channel;
            const Vec bias = loadVec(job.bias + channel);
            for (int y = top; y < top + kTile && y < job.height; ++y) {
                for (int x = left; x < left + kTile && x < job.width; ++x) {
                    const std::int64_t at =
                        ((std::int64_t{frame} * job.height + y) * job.width + x) * job.outChannels + channel;
                    Vec value = patch[(y - top) * kPatch + (x - left)] + bias;
                    if (present >= kLanes) {
                        if (job.addend != nullptr)
                            value += loadVec(job.addend + at);
                        storeVec(job.out + at, value);
                        continue;
                    }
                    if (job.addend != nullptr)
                        value += loadSome(job.addend + at, present);
                    for (int c = 0; c < present; ++c)
                        job.out[at + c] = value[c];
                }
            }
        }
    }
}

template <int Groups> inline void runGroups(const Job &job, const float *const *points, int frame, int first,
                                            int count, int group, float *sums)
{
    const std::int64_t depth3 = std::int64_t{3} * job.inPadded;
    const std::int64_t groupStride = kPoints * depth3 * kLanes;
    for (int i = 0; i < kPoints; ++i) {
        const float *at[3];
        for (int f = 0; f < 3; ++f)
            at[f] = points[f] + std::int64_t{i} * count * job.inPadded;
        const float *weights = job.weights + group * groupStride + i * depth3 * kLanes;
        float *to = sums + std::int64_t{i} * count * Groups * kLanes;
        int row = multiplyRows<kRows * kGroups / Groups, Groups>(at, 0, count, job.inPadded, weights,
                                                                 groupStride, to);
        row = multiplyRows<kRows, Groups>(at, row, count, job.inPadded, weights, groupStride, to);
        row = multiplyRows<4, Groups>(at, row, count, job.inPadded, weights, groupStride, to);
        multiplyRows<1, Groups>(at, row, count, job.inPadded, weights, groupStride, to);
    }
    writeTiles<Groups>(job, frame, first, count, group, sums);
}

inline void runBlock(const Job &job, int first, int count, float *scratch)
{
    const std::int64_t slotFloats = std::int64_t{kPoints} * count * job.inPadded;
    float *sums = scratch + 3 * slotFloats;
    // points[f] holds input frame t + f; a frame that is the same memory as the one before is not repeated.
    const float *points[3] = {};
    int used = 0;
    for (int input = 0; input < job.outFrames + 2; ++input) {
        points[0] = points[1];
        points[1] = points[2];
        if (input == 0 || job.frames[input] != job.frames[input - 1]) {
            float *slot = scratch + used * slotFloats;
            transformFrame(job, job.frames[input], first, count, slot);
            points[2] = slot;
            used = (used + 1) % 3;
        }
        if (input < 2)
            continue;
        int group = 0;
        for (; group + kGroups <= job.outGroups; group += kGroups)
            runGroups<kGroups>(job, points, input - 2, first, count, group, sums);
        for (; group < job.outGroups; ++group)
            runGroups<1>(job, points, input - 2, first, count, group, sums);
    }
}
