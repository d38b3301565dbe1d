// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QDoubleSpinBox>
#include <QSlider>

namespace faststar::widgets
{

// A number to type or to move with the arrow keys and, while it has the focus, the wheel. Shows as many
// decimals as the number needs, up to decimals().
class NumberField : public QDoubleSpinBox
{
    Q_OBJECT

public:
    explicit NumberField(QWidget *parent = nullptr);

    [[nodiscard]] QString textFromValue(double value) const override;

protected:
    void wheelEvent(QWheelEvent *event) override;
};

// A horizontal slider that leaves the wheel to the panel while it has no focus.
class QuietSlider : public QSlider
{
    Q_OBJECT

public:
    explicit QuietSlider(QWidget *parent = nullptr);

protected:
    void wheelEvent(QWheelEvent *event) override;
};

} // namespace faststar::widgets
