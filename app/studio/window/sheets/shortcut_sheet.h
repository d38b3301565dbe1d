// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDialog>
#include <QVector>

#include "app/studio/window/actions.h"
#include "widgets/look/style.h"

class QLineEdit;

namespace faststar::studio
{

// Every key of the studio, read off the actions themselves, and those of the painted views. Finds one by
// name or by its key.
class ShortcutSheet : public QDialog
{
    Q_OBJECT

public:
    ShortcutSheet(const StudioActions &actions, widgets::Appearance &appearance, QWidget *parent);

    // How many entries the search leaves.
    [[nodiscard]] int shownCount() const;

private:
    struct Line {
        QWidget *row = nullptr;
        QString words; // name and keys, to be searched
    };
    struct Section {
        QWidget *box = nullptr;
        QVector<Line> lines;
    };

    void addSection(QWidget *column, const QString &title, const QString &where,
                    const QVector<std::pair<QString, QStringList>> &entries);
    void filter(const QString &text);

    QLineEdit *m_search;
    QVector<Section> m_sections;
};

} // namespace faststar::studio
