// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/prompt/field_rows.h"

#include <QGridLayout>
#include <QLabel>

#include "app/studio/window/parts/labels.h"

namespace faststar::studio
{

FieldRows::FieldRows(int labelWidth, QWidget *parent) : QWidget(parent), m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(12);
    m_grid->setVerticalSpacing(0);
    m_grid->setColumnMinimumWidth(0, labelWidth);
    m_grid->setColumnStretch(1, 1);
}

void FieldRows::add(const QString &name, const QString &label, QWidget *field, QWidget *row,
                    const QString &why)
{
    if (m_count > 0)
        m_grid->setRowMinimumHeight(m_count++, 8);
    Row added;
    added.field = field;
    added.label = makeParagraph(label, "label", this);
    added.label->setBuddy(field);
    added.label->setMinimumHeight(28);
    added.label->setToolTip(why);
    field->setAccessibleName(label);
    if (!why.isEmpty()) {
        field->setAccessibleDescription(why);
        if (field->toolTip().isEmpty())
            field->setToolTip(why);
    }
    m_grid->addWidget(added.label, m_count, 0, Qt::AlignTop);
    m_grid->addWidget(row == nullptr ? field : row, m_count++, 1, Qt::AlignTop);
    added.error = makeParagraph({}, "error", this);
    added.error->setContentsMargins(0, 4, 0, 0);
    added.error->hide();
    m_grid->addWidget(added.error, m_count++, 1);
    m_rows.insert(name, added);
}

void FieldRows::addBelow(QWidget *widget)
{
    m_grid->addWidget(widget, m_count++, 1);
}

bool FieldRows::setError(const QString &name, const QString &text)
{
    const auto row = m_rows.constFind(name);
    if (row == m_rows.constEnd())
        return false;
    setStyled(row->field, "error", !text.isEmpty());
    row->error->setText(text);
    row->error->setVisible(!text.isEmpty());
    return true;
}

void FieldRows::clearErrors()
{
    for (auto row = m_rows.constBegin(); row != m_rows.constEnd(); ++row)
        setError(row.key(), {});
}

QWidget *FieldRows::field(const QString &name) const
{
    return m_rows.value(name).field;
}

QString FieldRows::label(const QString &name) const
{
    const auto row = m_rows.constFind(name);
    return row == m_rows.constEnd() ? QString() : row->label->text();
}

QString FieldRows::error(const QString &name) const
{
    const auto row = m_rows.constFind(name);
    return row == m_rows.constEnd() ? QString() : row->error->text();
}

} // namespace faststar::studio
