// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include "app/studio/session/session_state.h"
#include "widgets/look/style.h"

class QAction;
class QLabel;
class QPushButton;
class QStackedWidget;

namespace faststar::widgets
{
class IconButton;
}

namespace faststar::studio
{

// How far the run in work is.
struct FooterProgress {
    double done = 0.0;         // [0, 1] of its time
    double secondsLeft = -1.0; // negative = not known
    int waiting = 0;           // in the queue

    bool operator==(const FooterProgress &) const = default;
};

// Below the panel: Generate with its forecast, or the run in work with what may be done to it. The
// buttons are those of the actions, so that keys, menu and panel always agree.
class RunFooter : public QWidget
{
    Q_OBJECT

public:
    struct Actions {
        QAction *generate = nullptr;
        QAction *pause = nullptr; // also resumes
        QAction *stopAndKeep = nullptr;
        QAction *cancel = nullptr;
        QAction *showQueue = nullptr;
    };

    RunFooter(const Actions &actions, widgets::Appearance &appearance, QWidget *parent = nullptr);

    void setState(SessionState state);
    void setProgress(const FooterProgress &progress);
    // The line under Generate: a forecast and whether it fits, or why it cannot run.
    void setForecast(const QString &left, const QString &right, bool warns);
    // Below it: what became of the last forecast; empty hides it.
    void setOutcome(const QString &words);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void fitHeight();
    QWidget *buildIdle();
    QWidget *buildBusy();
    void showProgress();

    Actions m_actions;
    widgets::Appearance &m_appearance;
    QStackedWidget *m_pages;
    QPushButton *m_generate = nullptr;
    widgets::IconButton *m_queue = nullptr;
    QLabel *m_forecast = nullptr;
    QLabel *m_fits = nullptr;
    QLabel *m_outcome = nullptr;
    QLabel *m_headline = nullptr;
    QLabel *m_left = nullptr;
    QPushButton *m_pause = nullptr;
    QPushButton *m_stop = nullptr;
    QPushButton *m_cancel = nullptr;
    QPushButton *m_add = nullptr;
    SessionState m_state = SessionState::NoModel;
    FooterProgress m_progress;
};

} // namespace faststar::studio
