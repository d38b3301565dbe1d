// SPDX-License-Identifier: Apache-2.0
//
// The one cursor of all live views. It follows the run until somebody touches it.
#pragma once

#include <QObject>

#include "core/domain/run_place.h"

namespace faststar::studio
{

// GUI thread only.
class RunCursor : public QObject
{
    Q_OBJECT
public:
    explicit RunCursor(QObject *parent = nullptr) : QObject(parent) {}

    [[nodiscard]] const RunPlace &place() const { return m_place; }
    [[nodiscard]] StepIndex step() const { return stepAt(m_place, m_schedule); }
    [[nodiscard]] bool isFollowing() const { return m_following; }
    [[nodiscard]] const Schedule &schedule() const { return m_schedule; }
    [[nodiscard]] int stepsDone() const { return m_stepsDone; }

    // Another run is shown: its schedule and how many of its steps are done. Follows again, which puts it
    // on the last step. The latent frame is kept as far as the run has it.
    void setRun(const Schedule &schedule, int stepsDone);
    // The shown run has gone on.
    void setStepsDone(int stepsDone);

public Q_SLOTS:
    // A touch: goes to the nearest place that exists, and stays there.
    void setPlace(const faststar::RunPlace &place);
    // Arrow keys (see movePlace).
    void move(int rows, int columns);
    // Only the latent frame; does not stop following.
    void setFrame(int frame);
    void setFollowing(bool following);

Q_SIGNALS:
    void placeChanged(const faststar::RunPlace &place);
    void followingChanged(bool following);

private:
    void go(const RunPlace &place);
    void follow();

    Schedule m_schedule;
    int m_stepsDone = 0;
    RunPlace m_place;
    int m_wantedFrame = 0; // chosen last; the image clip has only one
    bool m_following = true;
};

} // namespace faststar::studio
