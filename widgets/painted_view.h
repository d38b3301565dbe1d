// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>
#include <QWidget>

#include <vector>

#include "widgets/theme.h"

class QAction;

namespace faststar::widgets
{

// The numbers behind a picture, one list a row.
struct TableRows {
    QStringList heads;
    std::vector<QStringList> rows;

    bool operator==(const TableRows &) const = default;
};

// Base of everything that is painted from data: colours by Theme, one tab stop, a value that is spoken,
// tooltips by place, and its numbers as a table. Belongs to the GUI thread.
class PaintedView : public QWidget
{
    Q_OBJECT

public:
    explicit PaintedView(QWidget *parent = nullptr);

    void setTheme(const Theme &theme);
    [[nodiscard]] const Theme &theme() const { return m_theme; }

    // What a screen reader says about the place of the cursor, or about the whole.
    [[nodiscard]] virtual QString spokenValue() const = 0;
    // The numbers that are shown; empty where there are none.
    [[nodiscard]] virtual TableRows table() const { return {}; }
    // "Show as table", for menus: opens a window with the numbers. Views without a table hide it.
    [[nodiscard]] QAction *tableAction() const { return m_tableAction; }

Q_SIGNALS:
    void tableRequested();

protected:
    // What the cursor at a place says; nothing by default.
    [[nodiscard]] virtual QString toolTipAt(const QPointF &place) const;
    virtual void themeChanged() {}
    // The data or the cursor changed: paints again and tells assistive tools.
    void valueChanged();
    void setHasTable(bool has);
    // The ring of keyboard focus, inside the edge.
    void paintFocus(QPainter &painter) const;
    // A noun phrase and a sentence in the middle of an area.
    void paintEmpty(QPainter &painter, const QRectF &area, const QString &title,
                    const QString &sentence) const;

    bool event(QEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    Theme m_theme;
    QAction *m_tableAction;
    bool m_isFocusByKey = false;
};

} // namespace faststar::widgets
