// SPDX-License-Identifier: Apache-2.0
//
// Labels, lines and spaces in the roles that the style sheet knows.
#pragma once

#include <QLabel>

namespace faststar::studio
{

// Roles of studio.qss: "label", "hint", "small", "error", "title", "section", "headline", "number", ...
[[nodiscard]] QLabel *makeLabel(const QString &text, const char *role, QWidget *parent = nullptr);
// The same, broken into lines where the panel is narrow.
[[nodiscard]] QLabel *makeParagraph(const QString &text, const char *role, QWidget *parent = nullptr);
// "plain", "accent", "warn", "danger".
[[nodiscard]] QLabel *makeChip(const QString &text, const char *kind, QWidget *parent = nullptr);
// A divider of one pixel.
[[nodiscard]] QWidget *makeLine(QWidget *parent = nullptr);
// A surface of the style sheet: "panel", "canvas", "card", ...
void setSurface(QWidget *widget, const char *surface);
// Changes a property that the style sheet looks at.
void setStyled(QWidget *widget, const char *property, const QVariant &value);

// A label of one line that is cut in the middle (paths) or at the end, with the whole text as tooltip.
class ElidedLabel : public QLabel
{
    Q_OBJECT

public:
    ElidedLabel(const char *role, Qt::TextElideMode mode, QWidget *parent = nullptr);

    void setWholeText(const QString &text);
    [[nodiscard]] QString wholeText() const { return m_text; }
    [[nodiscard]] QSize minimumSizeHint() const override;
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void elide();

    QString m_text;
    Qt::TextElideMode m_mode;
};

} // namespace faststar::studio
