// SPDX-License-Identifier: Apache-2.0
#include "app/train/components.h"

#include <algorithm>
#include <utility>

namespace faststar::train
{

std::vector<Component> componentsOf(const std::vector<std::uint8_t> &mask, int width, int height,
                                    std::vector<int> *labels)
{
    std::vector<int> own(mask.size(), 0);
    std::vector<Component> parts;
    std::vector<std::pair<int, int>> open;
    const auto index = [width](int column, int row) {
        return std::size_t(row) * std::size_t(width) + std::size_t(column);
    };
    for (int startRow = 0; startRow < height; ++startRow) {
        for (int startColumn = 0; startColumn < width; ++startColumn) {
            if (mask[index(startColumn, startRow)] == 0 || own[index(startColumn, startRow)] != 0)
                continue;
            Component part{int(parts.size()) + 1, 0, startColumn, startRow, startColumn, startRow};
            open.assign(1, {startColumn, startRow});
            own[index(startColumn, startRow)] = part.label;
            while (!open.empty()) {
                const auto [column, row] = open.back();
                open.pop_back();
                ++part.area;
                part.left = std::min(part.left, column);
                part.right = std::max(part.right, column);
                part.top = std::min(part.top, row);
                part.bottom = std::max(part.bottom, row);
                const auto visit = [&](int nextColumn, int nextRow) {
                    if (nextColumn < 0 || nextRow < 0 || nextColumn >= width || nextRow >= height)
                        return;
                    const auto at = index(nextColumn, nextRow);
                    if (mask[at] == 0 || own[at] != 0)
                        return;
                    own[at] = part.label;
                    open.emplace_back(nextColumn, nextRow);
                };
                visit(column - 1, row);
                visit(column + 1, row);
                visit(column, row - 1);
                visit(column, row + 1);
            }
            parts.push_back(part);
        }
    }
    if (labels != nullptr)
        *labels = std::move(own);
    return parts;
}

} // namespace faststar::train
