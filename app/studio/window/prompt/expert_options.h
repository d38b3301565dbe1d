// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include <vector>

#include "app/studio/window/prompt/option_texts.h"
#include "core/domain/request.h"
#include "widgets/look/style.h"

namespace faststar::widgets
{
class ChoiceField;
class NumberField;
} // namespace faststar::widgets

namespace faststar::studio
{

class FieldRows;

// Sampling and every option of the pruning methods.
class ExpertOptions : public QWidget
{
    Q_OBJECT

public:
    explicit ExpertOptions(widgets::Appearance &appearance, QWidget *parent = nullptr);

    void setRequest(const GenerationRequest &request);
    void write(GenerationRequest &request) const;
    // Fields that mean nothing without pruning are switched off, with the reason.
    void setPruningEnabled(bool enabled);
    [[nodiscard]] FieldRows &sampling() { return *m_sampling; }
    [[nodiscard]] FieldRows &pruning() { return *m_pruning; }

Q_SIGNALS:
    void edited();

private:
    widgets::NumberField *addNumber(FieldRows &rows, const QString &name, const QString &label,
                                    const QString &why, int decimals, double step) const;
    void buildSampling();
    void buildPruning();

    struct Choice {
        OptionRow row;
        widgets::ChoiceField *field = nullptr;
    };

    widgets::Appearance &m_appearance;
    FieldRows *m_sampling;
    FieldRows *m_pruning;
    widgets::ChoiceField *m_guidance = nullptr;
    widgets::NumberField *m_apgThreshold = nullptr;
    widgets::NumberField *m_tauImage = nullptr;
    widgets::NumberField *m_tauVideo = nullptr;
    widgets::ChoiceField *m_draw = nullptr;
    widgets::ChoiceField *m_smooth = nullptr;
    widgets::NumberField *m_frameFloor = nullptr;
    widgets::NumberField *m_eps = nullptr;
    std::vector<Choice> m_choices;
};

} // namespace faststar::studio
