// SPDX-License-Identifier: Apache-2.0
//
// The views that follow the one cursor, by name. Made by the window, fed by RunPresenter.
#pragma once

class QLabel;

namespace faststar::widgets
{
class FilmStrip;
class HeatmapQuad;
} // namespace faststar::widgets

namespace faststar::studio
{

class CanvasPanel;
class LivePage;
class PromptPanel;

struct StudioViews {
    CanvasPanel *canvas = nullptr;
    PromptPanel *prompt = nullptr;
    LivePage *live = nullptr;
    widgets::FilmStrip *film = nullptr;
    QLabel *status = nullptr;
};

} // namespace faststar::studio
