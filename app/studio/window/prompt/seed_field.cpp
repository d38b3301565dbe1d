// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/prompt/seed_field.h"

#include <QKeyEvent>

#include <algorithm>
#include <limits>

#include "core/domain/option_names.h"

namespace faststar::studio
{

SeedField::SeedField(QWidget *parent) : QLineEdit(parent)
{
    setProperty("mono", true);
    show(false);
    connect(this, &QLineEdit::textEdited, this, [this](const QString &text) {
        m_seed = parseInteger(text.trimmed().toStdString());
        Q_EMIT seedEdited();
    });
}

void SeedField::setSeed(std::int64_t seed)
{
    m_seed = std::max<std::int64_t>(seed, -1);
    show(hasFocus());
}

void SeedField::focusInEvent(QFocusEvent *event)
{
    show(true);
    QLineEdit::focusInEvent(event);
    selectAll();
}

void SeedField::focusOutEvent(QFocusEvent *event)
{
    QLineEdit::focusOutEvent(event);
    show(false);
}

void SeedField::keyPressEvent(QKeyEvent *event)
{
    const int step = event->key() == Qt::Key_Up ? 1 : event->key() == Qt::Key_Down ? -1 : 0;
    if (step == 0 || !m_seed) {
        QLineEdit::keyPressEvent(event);
        return;
    }
    if (step < 0 || *m_seed < std::numeric_limits<std::int64_t>::max()) {
        setSeed(*m_seed + step);
        Q_EMIT seedEdited();
    }
}

void SeedField::show(bool plain)
{
    if (!m_seed)
        return; // what was typed stays, so that it can be corrected
    if (*m_seed < 0)
        setText(plain ? QStringLiteral("-1") : tr("-1 (random)"));
    else
        setText(QString::number(*m_seed));
}

} // namespace faststar::studio
