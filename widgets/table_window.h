// SPDX-License-Identifier: Apache-2.0
//
// The numbers of a painted view as a table of words, for reading, for screen readers and for copying.
#pragma once

#include <QAbstractTableModel>
#include <QString>

#include "widgets/painted_view.h"

namespace faststar::widgets
{

class TableModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    explicit TableModel(TableRows rows, QObject *parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    TableRows m_rows;
};

// Rows as text: heads first, cells parted by tabulators, as spreadsheets take them from the clipboard.
[[nodiscard]] QString tableText(const TableRows &rows);

// A window of its own with the view's numbers as they are now; Copy takes all of them. It closes itself
// when the view goes.
void showTable(PaintedView &view);

} // namespace faststar::widgets
