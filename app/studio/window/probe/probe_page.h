// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QScrollArea;

#include "widgets/look/style.h"

namespace faststar::widgets
{
class HistogramView;
class ProbePanel;
class ScatterView;
class Segmented;
} // namespace faststar::widgets

namespace faststar::studio
{

class ElidedLabel;

// One token in numbers, and where it stands among all.
class ProbePage : public QWidget
{
    Q_OBJECT

public:
    explicit ProbePage(widgets::Appearance &appearance, QWidget *parent = nullptr);

    [[nodiscard]] widgets::ProbePanel *panel() { return m_panel; }
    [[nodiscard]] widgets::HistogramView *histogram() { return m_histogram; }
    [[nodiscard]] widgets::ScatterView *scatter() { return m_scatter; }
    // Which score the histogram counts: 0 spatial, 1 temporal, 2 fused.
    [[nodiscard]] int score() const;
    void setStep(const QString &step);
    // Whether histogram and scatter stand below each other; else one of them is chosen.
    [[nodiscard]] bool showsBoth() const;

protected:
    void resizeEvent(QResizeEvent *event) override;

Q_SIGNALS:
    void scoreChosen();

private:
    void arrange();

    widgets::ProbePanel *m_panel;
    widgets::Segmented *m_plots; // where there is room for one
    widgets::Segmented *m_scores;
    ElidedLabel *m_histogramTitle;
    ElidedLabel *m_scatterCaption;
    widgets::HistogramView *m_histogram;
    widgets::ScatterView *m_scatter;
    QWidget *m_scatterHead;
    QScrollArea *m_scroll;
};

} // namespace faststar::studio
