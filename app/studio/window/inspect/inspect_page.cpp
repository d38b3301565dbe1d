// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/inspect/inspect_page.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "app/studio/window/docks/empty_page.h"
#include "app/studio/window/parts/labels.h"
#include "app/studio/window/parts/themed.h"
#include "app/studio/window/wiring/run_words.h"
#include "app/studio/window/wiring/shown_picture.h"
#include "widgets/canvas/picture_canvas.h"
#include "widgets/controls/choice_field.h"
#include "widgets/controls/icon_button.h"
#include "widgets/controls/number_field.h"
#include "widgets/controls/segmented.h"
#include "widgets/heatmap/heatmap_quad.h"

namespace faststar::studio
{

namespace
{

enum Mode { Four, Single, Pair };

// In the order of the look: safe for everybody first, turbo last.
constexpr ColourMap kOffered[] = {ColourMap::Viridis, ColourMap::Cividis, ColourMap::Inferno,
                                  ColourMap::Turbo};

QString countWords(const MaskGrid &mask, int frame)
{
    const std::size_t tokens = std::size_t(mask.shape.h) * std::size_t(mask.shape.w);
    if (frame < 0 || frame >= mask.shape.t)
        return {};
    int kept = 0;
    for (std::size_t i = 0; i < tokens; ++i)
        kept += mask.values[std::size_t(frame) * tokens + i] != 0 ? 1 : 0;
    return InspectPage::tr("%1 of %2 kept")
        .arg(QLocale().toString(kept), QLocale().toString(qulonglong(tokens)));
}

} // namespace

InspectPage::InspectPage(widgets::Appearance &appearance, QWidget *parent) : QWidget(parent)
{
    setSurface(this, "panel");
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    const auto addRow = [this, column](QHBoxLayout *&row) {
        auto *bar = new QWidget(this);
        bar->setFixedHeight(36);
        row = new QHBoxLayout(bar);
        row->setContentsMargins(12, 0, 8, 0);
        row->setSpacing(8);
        column->addWidget(bar);
        return bar;
    };
    addRow(m_first);
    m_secondRow = addRow(m_second);
    m_tools = new QWidget(this);
    buildBar(appearance, m_first);

    m_pages = new QStackedWidget(this);
    m_quad = followTheme(new widgets::HeatmapQuad(widgets::HeatmapView::Form::Full, m_pages), appearance);
    m_empty = makeEmptyPage(
        QStringLiteral("heat"), tr("Nothing to inspect yet"),
        tr("Generate a clip, or choose a run from the shelf: its scores and masks appear here."), appearance,
        m_pages);
    m_pages->addWidget(m_quad);
    m_pages->addWidget(buildPair(appearance));
    m_pages->addWidget(m_empty);
    setSurface(m_pages, "window");
    column->addWidget(m_pages, 1);
    clear();
    applyLook();
    fitBar();
}

void InspectPage::buildBar(widgets::Appearance &appearance, QHBoxLayout *row)
{
    m_modes = new widgets::Segmented({tr("4 views"), tr("Single"), tr("Run and what-if")});
    m_modes->setAccessibleName(tr("Views"));
    row->addWidget(m_modes);
    m_single = new widgets::Segmented(
        {QStringLiteral("S"), QStringLiteral("T"), QStringLiteral("F"), QStringLiteral("M")});
    m_single->setAccessibleName(tr("Spatial, temporal, fused score or mask"));
    m_single->setToolTip(tr("Spatial, temporal, fused score or mask"));
    m_single->setCurrent(2);
    m_single->hide();
    row->addWidget(m_single);
    row->addStretch(1);
    auto *tools = new QHBoxLayout(m_tools);
    tools->setContentsMargins(0, 0, 0, 0);
    tools->setSpacing(8);
    m_map = followTheme(new widgets::ChoiceField(this), appearance);
    m_map->setAccessibleName(tr("Colour map"));
    m_map->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    m_map->setFixedWidth(104);
    for (const ColourMap map : kOffered) {
        const auto name = colourMapName(map);
        m_map->addChoice(QString::fromUtf8(name.data(), qsizetype(name.size())), {}, int(map));
    }
    m_map->setItemData(int(std::size(kOffered)) - 1, tr("Not for colour-blind readers"), Qt::ToolTipRole);
    tools->addWidget(m_map);
    m_range = new widgets::Segmented({tr("Own range"), tr("Shared")});
    m_range->setAccessibleName(tr("Range of the colours"));
    tools->addWidget(m_range);
    m_scale = new widgets::Segmented({tr("Linear"), tr("Log")});
    m_scale->setAccessibleName(tr("Scale of the colours"));
    tools->addWidget(m_scale);
    m_opacity = new widgets::QuietSlider(this);
    m_opacity->setRange(0, 100);
    m_opacity->setFixedWidth(72);
    m_opacity->setAccessibleName(tr("Picture under the maps"));
    m_opacity->setToolTip(tr("Picture under the maps"));
    tools->addWidget(m_opacity);
    m_link = followTheme(
        new widgets::IconButton(QStringLiteral("link"), tr("Zoom and move all maps together")), appearance);
    m_link->setCheckable(true);
    m_link->setChecked(true);
    tools->addWidget(m_link);

    connect(m_modes, &widgets::Segmented::chosen, this, &InspectPage::applyMode);
    connect(m_single, &widgets::Segmented::chosen, this, &InspectPage::applyMode);
    connect(m_map, &QComboBox::currentIndexChanged, this, &InspectPage::applyLook);
    connect(m_range, &widgets::Segmented::chosen, this, &InspectPage::applyLook);
    connect(m_scale, &widgets::Segmented::chosen, this, &InspectPage::applyLook);
    connect(m_opacity, &QSlider::valueChanged, this,
            [this](int value) { m_quad->setMapOpacity(1.0 - value / 100.0); });
    connect(m_link, &QToolButton::toggled, this, [this](bool on) { m_quad->setLocked(on); });
}

QWidget *InspectPage::buildPair(widgets::Appearance &appearance)
{
    auto *pair = new QWidget(m_pages);
    auto *row = new QHBoxLayout(pair);
    row->setContentsMargins(0, 4, 0, 0);
    row->setSpacing(4);
    const auto side = [&](QLabel *&title, QLabel *&count, QLabel *chip) {
        auto *box = new QWidget(pair);
        setSurface(box, "panel");
        auto *column = new QVBoxLayout(box);
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(0);
        auto *head = new QWidget(box);
        head->setFixedHeight(36);
        auto *line = new QHBoxLayout(head);
        line->setContentsMargins(12, 0, 8, 0);
        line->setSpacing(8);
        title = makeLabel({}, "title", head);
        line->addWidget(title);
        line->addWidget(chip);
        line->addStretch(1);
        count = makeLabel({}, "number2", head);
        line->addWidget(count);
        column->addWidget(head);
        auto *canvas = followTheme(new widgets::PictureCanvas(box), appearance);
        column->addWidget(canvas, 1);
        row->addWidget(box, 1);
        return canvas;
    };
    m_runMask = side(m_runTitle, m_runCount, makeChip(tr("measured"), "plain"));
    QLabel *whatIfTitle = nullptr;
    m_whatIfChip = makeChip(tr("no run yet"), "accent");
    m_whatIfMask = side(whatIfTitle, m_whatIfCount, m_whatIfChip);
    whatIfTitle->setText(tr("What-if"));
    connect(m_runMask, &widgets::PannedView::viewTransformChanged, m_whatIfMask,
            &widgets::PannedView::setViewTransform);
    connect(m_whatIfMask, &widgets::PannedView::viewTransformChanged, m_runMask,
            &widgets::PannedView::setViewTransform);
    return pair;
}

void InspectPage::applyMode()
{
    const int mode = m_modes->current();
    m_single->setVisible(mode == Single);
    m_tools->setVisible(mode != Pair);
    fitBar();
    m_quad->setSingle(mode == Single ? std::optional(widgets::MapKind(m_single->current())) : std::nullopt);
    if (m_pages->currentWidget() != m_empty)
        m_pages->setCurrentIndex(mode == Pair ? 1 : 0);
}

// One row where everything has room, else two.
void InspectPage::fitBar()
{
    const int single = m_modes->current() == Single ? m_single->sizeHint().width() + 8 : 0;
    const int wanted = m_modes->sizeHint().width() + single + m_tools->sizeHint().width() + 48;
    const bool isWide = width() >= wanted;
    QHBoxLayout *row = isWide ? m_first : m_second;
    if (row->indexOf(m_tools) < 0) {
        m_first->removeWidget(m_tools);
        m_second->removeWidget(m_tools);
        row->addWidget(m_tools, 0, isWide ? Qt::AlignRight : Qt::AlignLeft);
    }
    m_secondRow->setVisible(!isWide && m_modes->current() != Pair);
}

void InspectPage::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitBar();
}

widgets::MapLook InspectPage::mapLook() const
{
    widgets::MapLook look;
    look.map = ColourMap(m_map->currentData().toInt());
    look.kind = m_scale->current() == 1 ? widgets::ColourScale::Kind::Logarithmic
                                        : widgets::ColourScale::Kind::Linear;
    return look;
}

void InspectPage::applyLook()
{
    const auto look = mapLook();
    m_quad->setLook(look.map, look.kind, m_range->current() == 1);
    Q_EMIT lookChanged();
}

void InspectPage::focusMaps()
{
    if (m_modes->current() == Pair)
        m_runMask->setFocus(Qt::ShortcutFocusReason);
    else
        m_quad->view(m_quad->single().value_or(widgets::MapKind::Spatial))->setFocus(Qt::ShortcutFocusReason);
}

void InspectPage::clear()
{
    m_pages->setCurrentWidget(m_empty);
}

void InspectPage::setPicture(const QImage &picture)
{
    m_quad->setPicture(picture);
    const widgets::PictureFacts facts{widgets::PictureKind::Decoded, {}, 0, 0};
    m_runMask->setPicture(picture, facts);
    m_whatIfMask->setPicture(picture, facts);
}

void InspectPage::showStep(const RunRecord &run, const RunPlace &place,
                           const std::shared_ptr<const MaskGrid> &whatIf, std::optional<double> cut)
{
    if (!run.plan) {
        clear();
        return;
    }
    const auto &schedule = run.plan->schedule;
    const QSize size(schedule.pixelWidth(), schedule.pixelHeight());
    const auto event = run.step(stepAt(place, schedule).step);
    const auto mask = event ? tokenMaskOf(*event) : nullptr;
    const bool isPruned = event && event->pruned;
    m_quad->setPictureSize(size);
    m_quad->setScores(event ? event->scores : nullptr);
    m_quad->setMask(whatIf ? whatIf : mask);
    m_quad->setCut(cut);
    m_quad->setFrame(place.frame);
    for (auto *canvas : {m_runMask, m_whatIfMask}) {
        canvas->setPictureSize(size);
        canvas->setFrame(place.frame);
    }
    m_runMask->setMask(mask, widgets::MaskStyle::Hatch);
    m_whatIfMask->setMask(whatIf ? whatIf : mask, widgets::MaskStyle::Hatch);
    m_runTitle->setText(runName(run));
    m_runCount->setText(mask ? countWords(*mask, place.frame) : isPruned ? QString() : tr("nothing pruned"));
    m_whatIfChip->setText(whatIf ? tr("no run yet") : tr("as the run"));
    setStyled(m_whatIfChip, "chip", whatIf ? "accent" : "plain");
    const auto &shown = whatIf ? whatIf : mask;
    m_whatIfCount->setText(shown ? countWords(*shown, place.frame) : tr("nothing pruned"));
    m_pages->setCurrentIndex(m_modes->current() == Pair ? 1 : 0);
}

} // namespace faststar::studio
