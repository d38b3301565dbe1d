// SPDX-License-Identifier: Apache-2.0
#include "app/train/contact_sheet.h"

#include <algorithm>

#include <ATen/ops/zeros.h>

#include "core/files/png.h"

namespace faststar::train
{

namespace
{

constexpr int kGap = 2;

// [3, H, W] -> [H, W, 3] bytes on the host.
at::Tensor bytesOf(const at::Tensor &frame)
{
    return frame.detach()
        .to(at::kCPU, at::kFloat)
        .clamp(-1.0, 1.0)
        .add(1.0)
        .mul(127.5)
        .round()
        .to(at::kByte)
        .permute({1, 2, 0})
        .contiguous();
}

Image fromBytes(const at::Tensor &bytes)
{
    Image image{int(bytes.size(1)), int(bytes.size(0)), {}};
    const auto *data = bytes.const_data_ptr<std::uint8_t>();
    image.rgb.assign(data, data + bytes.numel());
    return image;
}

} // namespace

Image imageOf(const at::Tensor &frame)
{
    return fromBytes(bytesOf(frame));
}

Status writeContactSheet(const std::filesystem::path &file, const std::vector<at::Tensor> &clips, int columns)
{
    if (clips.empty() || columns < 1)
        return failure(ErrorCode::Internal, file.string() + ": a contact sheet of nothing");
    const std::int64_t height = clips.front().size(2) + kGap;
    const std::int64_t width = clips.front().size(3) + kGap;
    const auto rows = std::int64_t(clips.size());
    at::Tensor sheet = at::zeros({rows * height, columns * width, 3}, at::kByte);
    for (std::int64_t row = 0; row < rows; ++row) {
        const at::Tensor &clip = clips[std::size_t(row)];
        for (int column = 0; column < columns; ++column) {
            const std::int64_t frame = columns > 1 ? column * (clip.size(0) - 1) / (columns - 1) : 0;
            sheet.narrow(0, row * height, height - kGap)
                .narrow(1, column * width, width - kGap)
                .copy_(bytesOf(clip[frame]));
        }
    }
    return files::writePng(file, fromBytes(sheet.contiguous()), {}, files::Existing::Replace);
}

} // namespace faststar::train
