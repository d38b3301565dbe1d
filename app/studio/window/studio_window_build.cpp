// SPDX-License-Identifier: Apache-2.0
//
// What the window is made of. A new view is made in buildPages and placed in studio_window_layout.cpp.
#include "app/studio/window/studio_window.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QMenuBar>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTimer>

#include "app/studio/session/session.h"
#include "app/studio/window/actions.h"
#include "app/studio/window/canvas/canvas_panel.h"
#include "app/studio/window/docks/dock.h"
#include "app/studio/window/docks/live_page.h"
#include "app/studio/window/docks/queue_page.h"
#include "app/studio/window/docks/ratios_page.h"
#include "app/studio/window/docks/shelf_page.h"
#include "app/studio/window/docks/timeline_page.h"
#include "app/studio/window/inspect/inspect_page.h"
#include "app/studio/window/model_chip.h"
#include "app/studio/window/model_chooser.h"
#include "app/studio/window/parts/labels.h"
#include "app/studio/window/parts/themed.h"
#include "app/studio/window/probe/probe_page.h"
#include "app/studio/window/prompt/prompt_panel.h"
#include "app/studio/window/wiring/studio_views.h"
#include "widgets/controls/segmented.h"
#include "widgets/film/film_strip.h"
#include "widgets/ratios/ratio_editor.h"
#include "widgets/timeline/waterfall_view.h"

namespace faststar::studio
{

namespace
{

constexpr int kMemoryMilliseconds = 2000;

QString gigabytes(std::int64_t bytes)
{
    return QLocale().toString(double(bytes) / 1e9, 'f', 1);
}

} // namespace

void StudioWindow::buildDocks()
{
    auto &appearance = *m_services.appearance;
    m_canvas = new CanvasPanel(*m_actions, appearance, this);
    m_centre = new QStackedWidget(this);
    m_centre->addWidget(m_canvas);
    setCentralWidget(m_centre);

    m_left = new Dock(QStringLiteral("left"), QSize(264, 320), appearance, this);
    m_right = new Dock(QStringLiteral("right"), QSize(280, 200), appearance, this);
    m_strip = new Dock(QStringLiteral("strip"), QSize(484, 180), appearance, this);
    m_time = new Dock(QStringLiteral("time"), QSize(320, 180), appearance, this);
    addDockWidget(Qt::LeftDockWidgetArea, m_left);
    addDockWidget(Qt::RightDockWidgetArea, m_right);
    addDockWidget(Qt::BottomDockWidgetArea, m_strip);
    addDockWidget(Qt::BottomDockWidgetArea, m_time);

    const RunFooter::Actions footer{m_actions->generate, m_actions->pause, m_actions->stopAndKeep,
                                    m_actions->cancel, m_actions->showQueue};
    m_prompt = new PromptPanel(footer, appearance, this);
    m_views->prompt = m_prompt;
    m_views->canvas = m_canvas;
    buildPages();
}

// Every page that a dock can show. Which dock shows it is said in kPlaces.
void StudioWindow::buildPages()
{
    auto &appearance = *m_services.appearance;
    const auto add = [this](const QString &id, const QString &title, QWidget *widget,
                            QWidget *tools = nullptr) {
        m_pages.insert(id, {id, title, widget, tools});
    };
    add(QStringLiteral("prompt"), tr("Prompt and settings"), m_prompt);

    m_views->live = new LivePage(appearance, this);
    m_views->liveRatios =
        followTheme(new widgets::RatioEditor(widgets::RatioEditor::Form::Small, m_views->live), appearance);
    m_views->live->addSection(m_views->liveRatios);
    add(QStringLiteral("live"), tr("Live step"), m_views->live);

    m_views->ratios = new RatiosPage(m_actions->rerun, m_actions->backToRun, appearance, this);
    add(QStringLiteral("ratios"), tr("Ratios"), m_views->ratios);

    m_views->film = followTheme(new widgets::FilmStrip(this), appearance);
    auto *modes =
        new widgets::Segmented({tr("Picture"), tr("Added"), tr("Bits")}, widgets::Segmented::Size::Small);
    modes->setAccessibleName(tr("What the film strip shows"));
    connect(modes, &widgets::Segmented::chosen, m_views->film,
            [film = m_views->film](int mode) { film->setMode(widgets::FilmStrip::Mode(mode)); });
    add(QStringLiteral("film"), tr("Film strip"), m_views->film, modes);

    m_views->timeline = new TimelinePage(appearance, this);
    add(QStringLiteral("timeline"), tr("Timeline"), m_views->timeline, m_views->timeline->remark());

    m_views->probe = new ProbePage(appearance, this);
    add(QStringLiteral("probe"), tr("Probe"), m_views->probe);

    m_views->queue = new QueuePage(*m_services.session->queue(), appearance, this);
    add(QStringLiteral("queue"), tr("Queue"), m_views->queue);
    connect(m_views->queue, &QueuePage::editRequested, this, [this](const GenerationRequest &request) {
        m_prompt->setRequest(request);
        m_prompt->focusPrompt();
    });
    connect(m_views->queue, &QueuePage::countChanged, this, [this](int count) {
        setPageTitle(QStringLiteral("queue"), count > 0 ? tr("Queue · %1").arg(count) : tr("Queue"));
    });

    if (m_services.library != nullptr) {
        m_views->shelf = new ShelfPage(appearance, this);
        add(QStringLiteral("shelf"), tr("Shelf"), m_views->shelf, m_views->shelf->search());
        m_views->waterfall = followTheme(new widgets::WaterfallView(this), appearance);
        m_views->waterfallRemark = makeLabel({}, "number2");
        add(QStringLiteral("waterfall"), tr("Waterfall"), m_views->waterfall, m_views->waterfallRemark);
    }

    m_inspect = new InspectPage(appearance, this);
    m_views->inspect = m_inspect;
    m_centre->addWidget(m_inspect);
}

void StudioWindow::buildMenuCorner()
{
    auto &appearance = *m_services.appearance;
    auto *recent = new QMenu(this);
    auto *docks = new QMenu(this);
    for (Dock *dock : {m_left, m_right, m_strip, m_time})
        docks->addAction(dock->toggleViewAction());
    // A bar of our own: a menu bar's corner does not grow with the name of the model.
    auto *top = new QWidget(this);
    setSurface(top, "window");
    top->setFixedHeight(40);
    auto *row = new QHBoxLayout(top);
    row->setContentsMargins(0, 0, 12, 0);
    row->setSpacing(16);
    auto *menus = new QMenuBar(top);
    menus->setNativeMenuBar(false);
    m_actions->fillMenus(menus, recent, docks);
    row->addWidget(menus, 1);
    m_workspaces = new widgets::Segmented({tr("Generate"), tr("Inspect")});
    m_workspaces->setAccessibleName(tr("Workspace"));
    connect(m_workspaces, &widgets::Segmented::chosen, this,
            [this](int index) { setWorkspace(Workspace(index)); });
    row->addWidget(m_workspaces);
    m_chip = followTheme(new ModelChip(top), appearance);
    m_chip->setObjectName(QStringLiteral("modelChip"));
    row->addWidget(m_chip);
    setMenuWidget(top);
    m_models = new ModelChooser(m_services, *m_actions, m_chip, recent, this);
}

void StudioWindow::buildStatusBar()
{
    auto *bar = statusBar();
    bar->setSizeGripEnabled(false);
    bar->setContentsMargins(12, 0, 12, 0);
    m_status = new ElidedLabel("small", Qt::ElideRight, bar);
    m_device = new QLabel(bar);
    m_memory = new QLabel(bar);
    m_views->status = m_status;
    bar->addWidget(m_status, 1);
    bar->addPermanentWidget(m_device);
    bar->addPermanentWidget(m_memory);
    connect(m_services.session, &Session::modelOpened, this, [this](const ModelPtr &model) {
        const QString device = QString::fromStdString(model->device).toUpper();
        m_device->setText(m_services.threads > 1
                              ? tr("Device %1, %2 threads").arg(device).arg(m_services.threads)
                              : tr("Device %1").arg(device));
    });
    if (!m_services.memory)
        return;
    auto *timer = new QTimer(this);
    const auto show = [this] {
        const MemoryUse use = m_services.memory();
        m_memory->setText(tr("Memory %1 of %2 GB").arg(gigabytes(use.usedBytes), gigabytes(use.totalBytes)));
        const bool isTight = use.totalBytes > 0 && use.usedBytes > use.totalBytes / 10 * 9;
        setStyled(m_memory, "role", isTight ? "warning" : "small");
    };
    connect(timer, &QTimer::timeout, this, show);
    timer->start(kMemoryMilliseconds);
    show();
}

} // namespace faststar::studio
