// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPushButton>

class QAction;

namespace faststar::studio
{

// A push button that follows an action: its words, whether it may be used, and its keys in the tooltip.
[[nodiscard]] QPushButton *makeActionButton(QAction *action, QWidget *parent = nullptr);

// "Ctrl+Enter" as keyboards write it, in the desktop's language; empty without a key.
[[nodiscard]] QString keysOf(const QAction *action);
// The single keys of "Ctrl+Return" as they are marked; Qt says Return, and its own catalogue may not be
// installed.
[[nodiscard]] QStringList keyNames(const QString &keys);

// The primary button: icon, words, and the key that does the same in a small frame.
class PrimaryButton : public QPushButton
{
    Q_OBJECT

public:
    PrimaryButton(QAction *action, QString icon, QWidget *parent = nullptr);

    void setRemark(const QString &remark); // instead of the key
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    [[nodiscard]] int wordsWidth() const;
    [[nodiscard]] int keyWidth() const;

    QString m_icon;
    QString m_key;
};

} // namespace faststar::studio
