// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include "widgets/look/style.h"

class QHBoxLayout;
class QLabel;
class QStackedWidget;
class QVBoxLayout;

namespace faststar::widgets
{
class FramePlayer;
class IconButton;
class PictureCanvas;
class Segmented;
} // namespace faststar::widgets

namespace faststar::studio
{

class FirstStart;
class MessageBar;
class StudioActions;
class Toast;

// What lies over the picture.
enum class CanvasMode { Picture, Heatmap, Mask };

// The middle of the window: view bar, messages, the picture or the first-start page, transport.
class CanvasPanel : public QWidget
{
    Q_OBJECT

public:
    CanvasPanel(StudioActions &actions, widgets::Appearance &appearance, QWidget *parent = nullptr);

    [[nodiscard]] CanvasMode mode() const;
    // Which score lies over the picture in the mode Heatmap: 0 spatial, 1 temporal, 2 fused.
    [[nodiscard]] int score() const;
    void showFirstStart(bool shown);
    [[nodiscard]] bool isFirstStart() const;
    // What the picture is: "Preview at 8×13", "Decoded"; empty hides the chip.
    void setPictureWords(const QString &words, const char *chip);
    // Below the picture; the player outlives the panel.
    void setTransport(widgets::FramePlayer &player);
    void setRunTools(bool shown); // Branch and Export
    // Without the view bar.
    void setPictureOnly(bool only);
    // Gives the picture, or the first card, the focus.
    void focusStage();

    [[nodiscard]] widgets::PictureCanvas *picture() { return m_picture; }
    [[nodiscard]] FirstStart *firstStart() { return m_first; }
    [[nodiscard]] MessageBar *messages() { return m_messages; }
    [[nodiscard]] Toast *toast() { return m_toast; }

    [[nodiscard]] QSize minimumSizeHint() const override { return {480, 320}; }

Q_SIGNALS:
    void modeChanged();

private:
    void buildBar(StudioActions &actions, widgets::Appearance &appearance, QHBoxLayout *bar);

    QWidget *m_bar = nullptr;
    widgets::Segmented *m_modes = nullptr;
    widgets::Segmented *m_scores = nullptr;
    QLabel *m_chip = nullptr;
    QWidget *m_tools = nullptr;
    widgets::IconButton *m_options = nullptr;
    QVBoxLayout *m_column = nullptr;
    MessageBar *m_messages = nullptr;
    QStackedWidget *m_stage = nullptr;
    FirstStart *m_first = nullptr;
    widgets::PictureCanvas *m_picture = nullptr;
    Toast *m_toast = nullptr;
    StudioActions &m_actions;
    widgets::Appearance &m_appearance;
};

} // namespace faststar::studio
