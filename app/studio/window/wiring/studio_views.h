// SPDX-License-Identifier: Apache-2.0
//
// The views that follow the one cursor, by name. Made by the window, fed by the presenters. A new view
// gets a member here, a page in StudioWindow::buildPages, and is fed by the presenter it belongs to.
#pragma once

class QLabel;

namespace faststar::widgets
{
class FilmStrip;
class RatioEditor;
} // namespace faststar::widgets

namespace faststar::studio
{

class CanvasPanel;
class InspectPage;
class LivePage;
class PromptPanel;
class RatiosPage;
class TimelinePage;

struct StudioViews {
    CanvasPanel *canvas = nullptr;
    PromptPanel *prompt = nullptr;
    LivePage *live = nullptr;
    InspectPage *inspect = nullptr;
    RatiosPage *ratios = nullptr;
    widgets::RatioEditor *liveRatios = nullptr; // the same ratios beside the live step
    TimelinePage *timeline = nullptr;
    widgets::FilmStrip *film = nullptr;
    QLabel *status = nullptr;
};

} // namespace faststar::studio
