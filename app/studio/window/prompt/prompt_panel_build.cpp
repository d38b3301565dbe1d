// SPDX-License-Identifier: Apache-2.0
//
// What the panel is made of. What it does is in prompt_panel.cpp.
#include "app/studio/window/prompt/prompt_panel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QRandomGenerator>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <cmath>

#include "app/studio/window/parts/fold_button.h"
#include "app/studio/window/parts/labels.h"
#include "app/studio/window/parts/themed.h"
#include "app/studio/window/prompt/expert_options.h"
#include "app/studio/window/prompt/field_rows.h"
#include "app/studio/window/prompt/prompt_edit.h"
#include "app/studio/window/prompt/ratio_fields.h"
#include "app/studio/window/prompt/seed_field.h"
#include "widgets/controls/choice_field.h"
#include "widgets/controls/icon_button.h"
#include "widgets/controls/number_field.h"

namespace faststar::studio
{

using widgets::ChoiceField;
using widgets::IconButton;
using widgets::NumberField;

namespace
{

// Labels of the other languages may be longer.
int labelWidth()
{
    return QLocale().language() == QLocale::English || QLocale().language() == QLocale::C ? 84 : 100;
}

constexpr int kMostOnSlider = 100;

} // namespace

void PromptPanel::build()
{
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    m_scroll = new QScrollArea(this);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    auto *inside = new QWidget(m_scroll);
    inside->setProperty("surface", "none");
    auto *column = new QVBoxLayout(inside);
    column->setContentsMargins(12, 4, 12, 12);
    column->setSpacing(0);
    buildPrompt(column);
    column->addSpacing(12);
    column->addWidget(makeLine(inside));
    column->addSpacing(12);
    buildSettings(column);
    column->addSpacing(12);
    column->addWidget(makeLine(inside));
    column->addSpacing(12);
    buildMethod(column);
    column->addStretch(1);
    m_scroll->setWidget(inside);
    outer->addWidget(m_scroll, 1);
    outer->addWidget(m_footer);
}

void PromptPanel::buildPrompt(QVBoxLayout *column)
{
    m_prompt = new PromptEdit(76, 160, this);
    m_prompt->setObjectName(QStringLiteral("prompt"));
    m_prompt->setAccessibleName(tr("Prompt"));
    m_prompt->setPlaceholderText(tr("What the clip shows"));
    connect(m_prompt, &QTextEdit::textChanged, this, &PromptPanel::onEdit);
    column->addWidget(m_prompt);

    m_promptError = makeParagraph({}, "error", this);
    m_promptError->setContentsMargins(0, 4, 0, 0);
    m_promptError->hide();
    column->addWidget(m_promptError);

    m_showFinal = new QPushButton(tr("Show final prompt"), this);
    m_showFinal->setProperty("link", true);
    m_showFinal->setCheckable(true);
    m_showFinal->setToolTip(tr("What the model reads: the prompt with its fixed words"));
    m_finalPrompt = new QLabel(this);
    m_finalPrompt->setProperty("role", "small");
    m_finalPrompt->setTextFormat(Qt::RichText);
    m_finalPrompt->setWordWrap(true);
    m_finalPrompt->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_finalPrompt->hide();
    connect(m_showFinal, &QPushButton::toggled, this, [this](bool shown) {
        m_showFinal->setText(shown ? tr("Hide final prompt") : tr("Show final prompt"));
        m_finalPrompt->setVisible(shown);
        showFinalPrompt();
    });
    column->addSpacing(2);
    column->addWidget(m_showFinal, 0, Qt::AlignLeft);
    column->addWidget(m_finalPrompt);

    m_negative = new PromptEdit(56, 120, this);
    m_negative->setAccessibleName(tr("Negative prompt"));
    m_negative->setPlaceholderText(tr("What it does not show"));
    connect(m_negative, &QTextEdit::textChanged, this, &PromptPanel::onEdit);
    m_negativeFold = followTheme(new FoldButton(tr("Negative prompt"), m_negative, this), m_appearance);
    column->addWidget(m_negativeFold);
    column->addWidget(m_negative);
}

void PromptPanel::buildSettings(QVBoxLayout *column)
{
    m_settings = new FieldRows(labelWidth(), this);
    m_size = followTheme(new ChoiceField(this), m_appearance);
    m_size->setNumeric(true);
    m_settings->add(QStringLiteral("size"), tr("Size"), m_size, nullptr,
                    tr("Width × height in pixels, and the aspect. The model decides how many pixels."));
    m_duration = followTheme(new ChoiceField(this), m_appearance);
    m_duration->setNumeric(true);
    m_settings->add(QStringLiteral("frames"), tr("Duration"), m_duration);

    auto *seedRow = new QWidget(this);
    auto *seedLine = new QHBoxLayout(seedRow);
    seedLine->setContentsMargins(0, 0, 0, 0);
    seedLine->setSpacing(4);
    m_seed = new SeedField(seedRow);
    m_seed->setObjectName(QStringLiteral("seed"));
    auto *dice = followTheme(new IconButton(QStringLiteral("dice"), tr("Draw a new seed for every run"),
                                            IconButton::Kind::Filled, seedRow),
                             m_appearance);
    connect(dice, &QToolButton::clicked, this, [this] {
        m_seed->setSeed(-1);
        onEdit();
    });
    seedLine->addWidget(m_seed, 1);
    seedLine->addWidget(dice);
    m_settings->add(QStringLiteral("seed"), tr("Seed"), m_seed, seedRow,
                    tr("The same seed and settings give the same clip. -1 draws one for every run."));
    m_usedSeed = new QPushButton(this);
    m_usedSeed->setObjectName(QStringLiteral("usedSeed"));
    m_usedSeed->setProperty("link", "accent");
    m_usedSeed->hide();
    connect(m_usedSeed, &QPushButton::clicked, this, [this] {
        m_seed->setSeed(m_usedSeedValue.value_or(-1));
        onEdit();
    });
    m_settings->addBelow(m_usedSeed);

    auto *guidanceRow = new QWidget(this);
    auto *guidanceLine = new QHBoxLayout(guidanceRow);
    guidanceLine->setContentsMargins(0, 0, 0, 0);
    guidanceLine->setSpacing(8);
    m_guidanceSlider = new widgets::QuietSlider(guidanceRow);
    m_guidanceSlider->setRange(1, kMostOnSlider);
    m_guidanceSlider->setAccessibleName(tr("Guidance"));
    m_guidance = new NumberField(guidanceRow);
    m_guidance->setObjectName(QStringLiteral("guidance"));
    m_guidance->setDecimals(2);
    m_guidance->setRange(-1e6, 1e7); // the validator is the judge
    m_guidance->setFixedWidth(56);
    guidanceLine->addWidget(m_guidanceSlider, 1);
    guidanceLine->addWidget(m_guidance);
    m_settings->add(QStringLiteral("guidance_scale"), tr("Guidance"), m_guidance, guidanceRow,
                    tr("How closely the clip follows the prompt; 1 takes half the time and follows least."));
    connect(m_guidanceSlider, &QSlider::valueChanged, this,
            [this](int value) { m_guidance->setValue(value); });
    connect(m_guidance, &QDoubleSpinBox::valueChanged, this, [this](double value) {
        const QSignalBlocker blocker(m_guidanceSlider);
        m_guidanceSlider->setValue(int(std::lround(std::clamp(value, 1.0, double(kMostOnSlider)))));
        onEdit();
    });
    for (ChoiceField *field : {m_size, m_duration})
        connect(field, &QComboBox::currentIndexChanged, this, &PromptPanel::onEdit);
    connect(m_seed, &SeedField::seedEdited, this, &PromptPanel::onEdit);
    column->addWidget(m_settings);
}

void PromptPanel::buildMethod(QVBoxLayout *column)
{
    m_methodRows = new FieldRows(labelWidth(), this);
    m_method = followTheme(new ChoiceField(this), m_appearance);
    m_method->setObjectName(QStringLiteral("method"));
    m_method->addChoice(QStringLiteral("FastSTAR"), {}, int(Method::FastStar));
    m_method->addChoice(tr("Unpruned"), {}, int(Method::None));
    m_methodRows->add(QStringLiteral("method"), tr("Method"), m_method, nullptr,
                      tr("How tokens are chosen at the last four scales; unpruned computes all of them."));
    connect(m_method, &QComboBox::currentIndexChanged, this, &PromptPanel::onEdit);
    column->addWidget(m_methodRows);
    column->addSpacing(8);
    m_ratios = new RatioFields(labelWidth(), m_appearance, this);
    connect(m_ratios, &RatioFields::edited, this, &PromptPanel::onEdit);
    column->addWidget(m_ratios);

    auto *kept = new QHBoxLayout;
    kept->setContentsMargins(0, 4, 0, 0);
    kept->setSpacing(8);
    auto *label = makeLabel(tr("Kept"), "label", this);
    label->setFixedWidth(labelWidth() + 4);
    m_kept = makeLabel({}, "number", this);
    m_kept->setMinimumHeight(28);
    m_keptUnit = makeLabel(tr("tokens"), "hint", this);
    kept->addWidget(label);
    kept->addWidget(m_kept);
    kept->addWidget(m_keptUnit);
    kept->addStretch(1);
    column->addLayout(kept);

    m_expert = new ExpertOptions(m_appearance, this);
    connect(m_expert, &ExpertOptions::edited, this, &PromptPanel::onEdit);
    auto *fold = followTheme(new FoldButton(tr("Expert options"), m_expert, this), m_appearance);
    fold->setObjectName(QStringLiteral("expert"));
    column->addWidget(fold);
    column->addSpacing(4);
    column->addWidget(m_expert);
}

} // namespace faststar::studio
