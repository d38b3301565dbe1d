// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/wiring/step_presenter.h"

#include <QAction>
#include <QLabel>

#include "app/studio/window/actions.h"
#include "app/studio/window/docks/live_page.h"
#include "app/studio/window/docks/timeline_page.h"
#include "app/studio/window/inspect/inspect_page.h"
#include "app/studio/window/wiring/run_words.h"
#include "app/studio/window/wiring/what_if_presenter.h"
#include "widgets/film/film_strip.h"
#include "widgets/heatmap/heatmap_quad.h"
#include "widgets/timeline/progress_segments.h"
#include "widgets/timeline/timeline_view.h"

namespace faststar::studio
{

StepPresenter::StepPresenter(Session &session, StudioActions &actions, StudioViews &views,
                             WhatIfPresenter &whatIf, QObject *parent)
    : QObject(parent), m_session(session), m_actions(actions), m_views(views), m_whatIf(whatIf)
{
    m_later.setSingleShot(true);
    m_later.setInterval(0);
    connect(&m_later, &QTimer::timeout, this, &StepPresenter::refresh);
    connect(&m_session, &Session::shownChanged, this, &StepPresenter::onShown);
    connect(&m_session, &Session::runPlanned, this, [this](const RunPtr &run) {
        if (run == m_session.shown())
            onShown(run);
    });
    connect(&m_session, &Session::stepFinished, this, &StepPresenter::onStep);
    connect(&m_session, &Session::progressed, this, [this](const RunPtr &run) {
        if (run == m_session.shown())
            refreshSegments(run);
    });
    connect(&m_session, &Session::runEnded, this, [this](const RunPtr &run) {
        if (run == m_session.shown()) {
            fillTimeline(run);
            refreshLater();
        }
    });
    connect(&m_whatIf, &WhatIfPresenter::changed, this, &StepPresenter::refreshLater);
    connectViews();
    onShown(m_session.shown());
}

void StepPresenter::connectViews()
{
    RunCursor *cursor = m_session.cursor();
    connect(cursor, &RunCursor::placeChanged, this, [this](const RunPlace &place) {
        m_views.film->setCursor(place);
        m_views.timeline->view()->setCursor(m_session.cursor()->step().step);
        refreshLater();
    });
    connect(cursor, &RunCursor::followingChanged, this, [this](bool following) {
        m_actions.follow->setChecked(following);
        m_views.film->setFollowing(following);
    });
    connect(m_actions.follow, &QAction::triggered, cursor, &RunCursor::setFollowing);
    connect(m_views.film, &widgets::FilmStrip::cursorMoved, this,
            [cursor](int clip, int scale, int repetition, int frame) {
                cursor->setPlace({clip, scale, repetition, frame});
            });
    connect(m_views.film, &widgets::FilmStrip::followingChanged, cursor, &RunCursor::setFollowing);
    connect(m_views.timeline->view(), &widgets::TimelineView::stepPicked, this, [this, cursor](int step) {
        for (const Scale &scale : cursor->schedule().scales) {
            if (step >= scale.firstStep && step < scale.firstStep + scale.repetitions)
                cursor->setPlace({scale.clip, scale.index, step - scale.firstStep, cursor->place().frame});
        }
    });
    for (auto *quad : {m_views.live->quad(), m_views.inspect->quad()})
        connect(quad, &widgets::HeatmapQuad::scaleRequested, this, [cursor](int by) { cursor->move(by, 0); });
}

void StepPresenter::onShown(const RunPtr &run)
{
    fillFilm(run);
    fillTimeline(run);
    refreshLater();
}

void StepPresenter::fillFilm(const RunPtr &run)
{
    auto *film = m_views.film;
    if (!run || !run->plan) {
        film->setSchedule(nullptr);
        return;
    }
    const auto &schedule = run->plan->schedule;
    film->setSchedule(std::shared_ptr<const Schedule>(run->plan, &schedule));
    for (const Scale &scale : schedule.scales) {
        widgets::FilmScale facts;
        facts.tokens = scale.shape.tokens();
        if (std::size_t(scale.firstStep) < run->plan->keptTokens.size())
            facts.kept = run->plan->keptTokens[std::size_t(scale.firstStep)];
        film->setScale(scale.index, facts);
    }
    for (const StepPtr &step : run->steps) {
        if (step)
            film->takeStep(*step);
    }
    film->setImageForced(run->request.condition != ConditionKind::None);
    film->setFollowing(m_session.cursor()->isFollowing());
    film->setCursor(m_session.cursor()->place());
}

void StepPresenter::fillTimeline(const RunPtr &run)
{
    m_views.timeline->view()->setSteps(run ? timelineOf(*run) : std::vector<widgets::TimelineStep>{});
    m_views.timeline->setRemark(run ? stepsText(*run) : QString());
    if (run && run->plan)
        m_views.timeline->view()->setCursor(m_session.cursor()->step().step);
    refreshSegments(run);
}

void StepPresenter::refreshSegments(const RunPtr &run) const
{
    m_views.timeline->segments()->setSegments(run ? segmentsOf(*run)
                                                  : std::vector<widgets::ProgressSegment>{});
}

void StepPresenter::onStep(const RunPtr &run, const StepPtr &step)
{
    if (run != m_session.shown())
        return;
    m_views.film->takeStep(*step);
    refreshLater();
}

void StepPresenter::refreshLater()
{
    if (!m_later.isActive())
        m_later.start();
}

void StepPresenter::refresh()
{
    const RunPtr run = m_session.shown();
    if (!run) {
        m_views.live->clear();
        m_views.inspect->clear();
        return;
    }
    if (!isOver(run->state))
        fillTimeline(run);
    const RunPlace place = m_session.cursor()->place();
    const int step = m_session.cursor()->step().step;
    const auto event = run->plan ? run->step(step) : nullptr;
    const auto choice = m_whatIf.choiceAt(step);
    const auto changedMask = event && m_whatIf.isChanged() && choice ? m_whatIf.maskOf(*event) : nullptr;
    m_views.live->showStep(*run, place, changedMask);
    m_views.inspect->showStep(*run, place, changedMask,
                              choice ? std::optional(double(choice->cut)) : std::nullopt);
}

} // namespace faststar::studio
