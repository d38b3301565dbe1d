// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QStringList>

#include "app/studio/session/session.h"
#include "app/studio/window/studio_services.h"

class QMenu;
class QWidget;

namespace faststar::studio
{

class ModelChip;
class StudioActions;

// Opens models: the one asked for, the last one, one from a folder dialog, a recent one. Keeps chip and
// menus up to date.
class ModelChooser : public QObject
{
    Q_OBJECT

public:
    ModelChooser(const StudioServices &services, StudioActions &actions, ModelChip *chip, QMenu *recent,
                 QWidget *window);

    // `wanted`, else the last one that opened, else the demo model.
    void openFirst(const QString &wanted);
    void open(const QString &folder) const;
    void chooseFolder();

private:
    void showOpening(const QString &path);
    void showOpened(const ModelPtr &model);
    void remember(const QString &folder);
    void fillRecent();
    [[nodiscard]] QString nameOf(const QString &folder) const;

    StudioServices m_services;
    StudioActions &m_actions;
    ModelChip *m_chip;
    QMenu *m_recent;
    QWidget *m_window;
};

} // namespace faststar::studio
