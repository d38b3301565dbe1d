// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/prompt/expert_options.h"

#include <QSignalBlocker>
#include <QVBoxLayout>

#include "app/studio/window/parts/labels.h"
#include "app/studio/window/parts/themed.h"
#include "app/studio/window/prompt/field_rows.h"
#include "core/domain/option_names.h"
#include "widgets/controls/choice_field.h"
#include "widgets/controls/number_field.h"

namespace faststar::studio
{

namespace
{

constexpr int kLabelWidth = 104;

void select(widgets::ChoiceField *field, const QVariant &value)
{
    const QSignalBlocker blocker(field);
    field->setCurrentIndex(qMax(0, field->findData(value)));
    field->update();
}

void setNumber(widgets::NumberField *field, double value)
{
    const QSignalBlocker blocker(field);
    field->setValue(value);
}

} // namespace

ExpertOptions::ExpertOptions(widgets::Appearance &appearance, QWidget *parent)
    : QWidget(parent), m_appearance(appearance), m_sampling(new FieldRows(kLabelWidth, this)),
      m_pruning(new FieldRows(kLabelWidth, this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(makeLabel(tr("Sampling"), "section", this));
    column->addWidget(m_sampling);
    column->addSpacing(4);
    column->addWidget(makeLabel(tr("Pruning"), "section", this));
    column->addWidget(m_pruning);
    buildSampling();
    buildPruning();
}

widgets::NumberField *ExpertOptions::addNumber(FieldRows &rows, const QString &name, const QString &label,
                                               const QString &why, int decimals, double step) const
{
    auto *field = new widgets::NumberField(&rows);
    field->setDecimals(decimals);
    field->setRange(-1e6, 1e7); // the validator is the judge
    field->setSingleStep(step);
    connect(field, &QDoubleSpinBox::valueChanged, this, &ExpertOptions::edited);
    rows.add(name, label, field, nullptr, why);
    return field;
}

void ExpertOptions::buildSampling()
{
    const auto choice = [this](const QString &name, const QString &label, const QString &why) {
        auto *field = followTheme(new widgets::ChoiceField(m_sampling), m_appearance);
        connect(field, &QComboBox::currentIndexChanged, this, &ExpertOptions::edited);
        m_sampling->add(name, label, field, nullptr, why);
        return field;
    };
    m_guidance = choice(QStringLiteral("guidance"), tr("Guidance rule"),
                        tr("Adaptive projected guidance, or plain classifier-free guidance."));
    m_guidance->addChoice(tr("Projected"), QStringLiteral("APG"), int(Guidance::Apg));
    m_guidance->addChoice(tr("Plain"), QStringLiteral("CFG"), int(Guidance::Cfg));
    m_apgThreshold =
        addNumber(*m_sampling, QStringLiteral("apg_norm_threshold"), tr("Norm limit"),
                  tr("The guidance difference is scaled down to this norm (projected guidance)."), 4, 0.01);
    m_tauImage = addNumber(*m_sampling, QStringLiteral("tau_image"), tr("Temperature, image"),
                           tr("Of the draws in the image clip; less is surer, more is freer."), 3, 0.1);
    m_tauVideo = addNumber(*m_sampling, QStringLiteral("tau_video"), tr("Temperature, video"),
                           tr("Of the draws in the video clips; less is surer, more is freer."), 3, 0.1);
    m_draw = choice(QStringLiteral("greedy"), tr("Draw"),
                    tr("Likeliest takes no chance; the seed has no effect."));
    m_draw->addChoice(tr("By chance"), {}, false);
    m_draw->addChoice(tr("Likeliest"), {}, true);
    m_smooth = choice(QStringLiteral("smooth_first_frame"), tr("First frame"),
                      tr("Replaced by the second one, as the released script does."));
    m_smooth->addChoice(tr("As made"), {}, false);
    m_smooth->addChoice(tr("Smoothed"), {}, true);
}

void ExpertOptions::buildPruning()
{
    for (const OptionRow &row : pruningOptionRows()) {
        auto *field = followTheme(new widgets::ChoiceField(m_pruning), m_appearance);
        for (const auto &value : row.values)
            field->addChoice(value.label, {}, QString::fromStdString(value.name));
        connect(field, &QComboBox::currentIndexChanged, this, &ExpertOptions::edited);
        m_pruning->add(QString::fromStdString(row.key), row.label, field, nullptr, row.why);
        m_choices.push_back({row, field});
    }
    m_frameFloor =
        addNumber(*m_pruning, QStringLiteral("frame_floor"), tr("Floor of a frame"),
                  tr("Share of a latent frame that is always kept (global with a floor)."), 3, 0.05);
    m_eps = addNumber(*m_pruning, QStringLiteral("eps"), tr("Least norm"),
                      tr("Lower bound of a norm in the cosine."), 10, 1e-8);
}

void ExpertOptions::setRequest(const GenerationRequest &request)
{
    select(m_guidance, int(request.guidance));
    setNumber(m_apgThreshold, request.apgNormThreshold);
    setNumber(m_tauImage, request.tauImage);
    setNumber(m_tauVideo, request.tauVideo);
    select(m_draw, request.greedy);
    select(m_smooth, request.smoothFirstFrame);
    for (const Choice &choice : m_choices)
        select(choice.field, QString::fromStdString(choice.row.current(request)));
    setNumber(m_frameFloor, request.pruning.frameFloor);
    setNumber(m_eps, request.pruning.eps);
}

void ExpertOptions::write(GenerationRequest &request) const
{
    request.guidance = Guidance(m_guidance->currentData().toInt());
    request.apgNormThreshold = m_apgThreshold->value();
    request.tauImage = m_tauImage->value();
    request.tauVideo = m_tauVideo->value();
    request.greedy = m_draw->currentData().toBool();
    request.smoothFirstFrame = m_smooth->currentData().toBool();
    for (const Choice &choice : m_choices) {
        const std::string value = choice.field->currentData().toString().toStdString();
        if (choice.row.key == "temporal_ref" && value == "auto") {
            request.pruning.temporalRef.reset();
            continue;
        }
        // Every name comes from the table that setOption reads; the validator judges combinations.
        [[maybe_unused]] const Status set = setOption(request, choice.row.key, value);
        Q_ASSERT(set);
    }
    request.pruning.frameFloor = m_frameFloor->value();
    request.pruning.eps = m_eps->value();
}

void ExpertOptions::setPruningEnabled(bool enabled)
{
    m_pruning->setEnabled(enabled);
    m_pruning->setToolTip(enabled ? QString() : tr("Without pruning these have no effect."));
}

} // namespace faststar::studio
