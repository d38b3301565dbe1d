// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/wiring/library_presenter.h"

#include <QAction>
#include <QDesktopServices>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QLocale>
#include <QStandardPaths>
#include <QUrl>

#include "app/studio/window/actions.h"
#include "app/studio/window/canvas/canvas_panel.h"
#include "app/studio/window/canvas/message_bar.h"
#include "app/studio/window/canvas/toast.h"
#include "app/studio/window/docks/shelf_page.h"
#include "app/studio/window/parts/error_texts.h"
#include "app/studio/window/prompt/prompt_panel.h"
#include "app/studio/window/wiring/run_words.h"
#include "core/domain/option_names.h"
#include "core/domain/slug.h"
#include "widgets/timeline/waterfall_view.h"

namespace faststar::studio
{

using widgets::CardState;
using widgets::WaterfallPart;

LibraryPresenter::LibraryPresenter(const StudioServices &services, StudioActions &actions, StudioViews &views,
                                   QObject *parent)
    : QObject(parent), m_services(services), m_session(*services.session), m_library(*services.library),
      m_actions(actions), m_views(views)
{
    m_later.setSingleShot(true);
    m_later.setInterval(0);
    connect(&m_later, &QTimer::timeout, this, &LibraryPresenter::fillShelf);
    connectLibrary();
    connectShelf();
    fillShelfLater();
}

void LibraryPresenter::connectLibrary()
{
    connect(m_library.shelf(), &QAbstractItemModel::modelReset, this, &LibraryPresenter::fillShelfLater);
    connect(m_library.shelf(), &QAbstractItemModel::rowsInserted, this, &LibraryPresenter::fillShelfLater);
    connect(m_library.shelf(), &QAbstractItemModel::rowsRemoved, this, &LibraryPresenter::fillShelfLater);
    connect(m_library.shelf(), &QAbstractItemModel::dataChanged, this, &LibraryPresenter::fillShelfLater);
    connect(&m_library, &Library::measured, this, &LibraryPresenter::showForecast);
    connect(&m_session, &Session::modelOpened, this, &LibraryPresenter::showForecast);
    connect(&m_session, &Session::stateChanged, this, &LibraryPresenter::showForecast);
    connect(m_views.prompt, &PromptPanel::edited, this, &LibraryPresenter::showForecast);
    connect(&m_library, &Library::opened, this, [this](bool crashed) {
        if (!crashed || m_session.queue()->isEmpty())
            return;
        Message message;
        message.kind = Message::Kind::Question;
        message.title = tr("The studio did not end properly last time");
        message.safe = tr(
            "The queue is complete and waits, so that a run that brought it down does not start by itself.");
        message.ways.push_back({tr("Let the queue run"), [this] { m_session.queue()->setHeld(false); }});
        message.ways.push_back({tr("Show the queue"), [this] { m_actions.showQueue->trigger(); }});
        m_views.canvas->messages()->showMessage(message);
    });
    const auto tell = [this](const QString &title, const QString &safe, const Error &error) {
        Message message;
        message.title = title;
        message.safe = safe;
        message.details = QString::fromStdString(error.detail);
        m_views.canvas->messages()->showMessage(message);
    };
    connect(&m_library, &Library::failed, this, [this](const Error &error) {
        Message message;
        message.title = tr("Runs cannot be stored");
        message.safe =
            tr("Generating goes on; what is made now can be exported, but is not kept on the shelf.");
        message.details = QString::fromStdString(error.detail);
        if (const RunPtr run = m_session.shown(); run && run->frames)
            message.ways.push_back(
                {tr("Export the clip"), [this] { m_actions.exportClip->trigger(); }, false});
        m_views.canvas->messages()->showMessage(message);
    });
    connect(&m_library, &Library::warned, this, [this](const QString &details) {
        Message message;
        message.kind = Message::Kind::Warning;
        message.title = tr("The history was damaged and begins anew");
        message.safe = tr("It was set aside, and the files of earlier runs were not touched.");
        message.details = details;
        m_views.canvas->messages()->showMessage(message);
    });
    connect(&m_library, &Library::loadFailed, this, [tell](qint64 number, const Error &error) {
        tell(tr("Run %1 cannot be opened").arg(number),
             tr("Its settings are still on the shelf and can be used again."), error);
    });
    connect(&m_library, &Library::removeFailed, this, [tell](qint64 number, const Error &error) {
        tell(tr("Run %1 could not be moved to the trash").arg(number), tr("It stays on the shelf."), error);
    });
    connect(&m_library, &Library::exportFailed, this, [tell](const QString &path, const Error &error) {
        tell(tr("%1 could not be written").arg(QFileInfo(path).fileName()), tr("The clip itself is safe."),
             error);
    });
    connect(&m_library, &Library::exported, this, [this](const QString &path) {
        const QFileInfo file(path);
        m_views.canvas->toast()->tell(
            tr("Saved %1").arg(file.fileName()),
            tr("%1, with its recipe inside").arg(QLocale().formattedDataSize(file.size())), tr("Show"),
            [folder = file.absolutePath()] { QDesktopServices::openUrl(QUrl::fromLocalFile(folder)); });
    });
    connect(&m_library, &Library::runLoaded, &m_session, &Session::show);
    connect(&m_library, &Library::removed, this, [this](qint64 number) {
        if (const RunPtr run = m_session.shown(); run && run->number == number && run != m_session.active())
            m_session.show(nullptr);
        m_views.canvas->toast()->tell(tr("Run %1 is in the trash").arg(number), QString());
    });
    connect(&m_library, &Library::waterfallFound, this, &LibraryPresenter::showWaterfall);
    const auto look = [this](const RunPtr &run) {
        if (run != m_session.shown())
            return;
        m_views.waterfall->setParts({});
        m_views.waterfallRemark->clear();
        if (run && isOver(run->state) && run->request.method != Method::None)
            m_library.findWaterfall(run);
    };
    connect(&m_session, &Session::shownChanged, this, look);
    connect(&m_library, &Library::runSaved, this, look);
    const auto compare = [this] {
        const RunPtr run = m_session.shown();
        m_views.prompt->footer().setOutcome(run ? outcomeOf(*run) : QString());
    };
    connect(&m_session, &Session::shownChanged, this, compare);
    connect(&m_session, &Session::runEnded, this, compare);
    connect(&m_session, &Session::runStored, this, compare);
    connect(m_actions.exportClip, &QAction::triggered, this, &LibraryPresenter::exportClip);
}

void LibraryPresenter::connectShelf()
{
    auto *view = m_views.shelf->view();
    connect(m_views.shelf, &ShelfPage::searched, &m_library, &Library::setSearch);
    connect(view, &widgets::ShelfView::openRequested, this, &LibraryPresenter::open);
    connect(view, &widgets::ShelfView::selectionChanged, this, [this](const QList<qint64> &ids) {
        if (ids.size() == 1)
            open(ids.constFirst());
    });
    connect(view, &widgets::ShelfView::settingsReuseRequested, this,
            [this](qint64 number) { reuse(number, false); });
    connect(view, &widgets::ShelfView::seedReuseRequested, this,
            [this](qint64 number) { reuse(number, true); });
    connect(view, &widgets::ShelfView::deleteRequested, &m_library, &Library::remove);
    connect(&m_session, &Session::shownChanged, this, &LibraryPresenter::fillShelfLater);
}

void LibraryPresenter::fillShelfLater()
{
    if (!m_later.isActive())
        m_later.start();
}

widgets::ShelfCard LibraryPresenter::cardOf(const store::StoredRun &run)
{
    widgets::ShelfCard card;
    card.id = run.number;
    card.title = tr("Run %1").arg(run.number);
    switch (run.outcome) {
    case store::RunOutcome::Running:
        card.state = CardState::Running;
        break;
    case store::RunOutcome::Finished:
        card.state = CardState::Finished;
        break;
    case store::RunOutcome::Kept:
        card.state = CardState::Stopped;
        break;
    case store::RunOutcome::Failed:
        card.state = CardState::Failed;
        break;
    case store::RunOutcome::Interrupted:
        card.state = CardState::Interrupted;
        break;
    }
    const auto &sum = run.summary;
    card.time = secondsText(sum.textSeconds + sum.encodeSeconds + sum.imageClipSeconds +
                            sum.videoClipSeconds + sum.decodeSeconds);
    card.words =
        QStringLiteral("%1, %2").arg(QString::fromStdString(run.request.prompt)).arg(run.request.seed);
    // Decoded once: the picture of a run in work has none yet.
    auto found = m_thumbnails.constFind(run.number);
    if (found == m_thumbnails.constEnd() && !run.thumbnail.empty())
        found = m_thumbnails.insert(run.number,
                                    QImage::fromData(run.thumbnail.data(), int(run.thumbnail.size()), "PNG"));
    if (found != m_thumbnails.constEnd())
        card.picture = *found;
    return card;
}

void LibraryPresenter::fillShelf()
{
    std::vector<widgets::ShelfCard> cards;
    cards.reserve(m_library.shelf()->runs().size());
    for (const store::StoredRun &run : m_library.shelf()->runs())
        cards.push_back(cardOf(run));
    m_views.shelf->view()->setCards(std::move(cards));
    const RunPtr run = m_session.shown();
    m_views.shelf->view()->setSelection(run && run->number > 0 ? QList<qint64>{run->number}
                                                               : QList<qint64>{});
    Q_EMIT shelfCountChanged(int(m_library.shelf()->runs().size()));
}

void LibraryPresenter::open(qint64 number)
{
    const RunPtr active = m_session.active();
    const RunPtr shown = m_session.shown();
    if (shown && shown->number == number)
        return;
    if (active && active->number == number) {
        m_library.leaveLoad();
        m_session.show(active);
    } else {
        m_library.load(number);
    }
}

void LibraryPresenter::reuse(qint64 number, bool onlySeed)
{
    const int row = m_library.shelf()->rowOf(number);
    if (row < 0)
        return;
    const GenerationRequest &stored = m_library.shelf()->runs()[std::size_t(row)].request;
    GenerationRequest request = onlySeed ? m_views.prompt->request() : stored;
    request.seed = stored.seed;
    m_views.prompt->setRequest(request);
    showForecast();
}

void LibraryPresenter::exportClip()
{
    const RunPtr run = m_session.shown();
    if (!run || !run->frames)
        return;
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::MoviesLocation);
    const QString name = QStringLiteral("%1-%2.mp4")
                             .arg(QString::fromStdString(slugOf(run->request.prompt)))
                             .arg(run->request.seed);
    const QString path =
        QFileDialog::getSaveFileName(m_views.canvas, tr("Export the clip as MP4"),
                                     folder + QLatin1Char('/') + name, tr("MP4 films (*.mp4)"));
    if (!path.isEmpty())
        m_library.exportClip(run, path, true); // the dialog has asked before
}

void LibraryPresenter::showWaterfall(const RunPtr &run, const Waterfall &waterfall, qint64 unpruned)
{
    if (run != m_session.shown())
        return;
    constexpr double kMs = 1000.0;
    std::vector<WaterfallPart> parts{
        {tr("Unpruned"), WaterfallPart::Kind::Total, waterfall.unpruned * kMs},
        {tr("Blocks"), WaterfallPart::Kind::Change, -waterfall.blocks * kMs},
        {tr("Head, sampling"), WaterfallPart::Kind::Change, -waterfall.head * kMs},
        {tr("Quantiser"), WaterfallPart::Kind::Change, -waterfall.quantizer * kMs},
        {tr("Scoring, gathering"), WaterfallPart::Kind::Change, waterfall.overhead * kMs},
        {tr("This run"), WaterfallPart::Kind::Total, waterfall.pruned * kMs}};
    m_views.waterfall->setCeiling({run->summary.decodeSeconds,
                                   waterfall.ceiling > 0.0 ? waterfall.unpruned / waterfall.ceiling : 0.0,
                                   waterfall.unpruned});
    m_views.waterfall->setParts(std::move(parts));
    m_views.waterfallRemark->setText(
        waterfall.speedUp >= 1.0 ? tr("%1× faster").arg(QLocale().toString(waterfall.speedUp, 'f', 2))
                                 : tr("%1× slower").arg(QLocale().toString(1.0 / waterfall.speedUp, 'f', 2)));
    m_views.waterfall->setToolTip(tr("Against run %1, unpruned").arg(unpruned));
}

void LibraryPresenter::showForecast()
{
    const ModelPtr model = m_session.model();
    if (!model || !m_session.allowed().generate || !m_views.prompt->errors().empty())
        return; // the line says why it cannot run
    const auto forecast = m_library.forecast(m_views.prompt->request(), *model, m_services.threads);
    if (!forecast)
        return;
    const QString seconds = secondsText(forecast->seconds());
    QString fits;
    bool isTight = false;
    if (forecast->memoryBytes > 0 && m_services.memory) {
        // As the engine judges before it starts: the weights are there already.
        const MemoryUse memory = m_services.memory();
        isTight = forecast->memoryBytes - model->weightBytes > memory.totalBytes - memory.usedBytes;
        fits = (isTight ? tr("%1, too large") : tr("%1, fits")).arg(gigabytesText(forecast->memoryBytes));
    }
    m_views.prompt->footer().setForecast(forecast->estimate ? tr("Estimate %1, no run yet").arg(seconds)
                                                            : tr("Forecast %1 on this machine").arg(seconds),
                                         fits, isTight);
}

} // namespace faststar::studio
