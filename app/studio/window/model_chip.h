// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPushButton>

#include "widgets/look/style.h"

namespace faststar::studio
{

// The model in the corner of the menu bar: a dot for its state, its name, its size class. Opens a menu.
class ModelChip : public QPushButton
{
    Q_OBJECT

public:
    enum class State { None, Opening, Open, Failed };

    explicit ModelChip(QWidget *parent = nullptr);

    void setTheme(const widgets::Theme &theme);
    void setModel(State state, const QString &name, const QString &remark);
    // [0, 1] while opening.
    void setProgress(double done);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    State m_state = State::None;
    QString m_name;
    QString m_remark;
    double m_done = 0.0;
    widgets::Theme m_theme;
};

} // namespace faststar::studio
