// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/wiring/probe_presenter.h"

#include <algorithm>
#include <cmath>

#include "app/studio/window/canvas/canvas_panel.h"
#include "app/studio/window/docks/live_page.h"
#include "app/studio/window/inspect/inspect_page.h"
#include "app/studio/window/probe/probe_page.h"
#include "app/studio/window/prompt/prompt_panel.h"
#include "app/studio/window/wiring/what_if_presenter.h"
#include "core/domain/overlay.h"
#include "core/domain/token_facts.h"
#include "widgets/canvas/picture_canvas.h"
#include "widgets/heatmap/heatmap_quad.h"
#include "widgets/probe/histogram_view.h"
#include "widgets/probe/probe_panel.h"
#include "widgets/probe/scatter_view.h"

namespace faststar::studio
{

using widgets::MapPlace;

namespace
{

std::optional<double> known(float value)
{
    return std::isnan(value) ? std::nullopt : std::optional(double(value));
}

} // namespace

ProbePresenter::ProbePresenter(Session &session, StudioViews &views, WhatIfPresenter &whatIf, QObject *parent)
    : QObject(parent), m_session(session), m_views(views), m_whatIf(whatIf)
{
    m_later.setSingleShot(true);
    m_later.setInterval(0);
    connect(&m_later, &QTimer::timeout, this, &ProbePresenter::refresh);
    listen(m_views.live->quad());
    listen(m_views.inspect->quad());
    listen(m_views.canvas->picture());
    connect(m_views.probe->scatter(), &widgets::ScatterView::tokenPicked, this,
            [this](int t, int row, int column) {
                pick({t, row, column});
            });
    connect(m_views.probe->scatter(), &widgets::ScatterView::ratioDragged, this, [this](int permille) {
        const auto &scales = m_session.cursor()->schedule().scales;
        const int index = m_session.cursor()->step().scale - (int(scales.size()) - 4);
        if (index < 0 || index >= 4)
            return;
        auto request = m_views.prompt->request();
        request.ratiosPermille[std::size_t(index)] = permille;
        m_views.prompt->setRatios(request.ratiosPermille, request.p);
    });
    connect(m_views.canvas, &CanvasPanel::modeChanged, this, &ProbePresenter::refreshLater);
    connect(m_views.probe, &ProbePage::scoreChosen, this, &ProbePresenter::refreshLater);
    connect(m_session.cursor(), &RunCursor::placeChanged, this, &ProbePresenter::refreshLater);
    connect(&m_session, &Session::shownChanged, this, &ProbePresenter::refreshLater);
    connect(&m_whatIf, &WhatIfPresenter::changed, this, &ProbePresenter::refreshLater);
    refreshLater();
}

template <typename View> void ProbePresenter::listen(View *view)
{
    connect(view, &View::tokenHovered, this, [this](int t, int row, int column) {
        hover(MapPlace{t, row, column});
    });
    connect(view, &View::hoverEnded, this, [this] { hover(std::nullopt); });
    connect(view, &View::tokenPicked, this, [this](int t, int row, int column) { pick({t, row, column}); });
}

void ProbePresenter::hover(const std::optional<MapPlace> &place)
{
    m_hovered = place;
    refreshLater();
}

void ProbePresenter::pick(const MapPlace &place)
{
    m_kept = place;
    m_hovered.reset();
    m_session.cursor()->setFrame(place.t);
    refreshLater();
}

void ProbePresenter::refreshLater()
{
    if (!m_later.isActive())
        m_later.start();
}

void ProbePresenter::refresh()
{
    const RunPtr run = m_session.shown();
    const StepPtr event = run && run->plan ? run->step(m_session.cursor()->step().step) : nullptr;
    showScores(run, event);
    showFacts(run, event);
}

void ProbePresenter::showFacts(const RunPtr &run, const StepPtr &event)
{
    auto *panel = m_views.probe->panel();
    for (auto *quad : {m_views.live->quad(), m_views.inspect->quad()})
        quad->setProbe(m_kept);
    m_views.canvas->picture()->setProbe(m_views.canvas->mode() == CanvasMode::Picture ? std::nullopt
                                                                                      : m_kept);
    const auto place = m_hovered ? m_hovered : m_kept;
    if (!place || !event || !event->scores || !event->record) {
        panel->setFacts(std::nullopt);
        return;
    }
    const auto choice = m_whatIf.isChanged() ? m_whatIf.choiceAt(event->index.step) : nullptr;
    const MaskGrid &mask = choice ? choice->mask : event->record->mask;
    const auto &tokens = choice ? choice->tokens : event->record->tokens;
    const TokenFacts told =
        tokenFacts(*event->scores, mask, tokens, event->shape, place->t, place->row, place->column);
    widgets::ProbeFacts facts;
    facts.place = {told.frame, told.row, told.column};
    facts.grid = event->scores->score.shape;
    const auto &clips = run->plan->schedule.clips;
    const int clip = m_session.cursor()->place().clip;
    const int latent =
        (std::size_t(clip) < clips.size() ? clips[std::size_t(clip)].firstFrame : 0) + told.frame;
    facts.frames = pixelFramesOfLatentFrame(latent);
    facts.kept = told.placeKept;
    facts.rank = told.rank;
    facts.spatial = known(told.spatial);
    facts.temporal = known(told.temporal);
    facts.fused = known(told.score);
    facts.norm = known(told.norm);
    facts.p = m_whatIf.wanted().p;
    if (std::isfinite(told.cut))
        facts.cut = double(told.cut);
    if (event->shape.h != facts.grid.h || event->shape.w != facts.grid.w)
        facts.token = MapPlace{told.frame, told.tokenRow, told.tokenColumn};
    panel->setPicture(m_views.canvas->picture()->picture());
    panel->setFacts(facts);
    const QString before = tr("step %1.%2").arg(event->index.scale).arg(event->index.repetition);
    const QString after =
        told.placeKept ? tr("kept, rank %1").arg(told.rank) : tr("pruned, rank %1").arg(told.rank);
    for (auto *quad : {m_views.live->quad(), m_views.inspect->quad()})
        quad->setProbeWords(before, after);
}

void ProbePresenter::showScores(const RunPtr &run, const StepPtr &event)
{
    auto *histogram = m_views.probe->histogram();
    auto *scatter = m_views.probe->scatter();
    scatter->setProbe(m_kept);
    const auto choice = event ? m_whatIf.choiceAt(event->index.step) : nullptr;
    if (event == m_shownStep && choice == m_shownChoice && m_views.probe->score() == m_shownScore)
        return;
    m_shownStep = event;
    m_shownChoice = choice;
    m_shownScore = m_views.probe->score();
    if (!run || !event || !event->scores) {
        histogram->setScores(widgets::MapKind::Fused, nullptr);
        scatter->setScores(nullptr, nullptr);
        m_views.probe->setStep({});
        return;
    }
    const auto &scores = event->scores;
    const auto spatial = widgets::distanceOf(scores->spatialSimilarity);
    const auto temporal = widgets::distanceOf(scores->temporalSimilarity);
    const auto fused = choice ? choice->score : std::shared_ptr<const ScoreGrid>(scores, &scores->score);
    const auto mask = choice ? std::shared_ptr<const MaskGrid>(choice, &choice->mask)
                             : std::shared_ptr<const MaskGrid>(event->record, &event->record->mask);
    const bool hasCut = choice && std::isfinite(choice->cut);
    const bool isFused = m_shownScore == 2;
    histogram->setScores(widgets::MapKind(m_shownScore), isFused             ? fused
                                                         : m_shownScore == 0 ? spatial
                                                                             : temporal);
    histogram->setKept(mask);
    histogram->setCut(isFused && hasCut ? std::optional(double(choice->cut)) : std::nullopt);
    scatter->setScores(spatial, temporal);
    scatter->setKept(mask);
    scatter->setNorm(m_whatIf.wanted().p, hasCut ? std::optional(double(choice->cut)) : std::nullopt);
    m_views.probe->setStep(QStringLiteral("%1.%2").arg(event->index.scale).arg(event->index.repetition));
}

} // namespace faststar::studio
