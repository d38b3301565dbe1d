// SPDX-License-Identifier: Apache-2.0
#include "widgets/timeline/progress_segments.h"

#include <QLocale>
#include <QPainter>

#include <algorithm>
#include <cmath>

#include "widgets/paint/paint_tools.h"

namespace faststar::widgets
{

namespace
{

constexpr double kBar = 8.0;
constexpr double kGap = 3.0;
constexpr double kLeast = 6.0; // so that a short part can be seen
constexpr double kNameFrom = 40.0;

double secondsOf(const ProgressSegment &segment)
{
    return std::isfinite(segment.seconds) ? std::max(0.0, segment.seconds) : 0.0;
}

double doneOf(const ProgressSegment &segment)
{
    return std::isfinite(segment.done) ? std::clamp(segment.done, 0.0, 1.0) : 0.0;
}

QString secondsLabel(double seconds)
{
    return ProgressSegments::tr("%1 s").arg(QLocale().toString(seconds, 'f', seconds < 100.0 ? 1 : 0));
}

} // namespace

ProgressSegments::ProgressSegments(bool labelled, QWidget *parent) : PaintedView(parent), m_labelled(labelled)
{
    setAccessibleName(tr("Progress"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFocusPolicy(Qt::NoFocus); // nothing to do here; it is announced
}

void ProgressSegments::setSegments(std::vector<ProgressSegment> segments)
{
    if (segments == m_segments)
        return;
    // Spoken when a part begins or ends, not at every per cent.
    const auto phase = [](const std::vector<ProgressSegment> &list) {
        return std::count_if(list.begin(), list.end(), [](const auto &part) { return doneOf(part) >= 1.0; });
    };
    const bool isNewPhase = segments.size() != m_segments.size() || phase(segments) != phase(m_segments);
    m_segments = std::move(segments);
    if (isNewPhase)
        valueChanged();
    else
        update();
}

double ProgressSegments::done() const
{
    double all = 0.0;
    double done = 0.0;
    for (const ProgressSegment &segment : m_segments) {
        all += secondsOf(segment);
        done += secondsOf(segment) * doneOf(segment);
    }
    return all > 0.0 ? done / all : 0.0;
}

QString ProgressSegments::spokenValue() const
{
    QStringList words{tr("%1 %").arg(std::lround(done() * 100.0))};
    for (const ProgressSegment &segment : m_segments) {
        if (segment.failed)
            words += tr("%1 failed").arg(segment.name);
        else if (doneOf(segment) > 0.0 && doneOf(segment) < 1.0)
            words += tr("%1 in work").arg(segment.name);
    }
    return words.join(QStringLiteral(", "));
}

QString ProgressSegments::toolTipAt(const QPointF &place) const
{
    const auto list = places();
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (place.x() >= list[i].left() && place.x() < list[i].right() + kGap)
            return QStringLiteral("%1, %2").arg(m_segments[i].name, secondsLabel(secondsOf(m_segments[i])));
    }
    return {};
}

std::vector<QRectF> ProgressSegments::places() const
{
    double all = 0.0;
    for (const ProgressSegment &segment : m_segments)
        all += secondsOf(segment);
    const double room = width() - kGap * (double(m_segments.size()) - 1.0);
    std::vector<double> wide;
    double taken = 0.0;
    for (const ProgressSegment &segment : m_segments) {
        wide.push_back(std::max(kLeast, all > 0.0 ? room * secondsOf(segment) / all : 0.0));
        taken += wide.back();
    }
    // What the short ones got too much, the longest one gives.
    if (!wide.empty()) {
        double &longest = *std::max_element(wide.begin(), wide.end());
        longest = std::max(kLeast, longest + room - taken);
    }
    std::vector<QRectF> list;
    double left = 0.0;
    for (const double one : wide) {
        list.emplace_back(left, 0.0, one, kBar);
        left += one + kGap;
    }
    return list;
}

void ProgressSegments::paintEvent(QPaintEvent * /*event*/)
{
    QPainter painter(this);
    if (m_labelled)
        painter.fillRect(rect(), theme().panel);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto list = places();
    const QFontMetricsF metrics(axisFont());
    painter.setFont(axisFont());
    for (std::size_t i = 0; i < list.size(); ++i) {
        const ProgressSegment &segment = m_segments[i];
        const QRectF bar = list[i];
        const double done = doneOf(segment);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme().line);
        painter.drawRoundedRect(bar, 2.0, 2.0);
        painter.setBrush(done < 1.0 ? theme().accent : theme().stage1);
        if (done > 0.0)
            painter.drawRoundedRect(
                QRectF(bar.left(), bar.top(), std::max(2.0, bar.width() * done), bar.height()), 2.0, 2.0);
        if (segment.failed)
            strokeInside(painter, bar, theme().danger, 1.0, 2.0);
        if (!m_labelled || bar.width() <= kNameFrom)
            continue;
        painter.setPen(segment.failed ? theme().danger : theme().text2);
        const QRectF words(bar.left(), kBar + 4.0, bar.width(), 16.0);
        const bool fits = metrics.horizontalAdvance(segment.name) <= words.width();
        // "Image clip" still says it as "Image".
        const QString name = fits ? segment.name : segment.name.section(QLatin1Char(' '), 0, 0);
        painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(name, Qt::ElideRight, words.width()));
        const double taken = metrics.horizontalAdvance(segment.name + QLatin1Char(' '));
        const QString seconds = secondsLabel(secondsOf(segment));
        if (taken + metrics.horizontalAdvance(seconds) > words.width())
            continue;
        painter.setPen(theme().text3);
        painter.drawText(words.adjusted(taken, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, seconds);
    }
}

} // namespace faststar::widgets
