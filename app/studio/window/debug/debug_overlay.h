// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>
#include <QTimer>
#include <QWidget>

#include <deque>
#include <memory>

#include "app/studio/session/session.h"
#include "app/studio/window/debug/debug_facts.h"
#include "app/studio/window/debug/gui_watchdog.h"
#include "app/studio/window/studio_services.h"

namespace faststar::studio
{

class DebugCanvas;

// What the program does inside, over the top left of its parent: the step at the cursor, memory, how long
// the window lets events wait, the end of the log. Takes no clicks. While it is hidden nothing of it runs.
class DebugOverlay : public QWidget
{
    Q_OBJECT

public:
    explicit DebugOverlay(const StudioServices &services, QWidget *parent);
    ~DebugOverlay() override;

    [[nodiscard]] const DebugFacts &facts() const { return m_facts; }
    [[nodiscard]] bool isMeasuring() const { return m_watchdog.isRunning(); }

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void refresh();
    void addStep();
    void addScores(const StepEvent &event);
    void addMemory();
    void addInterface();
    void addLog();
    void head(const QString &left, const QString &right = {});
    void value(const QString &left, const QString &right);
    void paintWithoutGl(QPainter &painter) const;

    StudioServices m_services;
    std::unique_ptr<DebugCanvas> m_canvas; // made when it is shown first
    GuiWatchdog m_watchdog;
    QTimer m_timer;
    std::deque<float> m_waits;
    DebugFacts m_facts;
    QImage m_image;
};

} // namespace faststar::studio
