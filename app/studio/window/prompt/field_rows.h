// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QHash>
#include <QString>
#include <QWidget>

class QGridLayout;
class QLabel;

namespace faststar::studio
{

// Rows of label and field; under a field that is wrong stands why. Rows are named as the validator
// names the fields of a request.
class FieldRows : public QWidget
{
    Q_OBJECT

public:
    explicit FieldRows(int labelWidth, QWidget *parent = nullptr);

    // `field` is what is drawn in red and gets the focus; `row` holds it, where more stands beside it.
    void add(const QString &name, const QString &label, QWidget *field, QWidget *row = nullptr,
             const QString &why = {});
    // Below the field of the last row, as wide as the fields.
    void addBelow(QWidget *widget);

    // Empty text: nothing is wrong. false where there is no such row.
    bool setError(const QString &name, const QString &text);
    void clearErrors();
    [[nodiscard]] QWidget *field(const QString &name) const;
    [[nodiscard]] QString label(const QString &name) const;
    [[nodiscard]] QString error(const QString &name) const;

private:
    struct Row {
        QWidget *field = nullptr;
        QLabel *label = nullptr;
        QLabel *error = nullptr;
    };

    QGridLayout *m_grid;
    QHash<QString, Row> m_rows;
    int m_count = 0;
};

} // namespace faststar::studio
