// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAbstractButton>
#include <QWidget>

#include "widgets/look/style.h"

class QLabel;

namespace faststar::studio
{

// A prompt with a drawing of what it says. Drawn, not generated: nothing here claims to be the model's.
class ExampleCard : public QAbstractButton
{
    Q_OBJECT

public:
    enum class Scene { Across, Orbit, Diagonal };

    ExampleCard(Scene scene, const QString &prompt, QWidget *parent = nullptr);

    void setTheme(const widgets::Theme &theme);
    [[nodiscard]] QString prompt() const { return m_prompt; }
    [[nodiscard]] QSize sizeHint() const override { return {184, 172}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void paintScene(QPainter &painter, const QRectF &area) const;

    Scene m_scene;
    QString m_prompt;
    widgets::Theme m_theme;
};

// What the canvas shows before there is anything to show.
class FirstStart : public QWidget
{
    Q_OBJECT

public:
    explicit FirstStart(widgets::Appearance &appearance, QWidget *parent = nullptr);

    // The sentence below the headline: what the model is doing.
    void setSentence(const QString &sentence);
    void setChosenPrompt(const QString &prompt);
    void focusCards();

Q_SIGNALS:
    void promptChosen(const QString &prompt);

private:
    QLabel *m_sentence;
    QVector<ExampleCard *> m_cards;
};

// The prompts of the cards, in the words that the demo model was trained on (English).
[[nodiscard]] QStringList examplePrompts();

} // namespace faststar::studio
