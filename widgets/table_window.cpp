// SPDX-License-Identifier: Apache-2.0
#include "widgets/table_window.h"

#include <QClipboard>
#include <QDialog>
#include <QDialogButtonBox>
#include <QGuiApplication>
#include <QHeaderView>
#include <QPushButton>
#include <QShortcut>
#include <QTableView>
#include <QVBoxLayout>

namespace faststar::widgets
{

TableModel::TableModel(TableRows rows, QObject *parent) : QAbstractTableModel(parent), m_rows(std::move(rows))
{
}

int TableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.rows.size());
}

int TableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.heads.size());
}

QVariant TableModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount() || index.column() >= columnCount())
        return {};
    const QString cell = m_rows.rows[std::size_t(index.row())].value(index.column());
    if (role == Qt::DisplayRole)
        return cell;
    // Numbers stand below each other; the first column names the row.
    if (role == Qt::TextAlignmentRole && index.column() > 0 && !cell.isEmpty() && cell.at(0).isDigit())
        return int(Qt::AlignRight | Qt::AlignVCenter);
    return {};
}

QVariant TableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Horizontal && role == Qt::DisplayRole)
        return m_rows.heads.value(section);
    return {};
}

QString tableText(const TableRows &rows)
{
    QString text = rows.heads.join(QLatin1Char('\t')) + QLatin1Char('\n');
    for (const QStringList &row : rows.rows)
        text += row.join(QLatin1Char('\t')) + QLatin1Char('\n');
    return text;
}

void showTable(PaintedView &view)
{
    const TableRows rows = view.table();
    auto *window = new QDialog(&view);
    window->setAttribute(Qt::WA_DeleteOnClose);
    window->setWindowTitle(view.accessibleName());
    window->resize(480, 400);
    auto *column = new QVBoxLayout(window);
    column->setContentsMargins(12, 12, 12, 12);
    column->setSpacing(12);
    auto *table = new QTableView(window);
    table->setModel(new TableModel(rows, table));
    table->setAccessibleName(view.accessibleName());
    table->setShowGrid(false);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(28);
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->resizeColumnsToContents();
    table->horizontalHeader()->setStretchLastSection(true);
    column->addWidget(table);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, window);
    auto *copy = buttons->addButton(PaintedView::tr("Copy"), QDialogButtonBox::ActionRole);
    const auto toClipboard = [text = tableText(rows)] { QGuiApplication::clipboard()->setText(text); };
    QObject::connect(copy, &QPushButton::clicked, window, toClipboard);
    QObject::connect(new QShortcut(QKeySequence::Copy, window), &QShortcut::activated, window, toClipboard);
    QObject::connect(buttons, &QDialogButtonBox::rejected, window, &QDialog::close);
    column->addWidget(buttons);
    window->show();
}

} // namespace faststar::widgets
