// SPDX-License-Identifier: Apache-2.0
#include <QtTest>

#include <QMenu>
#include <QSignalSpy>

#include "tests/support/fake_maps.h"
#include "tests/widgets/view_fixture.h"
#include "widgets/paint/paint_tools.h"
#include "widgets/shelf/shelf_view.h"

using namespace faststar::widgets;
using namespace faststar::test;

namespace
{

const Theme &dark()
{
    return themeOf(ThemeKind::Dark);
}

QImage plain(const QColor &colour)
{
    QImage image(32, 18, QImage::Format_RGB32);
    image.fill(colour);
    return image;
}

std::vector<ShelfCard> cards()
{
    using enum CardState;
    return {{6, "Run 6", "3.78 s", Finished, "a pink circle, seed 11", plain(QColor(200, 0, 0)), {}},
            {5, "Run 5", "3.80 s", Finished, "a green square, seed 12", plain(QColor(0, 200, 0)), {}},
            {4, "Run 4", "", Stopped, "a red square, seed 13", {}, {}},
            {3, "Run 3", "", Failed, "a pink square, seed 14", {}, {}},
            {2, "Run 2", "", Running, "", {}, {}}};
}

// Cards of 152 x 94 at 12, 178, 344 and at 8, 114.
void fill(ShelfView &shelf)
{
    shelf.resize(508, 228);
    shelf.setCards(cards());
}

QPoint middleOf(int card)
{
    return {12 + 166 * (card % 3) + 76, 8 + 106 * (card / 3) + 40};
}

} // namespace

class TestShelfView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }
    void paintsCardsAndStates();
    void selectsTwo();
    void keys();
    void searches();
    void menu();
    void playsWhileHovered();
    void scrolls();
    void speaks();
    void survivesNonsense();
    void showcase();
};

void TestShelfView::paintsCardsAndStates()
{
    ShelfView shelf;
    fill(shelf);
    const QImage picture = pictureOf(shelf);
    QCOMPARE(picture.pixelColor(middleOf(0)), QColor(200, 0, 0));
    QCOMPARE(picture.pixelColor(middleOf(1)), QColor(0, 200, 0));
    QCOMPARE(picture.pixelColor(middleOf(2)), dark().well);
    QCOMPARE(picture.pixelColor(20, 8 + 92), dark().raised);
    QVERIFY(pixelsOf(picture, dark().warn, {344, 78, 152, 24}) > 5);    // stopped
    QVERIFY(pixelsOf(picture, dark().danger, {12, 184, 152, 24}) > 5);  // failed
    QVERIFY(pixelsOf(picture, dark().accent, {178, 184, 152, 24}) > 5); // in work
}

void TestShelfView::selectsTwo()
{
    ShelfView shelf;
    fill(shelf);
    QSignalSpy changed(&shelf, &ShelfView::selectionChanged);
    QTest::mouseClick(&shelf, Qt::LeftButton, {}, middleOf(0));
    QCOMPARE(shelf.selection(), QList<qint64>{6});
    QVERIFY(pixelsOf(pictureOf(shelf), dark().accent, {8, 4, 160, 100}) > 300);
    QTest::mouseClick(&shelf, Qt::LeftButton, Qt::ControlModifier, middleOf(3));
    QCOMPARE(shelf.selection(), (QList<qint64>{6, 3}));
    QTest::mouseClick(&shelf, Qt::LeftButton, Qt::ControlModifier, middleOf(1));
    QCOMPARE(shelf.selection(), (QList<qint64>{3, 5})); // never three
    QTest::mouseClick(&shelf, Qt::LeftButton, Qt::ControlModifier, middleOf(1));
    QCOMPARE(shelf.selection(), QList<qint64>{3});
    QCOMPARE(changed.count(), 4);
    auto left = cards();
    left.erase(left.begin() + 3);
    shelf.setCards(left); // what is gone is not selected
    QVERIFY(shelf.selection().isEmpty());
    QCOMPARE(changed.count(), 5);
    QSignalSpy opened(&shelf, &ShelfView::openRequested);
    QTest::mouseDClick(&shelf, Qt::LeftButton, {}, middleOf(1));
    QCOMPARE(opened.last(), QVariantList{qint64(5)});
}

void TestShelfView::keys()
{
    ShelfView shelf;
    fill(shelf);
    QSignalSpy opened(&shelf, &ShelfView::openRequested);
    QSignalSpy removed(&shelf, &ShelfView::deleteRequested);
    QTest::keyClick(&shelf, Qt::Key_Right);
    QTest::keyClick(&shelf, Qt::Key_Return);
    QCOMPARE(opened.last(), QVariantList{qint64(5)});
    QTest::keyClick(&shelf, Qt::Key_Down);
    QTest::keyClick(&shelf, Qt::Key_Delete);
    QCOMPARE(removed.last(), QVariantList{qint64(2)});
    QTest::keyClick(&shelf, Qt::Key_Down); // there is none below
    QTest::keyClick(&shelf, Qt::Key_Space);
    QTest::keyClick(&shelf, Qt::Key_Home);
    QTest::keyClick(&shelf, Qt::Key_Space);
    QCOMPARE(shelf.selection(), (QList<qint64>{2, 6}));
}

void TestShelfView::searches()
{
    ShelfView shelf;
    fill(shelf);
    shelf.setFilter(QStringLiteral("SQUARE pink"));
    QCOMPARE(shelf.shownCount(), 1);
    QVERIFY(spokenBy(shelf).startsWith(QStringLiteral("Run 3")));
    shelf.setFilter(QStringLiteral("stopped"));
    QVERIFY(spokenBy(shelf).startsWith(QStringLiteral("Run 4")));
    shelf.setFilter(QStringLiteral("zebra"));
    QCOMPARE(spokenBy(shelf), QStringLiteral("No run has these words"));
    QTest::keyClick(&shelf, Qt::Key_Return);
    pictureOf(shelf);
    shelf.setFilter(QString());
    QCOMPARE(shelf.shownCount(), 5);
}

void TestShelfView::menu()
{
    ShelfView shelf;
    fill(shelf);
    shelf.show();
    QSignalSpy settings(&shelf, &ShelfView::settingsReuseRequested);
    QSignalSpy seed(&shelf, &ShelfView::seedReuseRequested);
    QContextMenuEvent event(QContextMenuEvent::Mouse, middleOf(1), shelf.mapToGlobal(middleOf(1)));
    QCoreApplication::sendEvent(&shelf, &event);
    auto *menu = shelf.findChild<QMenu *>();
    QVERIFY(menu != nullptr);
    menu->actions()[1]->trigger();
    menu->actions()[2]->trigger();
    QCOMPARE(settings.last(), QVariantList{qint64(5)});
    QCOMPARE(seed.last(), QVariantList{qint64(5)});
    menu->close();
}

void TestShelfView::playsWhileHovered()
{
    ShelfView shelf;
    shelf.resize(508, 228);
    auto list = cards();
    list[0].clip = {plain(QColor(0, 0, 250)), plain(QColor(0, 0, 250))};
    shelf.setCards(list);
    const auto move = [&](QPointF to) {
        QMouseEvent event(QEvent::MouseMove, to, shelf.mapToGlobal(to), Qt::NoButton, Qt::NoButton, {});
        QCoreApplication::sendEvent(&shelf, &event);
    };
    move(middleOf(0));
    QCOMPARE(pictureOf(shelf).pixelColor(middleOf(0)), QColor(0, 0, 250));
    move(middleOf(1));
    QCOMPARE(pictureOf(shelf).pixelColor(middleOf(0)), QColor(200, 0, 0));
    move(middleOf(0));
    shelf.setCards({}); // while one is played
    pictureOf(shelf);
}

void TestShelfView::scrolls()
{
    ShelfView shelf;
    shelf.resize(508, 228);
    std::vector<ShelfCard> many;
    many.reserve(60);
    for (int i = 0; i < 60; ++i)
        many.push_back({i, QString::number(i), {}, CardState::Finished, {}, plain(QColor(i, 0, 0)), {}});
    shelf.setCards(many);
    QTest::keyClick(&shelf, Qt::Key_End);
    const QImage picture = pictureOf(shelf);
    QVERIFY(pixelsOf(picture, QColor(59, 0, 0)) > 5000);
    QCOMPARE(pixelsOf(picture, QColor(1, 0, 0)), 0);
    QTest::keyClick(&shelf, Qt::Key_Home);
    QVERIFY(pixelsOf(pictureOf(shelf), QColor(1, 0, 0)) > 5000);
}

void TestShelfView::speaks()
{
    ShelfView shelf;
    QCOMPARE(spokenBy(shelf), QStringLiteral("No runs yet"));
    fill(shelf);
    shelf.setSelection({6});
    QCOMPARE(spokenBy(shelf), QStringLiteral("Run 6, 3.78 s, a pink circle, seed 11, selected"));
    QCOMPARE(shelf.table().rows.size(), std::size_t(5));
    QCOMPARE(shelf.table().rows[3][1], QStringLiteral("failed"));
}

void TestShelfView::survivesNonsense()
{
    ShelfView shelf;
    pictureOf(shelf);
    QTest::mouseClick(&shelf, Qt::LeftButton, {}, {30, 30});
    QTest::keyClick(&shelf, Qt::Key_End);
    shelf.setSelection({7, 8, 9});
    QCOMPARE(shelf.selection().size(), 2);
    ShelfCard strange;
    strange.title = QString(5000, QLatin1Char('x'));
    strange.words = QStringLiteral("<b>bold</b>");
    strange.state = CardState(77);
    shelf.setCards({strange, strange});
    pictureOf(shelf);
    shelf.resize(1, 1);
    pictureOf(shelf);
}

void TestShelfView::showcase()
{
    for (const auto &[kind, name] : kThemes) {
        ShelfView shelf;
        shelf.setTheme(themeOf(kind));
        shelf.resize(508, 228);
        auto list = cards();
        for (ShelfCard &one : list) {
            if (one.state != CardState::Failed)
                one.picture = toQImage(fakeFrames(one.id, 152, 87, 5, 1.0)->at(std::size_t(one.id) % 5));
        }
        list.push_back(
            {1, "Run 1", "", CardState::Cancelled, "", toQImage(fakeFrames(9, 90, 160, 1, 1.0)->at(0)), {}});
        shelf.setCards(list);
        shelf.setSelection({6, 4});
        const QString theme = QString::fromLatin1(name);
        QVERIFY(!pictureOf(shelf, QStringLiteral("shelf-") + theme).isNull());
    }
}

QTEST_MAIN(TestShelfView)
#include "tst_shelf_view.moc"
