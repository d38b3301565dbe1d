// SPDX-License-Identifier: Apache-2.0
#include "widgets/film/film_strip.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QScrollBar>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace faststar::widgets
{

namespace
{

constexpr int kBarWidth = 8;

} // namespace

FilmStrip::FilmStrip(QWidget *parent)
    : PaintedView(parent), m_down(new QScrollBar(Qt::Vertical, this)),
      m_across(new QScrollBar(Qt::Horizontal, this))
{
    setAccessibleName(tr("Film strip"));
    setHasTable(true);
    for (QScrollBar *bar : {m_down, m_across}) {
        bar->setFocusPolicy(Qt::NoFocus);
        bar->hide();
        connect(bar, &QScrollBar::valueChanged, this, [this] { update(); });
        connect(bar, &QScrollBar::sliderPressed, this, &FilmStrip::touch);
    }
}

void FilmStrip::setSchedule(std::shared_ptr<const Schedule> schedule)
{
    if (schedule == m_schedule)
        return;
    m_schedule = std::move(schedule);
    m_layout = m_schedule != nullptr ? FilmLayout::of(*m_schedule) : FilmLayout{};
    m_scales.clear();
    m_bits.clear();
    m_thumbs.clear();
    m_cursor = {};
    fitBars();
    valueChanged();
}

void FilmStrip::setScale(int scale, FilmScale facts)
{
    if (m_schedule == nullptr || FilmLayout::rowOf(*m_schedule, scale) < 0)
        return;
    m_scales[scale] = std::move(facts);
    m_bits.erase(scale);
    m_bits.erase(scale + 1);
    m_thumbs.clear(); // the next scale's difference changes too
    valueChanged();
}

void FilmStrip::takeStep(const StepEvent &step)
{
    if (m_schedule == nullptr || FilmLayout::rowOf(*m_schedule, step.index.scale) < 0)
        return;
    const FilmScale *before = factsOf(step.index.scale);
    FilmScale facts = before != nullptr && step.index.repetition > 0 ? *before : FilmScale{};
    const int repetitions = m_schedule->scales[std::size_t(step.index.scale)].repetitions;
    facts.state = step.index.repetition + 1 < repetitions ? ScaleState::InWork : ScaleState::Done;
    if (step.index.repetition == 0) {
        facts.kept = step.kept;
        facts.tokens = step.tokens;
    }
    if (step.preview != nullptr)
        facts.pictures = step.preview;
    if (step.record != nullptr)
        facts.record = step.record;
    setScale(step.index.scale, std::move(facts));
}

void FilmStrip::setMode(Mode mode)
{
    if (mode == m_mode)
        return;
    m_mode = mode;
    m_thumbs.clear();
    update();
}

void FilmStrip::setImageForced(bool forced)
{
    if (forced == m_imageForced)
        return;
    m_imageForced = forced;
    update();
}

void FilmStrip::setCursor(const RunPlace &cursor)
{
    if (cursor == m_cursor)
        return;
    m_cursor = cursor;
    if (m_following)
        showCursor();
    valueChanged();
}

void FilmStrip::setFollowing(bool following)
{
    if (following == m_following)
        return;
    m_following = following;
    if (following)
        showCursor();
    update();
}

const FilmScale *FilmStrip::factsOf(int scale) const
{
    const auto found = m_scales.find(scale);
    return found != m_scales.end() ? &found->second : nullptr;
}

// The rows are named after the scales of the clip under the cursor.
int FilmStrip::labelClip() const
{
    return m_schedule != nullptr ? std::clamp(m_cursor.clip, 0, int(m_schedule->clips.size()) - 1) : 0;
}

void FilmStrip::resizeEvent(QResizeEvent *event)
{
    PaintedView::resizeEvent(event);
    fitBars();
    if (m_following)
        showCursor();
}

void FilmStrip::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || m_schedule == nullptr) {
        PaintedView::mousePressEvent(event);
        return;
    }
    if (!m_following && chipRect().contains(event->position())) {
        setFollowing(true);
        Q_EMIT followingChanged(true);
        return;
    }
    const int row = int((event->position().y() - FilmLayout::kHead + m_down->value()) / FilmLayout::kRow);
    if (event->position().y() < FilmLayout::kHead || row >= m_layout.rows)
        return;
    const QPointF scrolled(m_across->value(), m_down->value());
    RunPlace to = m_cursor;
    to.clip = labelClip();
    for (int column = 0; column < int(m_layout.columns.size()); ++column) {
        if (m_layout.cellRect(row, column, scrolled).adjusted(-2, -4, 2, 4).contains(event->position())) {
            to.clip = m_layout.columns[std::size_t(column)].clip;
            to.frame = m_layout.columns[std::size_t(column)].frame;
        }
    }
    to.scale = FilmLayout::scaleOf(*m_schedule, to.clip, row);
    moveTo(to);
}

void FilmStrip::wheelEvent(QWheelEvent *event)
{
    const bool isAcross = event->modifiers().testFlag(Qt::ShiftModifier) ||
                          std::abs(event->angleDelta().x()) > std::abs(event->angleDelta().y());
    QScrollBar *bar = isAcross ? m_across : m_down;
    const int delta = event->angleDelta().y() != 0 ? event->angleDelta().y() : event->angleDelta().x();
    if (bar->maximum() > 0) {
        touch();
        bar->setValue(bar->value() - delta * int(FilmLayout::kRow) / 120);
    }
    event->accept();
}

void FilmStrip::keyPressEvent(QKeyEvent *event)
{
    const int row = m_schedule != nullptr ? FilmLayout::rowOf(*m_schedule, m_cursor.scale) : -1;
    const int column = m_layout.columnOf(m_cursor.clip, m_cursor.frame);
    if (row < 0 || column < 0) {
        PaintedView::keyPressEvent(event);
        return;
    }
    int toRow = row;
    int toColumn = column;
    switch (event->key()) {
    case Qt::Key_Left:
        --toColumn;
        break;
    case Qt::Key_Right:
        ++toColumn;
        break;
    case Qt::Key_Up:
    case Qt::Key_PageUp:
        --toRow;
        break;
    case Qt::Key_Down:
    case Qt::Key_PageDown:
        ++toRow;
        break;
    case Qt::Key_Home:
        toRow = 0;
        break;
    case Qt::Key_End:
        toRow = m_layout.rows - 1;
        break;
    default:
        PaintedView::keyPressEvent(event);
        return;
    }
    toRow = std::clamp(toRow, 0, m_layout.rows - 1);
    toColumn = std::clamp(toColumn, 0, int(m_layout.columns.size()) - 1);
    const FilmColumn &at = m_layout.columns[std::size_t(toColumn)];
    moveTo({at.clip, FilmLayout::scaleOf(*m_schedule, at.clip, toRow), 0, at.frame});
}

// A scale's first repetition is the one that is pruned and has scores.
void FilmStrip::moveTo(const RunPlace &cursor)
{
    touch();
    if (cursor.scale < 0)
        return;
    RunPlace to = cursor;
    to.repetition = 0;
    m_cursor = to;
    showCursor();
    valueChanged();
    Q_EMIT cursorMoved(to.clip, to.scale, to.repetition, to.frame);
}

void FilmStrip::touch()
{
    if (!m_following)
        return;
    setFollowing(false);
    Q_EMIT followingChanged(false);
}

void FilmStrip::showCursor()
{
    const int row = m_schedule != nullptr ? FilmLayout::rowOf(*m_schedule, m_cursor.scale) : -1;
    if (row < 0)
        return;
    const int shown = height() - int(FilmLayout::kHead);
    const int top = int(row * FilmLayout::kRow);
    // The rows around it too, where there is room.
    const int around = shown >= 3 * int(FilmLayout::kRow) ? int(FilmLayout::kRow) : 0;
    m_down->setValue(
        std::clamp(m_down->value(), top + int(FilmLayout::kRow) + around - shown, std::max(0, top - around)));
    const int column = m_layout.columnOf(m_cursor.clip, m_cursor.frame);
    if (column < 0 || m_across->maximum() == 0)
        return;
    const int left = int(m_layout.columns[std::size_t(column)].left);
    const int seen = m_across->pageStep();
    m_across->setValue(
        std::clamp(m_across->value(), std::min(left, left + int(FilmLayout::kThumbWidth) - seen), left));
}

void FilmStrip::fitBars()
{
    const int shown = std::max(0, height() - int(FilmLayout::kHead));
    const int seen = std::max(0, width() - int(2 * FilmLayout::kPadding + FilmLayout::kLabels +
                                               FilmLayout::kKeptGap + FilmLayout::kKept));
    const int wide = int(m_layout.columnsWidth());
    const bool isWide = wide > seen;
    m_down->setPageStep(shown);
    m_down->setRange(0, std::max(0, int(m_layout.rowsHeight()) + (isWide ? kBarWidth : 0) - shown));
    m_across->setPageStep(seen);
    m_across->setRange(0, std::max(0, wide - seen));
    m_down->setGeometry(width() - kBarWidth, int(FilmLayout::kHead), kBarWidth, shown);
    m_across->setGeometry(int(FilmLayout::kPadding + FilmLayout::kLabels), height() - kBarWidth, seen,
                          kBarWidth);
    m_down->setVisible(m_down->maximum() > 0);
    m_across->setVisible(isWide);
}

} // namespace faststar::widgets
