// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QHash>
#include <QImage>
#include <QObject>
#include <QTimer>

#include "app/studio/session/library.h"
#include "app/studio/window/studio_services.h"
#include "app/studio/window/wiring/studio_views.h"
#include "widgets/shelf/shelf_view.h"

namespace faststar::studio
{

class StudioActions;

// What is kept on the disk: the shelf of runs, forecasts from measured times, the comparison with an
// unpruned run, and the clip as a file.
class LibraryPresenter : public QObject
{
    Q_OBJECT

public:
    LibraryPresenter(const StudioServices &services, StudioActions &actions, StudioViews &views,
                     QObject *parent);

Q_SIGNALS:
    void shelfCountChanged(int count);

private:
    void connectLibrary();
    void connectShelf();
    void fillShelfLater();
    void fillShelf();
    void open(qint64 number);
    void reuse(qint64 number, bool onlySeed);
    void exportClip();
    void showWaterfall(const RunPtr &run, const Waterfall &waterfall, qint64 unpruned);
    void showForecast();
    [[nodiscard]] widgets::ShelfCard cardOf(const store::StoredRun &run);

    StudioServices m_services;
    Session &m_session;
    Library &m_library;
    StudioActions &m_actions;
    StudioViews &m_views;
    QHash<qint64, QImage> m_thumbnails;
    QTimer m_later;
};

} // namespace faststar::studio
