// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/prompt/run_footer.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLocale>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

#include "app/studio/window/parts/action_button.h"
#include "app/studio/window/parts/labels.h"
#include "app/studio/window/parts/themed.h"
#include "widgets/controls/icon_button.h"

namespace faststar::studio
{

RunFooter::RunFooter(const Actions &actions, widgets::Appearance &appearance, QWidget *parent)
    : QWidget(parent), m_actions(actions), m_appearance(appearance), m_pages(new QStackedWidget(this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeLine(this));
    column->addWidget(m_pages);
    m_pages->addWidget(buildIdle());
    m_pages->addWidget(buildBusy());
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

QWidget *RunFooter::buildIdle()
{
    auto *page = new QWidget(m_pages);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(12, 12, 12, 12);
    column->setSpacing(8);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    m_generate = new PrimaryButton(m_actions.generate, QStringLiteral("spark"), page);
    m_generate->setObjectName(QStringLiteral("generate"));
    row->addWidget(m_generate, 1);
    m_queue = followTheme(
        new widgets::IconButton(QStringLiteral("queue"), tr("Queue"), widgets::IconButton::Kind::Tall, page),
        m_appearance);
    connect(m_queue, &QToolButton::clicked, m_actions.showQueue, &QAction::trigger);
    row->addWidget(m_queue);
    column->addLayout(row);
    auto *line = new QHBoxLayout;
    line->setSpacing(8);
    m_forecast = makeParagraph({}, "hint", page);
    m_forecast->setMinimumHeight(16);
    m_fits = makeLabel({}, "hint", page);
    m_forecast->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    line->addWidget(m_forecast, 1);
    line->addWidget(m_fits, 0, Qt::AlignTop);
    column->addLayout(line);
    m_outcome = makeParagraph({}, "hint", page);
    m_outcome->setObjectName(QStringLiteral("outcome"));
    m_outcome->hide();
    column->addWidget(m_outcome);
    return page;
}

QWidget *RunFooter::buildBusy()
{
    auto *page = new QWidget(m_pages);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(12, 12, 12, 8);
    column->setSpacing(8);
    auto *row = new QHBoxLayout;
    m_headline = makeLabel({}, "headline", page);
    m_left = makeLabel({}, "number2", page);
    row->addWidget(m_headline, 1);
    row->addWidget(m_left, 0, Qt::AlignVCenter);
    column->addLayout(row);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    m_pause = makeActionButton(m_actions.pause, page);
    m_stop = makeActionButton(m_actions.stopAndKeep, page);
    m_cancel = makeActionButton(m_actions.cancel, page);
    m_pause->setObjectName(QStringLiteral("pause"));
    m_stop->setObjectName(QStringLiteral("stop"));
    m_cancel->setObjectName(QStringLiteral("cancel"));
    for (auto *button : {m_pause, m_stop, m_cancel})
        buttons->addWidget(button, button == m_stop ? 3 : 2);
    column->addLayout(buttons);
    m_add = new QPushButton(page);
    m_add->setProperty("link", true);
    m_add->setObjectName(QStringLiteral("enqueue"));
    connect(m_add, &QPushButton::clicked, m_actions.generate, &QAction::trigger);
    column->addWidget(m_add, 0, Qt::AlignLeft);
    return page;
}

void RunFooter::setState(SessionState state)
{
    m_state = state;
    const QWidget *focus = m_pages->focusWidget();
    const bool hadFocus = focus != nullptr && focus->hasFocus();
    // As high as what it shows.
    const int page = isBusy(state) ? 1 : 0;
    for (int i = 0; i < m_pages->count(); ++i) {
        const auto policy = i == page ? QSizePolicy::Preferred : QSizePolicy::Ignored;
        m_pages->widget(i)->setSizePolicy(policy, policy);
    }
    const bool turned = m_pages->currentIndex() != page;
    m_pages->setCurrentIndex(page);
    // Who pressed Generate by key goes on in the same place.
    if (turned && hadFocus)
        (page == 1 ? m_pause : m_generate)->setFocus(Qt::OtherFocusReason);
    fitHeight();
    showProgress();
}

void RunFooter::fitHeight()
{
    QWidget *page = m_pages->currentWidget();
    page->layout()->activate(); // rows inside remember their height until then
    const int wide = width() > 0 ? width() : sizeHint().width();
    const int high = page->layout()->hasHeightForWidth() ? page->layout()->heightForWidth(wide)
                                                         : page->sizeHint().height();
    m_pages->setFixedHeight(high);
}

void RunFooter::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitHeight();
}

void RunFooter::setProgress(const FooterProgress &progress)
{
    if (progress == m_progress)
        return;
    m_progress = progress;
    showProgress();
}

void RunFooter::showProgress()
{
    const QString percent = tr("%1 %").arg(int(std::floor(std::clamp(m_progress.done, 0.0, 1.0) * 100.0)));
    QString headline;
    switch (m_state) {
    case SessionState::Pausing:
        headline = tr("Pausing");
        break;
    case SessionState::Paused:
        headline = tr("Paused at %1").arg(percent);
        break;
    case SessionState::Stopping:
        headline = tr("Keeping what exists");
        break;
    case SessionState::Cancelling:
        headline = tr("Cancelling");
        break;
    default:
        headline = percent;
    }
    if (m_headline->text() != headline)
        m_headline->setText(headline);
    const bool counts = m_state == SessionState::Running || m_state == SessionState::Decoding;
    const QString left = counts && m_progress.secondsLeft >= 0.0
                             ? tr("%1 s left")
                                   .arg(QLocale().toString(m_progress.secondsLeft, 'f',
                                                           m_progress.secondsLeft < 100.0 ? 1 : 0))
                             : QString();
    if (m_left->text() != left)
        m_left->setText(left);
    const QString add = m_progress.waiting == 0 ? tr("Add these settings to the queue")
                                                : tr("Add to the queue (%1 waiting)").arg(m_progress.waiting);
    if (m_add->text() != add)
        m_add->setText(add);
}

void RunFooter::setForecast(const QString &left, const QString &right, bool warns)
{
    m_forecast->setText(left);
    m_fits->setText(right);
    m_fits->setVisible(!right.isEmpty());
    setStyled(m_fits, "role", warns ? "warning" : "hint");
    fitHeight();
}

void RunFooter::setOutcome(const QString &words)
{
    if (m_outcome->text() == words)
        return;
    m_outcome->setText(words);
    m_outcome->setVisible(!words.isEmpty());
    fitHeight();
}

} // namespace faststar::studio
