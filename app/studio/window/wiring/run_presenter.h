// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QTimer>

#include "app/studio/session/session.h"
#include "app/studio/window/studio_services.h"
#include "app/studio/window/wiring/studio_views.h"

namespace faststar::studio
{

class StudioActions;

// Between the session and the controls: what is asked for goes to the session, and buttons, footer,
// status line and messages say what became of it.
class RunPresenter : public QObject
{
    Q_OBJECT

public:
    RunPresenter(const StudioServices &services, StudioActions &actions, StudioViews &views, QObject *parent);

    // Asks the session for a run of what the panel says.
    void generate(Turn turn);

private:
    void connectSession();
    void connectViews();
    void branch();
    // Shows why where it was not accepted.
    bool tell(const Submission &answer) const;
    void onStateChanged();
    void onShown(const RunPtr &run);
    void onRunEnded(const RunPtr &run);
    void onModel(const ModelPtr &model);
    void onModelFailed(const Error &error);
    void tellFailure(const RunPtr &run);
    void tellLostDevice(const Error &error);
    // The model anew, and then what is left of that run.
    void reopen(const std::string &device, const RunPtr &run);
    void warn(const QString &title, const QString &sentence, const QString &details) const;
    void refreshLater();
    void refreshActions();
    void refreshFooter();
    void refreshForecast();

    StudioServices m_services;
    Session &m_session;
    StudioActions &m_actions;
    StudioViews &m_views;
    QTimer m_later;
    RunPtr m_lost;       // whose device stopped answering
    RunPtr m_toContinue; // once the model that is being opened is there
};

} // namespace faststar::studio
