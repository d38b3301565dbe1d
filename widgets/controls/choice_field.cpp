// SPDX-License-Identifier: Apache-2.0
#include "widgets/controls/choice_field.h"

#include <QAbstractItemView>
#include <QPainter>
#include <QStylePainter>
#include <QStyledItemDelegate>
#include <QWheelEvent>

#include "widgets/look/icon.h"

namespace faststar::widgets
{

namespace
{

constexpr int kRemarkRole = Qt::UserRole + 1;
constexpr int kPadding = 8;
constexpr int kGap = 8;
constexpr int kArrow = 16;

QFont smallFont(const QFont &font)
{
    QFont small = font;
    small.setPixelSize(12);
    return small;
}

} // namespace

class ChoiceField::Delegate final : public QStyledItemDelegate
{
public:
    explicit Delegate(ChoiceField &field) : QStyledItemDelegate(&field), m_field(field) {}

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Theme &theme = m_field.m_theme;
        const bool isChosen = option.state.testFlag(QStyle::State_Selected);
        const QRect area = option.rect;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (isChosen) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(theme.accentFill);
            painter->drawRoundedRect(area, 4, 4);
        }
        const QRect words = area.adjusted(kPadding, 0, -kPadding, 0);
        painter->setFont(m_field.m_numeric ? numberFont() : m_field.font());
        painter->setPen(isChosen ? theme.onAccent : theme.text);
        painter->drawText(words, Qt::AlignLeft | Qt::AlignVCenter, index.data().toString());
        painter->setFont(smallFont(m_field.font()));
        painter->setPen(isChosen ? theme.onAccent : theme.text3);
        painter->drawText(words, Qt::AlignRight | Qt::AlignVCenter, index.data(kRemarkRole).toString());
        painter->restore();
    }

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const override
    {
        const QFontMetrics value(m_field.m_numeric ? numberFont() : m_field.font());
        const QFontMetrics remark(smallFont(m_field.font()));
        const int width = value.horizontalAdvance(index.data().toString()) +
                          remark.horizontalAdvance(index.data(kRemarkRole).toString()) + 2 * kPadding +
                          3 * kGap;
        return {width, 28};
    }

private:
    ChoiceField &m_field;
};

ChoiceField::ChoiceField(QWidget *parent) : QComboBox(parent), m_theme(themeOf(ThemeKind::Dark))
{
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setItemDelegate(new Delegate(*this));
    setMaxVisibleItems(16);
}

void ChoiceField::setTheme(const Theme &theme)
{
    m_theme = theme;
    update();
}

void ChoiceField::setNumeric(bool numeric)
{
    m_numeric = numeric;
    update();
}

void ChoiceField::addChoice(const QString &value, const QString &remark, const QVariant &tag)
{
    addItem(value, tag);
    setItemData(count() - 1, remark, kRemarkRole);
    // Read by assistive tools and shown where the remark has no room.
    if (!remark.isEmpty())
        setItemData(count() - 1, QStringLiteral("%1, %2").arg(value, remark), Qt::AccessibleTextRole);
}

void ChoiceField::setRemark(int index, const QString &remark)
{
    setItemData(index, remark, kRemarkRole);
    update();
}

QSize ChoiceField::sizeHint() const
{
    return {168, 28};
}
QSize ChoiceField::minimumSizeHint() const
{
    return {72, 28};
}

void ChoiceField::paintEvent(QPaintEvent *)
{
    QStylePainter painter(this);
    QStyleOptionComboBox option;
    initStyleOption(&option);
    option.currentText.clear();
    painter.drawComplexControl(QStyle::CC_ComboBox, option);

    const QRect arrow(width() - kPadding - kArrow, (height() - kArrow) / 2, kArrow, kArrow);
    paintIcon(painter, QStringLiteral("down"), arrow, isEnabled() ? m_theme.text2 : m_theme.disabled);
    const QRect words(kPadding + 1, 0, arrow.left() - kGap - kPadding, height());
    const QFont valueFont = m_numeric ? numberFont() : font();
    const QString value = currentText();
    const QString remark = currentData(kRemarkRole).toString();
    const QFont remarkFont = smallFont(font());
    const int valueWidth = QFontMetrics(valueFont).horizontalAdvance(value);
    const bool hasRoom =
        valueWidth + kGap + QFontMetrics(remarkFont).horizontalAdvance(remark) <= words.width();
    painter.setFont(valueFont);
    painter.setPen(isEnabled() ? m_theme.text : m_theme.disabled);
    painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetrics(valueFont).elidedText(value, Qt::ElideRight, words.width()));
    if (hasRoom && !remark.isEmpty()) {
        painter.setFont(remarkFont);
        painter.setPen(isEnabled() ? m_theme.text3 : m_theme.disabled);
        painter.drawText(words, Qt::AlignRight | Qt::AlignVCenter, remark);
    }
    setToolTip(hasRoom ? QString() : QStringLiteral("%1, %2").arg(value, remark));
}

void ChoiceField::wheelEvent(QWheelEvent *event)
{
    if (hasFocus())
        QComboBox::wheelEvent(event);
    else
        event->ignore();
}

} // namespace faststar::widgets
