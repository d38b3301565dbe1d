// SPDX-License-Identifier: Apache-2.0
#include <QtTest>

#include <set>

#include <QApplication>
#include <QLineEdit>
#include <QPushButton>

#include "widgets/controls/choice_field.h"
#include "widgets/controls/icon_button.h"
#include "widgets/controls/number_field.h"
#include "widgets/controls/segmented.h"
#include "widgets/look/icon.h"
#include "widgets/look/style.h"

using namespace faststar::widgets;

class TestLook : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void replacesEveryToken_data();
    void replacesEveryToken();
    void givesEveryPaletteRole();
    void namesEveryChoice();
    void changesTheApplication();
    void drawsIconsInTheirColour();
    void drawsIconsSharp();
    void hasEveryIconOfTheFolder();
    void movesAChoiceByKeys();
    void leavesTheWheelToThePanel();
    void showsNumbersShort();
};

void TestLook::replacesEveryToken_data()
{
    QTest::addColumn<int>("kind");
    QTest::newRow("dark") << int(ThemeKind::Dark);
    QTest::newRow("light") << int(ThemeKind::Light);
    QTest::newRow("grey") << int(ThemeKind::Grey);
}

void TestLook::replacesEveryToken()
{
    QFETCH(int, kind);
    const Theme &theme = themeOf(ThemeKind(kind));
    const QString sheet = styleSheetOf(theme);
    QVERIFY(sheet.contains(theme.accentFill.name()));
    static const QRegularExpression kLeft(QStringLiteral("@[a-z0-9-]+@"));
    QVERIFY2(!sheet.contains(kLeft), "a name between at-signs was not replaced");
    static const QRegularExpression kNothing(QStringLiteral(":\\s*;"));
    QVERIFY2(!sheet.contains(kNothing), "a value is empty");
    static const QRegularExpression kLiteral(QStringLiteral("#[0-9a-fA-F]{6}"));
    std::set<QString> known;
    for (const ThemeToken &token : themeTokens())
        known.insert((theme.*token.colour).name());
    for (auto it = kLiteral.globalMatch(sheet); it.hasNext();) {
        const QString colour = it.next().captured();
        QVERIFY2(known.contains(colour), qPrintable(colour + QStringLiteral(" is in no token")));
    }
}

void TestLook::givesEveryPaletteRole()
{
    const Theme &theme = themeOf(ThemeKind::Light);
    const QPalette palette = paletteOf(theme);
    for (int role = 0; role < QPalette::NColorRoles; ++role) {
        if (role == QPalette::NoRole)
            continue;
        QVERIFY2(palette.isBrushSet(QPalette::Active, QPalette::ColorRole(role)),
                 qPrintable(QString::number(role)));
    }
    QCOMPARE(palette.color(QPalette::PlaceholderText), theme.text3);
    QCOMPARE(palette.color(QPalette::Disabled, QPalette::Text), theme.disabled);
}

void TestLook::namesEveryChoice()
{
    for (const auto choice :
         {ThemeChoice::FollowDesktop, ThemeChoice::Dark, ThemeChoice::Light, ThemeChoice::Grey})
        QCOMPARE(themeChoiceOf(themeChoiceName(choice)), choice);
    QCOMPARE(themeChoiceOf(QStringLiteral("pink")), ThemeChoice::FollowDesktop);
}

void TestLook::changesTheApplication()
{
    Appearance appearance(*qApp);
    appearance.choose(ThemeChoice::Dark);
    QSignalSpy spy(&appearance, &Appearance::changed);
    appearance.choose(ThemeChoice::Grey);
    QCOMPARE(spy.count(), 1);
    QCOMPARE(qApp->palette().color(QPalette::Window), themeOf(ThemeKind::Grey).window);
    appearance.choose(ThemeChoice::Grey);
    QCOMPARE(spy.count(), 1);
    // Heights of the look.
    QPushButton button(QStringLiteral("Export"));
    QCOMPARE(button.sizeHint().height(), 28);
    button.setProperty("tall", true);
    button.setProperty("primary", true);
    QPushButton tall(QStringLiteral("Generate"));
    tall.setProperty("tall", true);
    QCOMPARE(tall.sizeHint().height(), 36);
    QLineEdit input;
    QCOMPARE(input.sizeHint().height(), 28);
    NumberField number;
    QCOMPARE(number.sizeHint().height(), 28);
    qApp->setStyleSheet({});
}

void TestLook::drawsIconsInTheirColour()
{
    const QImage image = iconPixmap(QStringLiteral("play"), 16, QColor(200, 10, 10), 2.0).toImage();
    QCOMPARE(image.size(), QSize(32, 32));
    bool drawn = false;
    for (int y = 0; y < 32; ++y) {
        for (int x = 0; x < 32; ++x) {
            const QColor pixel = image.pixelColor(x, y);
            if (pixel.alpha() == 255) {
                drawn = true;
                QCOMPARE(pixel, QColor(200, 10, 10));
            }
        }
    }
    QVERIFY(drawn);
}

void TestLook::drawsIconsSharp()
{
    const QIcon icon = themedIcon(QStringLiteral("stop"), themeOf(ThemeKind::Dark));
    const QPixmap twice = icon.pixmap(QSize(16, 16), 2.0);
    QCOMPARE(twice.size(), QSize(32, 32));
    QCOMPARE(twice.devicePixelRatio(), 2.0);
}

void TestLook::hasEveryIconOfTheFolder()
{
    const QDir folder(QStringLiteral(FASTSTAR_SOURCE_DIR "/resources/icons"));
    const auto names = folder.entryList({QStringLiteral("*.svg")});
    QVERIFY(!names.empty());
    for (const QString &name : names)
        QVERIFY2(QFile::exists(QStringLiteral(":/faststar/icons/") + name), qPrintable(name));
}

void TestLook::movesAChoiceByKeys()
{
    Segmented choice({QStringLiteral("One"), QStringLiteral("Two"), QStringLiteral("Three")});
    QCOMPARE(choice.current(), 0);
    QSignalSpy spy(&choice, &Segmented::chosen);
    choice.setCurrent(2);
    QCOMPARE(choice.current(), 2);
    QCOMPARE(spy.count(), 0);
    auto *first = choice.findChildren<QPushButton *>().constFirst();
    first->click();
    QCOMPARE(choice.current(), 0);
    QCOMPARE(spy.count(), 1);
    choice.setWords({QStringLiteral("A"), QStringLiteral("B")});
    QCOMPARE(choice.current(), 0);
}

void TestLook::leavesTheWheelToThePanel()
{
    NumberField number;
    number.setValue(5);
    QWheelEvent wheel(QPointF(5, 5), QPointF(5, 5), {}, QPoint(0, 120), Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QVERIFY(QCoreApplication::sendEvent(&number, &wheel));
    QVERIFY(!wheel.isAccepted());
    QCOMPARE(number.value(), 5.0);
}

void TestLook::showsNumbersShort()
{
    NumberField number;
    number.setLocale(QLocale::c());
    number.setDecimals(3);
    number.setMaximum(100000);
    QCOMPARE(number.textFromValue(34.0), QStringLiteral("34"));
    QCOMPARE(number.textFromValue(0.05), QStringLiteral("0.05"));
    QCOMPARE(number.textFromValue(12000.0), QStringLiteral("12000"));
}

QTEST_MAIN(TestLook)
#include "tst_look.moc"
