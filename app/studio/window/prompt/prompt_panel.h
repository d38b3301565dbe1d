// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include <optional>
#include <vector>

#include "app/studio/window/prompt/run_footer.h"
#include "core/domain/model_config.h"
#include "core/domain/request.h"
#include "core/domain/validate.h"
#include "widgets/look/style.h"

class QLabel;
class QPushButton;
class QScrollArea;
class QSlider;
class QVBoxLayout;

namespace faststar::widgets
{
class ChoiceField;
class NumberField;
} // namespace faststar::widgets

namespace faststar::studio
{

class ExpertOptions;
class FoldButton;
class FieldRows;
class PromptEdit;
class RatioFields;
class SeedField;

// What is to be generated, from the prompt to the last option. Knows no session: it is handed a model
// and a request, and answers with the request as it stands. The validator's findings appear under the
// fields that they name.
class PromptPanel : public QWidget
{
    Q_OBJECT

public:
    PromptPanel(const RunFooter::Actions &actions, widgets::Appearance &appearance,
                QWidget *parent = nullptr);

    // What can be chosen, and the words around the prompt. Keeps the request as far as the model can do it.
    void setModel(const ModelConfig &model);
    [[nodiscard]] const std::optional<ModelConfig> &model() const { return m_model; }
    // A negative seed is drawn for every run.
    void setRequest(const GenerationRequest &request);
    // The seed is -1 where it is to be drawn.
    [[nodiscard]] GenerationRequest request() const;
    void setPrompt(const QString &prompt);
    void setRatios(const std::array<int, 4> &permille, double p);

    // What is wrong, also with the seed's text; judged anew after every edit.
    [[nodiscard]] const std::vector<FieldError> &errors() const { return m_errors; }
    [[nodiscard]] QString firstErrorLabel() const;
    void focusFirstError();
    void focusPrompt();

    // The seed of the shown run, to be used again; empty = none.
    void setUsedSeed(std::optional<std::int64_t> seed);
    [[nodiscard]] RunFooter &footer() { return *m_footer; }

    [[nodiscard]] QSize sizeHint() const override { return {288, 560}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {264, 320}; }

Q_SIGNALS:
    // The request changed by the user's hand.
    void edited();

private:
    void build();
    void buildPrompt(QVBoxLayout *column);
    void buildSettings(QVBoxLayout *column);
    void buildMethod(QVBoxLayout *column);
    void onEdit();
    void judge();
    void showFinalPrompt();
    void showKept();
    void fillChoices();
    [[nodiscard]] FieldRows *rowsOf(const std::string &field) const;

    widgets::Appearance &m_appearance;
    std::optional<ModelConfig> m_model;
    GenerationRequest m_base; // what no field shows
    std::vector<FieldError> m_errors;
    bool m_filling = false;

    QScrollArea *m_scroll = nullptr;
    PromptEdit *m_prompt = nullptr;
    QLabel *m_promptError = nullptr;
    QLabel *m_finalPrompt = nullptr;
    QPushButton *m_showFinal = nullptr;
    PromptEdit *m_negative = nullptr;
    FoldButton *m_negativeFold = nullptr;
    FieldRows *m_settings = nullptr;
    widgets::ChoiceField *m_size = nullptr;
    widgets::ChoiceField *m_duration = nullptr;
    SeedField *m_seed = nullptr;
    QPushButton *m_usedSeed = nullptr;
    std::optional<std::int64_t> m_usedSeedValue;
    QSlider *m_guidanceSlider = nullptr;
    widgets::NumberField *m_guidance = nullptr;
    FieldRows *m_methodRows = nullptr;
    widgets::ChoiceField *m_method = nullptr;
    RatioFields *m_ratios = nullptr;
    QLabel *m_kept = nullptr;
    QLabel *m_keptUnit = nullptr;
    ExpertOptions *m_expert = nullptr;
    RunFooter *m_footer;
};

} // namespace faststar::studio
