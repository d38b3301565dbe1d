// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>
#include <QWidget>

#include "app/studio/session/run_record.h"
#include "core/domain/run_place.h"
#include "widgets/heatmap/map_look.h"
#include "widgets/look/style.h"

class QHBoxLayout;
class QLabel;
class QSlider;
class QStackedWidget;

namespace faststar::widgets
{
class ChoiceField;
class HeatmapQuad;
class IconButton;
class PictureCanvas;
class Segmented;
} // namespace faststar::widgets

namespace faststar::studio
{

// The middle of the window while inspecting: the scores and the mask of the step under the cursor, four
// at once, one at a time, or the run's mask beside the what-if's.
class InspectPage : public QWidget
{
    Q_OBJECT

public:
    explicit InspectPage(widgets::Appearance &appearance, QWidget *parent = nullptr);

    void clear();
    // `whatIf`: the mask of changed settings; null = as the run.
    void showStep(const RunRecord &run, const RunPlace &place, const std::shared_ptr<const MaskGrid> &whatIf,
                  std::optional<double> cut);
    void setPicture(const QImage &picture);
    // Gives a map the focus.
    void focusMaps();
    [[nodiscard]] widgets::HeatmapQuad *quad() { return m_quad; }
    [[nodiscard]] widgets::MapLook mapLook() const;

    [[nodiscard]] QSize minimumSizeHint() const override { return {480, 320}; }

Q_SIGNALS:
    void lookChanged();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void buildBar(widgets::Appearance &appearance, QHBoxLayout *row);
    QWidget *buildPair(widgets::Appearance &appearance);
    void applyMode();
    void fitBar();
    void applyLook();

    QHBoxLayout *m_first = nullptr;  // of the bar
    QHBoxLayout *m_second = nullptr; // where the first has no room for the tools
    QWidget *m_secondRow = nullptr;
    QWidget *m_tools = nullptr;
    widgets::Segmented *m_modes = nullptr;
    widgets::Segmented *m_single = nullptr;
    widgets::ChoiceField *m_map = nullptr;
    widgets::Segmented *m_range = nullptr;
    widgets::Segmented *m_scale = nullptr;
    QSlider *m_opacity = nullptr;
    widgets::IconButton *m_link = nullptr;
    QStackedWidget *m_pages = nullptr;
    widgets::HeatmapQuad *m_quad = nullptr;
    widgets::PictureCanvas *m_runMask = nullptr;
    widgets::PictureCanvas *m_whatIfMask = nullptr;
    QLabel *m_runTitle = nullptr;
    QLabel *m_runCount = nullptr;
    QLabel *m_whatIfChip = nullptr;
    QLabel *m_whatIfCount = nullptr;
    QWidget *m_empty = nullptr;
};

} // namespace faststar::studio
