// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include <array>

#include "app/studio/window/prompt/field_rows.h"
#include "core/domain/request.h"
#include "widgets/look/style.h"

namespace faststar::widgets
{
class ChoiceField;
class NumberField;
} // namespace faststar::widgets

namespace faststar::studio
{

// The share pruned at the last four scales, from a set or typed, and p of the score fusion.
class RatioFields : public QWidget
{
    Q_OBJECT

public:
    RatioFields(int labelWidth, widgets::Appearance &appearance, QWidget *parent = nullptr);

    void setRequest(const GenerationRequest &request);
    void write(GenerationRequest &request) const;
    // Indices of the four scales in the schedule of the shown request.
    void setScales(const std::array<int, 4> &scales);
    [[nodiscard]] FieldRows &rows() { return *m_rows; }

Q_SIGNALS:
    void edited();

private:
    void chooseSet(int index);
    void showSet();
    [[nodiscard]] std::array<int, 4> ratios() const;

    FieldRows *m_rows;
    widgets::ChoiceField *m_set;
    QWidget *m_own;
    std::array<widgets::NumberField *, 4> m_ratios{};
    widgets::NumberField *m_p;
};

} // namespace faststar::studio
