// SPDX-License-Identifier: Apache-2.0
#include "app/studio/session/last_request.h"

#include <QSettings>

#include "core/store/request_json.h"

namespace faststar::studio
{

namespace
{

QString key()
{
    return QStringLiteral("run/lastRequest");
}

} // namespace

void storeLastRequest(QSettings &settings, const GenerationRequest &request)
{
    settings.setValue(key(), QString::fromStdString(store::requestToJson(request)));
}

std::optional<GenerationRequest> lastRequest(const QSettings &settings)
{
    const auto request = store::requestFromJson(settings.value(key()).toString().toStdString(), "settings");
    return request ? std::optional(*request) : std::nullopt;
}

} // namespace faststar::studio
