// SPDX-License-Identifier: Apache-2.0
//
// Every catalogue knows every text of the programs, and has an answer to each.
#include <QtTest>

#include <QProcess>
#include <QTemporaryDir>
#include <QTranslator>
#include <QXmlStreamReader>

#include <map>
#include <set>

namespace
{

struct Message {
    QString translation;
    bool isFinished = false;
};

using Catalogue = std::map<std::pair<QString, QString>, Message>; // by context and source

Catalogue readCatalogue(const QString &path)
{
    Catalogue catalogue;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return catalogue;
    QXmlStreamReader xml(&file);
    QString context;
    QString source;
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement)
            continue;
        if (xml.name() == QLatin1String("name")) {
            context = xml.readElementText();
        } else if (xml.name() == QLatin1String("source")) {
            source = xml.readElementText();
        } else if (xml.name() == QLatin1String("translation")) {
            const QString type = xml.attributes().value(QLatin1String("type")).toString();
            if (type == QLatin1String("vanished") || type == QLatin1String("obsolete"))
                continue;
            Message message;
            message.isFinished = type.isEmpty();
            message.translation = xml.readElementText(QXmlStreamReader::IncludeChildElements);
            catalogue[{context, source}] = message;
        }
    }
    return catalogue;
}

QString sourceDir()
{
    return QStringLiteral(FASTSTAR_SOURCE_DIR);
}

// What lupdate finds in some folders of the sources now.
Catalogue textsOf(const QString &folders, const QString &scratch)
{
    const QString path = scratch + QStringLiteral("/now.ts");
    QFile::remove(path);
    QProcess lupdate;
    lupdate.setWorkingDirectory(sourceDir());
    QStringList arguments = QStringLiteral(FASTSTAR_LUPDATE_ARGUMENTS).split(QLatin1Char(' '));
    for (const QString &folder : folders.split(QLatin1Char(' '))) {
        if (QDir(sourceDir()).exists(folder)) // some come with other parts of the program
            arguments << folder;
    }
    lupdate.start(QStringLiteral(FASTSTAR_LUPDATE), arguments << QStringLiteral("-ts") << path);
    if (!lupdate.waitForFinished(60000) || lupdate.exitCode() != 0)
        return {};
    return readCatalogue(path);
}

// %1, %2, ... and %n of a text.
std::set<QString> placesOf(const QString &text)
{
    static const QRegularExpression kPlace(QStringLiteral("%(\\d|n)"));
    std::set<QString> places;
    for (auto it = kPlace.globalMatch(text); it.hasNext();)
        places.insert(it.next().captured());
    return places;
}

} // namespace

class TestCatalogues : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void knowsEveryText_data() { catalogues(); }
    void knowsEveryText();
    void answersEveryText_data() { catalogues(); }
    void answersEveryText();
    void isCompiledForThePrograms_data() { catalogues(); }
    void isCompiledForThePrograms();

private:
    static void catalogues()
    {
        QTest::addColumn<QString>("path");
        const QDir folder(sourceDir() + QStringLiteral("/translations"));
        for (const QFileInfo &file : folder.entryInfoList({QStringLiteral("*.ts")}, QDir::Files))
            QTest::newRow(qPrintable(file.fileName())) << file.filePath();
    }

    // The sources of the catalogue at `path`.
    [[nodiscard]] const Catalogue &textsFor(const QString &path) const
    {
        return QFileInfo(path).fileName().startsWith(QLatin1String("studio_")) ? m_studio : m_command;
    }

    QTemporaryDir m_folder;
    Catalogue m_command;
    Catalogue m_studio;
};

void TestCatalogues::initTestCase()
{
    QLocale::setDefault(QLocale::c());
    m_command = textsOf(QStringLiteral(FASTSTAR_FOLDERS_OF_FASTSTAR), m_folder.path());
    m_studio = textsOf(QStringLiteral(FASTSTAR_FOLDERS_OF_STUDIO), m_folder.path());
    QVERIFY2(!m_command.empty() && !m_studio.empty(), "lupdate found too little: are its arguments right?");
}

void TestCatalogues::knowsEveryText()
{
    QFETCH(QString, path);
    const Catalogue catalogue = readCatalogue(path);
    const Catalogue &texts = textsFor(path);
    for (const auto &[key, message] : texts)
        QVERIFY2(catalogue.contains(key),
                 qPrintable(QStringLiteral("missing, run update_translations: ") + key.second));
    for (const auto &[key, message] : catalogue)
        QVERIFY2(texts.contains(key), qPrintable(QStringLiteral("no program says any more: ") + key.second));
}

void TestCatalogues::answersEveryText()
{
    QFETCH(QString, path);
    const Catalogue catalogue = readCatalogue(path);
    QVERIFY(!catalogue.empty());
    for (const auto &[key, message] : catalogue) {
        const QString &source = key.second;
        QVERIFY2(message.isFinished && !message.translation.isEmpty(),
                 qPrintable(QStringLiteral("unfinished: ") + source));
        QVERIFY2(placesOf(source) == placesOf(message.translation),
                 qPrintable(QStringLiteral("other places for arguments: ") + source));
    }
}

void TestCatalogues::isCompiledForThePrograms()
{
    QFETCH(QString, path);
    const QString name = QFileInfo(path).completeBaseName();
    QTranslator translator;
    // The folder of the programs need not be there yet.
    const QString folder =
        QDir::cleanPath(QStringLiteral(FASTSTAR_BIN_DIR "/../share/faststar/translations"));
    QVERIFY(translator.load(name, folder));
    for (const auto &[key, message] : readCatalogue(path)) {
        const QString found = translator.translate(qPrintable(key.first), key.second.toUtf8().constData());
        QCOMPARE(found, message.translation);
    }
}

QTEST_GUILESS_MAIN(TestCatalogues)
#include "tst_catalogues.moc"
