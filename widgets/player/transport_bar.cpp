// SPDX-License-Identifier: Apache-2.0
#include "widgets/player/transport_bar.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QPainter>
#include <QToolButton>

#include <array>
#include <cmath>

#include "widgets/controls/icon_button.h"
#include "widgets/player/frame_player.h"
#include "widgets/player/frame_slider.h"

namespace faststar::widgets
{

namespace
{

constexpr int kHeight = 40;
constexpr int kPlay = 32;
constexpr std::array kSpeeds{0.25, 0.5, 1.0, 2.0, 4.0};

} // namespace

TransportBar::TransportBar(FramePlayer &player, QWidget *parent)
    : QWidget(parent), m_player(player), m_theme(themeOf(ThemeKind::Dark)),
      m_back(new IconButton(QStringLiteral("prev"), tr("Frame back (Left)"), IconButton::Kind::Bare, this)),
      m_play(new IconButton(QStringLiteral("play"), tr("Play (Space)"), IconButton::Kind::Filled, this)),
      m_on(new IconButton(QStringLiteral("next"), tr("Frame on (Right)"), IconButton::Kind::Bare, this)),
      m_loop(new IconButton(QStringLiteral("loop"), tr("Loop"), IconButton::Kind::Bare, this)),
      m_number(new QLabel(this)), m_slider(new FrameSlider(this)), m_seconds(new QLabel(this)),
      m_speed(new QToolButton(this)),
      m_full(new IconButton(QStringLiteral("full"), tr("Full screen (F)"), IconButton::Kind::Bare, this))
{
    setFixedHeight(kHeight);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(12, 0, 12, 0);
    row->setSpacing(4);
    for (QWidget *widget : std::initializer_list<QWidget *>{m_back, m_play, m_on, m_loop, m_number})
        row->addWidget(widget);
    row->addWidget(m_slider, 1);
    row->addSpacing(4);
    for (QWidget *widget : std::initializer_list<QWidget *>{m_seconds, m_speed, m_full})
        row->addWidget(widget);
    for (QLabel *label : {m_number, m_seconds}) {
        label->setFont(numberFont());
        label->setProperty("role", "number"); // of the style sheet
    }
    m_number->setTextFormat(Qt::RichText);
    m_number->setAlignment(Qt::AlignCenter);
    m_seconds->setTextFormat(Qt::RichText);
    m_seconds->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_loop->setCheckable(true);
    m_play->setFixedSize(kPlay, kPlay);
    buildSpeeds();

    connect(m_back, &QToolButton::clicked, &player, [&player] { player.stepBy(-1); });
    connect(m_on, &QToolButton::clicked, &player, [&player] { player.stepBy(1); });
    connect(m_play, &QToolButton::clicked, &player, &FramePlayer::toggle);
    connect(m_loop, &QToolButton::clicked, &player, &FramePlayer::setLoops);
    connect(m_full, &QToolButton::clicked, this, &TransportBar::fullScreenRequested);
    connect(m_slider, &FrameSlider::frameRequested, &player, [&player](int frame) {
        player.pause();
        player.seek(frame);
    });
    connect(&player, &FramePlayer::clipChanged, this, &TransportBar::showClip);
    connect(&player, &FramePlayer::frameChanged, this, &TransportBar::showFrame);
    connect(&player, &FramePlayer::playingChanged, this, &TransportBar::showPlaying);
    connect(&player, &FramePlayer::speedChanged, this, &TransportBar::showSpeed);
    connect(&player, &FramePlayer::loopsChanged, m_loop, &QToolButton::setChecked);
    m_loop->setChecked(player.loops());
    showPlaying(player.isPlaying());
    showSpeed(player.speed());
    showClip();
}

void TransportBar::setTheme(const Theme &theme)
{
    m_theme = theme;
    for (IconButton *button : {m_back, m_play, m_on, m_loop, m_full})
        button->setTheme(theme);
    m_slider->setTheme(theme);
    showFrame();
    update();
}

QString TransportBar::speedLabel(double speed)
{
    return (speed < 0.0 ? QStringLiteral("−") : QString()) + QLocale().toString(std::abs(speed), 'g', 3) +
           QStringLiteral("×");
}

bool TransportBar::handleKey(int key, Qt::KeyboardModifiers modifiers)
{
    if (modifiers.testFlag(Qt::ControlModifier) || modifiers.testFlag(Qt::AltModifier))
        return false;
    switch (key) {
    case Qt::Key_Space:
        m_player.toggle();
        return true;
    case Qt::Key_J:
        m_player.slower();
        return true;
    case Qt::Key_K:
        m_player.pause();
        return true;
    case Qt::Key_L:
        m_player.faster();
        return true;
    case Qt::Key_Left:
        m_player.stepBy(-1);
        return true;
    case Qt::Key_Right:
        m_player.stepBy(1);
        return true;
    case Qt::Key_Home:
        m_player.first();
        return true;
    case Qt::Key_End:
        m_player.last();
        return true;
    case Qt::Key_F:
        Q_EMIT fullScreenRequested();
        return true;
    default:
        return false;
    }
}

void TransportBar::keyPressEvent(QKeyEvent *event)
{
    if (!handleKey(event->key(), event->modifiers()))
        QWidget::keyPressEvent(event);
}

void TransportBar::paintEvent(QPaintEvent * /*event*/)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_theme.panel);
}

void TransportBar::buildSpeeds()
{
    m_speed->setPopupMode(QToolButton::InstantPopup);
    m_speed->setToolTip(tr("Speed (J, L)"));
    m_speed->setAccessibleName(tr("Speed"));
    auto *menu = new QMenu(m_speed);
    for (const double speed : kSpeeds)
        menu->addAction(speedLabel(speed), &m_player, [this, speed] { m_player.setSpeed(speed); });
    m_speed->setMenu(menu);
}

void TransportBar::showClip()
{
    const int count = m_player.count();
    m_slider->setClip(count, m_player.framesPerSecond());
    for (QWidget *widget : std::initializer_list<QWidget *>{m_back, m_play, m_on, m_loop, m_speed})
        widget->setEnabled(count > 1);
    // The widest numbers decide, so that nothing moves while they change.
    const QFontMetrics metrics(numberFont());
    const QString widest = QString::number(std::max(count, 10));
    m_number->setFixedWidth(std::max(72, metrics.horizontalAdvance(widest + QStringLiteral(" / ") + widest)));
    m_seconds->setFixedWidth(std::max(52, metrics.horizontalAdvance(tr("%1 s").arg(QLocale().toString(
                                              std::max(count, 1) / m_player.framesPerSecond(), 'f', 2)))));
    showFrame();
}

void TransportBar::showFrame()
{
    const int count = m_player.count();
    const int frame = m_player.frame();
    m_slider->setFrame(frame);
    const auto coloured = [](const QColor &colour, const QString &text) {
        return QStringLiteral("<span style=\"color:%1\">%2</span>").arg(colour.name(), text);
    };
    m_number->setText(count == 0 ? QString()
                                 : coloured(m_theme.text, QString::number(frame + 1)) +
                                       coloured(m_theme.text3, QStringLiteral(" / %1").arg(count)));
    m_seconds->setText(count == 0
                           ? QString()
                           : coloured(m_theme.text2, tr("%1 s").arg(QLocale().toString(
                                                         frame / m_player.framesPerSecond(), 'f', 2))));
}

void TransportBar::showPlaying(bool playing)
{
    m_play->setIconName(playing ? QStringLiteral("pause") : QStringLiteral("play"));
    m_play->setWords(playing ? tr("Pause (Space)") : tr("Play (Space)"));
}

void TransportBar::showSpeed(double speed)
{
    m_speed->setText(speedLabel(speed));
}

} // namespace faststar::widgets
