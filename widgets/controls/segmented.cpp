// SPDX-License-Identifier: Apache-2.0
#include "widgets/controls/segmented.h"

#include <QAbstractButton>
#include <QButtonGroup>
#include <QHBoxLayout>
#include <QPushButton>

namespace faststar::widgets
{

Segmented::Segmented(const QStringList &words, Size size, QWidget *parent)
    : QWidget(parent), m_row(new QHBoxLayout(this)), m_group(new QButtonGroup(this))
{
    setProperty("segmented", size == Size::Small ? "small" : "true");
    setAttribute(Qt::WA_StyledBackground);
    m_row->setContentsMargins(2, 2, 2, 2);
    m_row->setSpacing(2);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setWords(words);
    connect(m_group, &QButtonGroup::idClicked, this, &Segmented::chosen);
}

void Segmented::setWords(const QStringList &words)
{
    const int kept = current();
    for (QAbstractButton *button : m_group->buttons()) {
        m_group->removeButton(button);
        delete button;
    }
    for (int i = 0; i < words.size(); ++i) {
        auto *button = new QPushButton(words[i], this);
        button->setCheckable(true);
        button->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
        m_group->addButton(button, i);
        m_row->addWidget(button, 1);
    }
    setCurrent(kept < 0 || kept >= words.size() ? 0 : kept);
}

int Segmented::current() const
{
    return m_group->checkedId();
}

void Segmented::setCurrent(int index)
{
    if (auto *button = m_group->button(index))
        button->setChecked(true);
}

void Segmented::setWordEnabled(int index, bool enabled, const QString &reason)
{
    if (auto *button = m_group->button(index)) {
        button->setEnabled(enabled);
        button->setToolTip(reason);
    }
}

} // namespace faststar::widgets
