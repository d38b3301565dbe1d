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
class WaterfallView;
} // namespace faststar::widgets

namespace faststar::studio
{

class CanvasPanel;
class ElidedLabel;
class InspectPage;
class LivePage;
class ProbePage;
class PromptPanel;
class QueuePage;
class RatiosPage;
class ShelfPage;
class TimelinePage;

struct StudioViews {
    CanvasPanel *canvas = nullptr;
    PromptPanel *prompt = nullptr;
    LivePage *live = nullptr;
    InspectPage *inspect = nullptr;
    ProbePage *probe = nullptr;
    QueuePage *queue = nullptr;
    RatiosPage *ratios = nullptr;
    widgets::RatioEditor *liveRatios = nullptr; // the same ratios beside the live step
    ShelfPage *shelf = nullptr;
    TimelinePage *timeline = nullptr;
    widgets::WaterfallView *waterfall = nullptr;
    QLabel *waterfallRemark = nullptr; // beside its title
    widgets::FilmStrip *film = nullptr;
    ElidedLabel *status = nullptr;
};

} // namespace faststar::studio
