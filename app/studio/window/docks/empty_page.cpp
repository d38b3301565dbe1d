// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/docks/empty_page.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include "app/studio/window/parts/labels.h"
#include "widgets/look/icon.h"

namespace faststar::studio
{

QWidget *makeEmptyPage(const QString &icon, const QString &title, const QString &sentence,
                       widgets::Appearance &appearance, QWidget *parent)
{
    auto *page = new QWidget(parent);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(32, 12, 32, 48);
    column->setSpacing(4);
    auto *picture = new QLabel(page);
    picture->setAlignment(Qt::AlignCenter);
    const auto draw = [picture, icon](const widgets::Theme &theme) {
        picture->setPixmap(widgets::iconPixmap(icon, 24, theme.text3, picture->devicePixelRatioF()));
    };
    draw(appearance.theme());
    QObject::connect(&appearance, &widgets::Appearance::changed, picture, draw);
    auto *heading = makeLabel(title, "label", page);
    heading->setAlignment(Qt::AlignCenter);
    auto *words = makeParagraph(sentence, "hint", page);
    words->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
    words->setMinimumWidth(120);
    words->setMaximumWidth(280);
    words->setMinimumHeight(64);
    column->addStretch(1);
    column->addWidget(picture);
    column->addSpacing(4);
    column->addWidget(heading);
    auto *centre = new QHBoxLayout;
    centre->addStretch(1);
    centre->addWidget(words, 100);
    centre->addStretch(1);
    column->addLayout(centre);
    column->addStretch(1);
    return page;
}

} // namespace faststar::studio
