// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/docks/live_page.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "app/studio/window/docks/empty_page.h"
#include "app/studio/window/parts/labels.h"
#include "app/studio/window/parts/themed.h"
#include "app/studio/window/wiring/shown_picture.h"
#include "core/domain/overlay.h"
#include "widgets/heatmap/heatmap_quad.h"

namespace faststar::studio
{

LivePage::LivePage(widgets::Appearance &appearance, QWidget *parent)
    : QWidget(parent), m_pages(new QStackedWidget(this)), m_page(new QWidget(m_pages)),
      m_step(makeLabel({}, "title", m_page)), m_scale(makeLabel({}, "label", m_page)),
      m_frames(makeLabel({}, "hint", m_page)),
      m_whatIf(makeChip(tr("what-if mask, no run yet"), "accent", m_page)),
      m_note(makeParagraph({}, "hint", m_page)),
      m_quad(followTheme(new widgets::HeatmapQuad(widgets::HeatmapView::Form::Small, m_page), appearance)),
      m_column(new QVBoxLayout(m_page))
{
    // The maps are as high as their width wants, not as their first size.
    for (const auto kind : {widgets::MapKind::Spatial, widgets::MapKind::Temporal, widgets::MapKind::Fused,
                            widgets::MapKind::Mask})
        m_quad->view(kind)->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_pages);
    m_pages->addWidget(
        makeEmptyPage(QStringLiteral("heat"), tr("Scores appear here"),
                      tr("While a run works, each pruned step shows its spatial, temporal and fused score "
                         "and what was kept."),
                      appearance, m_pages));
    m_pages->addWidget(m_page);
    m_column->setContentsMargins(12, 4, 12, 12);
    m_column->setSpacing(8);
    auto *head = new QHBoxLayout;
    head->setSpacing(0);
    head->addWidget(m_step);
    head->addWidget(m_scale);
    head->addStretch(1);
    head->addWidget(m_frames);
    m_column->addLayout(head);
    m_column->addWidget(m_quad);
    m_column->addWidget(m_whatIf, 0, Qt::AlignLeft);
    m_whatIf->hide();
    m_column->addWidget(m_note);
    m_column->addStretch(1);
}

void LivePage::addSection(QWidget *section)
{
    const int before = m_column->count() - 1; // the stretch stays last
    m_column->insertWidget(before, makeLine(this));
    m_column->insertWidget(before + 1, section);
}

void LivePage::setPicture(const QImage &picture)
{
    m_quad->setPicture(picture);
}

void LivePage::clear()
{
    m_pages->setCurrentIndex(0);
}

void LivePage::showStep(const RunRecord &run, const RunPlace &place,
                        const std::shared_ptr<const MaskGrid> &whatIf)
{
    if (!run.plan) {
        clear();
        return;
    }
    m_pages->setCurrentIndex(1);
    const auto &schedule = run.plan->schedule;
    const StepIndex at = stepAt(place, schedule);
    const auto event = run.step(at.step);
    m_step->setText(tr("Step %1.%2").arg(at.scale).arg(at.repetition));
    const bool hasScale = std::size_t(at.scale) < schedule.scales.size();
    const GridShape shape = hasScale ? schedule.scales[std::size_t(at.scale)].shape : GridShape{};
    m_scale->setText(QStringLiteral(" · ") + tr("scale %1×%2").arg(shape.h).arg(shape.w));
    const int latent = std::size_t(place.clip) < schedule.clips.size()
                           ? schedule.clips[std::size_t(place.clip)].firstFrame + place.frame
                           : place.frame;
    const PixelFrames frames = pixelFramesOfLatentFrame(latent);
    const int first = frames.first + 1; // on the screen frames count from 1
    const int last = frames.first + frames.count;
    m_frames->setText(first == last ? tr("τ %1, frame %2").arg(place.frame).arg(first)
                                    : tr("τ %1, frames %2–%3").arg(place.frame).arg(first).arg(last));
    m_quad->setScores(event ? event->scores : nullptr);
    m_quad->setMask(whatIf ? whatIf : event ? tokenMaskOf(*event) : nullptr);
    m_whatIf->setVisible(whatIf != nullptr);
    // Four empty frames would look as if something were missing; the note says what it is.
    m_quad->setVisible((event && (event->scores || event->pruned)) || whatIf);
    m_quad->setPictureSize(QSize(schedule.pixelWidth(), schedule.pixelHeight()));
    m_quad->setFrame(place.frame);
    const bool isPruned = event && event->pruned;
    m_note->setVisible(!isPruned);
    if (!event)
        m_note->setText(tr("This step is still to come."));
    else if (event->forced)
        m_note->setText(tr("The codes of this step were given, so nothing was chosen."));
    else
        m_note->setText(tr("Nothing is pruned at this step: all %1 tokens ran.").arg(event->tokens));
}

} // namespace faststar::studio
