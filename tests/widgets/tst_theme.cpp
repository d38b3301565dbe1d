// SPDX-License-Identifier: Apache-2.0
#include <QtTest>

#include <set>

#include "widgets/theme.h"

using namespace faststar::widgets;

class TestTheme : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyTokenIsSet_data() { themes(); }
    void everyTokenIsSet();
    void wordsAreReadable_data() { themes(); }
    void wordsAreReadable();
    void chromeIsNeutral_data() { themes(); }
    void chromeIsNeutral();
    void contrastOfKnownPairs();

private:
    static void themes()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("dark") << int(ThemeKind::Dark);
        QTest::newRow("light") << int(ThemeKind::Light);
        QTest::newRow("grey") << int(ThemeKind::Grey);
    }
};

void TestTheme::everyTokenIsSet()
{
    QFETCH(int, kind);
    const Theme &theme = themeOf(ThemeKind(kind));
    std::set<std::string> names;
    for (const ThemeToken &token : themeTokens()) {
        QVERIFY2((theme.*token.colour).isValid(), token.name);
        QVERIFY2(names.insert(token.name).second, token.name);
    }
    // Every member has a name: a theme rebuilt through the tokens is the same.
    Theme copy;
    for (const ThemeToken &token : themeTokens())
        copy.*token.colour = theme.*token.colour;
    QVERIFY(copy == theme);
}

void TestTheme::wordsAreReadable()
{
    QFETCH(int, kind);
    const Theme &theme = themeOf(ThemeKind(kind));
    for (const QColor &words :
         {theme.text, theme.text2, theme.text3, theme.accent, theme.kept, theme.spatial, theme.temporal,
          theme.fused, theme.guidance, theme.overhead, theme.warn, theme.danger})
        QVERIFY2(contrast(words, theme.panel) >= 4.45, qPrintable(words.name()));
    QVERIFY(contrast(theme.onAccent, theme.accentFill) >= 4.5);
    QVERIFY(contrast(theme.onSoft, theme.accentSoft) >= 4.5);
    QVERIFY(contrast(theme.control, theme.panel) >= 3.0); // borders of inputs
}

void TestTheme::chromeIsNeutral()
{
    QFETCH(int, kind);
    const Theme &theme = themeOf(ThemeKind(kind));
    for (const QColor &chrome : {theme.window, theme.panel, theme.raised, theme.hover, theme.canvas,
                                 theme.well, theme.field, theme.text, theme.text2, theme.line, theme.control})
        QCOMPARE(chrome.saturation(), 0);
}

void TestTheme::contrastOfKnownPairs()
{
    QCOMPARE(contrast(Qt::white, Qt::black), 21.0);
    QCOMPARE(contrast(Qt::black, Qt::white), 21.0);
    QCOMPARE(contrast(Qt::red, Qt::red), 1.0);
    // The last grey that passes for words on white.
    QVERIFY(std::abs(contrast(QColor(0x76, 0x76, 0x76), Qt::white) - 4.54) < 0.005);
}

QTEST_GUILESS_MAIN(TestTheme)
#include "tst_theme.moc"
