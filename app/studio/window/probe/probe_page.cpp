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

ProbePage::ProbePage(widgets::Appearance &appearance, QWidget *parent)
    : QWidget(parent), m_panel(followTheme(new widgets::ProbePanel(this), appearance)),
      m_scores(new widgets::Segmented({QStringLiteral("S"), QStringLiteral("T"), QStringLiteral("F")},
                                      widgets::Segmented::Size::Small)),
      m_histogramTitle(new ElidedLabel("section", Qt::ElideRight, this)),
      m_scatterCaption(new ElidedLabel("hint", Qt::ElideRight, this)),
      m_histogram(followTheme(new widgets::HistogramView(this), appearance)),
      m_scatter(followTheme(new widgets::ScatterView(this), appearance))
{
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    auto *scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto *inside = new QWidget(scroll);
    inside->setProperty("surface", "none");
    auto *column = new QVBoxLayout(inside);
    column->setContentsMargins(12, 4, 12, 12);
    column->setSpacing(8);
    column->addWidget(m_panel);
    column->addWidget(makeLine(inside));
    auto *head = new QHBoxLayout;
    head->addWidget(m_histogramTitle, 1);
    m_scores->setAccessibleName(tr("Score of the histogram"));
    m_scores->setCurrent(2);
    head->addWidget(m_scores);
    column->addLayout(head);
    m_histogram->setFixedHeight(128);
    column->addWidget(m_histogram);
    column->addWidget(makeLine(inside));
    auto *second = new QHBoxLayout;
    second->addWidget(makeLabel(tr("Spatial against temporal"), "section", inside), 1);
    second->addWidget(m_scatterCaption);
    column->addLayout(second);
    m_scatter->setMinimumHeight(220);
    column->addWidget(m_scatter, 1);
    scroll->setWidget(inside);
    outer->addWidget(scroll);
    setStep({});
    connect(m_scores, &widgets::Segmented::chosen, this, &ProbePage::scoreChosen);
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
