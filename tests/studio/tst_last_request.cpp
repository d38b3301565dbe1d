// SPDX-License-Identifier: Apache-2.0
#include "app/studio/session/last_request.h"

#include <limits>

#include <QSettings>
#include <QtTest>

#include "tests/support/scratch.h"

using namespace faststar;
using namespace faststar::studio;

class TestLastRequest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void comesBackAsItWas();
    void nonsenseIsNothing();
};

void TestLastRequest::comesBackAsItWas()
{
    const test::ScratchFolder folder;
    const auto path = QString::fromStdString((folder / "studio.ini").string());
    GenerationRequest request;
    request.prompt = "a \"red\" circle; ümläut, 红色\nsecond line = %20";
    request.p = std::numeric_limits<double>::infinity();
    request.ratiosPermille = {1, 20, 300, 999};
    request.pruning.temporalRef = TemporalRef::None;
    {
        QSettings settings(path, QSettings::IniFormat);
        QVERIFY(!lastRequest(settings));
        storeLastRequest(settings, request);
    }
    const QSettings settings(path, QSettings::IniFormat);
    QVERIFY(lastRequest(settings) == request);
}

void TestLastRequest::nonsenseIsNothing()
{
    const test::ScratchFolder folder;
    QSettings settings(QString::fromStdString((folder / "studio.ini").string()), QSettings::IniFormat);
    for (const char *text : {"", "[]", "{}", R"({"prompt": 3})", R"({"prompt": "x", "p": "large"})"}) {
        settings.setValue("run/lastRequest", text);
        QVERIFY2(!lastRequest(settings), text);
    }
    settings.setValue("run/lastRequest", 42);
    QVERIFY(!lastRequest(settings));
}

QTEST_GUILESS_MAIN(TestLastRequest)
#include "tst_last_request.moc"
