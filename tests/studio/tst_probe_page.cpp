// SPDX-License-Identifier: Apache-2.0
//
// The probe's dock: one plot at a time where the window is low, so that nothing has to be scrolled to.
#include "app/studio/window/probe/probe_page.h"

#include <QAbstractButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QtTest>

#include "widgets/controls/segmented.h"
#include "widgets/probe/histogram_view.h"
#include "widgets/probe/scatter_view.h"

using namespace faststar;
using studio::ProbePage;

class TestProbePage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fitsALowWindow();
    void showsBothWhereThereIsRoom();

private:
    static int scrollRange(const ProbePage &page)
    {
        return page.findChild<QScrollArea *>()->verticalScrollBar()->maximum();
    }
};

void TestProbePage::fitsALowWindow()
{
    widgets::Appearance appearance(*qApp);
    ProbePage page(appearance);
    page.resize(304, 428); // of a window of 1280 x 800
    page.show();
    QVERIFY(QTest::qWaitForWindowExposed(&page));
    QVERIFY(!page.showsBoth());
    QVERIFY(page.histogram()->isVisible());
    QVERIFY(!page.scatter()->isVisible());
    QCOMPARE(scrollRange(page), 0);
    QVERIFY(page.histogram()->height() >= 108);
    auto *plots = page.findChild<widgets::Segmented *>(QStringLiteral("plots"));
    plots->findChildren<QAbstractButton *>().at(1)->click();
    QVERIFY(!page.histogram()->isVisible());
    QVERIFY(page.scatter()->isVisible());
    QTRY_COMPARE(scrollRange(page), 0);
}

void TestProbePage::showsBothWhereThereIsRoom()
{
    widgets::Appearance appearance(*qApp);
    ProbePage page(appearance);
    page.resize(376, 900);
    page.show();
    QVERIFY(QTest::qWaitForWindowExposed(&page));
    QVERIFY(page.showsBoth());
    QVERIFY(page.histogram()->isVisible());
    QVERIFY(page.scatter()->isVisible());
    QVERIFY(!page.findChild<widgets::Segmented *>(QStringLiteral("plots"))->isVisible());
    QCOMPARE(scrollRange(page), 0);
}

QTEST_MAIN(TestProbePage)
#include "tst_probe_page.moc"
