// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "widgets/painted_view.h"

namespace faststar::widgets
{

class InlineField;

// The norm degree p from 1 (sum) over 2 to infinity (maximum). Even steps of 1/p are even ways, so the
// stops are the ends and the middle. Arrows move it a little (Shift: less), Page keys to the next stop.
class NormSlider : public PaintedView
{
    Q_OBJECT

public:
    // Large has the stops' names below and a field; Small is one row with "p" before it.
    enum class Form { Large, Small };

    explicit NormSlider(Form form, QWidget *parent = nullptr);

    void setP(double p); // [1, inf]; others are ignored
    [[nodiscard]] double p() const { return m_p; }
    void setRunP(std::optional<double> p);

    // Ways from 0 to 1 and back.
    [[nodiscard]] static double positionOf(double p);
    [[nodiscard]] static double degreeAt(double position);
    // "2", "1.33", "∞"
    [[nodiscard]] static QString label(double p);

    [[nodiscard]] QString spokenValue() const override;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void pChanged(double p);   // by the user, at every move
    void pCommitted(double p); // once it rests

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    [[nodiscard]] QRectF trackRect() const;
    [[nodiscard]] QRectF fieldRect() const;
    bool change(double p);
    void commit(double p);
    void drag(double x);
    void typed(const QString &text);

    Form m_form;
    double m_p = 2.0;
    std::optional<double> m_runP;
    InlineField *m_field;
    bool m_dragging = false;
    double m_dragBegan = 2.0;
};

} // namespace faststar::widgets
