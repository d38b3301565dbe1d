// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/prompt/prompt_panel.h"

#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QRegularExpression>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSlider>

#include <algorithm>
#include <array>
#include <cmath>

#include "app/studio/window/parts/error_texts.h"
#include "app/studio/window/parts/fold_button.h"
#include "app/studio/window/parts/labels.h"
#include "app/studio/window/prompt/expert_options.h"
#include "app/studio/window/prompt/field_rows.h"
#include "app/studio/window/prompt/picture_choices.h"
#include "app/studio/window/prompt/prompt_edit.h"
#include "app/studio/window/prompt/ratio_fields.h"
#include "app/studio/window/prompt/seed_field.h"
#include "core/domain/option_names.h"
#include "core/domain/reduction_plan.h"
#include "core/domain/schedule.h"
#include "widgets/controls/choice_field.h"
#include "widgets/controls/number_field.h"

namespace faststar::studio
{

namespace
{

QString aspectTag(const Aspect &aspect)
{
    return QString::fromStdString(formatAspect(aspect));
}

} // namespace

PromptPanel::PromptPanel(const RunFooter::Actions &actions, widgets::Appearance &appearance, QWidget *parent)
    : QWidget(parent), m_appearance(appearance), m_footer(new RunFooter(actions, appearance, this))
{
    build();
    setRequest({});
}

void PromptPanel::setModel(const ModelConfig &model)
{
    const bool isFirst = !m_model;
    m_model = model;
    GenerationRequest wanted = isFirst ? defaultRequest(model) : request();
    if (isFirst) {
        wanted.prompt = m_prompt->prompt().toStdString();
        wanted.seed = -1;
    }
    wanted.size = model.schedule.size;
    fillChoices();
    setRequest(wanted);
}

void PromptPanel::fillChoices()
{
    m_filling = true;
    m_size->clear();
    for (const PictureSize &size : pictureSizes(*m_model))
        m_size->addChoice(QStringLiteral("%1×%2").arg(size.width).arg(size.height),
                          QStringLiteral("%1 · %2").arg(aspectTag(size.aspect),
                                                        QString::fromStdString(m_model->schedule.size)),
                          aspectTag(size.aspect));
    m_duration->clear();
    const double fps = std::max(m_model->schedule.fps, 1);
    for (const int frames : frameChoices(*m_model))
        m_duration->addChoice(
            frames == 1 ? tr("0 s")
                        : tr("%1 s").arg(QLocale()
                                             .toString((frames - 1) / fps, 'f', 2)
                                             .remove(QRegularExpression(QStringLiteral("(?<=\\d)0$")))),
            frames == 1 ? tr("a picture") : tr("%1 frames").arg(frames), frames);
    m_filling = false;
}

void PromptPanel::setRequest(const GenerationRequest &request)
{
    m_filling = true;
    m_base = request;
    m_prompt->setPrompt(QString::fromStdString(request.prompt));
    m_negative->setPrompt(QString::fromStdString(request.negativePrompt));
    if (!request.negativePrompt.empty())
        m_negativeFold->setOpen(true);
    // What the list does not have is added, so that nothing changes behind the user's back.
    if (m_model) {
        if (m_size->findData(aspectTag(request.aspect)) < 0) {
            const auto schedule = scheduleOf(request, *m_model);
            m_size->addChoice(
                schedule ? QStringLiteral("%1×%2").arg(schedule->pixelWidth()).arg(schedule->pixelHeight())
                         : aspectTag(request.aspect),
                aspectTag(request.aspect), aspectTag(request.aspect));
        }
        if (m_duration->findData(request.frames) < 0)
            m_duration->addChoice(
                tr("%1 s").arg(QLocale().toString(
                    (request.frames - 1) / double(std::max(m_model->schedule.fps, 1)), 'f', 2)),
                tr("%1 frames").arg(request.frames), request.frames);
    }
    m_size->setCurrentIndex(m_size->findData(aspectTag(request.aspect)));
    m_duration->setCurrentIndex(m_duration->findData(request.frames));
    m_seed->setSeed(request.seed);
    m_guidance->setValue(request.guidanceScale);
    m_method->setCurrentIndex(m_method->findData(int(request.method)));
    m_ratios->setRequest(request);
    m_expert->setRequest(request);
    m_filling = false;
    judge();
}

GenerationRequest PromptPanel::request() const
{
    GenerationRequest request = m_base;
    request.prompt = m_prompt->prompt().toStdString();
    request.negativePrompt = m_negative->prompt().trimmed().toStdString();
    if (m_size->currentIndex() >= 0) {
        if (const auto aspect = parseAspect(m_size->currentData().toString().toStdString()))
            request.aspect = *aspect;
    }
    if (m_duration->currentIndex() >= 0)
        request.frames = m_duration->currentData().toInt();
    request.seed = m_seed->seed().value_or(-1);
    request.guidanceScale = m_guidance->value();
    request.method = Method(m_method->currentData().toInt());
    m_ratios->write(request);
    m_expert->write(request);
    if (m_model)
        expandPrompts(request, *m_model);
    return request;
}

void PromptPanel::setPrompt(const QString &prompt)
{
    m_prompt->setPrompt(prompt);
}

void PromptPanel::setRatios(const std::array<int, 4> &permille, double p)
{
    GenerationRequest wanted = request();
    wanted.ratiosPermille = permille;
    wanted.p = p;
    m_filling = true;
    m_ratios->setRequest(wanted);
    m_filling = false;
    onEdit();
}

void PromptPanel::onEdit()
{
    if (m_filling)
        return;
    judge();
    Q_EMIT edited();
}

void PromptPanel::judge()
{
    const GenerationRequest now = request();
    m_errors.clear();
    if (m_model) {
        GenerationRequest checked = now;
        checked.seed = std::max<std::int64_t>(checked.seed, 0); // -1 is drawn before it runs
        m_errors = validate(checked, *m_model);
    }
    const QString typed = m_seed->text();
    if (!m_seed->seed())
        m_errors.insert(m_errors.begin(),
                        {"seed", ErrorCode::InvalidRequest,
                         QStringLiteral("'%1' is no whole number").arg(typed).toStdString()});
    else if (*m_seed->seed() < -1)
        m_errors.insert(m_errors.begin(), {"seed", ErrorCode::InvalidRequest,
                                           QStringLiteral("%1 is negative").arg(typed).toStdString()});

    for (FieldRows *rows :
         {m_settings, m_methodRows, &m_ratios->rows(), &m_expert->sampling(), &m_expert->pruning()})
        rows->clearErrors();
    QString rest;
    for (const FieldError &error : m_errors) {
        const QString sentence = sentenceOf(error);
        const QString name = QString::fromStdString(error.field == "aspect" ? "size" : error.field);
        if (FieldRows *rows = rowsOf(error.field))
            rows->setError(name, sentence);
        else
            rest = sentence;
    }
    m_promptError->setText(rest);
    m_promptError->setVisible(!rest.isEmpty());
    setStyled(m_prompt, "error", !rest.isEmpty());
    m_ratios->setEnabled(now.method != Method::None);
    m_ratios->setToolTip(now.method != Method::None ? QString()
                                                    : tr("Without pruning these have no effect."));
    m_expert->setPruningEnabled(now.method != Method::None);
    showKept();
    showFinalPrompt();
}

FieldRows *PromptPanel::rowsOf(const std::string &field) const
{
    const QString name = QString::fromStdString(field == "aspect" ? "size" : field);
    for (FieldRows *rows :
         {m_settings, m_methodRows, &m_ratios->rows(), &m_expert->sampling(), &m_expert->pruning()}) {
        if (rows->field(name) != nullptr)
            return rows;
    }
    return nullptr;
}

QString PromptPanel::firstErrorLabel() const
{
    if (m_errors.empty())
        return {};
    const std::string &field = m_errors.front().field;
    const FieldRows *rows = rowsOf(field);
    return rows == nullptr ? tr("Prompt")
                           : rows->label(QString::fromStdString(field == "aspect" ? "size" : field));
}

void PromptPanel::focusFirstError()
{
    if (m_errors.empty())
        return;
    const std::string &field = m_errors.front().field;
    const FieldRows *rows = rowsOf(field);
    QWidget *target =
        rows == nullptr ? m_prompt : rows->field(QString::fromStdString(field == "aspect" ? "size" : field));
    target->setFocus(Qt::OtherFocusReason);
    m_scroll->ensureWidgetVisible(target);
}

void PromptPanel::focusPrompt()
{
    m_prompt->setFocus(Qt::OtherFocusReason);
    m_prompt->selectAll();
}

void PromptPanel::setUsedSeed(std::optional<std::int64_t> seed)
{
    m_usedSeedValue = seed;
    m_usedSeed->setVisible(seed && m_seed->seed() != seed);
    if (seed)
        m_usedSeed->setText(tr("Use %1 again").arg(*seed));
    m_usedSeed->setToolTip(tr("The seed of the run that is shown"));
}

void PromptPanel::showFinalPrompt()
{
    if (!m_finalPrompt->isVisibleTo(this))
        return;
    const GenerationRequest now = request();
    const auto added = [this](const std::string &words) {
        return QStringLiteral("<span style=\"color:%1\">%2</span>")
            .arg(m_appearance.theme().accent.name(), QString::fromStdString(words).toHtmlEscaped());
    };
    m_finalPrompt->setText(added(now.promptPrefix) + QString::fromStdString(now.prompt).toHtmlEscaped() +
                           added(now.promptSuffix));
}

void PromptPanel::showKept()
{
    if (!m_model) {
        m_kept->setText(QStringLiteral("–"));
        return;
    }
    const GenerationRequest now = request();
    const auto schedule = scheduleOf(now, *m_model);
    if (!m_errors.empty() || !schedule) {
        m_kept->setText(QStringLiteral("–"));
        return;
    }
    std::int64_t all = 0;
    std::int64_t run = 0;
    for (const PlannedStep &step : planSteps(now, *m_model, *schedule)) {
        all += step.tokens;
        run += step.run;
    }
    m_kept->setText(
        tr("%1 of %2").arg(QLocale().toString(qlonglong(run)), QLocale().toString(qlonglong(all))));
    if (schedule->scales.size() >= 4) {
        std::array<int, 4> scales{};
        for (std::size_t i = 0; i < 4; ++i)
            scales[i] = schedule->scales[schedule->scales.size() - 4 + i].index;
        m_ratios->setScales(scales);
    }
}

} // namespace faststar::studio
