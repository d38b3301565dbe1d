// SPDX-License-Identifier: Apache-2.0
//
// The painting of FilmStrip.
#include <QPainter>
#include <QPainterPath>
#include <QScrollBar>

#include <algorithm>

#include "core/domain/bit_changes.h"
#include "widgets/film/film_strip.h"
#include "widgets/heatmap/map_look.h"
#include "widgets/paint/paint_tools.h"

namespace faststar::widgets
{

namespace
{

constexpr int kGain = 4; // of what a scale added
constexpr double kRadius = 2.0;
constexpr double kUnfinished = 0.45;

// What came on top: grey where nothing did.
QImage difference(const QImage &after, const QImage &before)
{
    const QImage old = before.size() == after.size()
                           ? before
                           : before.scaled(after.size(), Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
    QImage result(after.size(), QImage::Format_RGB32);
    const auto channel = [](int now, int then) { return std::clamp(128 + kGain * (now - then), 0, 255); };
    for (int y = 0; y < after.height(); ++y) {
        for (int x = 0; x < after.width(); ++x) {
            const QRgb now = after.pixel(x, y);
            const QRgb then = old.pixel(x, y);
            result.setPixel(x, y,
                            qRgb(channel(qRed(now), qRed(then)), channel(qGreen(now), qGreen(then)),
                                 channel(qBlue(now), qBlue(then))));
        }
    }
    return result;
}

void dashedBox(QPainter &painter, const QRectF &cell, const QColor &colour)
{
    painter.setPen(QPen(colour, 1.0, Qt::CustomDashLine));
    QPen pen = painter.pen();
    pen.setDashPattern({3.0, 3.0});
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(cell.adjusted(0.5, 0.5, -0.5, -0.5));
}

} // namespace

void FilmStrip::paintEvent(QPaintEvent * /*event*/)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme().panel);
    if (m_schedule == nullptr || m_layout.rows == 0) {
        paintEmpty(painter, rect(), tr("No scales yet"), tr("Rows are scales, columns are latent frames."));
        paintFocus(painter);
        return;
    }
    if (m_thumbRatio != devicePixelRatioF()) {
        m_thumbs.clear();
        m_thumbRatio = devicePixelRatioF();
    }
    painter.save();
    painter.setClipRect(QRectF(rect()).adjusted(0, FilmLayout::kHead, 0, 0));
    const int first = int(m_down->value() / FilmLayout::kRow);
    const int last = int((m_down->value() + height() - FilmLayout::kHead) / FilmLayout::kRow);
    for (int row = std::max(0, first); row <= std::min(last, m_layout.rows - 1); ++row)
        paintRow(painter, row);
    painter.restore();
    paintHead(painter);
    if (!m_following)
        paintChip(painter);
    paintFocus(painter);
}

void FilmStrip::paintHead(QPainter &painter) const
{
    painter.setFont(smallFont());
    painter.setPen(theme().text3);
    const auto word = [&](double left, double width, const QString &text) {
        painter.drawText(QRectF(left, 0, width, 16), Qt::AlignLeft | Qt::AlignVCenter, text);
    };
    word(FilmLayout::kPadding, FilmLayout::kLabels, tr("Scale"));
    const double begin = FilmLayout::kPadding + FilmLayout::kLabels;
    const double seen = std::min(double(m_across->pageStep()), m_layout.columnsWidth());
    painter.save();
    painter.setClipRect(QRectF(begin, 0, seen, FilmLayout::kHead));
    for (const FilmColumn &column : m_layout.columns)
        word(begin + column.left - m_across->value(), FilmLayout::kThumbWidth + 8.0,
             column.clip > 0 ? QStringLiteral("τ %1").arg(column.frame)
             : m_imageForced ? tr("Forced")
                             : tr("Image"));
    painter.restore();
    if (m_following) // the chip takes its place
        word(begin + seen + FilmLayout::kKeptGap + 4.0, 200.0, tr("Kept tokens"));
}

void FilmStrip::paintRow(QPainter &painter, int row)
{
    const QRectF line = m_layout.rowRect(row, width(), m_down->value());
    const bool isCursorRow = FilmLayout::rowOf(*m_schedule, m_cursor.scale) == row;
    if (isCursorRow)
        painter.fillRect(line, theme().accentSoft);
    const int scale = FilmLayout::scaleOf(*m_schedule, labelClip(), row);
    if (scale >= 0) {
        const QRectF place = line.adjusted(FilmLayout::kPadding, 0, 0, 0);
        QFont font = numberFont();
        font.setBold(isCursorRow);
        painter.setFont(font);
        painter.setPen(theme().text);
        const QString number = QString::number(scale);
        painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter, number);
        const double taken = QFontMetricsF(font).horizontalAdvance(number);
        painter.setFont(numberFont());
        painter.setPen(theme().text3);
        painter.drawText(place.adjusted(taken, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
                         QStringLiteral(" · ") + mapLabel(m_schedule->scales[std::size_t(scale)].shape));
    }
    const double begin = FilmLayout::kPadding + FilmLayout::kLabels;
    const double seen = std::min(double(m_across->pageStep()), m_layout.columnsWidth());
    painter.save();
    painter.setClipRect(QRectF(begin - 3, line.top(), seen + 6, line.height()), Qt::IntersectClip);
    const QPointF scrolled(m_across->value(), m_down->value());
    for (int column = 0; column < int(m_layout.columns.size()); ++column) {
        const FilmColumn &at = m_layout.columns[std::size_t(column)];
        const QRectF cell = m_layout.cellRect(row, column, scrolled);
        const int here = FilmLayout::scaleOf(*m_schedule, at.clip, row);
        if (here >= 0 && cell.right() > begin && cell.left() < begin + seen)
            paintCell(painter, cell, here, at.frame,
                      isCursorRow && at.clip == m_cursor.clip && at.frame == m_cursor.frame);
    }
    painter.restore();
    if (const FilmScale *facts = factsOf(scale))
        paintKept(painter,
                  {begin + seen + FilmLayout::kKeptGap + 4.0, line.top() + 4.0,
                   std::max(FilmLayout::kKept, std::min(120.0, width() - FilmLayout::kPadding - begin - seen -
                                                                   FilmLayout::kKeptGap - 4.0)) -
                       4.0,
                   line.height() - 8.0},
                  *facts);
}

void FilmStrip::paintCell(QPainter &painter, const QRectF &cell, int scale, int frame, bool isCurrent)
{
    const FilmScale *facts = factsOf(scale);
    const ScaleState state = facts != nullptr ? facts->state : ScaleState::ToCome;
    const QPixmap picture = state == ScaleState::ToCome ? QPixmap() : thumb(scale, frame);
    if (picture.isNull()) {
        dashedBox(painter, cell, theme().track);
    } else {
        painter.setOpacity(state == ScaleState::InWork ? 0.5 : 1.0);
        painter.drawPixmap(cell.topLeft(), picture);
        painter.setOpacity(1.0);
    }
    if (isCurrent)
        strokeInside(painter, cell.adjusted(-3, -3, 3, 3), theme().accent, 2.0, 4.0);
}

void FilmStrip::paintKept(QPainter &painter, const QRectF &area, const FilmScale &facts) const
{
    if (facts.tokens <= 0)
        return;
    const bool isToCome = facts.state == ScaleState::ToCome;
    painter.setFont(numberFont());
    painter.setPen(isToCome ? theme().text3 : theme().text);
    const QString kept = numberLabel(facts.kept);
    // Great numbers do without the spaces round the stroke, then without the second number.
    const QFontMetricsF metrics(numberFont());
    const double room = width() - (m_down->isVisible() ? m_down->width() : 0) - area.left() - 2.0;
    const auto fits = [&](const QString &of) {
        return metrics.horizontalAdvance(kept + of + numberLabel(facts.tokens)) <= room;
    };
    QString of = QStringLiteral(" / ");
    if (!fits(of))
        of = QStringLiteral("/");
    const QRectF words(area.left(), area.top(), 200.0, 16.0);
    painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter, kept);
    painter.setPen(theme().text3);
    if (fits(of))
        painter.drawText(words.adjusted(metrics.horizontalAdvance(kept), 0, 0, 0),
                         Qt::AlignLeft | Qt::AlignVCenter, of + numberLabel(facts.tokens));
    const QRectF bar(area.left(), area.top() + 20.0, area.width(), 4.0);
    const double share = std::clamp(double(facts.kept) / double(facts.tokens), 0.0, 1.0);
    const double cut = betweenPixels(painter, bar.left() + share * bar.width());
    painter.setOpacity(isToCome ? kUnfinished : 1.0);
    painter.fillRect(QRectF(bar.left(), bar.top(), cut - bar.left(), bar.height()), theme().kept);
    painter.setOpacity(1.0);
    fillHatch(painter, {cut, bar.top(), bar.right() - cut, bar.height()}, theme().pruned);
}

QRectF FilmStrip::chipRect() const
{
    const double wide = QFontMetricsF(smallFont()).horizontalAdvance(tr("Follow")) + 16.0;
    return {width() - FilmLayout::kPadding - wide, 0.0, wide, 20.0};
}

void FilmStrip::paintChip(QPainter &painter) const
{
    const QRectF chip = chipRect();
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme().panel, 2.0));
    painter.setBrush(theme().accentSoft);
    painter.drawRoundedRect(chip, 4.0, 4.0);
    painter.setFont(smallFont());
    painter.setPen(theme().onSoft);
    painter.drawText(chip, Qt::AlignCenter, tr("Follow"));
    painter.restore();
}

QPixmap FilmStrip::thumb(int scale, int frame)
{
    const qint64 key = (qint64(scale) << 32) | qint64(frame);
    if (const auto found = m_thumbs.constFind(key); found != m_thumbs.constEnd())
        return *found;
    QPixmap pixmap;
    if (const QImage image = thumbImage(scale, frame); !image.isNull()) {
        const QSizeF size(FilmLayout::kThumbWidth, FilmLayout::kThumbHeight);
        pixmap = QPixmap((size * m_thumbRatio).toSize());
        pixmap.setDevicePixelRatio(m_thumbRatio);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        painter.setRenderHint(QPainter::Antialiasing);
        QPainterPath shape;
        shape.addRoundedRect(QRectF(QPointF(), size), kRadius, kRadius);
        painter.setClipPath(shape);
        // Fills the cell with its own aspect: what is wider or higher is cut.
        const QSizeF whole =
            m_mode == Mode::Bits ? size : QSizeF(image.size()).scaled(size, Qt::KeepAspectRatioByExpanding);
        drawPicture(painter,
                    {{(size.width() - whole.width()) / 2, (size.height() - whole.height()) / 2}, whole},
                    image, m_mode != Mode::Bits);
    }
    m_thumbs.insert(key, pixmap);
    return pixmap;
}

std::shared_ptr<const ScoreGrid> FilmStrip::bitsOf(int scale)
{
    if (const auto found = m_bits.find(scale); found != m_bits.end())
        return found->second;
    const Scale &here = m_schedule->scales[std::size_t(scale)];
    const FilmScale *now = factsOf(scale);
    const FilmScale *before = here.indexInClip > 0 ? factsOf(scale - 1) : nullptr;
    std::shared_ptr<const ScoreGrid> bits;
    if (now != nullptr && now->record != nullptr && before != nullptr && before->record != nullptr)
        bits = std::make_shared<ScoreGrid>(bitsChanged(
            *before->record, m_schedule->scales[std::size_t(scale) - 1].shape, *now->record, here.shape));
    m_bits[scale] = bits;
    return bits;
}

QImage FilmStrip::thumbImage(int scale, int frame)
{
    const int clip = m_schedule->scales[std::size_t(scale)].clip;
    const int absolute = m_schedule->clips[std::size_t(clip)].firstFrame + frame;
    const auto pictureOf = [&](int index) -> QImage {
        const FilmScale *facts = factsOf(index);
        if (facts == nullptr || facts->pictures == nullptr || absolute < 0 ||
            absolute >= int(facts->pictures->size()))
            return {};
        return toQImage((*facts->pictures)[std::size_t(absolute)]);
    };
    const bool isFirst = m_schedule->scales[std::size_t(scale)].indexInClip == 0;
    QImage before = isFirst ? QImage() : pictureOf(scale - 1);
    const FilmScale *facts = factsOf(scale);
    const bool isInWork = facts != nullptr && facts->state == ScaleState::InWork;
    if (m_mode == Mode::Bits) {
        const auto bits = bitsOf(scale);
        return bits != nullptr ? mapImage(*bits, frame, {}, {0.0, 1.0}, theme().well) : QImage();
    }
    QImage now = pictureOf(scale);
    if (now.isNull() && isInWork)
        return before; // the picture that it works on
    if (m_mode == Mode::Added && !now.isNull() && !before.isNull())
        now = difference(now, before);
    return now;
}

} // namespace faststar::widgets
