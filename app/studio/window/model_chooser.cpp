// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/model_chooser.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QSettings>

#include "app/studio/window/actions.h"
#include "app/studio/window/model_chip.h"

namespace faststar::studio
{

namespace
{

constexpr int kMostRecent = 8;
const auto kRecentKey = QStringLiteral("model/recent");
const auto kLastKey = QStringLiteral("model/last");

} // namespace

ModelChooser::ModelChooser(const StudioServices &services, StudioActions &actions, ModelChip *chip,
                           QMenu *recent, QWidget *window)
    : QObject(window), m_services(services), m_actions(actions), m_chip(chip), m_recent(recent),
      m_window(window)
{
    auto *menu = new QMenu(chip);
    menu->addAction(actions.openModel);
    menu->addMenu(recent);
    menu->addAction(actions.demoModel);
    chip->setMenu(menu);
    actions.demoModel->setEnabled(!m_services.demoModel.empty());
    connect(actions.openModel, &QAction::triggered, this, &ModelChooser::chooseFolder);
    connect(actions.demoModel, &QAction::triggered, this,
            [this] { open(QString::fromStdString(m_services.demoModel.string())); });
    connect(recent, &QMenu::aboutToShow, this, &ModelChooser::fillRecent);
    const Session *session = m_services.session;
    connect(session, &Session::modelOpening, this, &ModelChooser::showOpening);
    connect(session, &Session::modelOpeningProgressed, chip, &ModelChip::setProgress);
    connect(session, &Session::modelOpened, this, &ModelChooser::showOpened);
    connect(session, &Session::modelFailed, this, [this](const Error &error) {
        const QString path = QString::fromStdString(m_services.session->modelSettings().modelPath);
        m_chip->setModel(ModelChip::State::Failed, nameOf(path), tr("not open"));
        m_chip->setToolTip(QString::fromStdString(error.detail));
    });
    fillRecent();
}

QString ModelChooser::nameOf(const QString &folder) const
{
    if (!m_services.demoModel.empty() &&
        QDir(folder) == QDir(QString::fromStdString(m_services.demoModel.string())))
        return tr("Demo model");
    return QFileInfo(folder).fileName();
}

void ModelChooser::openFirst(const QString &wanted)
{
    QString folder = wanted;
    if (folder.isEmpty())
        folder = m_services.settings->value(kLastKey).toString();
    if (wanted.isEmpty() && !QFileInfo::exists(folder))
        folder = QString::fromStdString(m_services.demoModel.string());
    if (folder.isEmpty()) {
        m_chip->setModel(ModelChip::State::None, tr("Open a model"), {});
        return;
    }
    open(folder);
}

void ModelChooser::open(const QString &folder) const
{
    LoadSettings settings;
    settings.modelPath = QDir::cleanPath(folder).toStdString();
    settings.device = m_services.device;
    settings.threads = m_services.threads;
    m_services.session->openModel(settings);
}

void ModelChooser::chooseFolder()
{
    const QString start = m_services.settings->value(kLastKey).toString();
    const QString folder = QFileDialog::getExistingDirectory(m_window, tr("Open a model folder"), start);
    if (!folder.isEmpty())
        open(folder);
}

void ModelChooser::showOpening(const QString &path)
{
    m_chip->setModel(ModelChip::State::Opening, tr("Opening %1").arg(nameOf(path)), {});
    m_chip->setToolTip(path);
}

void ModelChooser::showOpened(const ModelPtr &model)
{
    const QString path = QString::fromStdString(model->path);
    const QString name = nameOf(path);
    m_chip->setModel(ModelChip::State::Open, name, QString::fromStdString(model->config.schedule.size));
    m_chip->setToolTip(path);
    m_services.settings->setValue(kLastKey, path);
    remember(path);
}

void ModelChooser::remember(const QString &folder)
{
    QStringList recent = m_services.settings->value(kRecentKey).toStringList();
    recent.removeAll(folder);
    recent.prepend(folder);
    while (recent.size() > kMostRecent)
        recent.removeLast();
    m_services.settings->setValue(kRecentKey, recent);
    fillRecent();
}

void ModelChooser::fillRecent()
{
    m_recent->clear();
    const QStringList recent = m_services.settings->value(kRecentKey).toStringList();
    for (const QString &folder : recent) {
        QAction *action = m_recent->addAction(nameOf(folder).replace(QLatin1Char('&'), QLatin1String("&&")));
        action->setToolTip(folder);
        action->setEnabled(QFileInfo::exists(folder));
        connect(action, &QAction::triggered, this, [this, folder] { open(folder); });
    }
    m_recent->setToolTipsVisible(true);
    m_recent->menuAction()->setEnabled(!recent.isEmpty());
}

} // namespace faststar::studio
