// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QComboBox>

#include "widgets/theme.h"

namespace faststar::widgets
{

// A combo box whose entries have a value at the left and a quiet remark at the right ("1.0 s",
// "17 frames"). The wheel changes it only while it has the focus.
class ChoiceField : public QComboBox
{
    Q_OBJECT

public:
    explicit ChoiceField(QWidget *parent = nullptr);

    void setTheme(const Theme &theme);
    // Values in the fixed-width font, for numbers.
    void setNumeric(bool numeric);
    void addChoice(const QString &value, const QString &remark = {}, const QVariant &tag = {});
    void setRemark(int index, const QString &remark);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;

private:
    class Delegate;

    Theme m_theme;
    bool m_numeric = false;
};

} // namespace faststar::widgets
