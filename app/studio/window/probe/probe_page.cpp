// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/probe/probe_page.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

#include "app/studio/window/parts/labels.h"
#include "app/studio/window/parts/themed.h"
#include "widgets/controls/segmented.h"
#include "widgets/probe/histogram_view.h"
#include "widgets/probe/probe_panel.h"
#include "widgets/probe/scatter_view.h"

namespace faststar::studio
{

namespace
{

// Facts, histogram and a scatter that can be read below each other.
constexpr int kHeightOfBoth = 640;
constexpr int kHistogram = 128;
constexpr int kScatter = 220;

enum Plot { Histogram, Scatter };

} // namespace

ProbePage::ProbePage(widgets::Appearance &appearance, QWidget *parent)
    : QWidget(parent), m_panel(followTheme(new widgets::ProbePanel(this), appearance)),
      m_plots(new widgets::Segmented({tr("Histogram"), tr("Scatter")}, widgets::Segmented::Size::Small)),
      m_scores(new widgets::Segmented({QStringLiteral("S"), QStringLiteral("T"), QStringLiteral("F")},
                                      widgets::Segmented::Size::Small)),
      m_histogramTitle(new ElidedLabel("section", Qt::ElideRight, this)),
      m_scatterCaption(new ElidedLabel("hint", Qt::ElideRight, this)),
      m_histogram(followTheme(new widgets::HistogramView(this), appearance)),
      m_scatter(followTheme(new widgets::ScatterView(this), appearance)), m_scatterHead(new QWidget(this)),
      m_scroll(new QScrollArea(this))
{
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    auto *inside = new QWidget(m_scroll);
    inside->setProperty("surface", "none");
    auto *column = new QVBoxLayout(inside);
    column->setContentsMargins(12, 4, 12, 12);
    column->setSpacing(8);
    column->addWidget(m_panel);
    column->addWidget(makeLine(inside));
    auto *head = new QHBoxLayout;
    head->addWidget(m_histogramTitle, 1);
    m_plots->setObjectName(QStringLiteral("plots"));
    m_plots->setAccessibleName(tr("Plot"));
    head->addWidget(m_plots);
    head->addStretch();
    m_scores->setAccessibleName(tr("Score of the histogram"));
    m_scores->setCurrent(2);
    head->addWidget(m_scores);
    column->addLayout(head);
    column->addWidget(m_histogram, 1);
    auto *below = new QVBoxLayout(m_scatterHead);
    below->setContentsMargins(0, 0, 0, 0);
    below->setSpacing(column->spacing());
    below->addWidget(makeLine(m_scatterHead));
    auto *second = new QHBoxLayout;
    second->addWidget(makeLabel(tr("Spatial against temporal"), "section", m_scatterHead), 1);
    second->addWidget(m_scatterCaption);
    below->addLayout(second);
    column->addWidget(m_scatterHead);
    column->addWidget(m_scatter, 1);
    m_scroll->setWidget(inside);
    outer->addWidget(m_scroll);
    setStep({});
    arrange();
    connect(m_plots, &widgets::Segmented::chosen, this, &ProbePage::arrange);
    connect(m_scores, &widgets::Segmented::chosen, this, &ProbePage::scoreChosen);
}

bool ProbePage::showsBoth() const
{
    return height() >= kHeightOfBoth;
}

void ProbePage::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void ProbePage::arrange()
{
    const bool both = showsBoth();
    const bool histogram = both || m_plots->current() == Histogram;
    m_panel->setDense(!both);
    m_plots->setVisible(!both);
    m_histogramTitle->setVisible(both);
    m_histogram->setVisible(histogram);
    m_scores->setVisible(histogram);
    m_scatterHead->setVisible(both);
    m_scatter->setVisible(both || !histogram);
    // Alone, a plot takes what the facts leave.
    m_histogram->setMinimumHeight(both ? kHistogram : kHistogram - 20);
    m_histogram->setMaximumHeight(both ? kHistogram : QWIDGETSIZE_MAX);
    m_scatter->setMinimumHeight(both ? kScatter : kHistogram - 20);
}

int ProbePage::score() const
{
    return m_scores->current();
}

void ProbePage::setStep(const QString &step)
{
    m_histogramTitle->setWholeText(step.isEmpty() ? tr("Score histogram")
                                                  : tr("Score histogram, step %1").arg(step));
    m_scatterCaption->setWholeText(m_scatter->caption());
}

} // namespace faststar::studio
