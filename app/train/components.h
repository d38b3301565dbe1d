// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace faststar::train
{

// Pixels that touch each other by an edge.
struct Component {
    int label = 0; // its value in the label map
    int area = 0;
    int left = 0, top = 0, right = 0, bottom = 0; // inclusive
};

// Connected parts of a mask (0 and other values), width * height. `labels` receives, if given, 0 outside and
// the component's label inside.
[[nodiscard]] std::vector<Component> componentsOf(const std::vector<std::uint8_t> &mask, int width,
                                                  int height, std::vector<int> *labels = nullptr);

} // namespace faststar::train
