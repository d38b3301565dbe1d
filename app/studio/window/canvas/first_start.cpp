// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/canvas/first_start.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPainterPath>
#include <QTextLayout>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

#include "app/studio/window/parts/labels.h"
#include "app/studio/window/parts/themed.h"
#include "widgets/look/icon.h"

namespace faststar::studio
{

namespace
{

constexpr int kPictureHeight = 105;
constexpr int kWordsHeight = 3 * 16 + 16; // the picture gives way to these where it is low
constexpr int kGhosts = 4;                // earlier places of the moving shape, fainter

// Colours of the scenes, as the demo model's captions name them.
const QColor kRed(0xE6, 0x28, 0x28);
const QColor kBlue(0x30, 0x56, 0xE0);
const QColor kGreen(0x2E, 0xA8, 0x3A);
const QColor kPink(0xFF, 0x5F, 0xAE);
const QColor kWhite(0xF4, 0xF2, 0xF3);

QPolygonF triangleAt(QPointF centre, double radius)
{
    return QPolygonF({centre + QPointF(0, -radius), centre + QPointF(radius * 0.95, radius * 0.75),
                      centre + QPointF(-radius * 0.95, radius * 0.75)});
}

} // namespace

QStringList examplePrompts()
{
    return {QStringLiteral("a red circle moving right on a plain blue background"),
            QStringLiteral("a pink circle orbiting in a circle over vertical green and blue stripes"),
            QStringLiteral("a green triangle moving diagonally down and to the right over a white and pink "
                           "checkered background")};
}

ExampleCard::ExampleCard(Scene scene, const QString &prompt, QWidget *parent)
    : QAbstractButton(parent), m_scene(scene), m_prompt(prompt),
      m_theme(widgets::themeOf(widgets::ThemeKind::Dark))
{
    setCheckable(true);
    setAutoExclusive(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(prompt);
    setToolTip(prompt);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setAttribute(Qt::WA_Hover);
}

void ExampleCard::setTheme(const widgets::Theme &theme)
{
    m_theme = theme;
    update();
}

void ExampleCard::paintScene(QPainter &painter, const QRectF &area) const
{
    painter.save();
    painter.setClipRect(area, Qt::IntersectClip);
    painter.setPen(Qt::NoPen);
    const double radius = area.height() * 0.19;
    const auto trail = [&](auto &&placeAt, auto &&draw, QColor colour) {
        for (int i = 0; i <= kGhosts; ++i) {
            const double at = double(i) / kGhosts;
            colour.setAlphaF(i == kGhosts ? 1.0F : float(0.08 + 0.10 * i));
            painter.setBrush(colour);
            draw(placeAt(at));
        }
    };
    const auto circle = [&](QPointF centre) { painter.drawEllipse(centre, radius, radius); };
    const QPointF centre = area.center();
    if (m_scene == Scene::Across) {
        painter.fillRect(area, kBlue);
        trail([&](double at) { return centre + QPointF((at - 0.62) * area.width() * 0.52, 0); }, circle,
              kRed);
    } else if (m_scene == Scene::Orbit) {
        const double stripe = area.width() / 9.0;
        for (int i = 0; i < 9; ++i)
            painter.fillRect(QRectF(area.left() + i * stripe, area.top(), stripe + 1, area.height()),
                             i % 2 == 0 ? kGreen : kBlue);
        trail(
            [&](double at) {
                const double angle = -2.3 + at * 3.4;
                return centre + QPointF(std::cos(angle), std::sin(angle)) * area.height() * 0.24;
            },
            circle, kPink);
    } else {
        const double cell = area.height() / 5.0;
        for (int row = 0; row < 5; ++row) {
            for (int column = 0; column * cell < area.width(); ++column)
                painter.fillRect(
                    QRectF(area.left() + column * cell, area.top() + row * cell, cell + 1, cell + 1),
                    (row + column) % 2 == 0 ? kWhite : kPink);
        }
        trail(
            [&](double at) {
                return centre + QPointF((at - 0.6) * area.width() * 0.4, (at - 0.6) * area.height() * 0.5);
            },
            [&](QPointF place) { painter.drawPolygon(triangleAt(place, radius * 1.15)); }, kGreen);
    }
    painter.restore();
}

void ExampleCard::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF card = rect();
    QPainterPath shape;
    shape.addRoundedRect(card, 6, 6);
    painter.setClipPath(shape);
    painter.fillRect(card, underMouse() ? m_theme.hover : m_theme.panel);
    const int picture = std::clamp(height() - kWordsHeight, 0, kPictureHeight);
    paintScene(painter, QRectF(0, 0, width(), picture));
    painter.setClipping(false);

    QFont font = this->font();
    font.setPixelSize(12);
    painter.setFont(font);
    painter.setPen(m_theme.text2);
    const QRectF words(12, picture + 8, width() - 24, height() - picture - 16);
    QTextLayout layout(m_prompt, font);
    layout.beginLayout();
    qreal y = 0;
    for (int line = 0; y + 16 <= words.height(); ++line) {
        QTextLine text = layout.createLine();
        if (!text.isValid())
            break;
        text.setLineWidth(words.width());
        text.setPosition(QPointF(0, y));
        y += 16;
        const bool isLast = y + 16 > words.height();
        const QString rest = m_prompt.mid(text.textStart());
        if (isLast)
            painter.drawText(QRectF(words.left(), words.top() + y - 16, words.width(), 16),
                             Qt::AlignLeft | Qt::AlignVCenter,
                             QFontMetricsF(font).elidedText(rest, Qt::ElideRight, words.width()));
        else
            painter.drawText(QRectF(words.left(), words.top() + y - 16, words.width(), 16),
                             Qt::AlignLeft | Qt::AlignVCenter,
                             m_prompt.mid(text.textStart(), text.textLength()).trimmed());
    }
    layout.endLayout();
    if (isChecked() || hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(hasFocus() ? m_theme.text : m_theme.accent, 2));
        painter.drawRoundedRect(card.adjusted(1, 1, -1, -1), 5, 5);
    }
}

FirstStart::FirstStart(widgets::Appearance &appearance, QWidget *parent)
    : QWidget(parent), m_sentence(makeParagraph({}, "label", this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(24, 16, 24, 16);
    column->setSpacing(0);
    auto *card = new QWidget(this);
    card->setObjectName(QStringLiteral("firstStart"));
    auto *inside = new QVBoxLayout(card);
    inside->setContentsMargins(0, 0, 0, 0);
    inside->setSpacing(0);
    auto *headline = makeLabel(tr("Make the first clip"), "headline", card);
    headline->setAlignment(Qt::AlignCenter);
    m_sentence->setAlignment(Qt::AlignHCenter);
    inside->addWidget(headline);
    inside->addSpacing(4);
    inside->addWidget(m_sentence);
    inside->addSpacing(20);
    auto *row = new QHBoxLayout;
    row->setSpacing(16);
    const QStringList prompts = examplePrompts();
    const ExampleCard::Scene scenes[] = {ExampleCard::Scene::Across, ExampleCard::Scene::Orbit,
                                         ExampleCard::Scene::Diagonal};
    for (int i = 0; i < prompts.size(); ++i) {
        auto *example = followTheme(new ExampleCard(scenes[i], prompts[i], card), appearance);
        connect(example, &QAbstractButton::clicked, this,
                [this, example] { Q_EMIT promptChosen(example->prompt()); });
        row->addWidget(example);
        m_cards.append(example);
    }
    inside->addLayout(row);
    inside->addSpacing(16);
    auto *hint = makeParagraph(tr("Ctrl+Enter generates. F1 shows all keys."), "small", card);
    hint->setAlignment(Qt::AlignHCenter);
    inside->addWidget(hint);
    card->setMaximumWidth(584);
    column->addStretch(1);
    auto *centre = new QHBoxLayout;
    centre->addStretch(1);
    centre->addWidget(card, 100);
    centre->addStretch(1);
    column->addLayout(centre);
    column->addStretch(1);
}

void FirstStart::setSentence(const QString &sentence)
{
    m_sentence->setText(sentence);
}

void FirstStart::focusCards()
{
    m_cards.constFirst()->setFocus(Qt::ShortcutFocusReason);
}

void FirstStart::setChosenPrompt(const QString &prompt)
{
    for (ExampleCard *card : m_cards) {
        card->setAutoExclusive(false);
        card->setChecked(card->prompt() == prompt);
        card->setAutoExclusive(true);
    }
}

} // namespace faststar::studio
