// SPDX-License-Identifier: Apache-2.0
#include "widgets/look/fonts.h"

#include <QDir>
#include <QFontDatabase>

// Static libraries must ask for their resources by name, outside of any namespace.
static void initFontResources()
{
    Q_INIT_RESOURCE(fonts);
}

namespace faststar::widgets
{

void loadFonts()
{
    initFontResources();
    const QDir folder(QStringLiteral(":/faststar/fonts"));
    for (const QString &name : folder.entryList(QDir::Files))
        QFontDatabase::addApplicationFont(folder.filePath(name));
}

} // namespace faststar::widgets
