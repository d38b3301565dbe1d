// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/wiring/what_if_presenter.h"

#include <QLocale>

#include <algorithm>

#include "app/studio/session/library.h"
#include "app/studio/window/actions.h"
#include "app/studio/window/canvas/canvas_panel.h"
#include "app/studio/window/canvas/message_bar.h"
#include "app/studio/window/docks/live_page.h"
#include "app/studio/window/docks/ratios_page.h"
#include "app/studio/window/parts/error_texts.h"
#include "app/studio/window/prompt/prompt_panel.h"
#include "app/studio/window/wiring/run_words.h"
#include "app/studio/window/wiring/shown_picture.h"
#include "widgets/ratios/frame_shares.h"
#include "widgets/ratios/norm_slider.h"
#include "widgets/ratios/ratio_editor.h"

namespace faststar::studio
{

namespace
{

std::vector<std::int64_t> keptPerFrame(const MaskGrid &mask)
{
    std::vector<std::int64_t> kept(std::size_t(std::max(mask.shape.t, 0)), 0);
    const std::size_t tokens = std::size_t(mask.shape.h) * std::size_t(mask.shape.w);
    for (std::size_t i = 0; i < mask.values.size() && tokens > 0; ++i)
        kept[i / tokens] += mask.values[i] != 0 ? 1 : 0;
    return kept;
}

QString number(std::int64_t value)
{
    return QLocale().toString(qlonglong(value));
}

} // namespace

WhatIfPresenter::WhatIfPresenter(const StudioServices &services, StudioActions &actions, StudioViews &views,
                                 QObject *parent)
    : QObject(parent), m_services(services), m_session(*services.session), m_actions(actions), m_views(views)
{
    m_later.setSingleShot(true);
    m_later.setInterval(0);
    connect(&m_later, &QTimer::timeout, this, &WhatIfPresenter::evaluate);
    connect(&m_session, &Session::shownChanged, this, &WhatIfPresenter::reset);
    connect(&m_session, &Session::runPlanned, this, &WhatIfPresenter::reset);
    connect(&m_session, &Session::stepFinished, this, &WhatIfPresenter::take);
    connect(&m_session, &Session::runEnded, this, &WhatIfPresenter::evaluateLater);
    if (m_services.library != nullptr)
        connect(m_services.library, &Library::measured, this, &WhatIfPresenter::evaluateLater);
    connect(&m_session, &Session::modelOpened, this, &WhatIfPresenter::evaluateLater);
    connect(m_session.cursor(), &RunCursor::placeChanged, this, &WhatIfPresenter::evaluateLater);
    connect(m_views.prompt, &PromptPanel::edited, this, &WhatIfPresenter::evaluateLater);
    for (auto *editor : {m_views.ratios->editor(), m_views.liveRatios})
        connect(editor, &widgets::RatioEditor::ratioChanged, this, &WhatIfPresenter::setRatio);
    connect(m_views.ratios->norm(), &widgets::NormSlider::pChanged, this,
            [this](double p) { m_views.prompt->setRatios(m_views.prompt->request().ratiosPermille, p); });
    connect(m_actions.rerun, &QAction::triggered, this, &WhatIfPresenter::rerun);
    connect(m_actions.backToRun, &QAction::triggered, this, &WhatIfPresenter::backToRun);
    evaluateLater();
}

void WhatIfPresenter::reset(const RunPtr &run)
{
    if (run != m_session.shown())
        return;
    m_whatIf.reset();
    m_choices.clear();
    m_firstChanged.reset();
    const ModelPtr model = run && run->model ? run->model : m_session.model();
    if (run && run->plan && model) {
        m_whatIf.emplace(run->request, model->config, run->plan->schedule);
        for (const StepPtr &step : run->steps) {
            if (step)
                m_whatIf->add(*step);
        }
    }
    evaluateLater();
}

void WhatIfPresenter::take(const RunPtr &run, const StepPtr &step)
{
    if (run != m_session.shown() || !m_whatIf)
        return;
    m_whatIf->add(*step);
    evaluateLater();
}

void WhatIfPresenter::evaluateLater()
{
    if (!m_later.isActive())
        m_later.start();
}

GenerationRequest WhatIfPresenter::wanted() const
{
    const RunPtr run = m_session.shown();
    GenerationRequest panel = m_views.prompt->request();
    if (!run)
        return panel;
    GenerationRequest wanted = run->request;
    wanted.method = panel.method;
    wanted.ratiosPermille = panel.ratiosPermille;
    wanted.p = panel.p;
    wanted.pruning = panel.pruning;
    return wanted;
}

void WhatIfPresenter::evaluate()
{
    const RunPtr run = m_session.shown();
    m_firstChanged.reset();
    m_choices.clear();
    const WhatIfResult *result = nullptr;
    if (m_whatIf && run && m_views.prompt->errors().empty()) {
        result = &m_whatIf->evaluate(wanted());
        m_choices = result->choices;
        m_firstChanged = result->firstChangedScale;
    }
    showRatios();
    showForecast(run, result);
    const bool mayRerun = m_firstChanged && run && isOver(run->state) && m_session.allowed().generate &&
                          (!run->journal.empty() || !run->steps.empty());
    m_actions.rerun->setEnabled(mayRerun);
    m_actions.rerun->setText(m_firstChanged ? tr("Re-run from scale %1").arg(*m_firstChanged)
                                            : tr("Re-run from a scale"));
    m_actions.rerun->setIconText(m_actions.rerun->text());
    m_actions.backToRun->setEnabled(m_firstChanged.has_value());
    m_actions.backToRun->setText(run ? tr("Back to the settings of %1").arg(runName(*run))
                                     : tr("Back to the run's settings"));
    m_actions.backToRun->setIconText(run ? tr("Back to %1").arg(runName(*run)) : tr("Back to the run"));
    QString note;
    if (run && isChanged())
        note = result->otherReference ? tr("The maps were measured with another reference: masks show the "
                                           "stored one until the run is made anew.")
                                      : tr("Masks are exact for the stored score maps. The picture stays "
                                           "that of the run until it is made anew.");
    else if (run)
        note = tr("Change a ratio to see its masks at once.");
    m_views.ratios->setNote(note);
    Q_EMIT changed();
}

std::shared_ptr<const StepChoice> WhatIfPresenter::choiceAt(int step) const
{
    return step >= 0 && std::size_t(step) < m_choices.size() ? m_choices[std::size_t(step)] : nullptr;
}

std::shared_ptr<const MaskGrid> WhatIfPresenter::maskOf(const StepEvent &event) const
{
    const auto choice = isChanged() ? choiceAt(event.index.step) : nullptr;
    if (!choice)
        return tokenMaskOf(event);
    auto mask = std::make_shared<MaskGrid>();
    mask->shape = event.shape;
    mask->values.assign(std::size_t(event.shape.tokens()), 0);
    for (const std::int32_t token : choice->tokens) {
        if (token >= 0 && std::size_t(token) < mask->values.size())
            mask->values[std::size_t(token)] = 1;
    }
    return mask;
}

void WhatIfPresenter::showRatios()
{
    const RunPtr run = m_session.shown();
    const auto &model = m_views.prompt->model();
    const GenerationRequest panel = m_views.prompt->request();
    std::vector<widgets::RatioScale> scales;
    Schedule schedule;
    if (run && run->plan) {
        schedule = run->plan->schedule;
    } else if (model) {
        if (auto made = scheduleOf(panel, *model))
            schedule = std::move(*made);
    }
    if (schedule.scales.size() >= 4) {
        for (std::size_t i = 0; i < 4; ++i) {
            const Scale &scale = schedule.scales[schedule.scales.size() - 4 + i];
            widgets::RatioScale row;
            row.scale = scale.index;
            row.shape = scale.shape;
            row.tokens = scale.shape.tokens();
            row.permille = panel.method == Method::None ? 0 : panel.ratiosPermille[i];
            if (run)
                row.runPermille = run->request.method == Method::None ? 0 : run->request.ratiosPermille[i];
            scales.push_back(row);
        }
    }
    for (auto *editor : {m_views.ratios->editor(), m_views.liveRatios}) {
        if (editor->scales() != scales)
            editor->setScales(scales);
        editor->setEnabled(panel.method != Method::None);
        editor->setToolTip(panel.method == Method::None ? tr("Without pruning the ratios have no effect.")
                                                        : QString());
    }
    m_views.ratios->norm()->setP(panel.p);
    m_views.ratios->norm()->setRunP(run ? std::optional(run->request.p) : std::nullopt);
}

void WhatIfPresenter::showForecast(const RunPtr &run, const WhatIfResult *result)
{
    std::vector<ForecastLine> lines;
    if (run && run->plan && result != nullptr) {
        std::int64_t tokens = 0;
        for (const std::int64_t kept : run->plan->keptTokens)
            tokens += kept;
        const auto share = [&](std::int64_t kept) {
            return tr("%1 %").arg(QLocale().toString(
                100.0 * double(kept) / double(std::max<std::int64_t>(result->tokensAll, 1)), 'f', 1));
        };
        lines.push_back(
            {tr("Kept tokens"), number(tokens), isChanged() ? number(result->tokensRun) : QString()});
        lines.push_back({tr("Share"), share(tokens), isChanged() ? share(result->tokensRun) : QString()});
        addTimes(*run, *result, lines);
    }
    m_views.ratios->setForecast(run ? runName(*run) : QString(), lines);
    showShares(run);
}

// Seconds of the what-if are those of the run, changed as much as its forecast changes: what this machine
// did in this very run weighs more than the mean of earlier ones.
void WhatIfPresenter::addTimes(const RunRecord &run, const WhatIfResult &result,
                               std::vector<ForecastLine> &lines) const
{
    const bool isWhole = run.state == RunState::Finished && run.plan->resumedSteps == 0;
    const ModelPtr model = run.model ? run.model : m_session.model();
    if (!isWhole || !model || m_services.library == nullptr)
        return;
    const auto &sum = run.summary;
    const double measured = sum.imageClipSeconds + sum.videoClipSeconds;
    const double whole = measuredSeconds(run);
    ForecastLine transformer{tr("Transformer"), secondsText(measured), {}};
    ForecastLine all{tr("Whole run"), secondsText(whole), {}};
    const auto before = m_services.library->forecast(run.request, *model, m_services.threads);
    const auto after = m_services.library->forecast(wanted(), *model, m_services.threads, &result.plan);
    if (isChanged() && before && after && before->generateSeconds() > 0.0) {
        const double changed = measured * after->generateSeconds() / before->generateSeconds();
        transformer.whatIf = secondsText(changed);
        all.whatIf = secondsText(whole - measured + changed);
    }
    lines.push_back(transformer);
    lines.push_back(all);
}

void WhatIfPresenter::showShares(const RunPtr &run)
{
    const StepPtr event = run && run->plan ? run->step(m_session.cursor()->step().step) : nullptr;
    const auto mask = event ? tokenMaskOf(*event) : nullptr;
    if (!mask) {
        m_views.ratios->setSharesTitle({});
        return;
    }
    const auto now = keptPerFrame(*maskOf(*event));
    const auto before = keptPerFrame(*mask);
    std::vector<widgets::FrameShare> shares;
    for (std::size_t i = 0; i < now.size() && i < before.size(); ++i)
        shares.push_back({now[i], now[i] == before[i] ? std::nullopt : std::optional(before[i])});
    m_views.ratios->shares()->setShares(std::move(shares), std::int64_t{event->shape.h} * event->shape.w);
    m_views.ratios->setSharesTitle(
        tr("Kept per latent frame, step %1.%2").arg(event->index.scale).arg(event->index.repetition));
}

void WhatIfPresenter::setRatio(int index, int permille) const
{
    if (index < 0 || index >= 4)
        return;
    const GenerationRequest panel = m_views.prompt->request();
    auto ratios = panel.ratiosPermille;
    ratios[std::size_t(index)] = permille;
    m_views.prompt->setRatios(ratios, panel.p);
}

void WhatIfPresenter::rerun()
{
    const RunPtr run = m_session.shown();
    if (!run || !m_firstChanged)
        return;
    const Submission answer = m_session.branch(run, *m_firstChanged, wanted());
    if (answer.accepted())
        return;
    Message message;
    message.title = headlineOf(answer.errors.front().code);
    message.safe = sentenceOf(answer.errors.front());
    m_views.canvas->messages()->showMessage(message);
}

void WhatIfPresenter::backToRun()
{
    const RunPtr run = m_session.shown();
    if (!run)
        return;
    GenerationRequest request = m_views.prompt->request();
    request.method = run->request.method;
    request.ratiosPermille = run->request.ratiosPermille;
    request.p = run->request.p;
    request.pruning = run->request.pruning;
    m_views.prompt->setRequest(request);
    evaluateLater();
}

} // namespace faststar::studio
