// SPDX-License-Identifier: Apache-2.0
#include "widgets/ratios/frame_shares.h"

#include <QPainter>

#include <algorithm>

#include "widgets/paint/paint_tools.h"

namespace faststar::widgets
{

namespace
{

constexpr double kRow = 24.0;
constexpr double kRowGap = 8.0;
constexpr double kName = 36.0;
constexpr double kNumber = 44.0;
constexpr double kBar = 12.0;

} // namespace

FrameShares::FrameShares(QWidget *parent) : PaintedView(parent)
{
    setAccessibleName(tr("Kept per latent frame"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setHasTable(true);
}

void FrameShares::setShares(std::vector<FrameShare> shares, std::int64_t tokens)
{
    if (shares == m_shares && tokens == m_tokens)
        return;
    const bool isNewForm = shares.size() != m_shares.size();
    m_shares = std::move(shares);
    m_tokens = tokens;
    if (isNewForm)
        updateGeometry();
    valueChanged();
}

QString FrameShares::spokenValue() const
{
    QStringList words;
    for (std::size_t t = 0; t < m_shares.size(); ++t)
        words += tr("τ %1: %2").arg(t).arg(numberLabel(m_shares[t].kept));
    return words.isEmpty() ? tr("No pruned step") : words.join(QStringLiteral(", "));
}

TableRows FrameShares::table() const
{
    TableRows table{{QStringLiteral("τ"), tr("Kept tokens"), tr("Run")}, {}};
    for (std::size_t t = 0; t < m_shares.size(); ++t)
        table.rows.push_back({QString::number(t), numberLabel(m_shares[t].kept),
                              m_shares[t].run ? numberLabel(*m_shares[t].run) : QString()});
    return table;
}

QSize FrameShares::sizeHint() const
{
    const auto count = m_shares.empty() ? 4 : int(m_shares.size());
    return {280, int(count * (kRow + kRowGap) - kRowGap)};
}

QSize FrameShares::minimumSizeHint() const
{
    return {140, sizeHint().height()};
}

void FrameShares::paintEvent(QPaintEvent * /*event*/)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme().panel);
    std::int64_t most = 1;
    for (const FrameShare &share : m_shares)
        most = std::max({most, share.kept, share.run.value_or(0)});
    if (2 * most > m_tokens)
        most = std::max(most, m_tokens);
    for (std::size_t t = 0; t < m_shares.size(); ++t) {
        const FrameShare &share = m_shares[t];
        const QRectF row(0, double(t) * (kRow + kRowGap), width(), kRow);
        painter.setFont(numberFont());
        painter.setPen(theme().text2);
        painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter, QStringLiteral("τ %1").arg(t));
        const QRectF bar(kName, row.center().y() - kBar / 2.0, std::max(0.0, row.width() - kName - kNumber),
                         kBar);
        painter.fillRect(bar, theme().well);
        const auto place = [&](std::int64_t count) {
            const double length = bar.width() * std::clamp(double(count) / double(most), 0.0, 1.0);
            return betweenPixels(painter, bar.left() + length);
        };
        painter.fillRect(QRectF(bar.left(), bar.top(), place(share.kept) - bar.left(), kBar), theme().kept);
        const bool isChanged = share.run && *share.run != share.kept;
        if (isChanged) {
            QPen pen(theme().text2, 2.0, Qt::CustomDashLine, Qt::FlatCap);
            pen.setDashPattern({3.0, 2.0});
            painter.setPen(pen);
            const double x = place(*share.run);
            painter.drawLine(QPointF(x, bar.top() - 3.0), QPointF(x, bar.bottom() + 3.0));
        }
        painter.setPen(theme().text);
        painter.drawText(row, Qt::AlignRight | Qt::AlignVCenter, numberLabel(share.kept));
    }
    paintFocus(painter);
}

} // namespace faststar::widgets
