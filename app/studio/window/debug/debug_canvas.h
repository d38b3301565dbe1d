// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>

#include <memory>

#include "app/studio/window/debug/debug_facts.h"

namespace faststar::studio
{

// Draws the overlay with Dear ImGui on an OpenGL context of its own, beside the window's own drawing, which
// therefore stays as it is. GUI thread only.
class DebugCanvas
{
public:
    DebugCanvas();
    ~DebugCanvas();
    DebugCanvas(const DebugCanvas &) = delete;
    DebugCanvas &operator=(const DebugCanvas &) = delete;

    // false: there is no OpenGL here, and render() gives nothing.
    [[nodiscard]] bool isUsable() const { return m_gl != nullptr; }
    // kDebugWide by debugHeight(facts) logical pixels, `ratio` device pixels each.
    [[nodiscard]] QImage render(const DebugFacts &facts, double ratio);

private:
    struct Gl;
    std::unique_ptr<Gl> m_gl;
};

} // namespace faststar::studio
