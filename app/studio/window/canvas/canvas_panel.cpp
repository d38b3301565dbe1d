// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/canvas/canvas_panel.h"

#include <QHBoxLayout>
#include <QMenu>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "app/studio/window/actions.h"
#include "app/studio/window/canvas/first_start.h"
#include "app/studio/window/canvas/message_bar.h"
#include "app/studio/window/canvas/toast.h"
#include "app/studio/window/parts/action_button.h"
#include "app/studio/window/parts/labels.h"
#include "app/studio/window/parts/themed.h"
#include "widgets/canvas/picture_canvas.h"
#include "widgets/controls/icon_button.h"
#include "widgets/controls/segmented.h"
#include "widgets/look/icon.h"
#include "widgets/player/transport_bar.h"

namespace faststar::studio
{

CanvasPanel::CanvasPanel(StudioActions &actions, widgets::Appearance &appearance, QWidget *parent)
    : QWidget(parent), m_column(new QVBoxLayout(this)), m_actions(actions), m_appearance(appearance)
{
    setSurface(this, "panel");
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(0);
    m_bar = new QWidget(this);
    m_bar->setFixedHeight(36);
    auto *row = new QHBoxLayout(m_bar);
    row->setContentsMargins(12, 0, 8, 0);
    row->setSpacing(8);
    buildBar(actions, appearance, row);
    m_column->addWidget(m_bar);
    m_messages = new MessageBar(appearance, this);
    m_column->addWidget(m_messages);

    m_stage = new QStackedWidget(this);
    setSurface(m_stage, "canvas");
    m_first = new FirstStart(appearance, m_stage);
    m_picture = followTheme(new widgets::PictureCanvas(m_stage), appearance);
    m_stage->addWidget(m_first);
    m_stage->addWidget(m_picture);
    m_column->addWidget(m_stage, 1);
    m_toast = new Toast(appearance, m_stage);
    actions.attachPlayerKeys(m_picture);
    connect(m_picture, &widgets::PictureCanvas::doubleClicked, actions.pictureOnly, &QAction::trigger);
}

void CanvasPanel::buildBar(StudioActions &actions, widgets::Appearance &appearance, QHBoxLayout *row)
{
    m_modes = new widgets::Segmented({tr("Picture"), tr("Heatmap"), tr("Mask")});
    m_modes->setAccessibleName(tr("What is shown"));
    m_scores = new widgets::Segmented({QStringLiteral("S"), QStringLiteral("T"), QStringLiteral("F")});
    m_scores->setAccessibleName(tr("Score: spatial, temporal, fused"));
    m_scores->setToolTip(tr("Spatial, temporal or fused score"));
    m_scores->setCurrent(2);
    m_scores->hide();
    m_chip = makeChip({}, "accent");
    m_chip->hide();
    row->addWidget(m_modes);
    row->addWidget(m_scores);
    row->addStretch(1);
    row->addWidget(m_chip);

    m_tools = new QWidget(this);
    auto *tools = new QHBoxLayout(m_tools);
    tools->setContentsMargins(0, 0, 0, 0);
    tools->setSpacing(8);
    auto *branch = makeActionButton(actions.branch, m_tools);
    auto *out = makeActionButton(actions.exportClip, m_tools);
    const auto draw = [branch, out](const widgets::Theme &theme) {
        branch->setIcon(
            widgets::themedIcon(QStringLiteral("branch"), theme.text, theme.disabled, theme.text));
        out->setIcon(widgets::themedIcon(QStringLiteral("out"), theme.text, theme.disabled, theme.text));
    };
    draw(appearance.theme());
    connect(&appearance, &widgets::Appearance::changed, m_tools, draw);
    tools->addWidget(branch);
    tools->addWidget(out);
    m_tools->hide();
    row->addWidget(m_tools);

    m_options = followTheme(new widgets::IconButton(QStringLiteral("gear"), tr("View options"),
                                                    widgets::IconButton::Kind::Bare, this),
                            appearance);
    auto *menu = new QMenu(m_options);
    menu->addActions({actions.decodeNow, actions.follow});
    menu->addSeparator();
    menu->addActions({actions.saveFrame, actions.copyFrame});
    menu->addSeparator();
    auto *round = menu->addMenu(tr("Colour round the picture"));
    round->addActions({actions.canvasTheme, actions.canvasBlack, actions.canvasGrey, actions.canvasWhite});
    m_options->setMenu(menu);
    row->addWidget(m_options);
    connect(m_modes, &widgets::Segmented::chosen, this, [this](int index) {
        m_scores->setVisible(index == int(CanvasMode::Heatmap));
        Q_EMIT modeChanged();
    });
    connect(m_scores, &widgets::Segmented::chosen, this, &CanvasPanel::modeChanged);
}

CanvasMode CanvasPanel::mode() const
{
    return CanvasMode(m_modes->current());
}

int CanvasPanel::score() const
{
    return m_scores->current();
}

void CanvasPanel::showFirstStart(bool shown)
{
    m_stage->setCurrentWidget(shown ? static_cast<QWidget *>(m_first) : m_picture);
}

bool CanvasPanel::isFirstStart() const
{
    return m_stage->currentWidget() == m_first;
}

void CanvasPanel::setPictureWords(const QString &words, const char *chip)
{
    m_chip->setText(words);
    m_chip->setVisible(!words.isEmpty());
    setStyled(m_chip, "chip", chip);
}

void CanvasPanel::setTransport(widgets::FramePlayer &player)
{
    auto *transport = followTheme(new widgets::TransportBar(player, this), m_appearance);
    connect(transport, &widgets::TransportBar::fullScreenRequested, m_actions.pictureOnly, &QAction::trigger);
    m_column->addWidget(transport);
}

void CanvasPanel::setPictureOnly(bool only)
{
    m_bar->setVisible(!only);
}

void CanvasPanel::focusStage()
{
    if (isFirstStart())
        m_first->focusCards();
    else
        m_picture->setFocus(Qt::ShortcutFocusReason);
}

void CanvasPanel::setRunTools(bool shown)
{
    m_tools->setVisible(shown);
}

} // namespace faststar::studio
