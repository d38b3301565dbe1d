// SPDX-License-Identifier: Apache-2.0
//
// One story in the real window on the real engine and the demo model: from the prompt to the clip, its
// masks under other ratios, and the run made anew from the scale that changes.
#include <QtTest>

#include <QLabel>

#include "app/studio/window/actions.h"
#include "app/studio/window/canvas/canvas_panel.h"
#include "app/studio/window/docks/shelf_page.h"
#include "app/studio/window/prompt/prompt_panel.h"
#include "app/studio/window/wiring/canvas_presenter.h"
#include "app/studio/window/wiring/studio_views.h"
#include "tests/studio/real_studio.h"
#include "widgets/canvas/picture_canvas.h"
#include "widgets/player/frame_player.h"
#include "widgets/shelf/shelf_view.h"

using namespace faststar;
using namespace faststar::studio;
using faststar::test::RealStudio;

class TestEngineWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void generatesInspectsAndBranches();
};

void TestEngineWindow::generatesInspectsAndBranches()
{
    QLocale::setDefault(QLocale::c());
    const RealStudio studio(*qApp, widgets::ThemeChoice::Dark, QSize(1280, 800));
    StudioWindow &window = *studio.window;
    Session &session = *studio.session;
    QVERIFY(studio.openDemoModel());
    QVERIFY(QTest::qWaitForWindowActive(&window));

    GenerationRequest request = window.prompt().request();
    request.prompt = "a red circle moving right on a plain blue background";
    request.seed = 5;
    request.frames = 5;
    window.prompt().setRequest(request);
    QStringList labels; // of the picture, as they came
    connect(window.canvas().picture(), &widgets::PictureCanvas::pictureLabelChanged, this,
            [&labels](const QString &label) { labels << label; });
    QTest::keyClick(&window, Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(session.active());
    QVERIFY(studio.finish());
    const RunPtr run = session.shown();
    QCOMPARE(run->state, RunState::Finished);
    QCOMPARE(run->request.seed, std::int64_t(5));
    QTRY_COMPARE(window.canvas().picture()->pictureLabel(), QStringLiteral("Decoded"));
    // It took shape on the way: previews of several scales came first.
    labels.removeDuplicates();
    QVERIFY(labels.filter(QStringLiteral("Preview")).size() >= 3);
    QCOMPARE(window.picture().player().count(), 5);
    QTRY_COMPARE(window.views().shelf->view()->shownCount(), 1);
    QTRY_VERIFY(
        window.findChild<QLabel *>(QStringLiteral("outcome"))->text().contains(QStringLiteral("measured")));

    // The exact frame is on the screen, whichever is asked for.
    window.picture().player().pause();
    for (const int frame : {0, 3, 4}) {
        window.picture().player().seek(frame);
        const Image &image = (*run->frames)[std::size_t(frame)];
        const QImage wanted(image.rgb.data(), image.width, image.height, qsizetype{image.width} * 3,
                            QImage::Format_RGB888);
        QTRY_VERIFY(window.canvas().picture()->picture().convertToFormat(QImage::Format_RGB888) == wanted);
    }

    window.setWorkspace(Workspace::Inspect);
    window.prompt().setRatios({200, 300, 400, 850}, 2.0);
    QTRY_VERIFY(window.actions().rerun->isEnabled());
    window.actions().rerun->trigger();
    QVERIFY(studio.finish());
    const RunPtr branch = session.shown();
    QVERIFY(branch != run);
    QCOMPARE(branch->state, RunState::Finished);
    QCOMPARE(branch->plan->resumedSteps, run->plan->schedule.scales.back().firstStep);
    QVERIFY(branch->step(branch->plan->resumedSteps)->kept < run->step(branch->plan->resumedSteps)->kept);
    QVERIFY(*branch->frames != *run->frames);
}

QTEST_MAIN(TestEngineWindow)
#include "tst_window.moc"
