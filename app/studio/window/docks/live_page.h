// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>
#include <QWidget>

#include "app/studio/session/run_record.h"
#include "core/domain/run_place.h"
#include "widgets/look/style.h"

class QLabel;
class QStackedWidget;
class QVBoxLayout;

namespace faststar::widgets
{
class HeatmapQuad;
}

namespace faststar::studio
{

// The step under the cursor in small: its three scores and its mask.
class LivePage : public QWidget
{
    Q_OBJECT

public:
    explicit LivePage(widgets::Appearance &appearance, QWidget *parent = nullptr);

    // Nothing to show: how to fill the page.
    void clear();
    // `whatIf`: the mask of changed settings; null = as the run.
    void showStep(const RunRecord &run, const RunPlace &place, const std::shared_ptr<const MaskGrid> &whatIf);
    void setPicture(const QImage &picture);
    [[nodiscard]] widgets::HeatmapQuad *quad() { return m_quad; }
    // Below the maps, full width.
    void addSection(QWidget *section);

private:
    QStackedWidget *m_pages;
    QWidget *m_page;
    QLabel *m_step;
    QLabel *m_scale;
    QLabel *m_frames;
    QLabel *m_whatIf;
    QLabel *m_note;
    widgets::HeatmapQuad *m_quad;
    QVBoxLayout *m_column;
};

} // namespace faststar::studio
