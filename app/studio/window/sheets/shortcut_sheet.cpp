// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/sheets/shortcut_sheet.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QVBoxLayout>

#include "app/studio/window/parts/action_button.h"
#include "app/studio/window/parts/labels.h"
#include "widgets/look/icon.h"

namespace faststar::studio
{

namespace
{

QString plainText(const QAction *action)
{
    QString text = action->text();
    return text.remove(QLatin1Char('&')).remove(QStringLiteral("…"));
}

QStringList keysOfAction(const QAction *action)
{
    QStringList keys;
    for (const QKeySequence &sequence : action->shortcuts()) {
        const QString text = sequence.toString(QKeySequence::NativeText);
        // The two keys marked Enter are one to people.
        if (!text.isEmpty() && !text.endsWith(QLatin1String("+Enter")))
            keys << text;
    }
    return keys;
}

QWidget *makeKeys(const QStringList &alternatives, QWidget *parent)
{
    auto *box = new QWidget(parent);
    auto *row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    for (int i = 0; i < alternatives.size(); ++i) {
        if (i > 0)
            row->addWidget(makeLabel(ShortcutSheet::tr("or"), "hint", box));
        const QStringList names = keyNames(alternatives[i]);
        for (const QString &name : names)
            row->addWidget(makeLabel(name, "key", box));
    }
    return box;
}

} // namespace

ShortcutSheet::ShortcutSheet(const StudioActions &actions, widgets::Appearance &appearance, QWidget *parent)
    : QDialog(parent), m_search(new QLineEdit(this))
{
    setWindowTitle(tr("Keyboard shortcuts"));
    setSurface(this, "panel");
    resize(880, 600);
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(16, 16, 16, 16);
    outer->setSpacing(12);
    m_search->setPlaceholderText(tr("Find a shortcut by name or by its key"));
    m_search->setAccessibleName(tr("Find a shortcut"));
    m_search->addAction(widgets::themedIcon(QStringLiteral("search"), appearance.theme()),
                        QLineEdit::LeadingPosition);
    outer->addWidget(m_search);

    auto *scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    auto *inside = new QWidget(scroll);
    inside->setProperty("surface", "none");
    auto *row = new QHBoxLayout(inside);
    row->setContentsMargins(0, 0, 8, 0);
    row->setSpacing(48);
    QWidget *columns[2];
    for (auto *&column : columns) {
        column = new QWidget(inside);
        auto *box = new QVBoxLayout(column);
        box->setContentsMargins(0, 0, 0, 0);
        box->setSpacing(16);
        row->addWidget(column, 1, Qt::AlignTop);
    }
    const auto of = [&actions](ActionGroup group) {
        QVector<std::pair<QString, QStringList>> entries;
        for (const auto &entry : actions.entries()) {
            if (entry.group != group)
                continue;
            const QStringList keys = keysOfAction(entry.action);
            if (!keys.isEmpty())
                entries.append({plainText(entry.action), keys});
        }
        return entries;
    };
    addSection(columns[0], tr("Run"), tr("everywhere"), of(ActionGroup::Run));
    addSection(columns[0], tr("Windows"), tr("everywhere"), of(ActionGroup::Windows));
    addSection(columns[0], tr("File"), tr("everywhere"), of(ActionGroup::File));
    addSection(columns[1], tr("Player"), tr("the picture has the focus"), of(ActionGroup::Player));
    // Painted views take these themselves.
    addSection(columns[1], tr("Maps"), tr("a map has the focus"),
               {{tr("Move the probe"),
                 {QStringLiteral("←"), QStringLiteral("→"), QStringLiteral("↑"), QStringLiteral("↓")}},
                {tr("Scale down, up"), {tr("Page Up"), tr("Page Down")}},
                {tr("Zoom"), {QStringLiteral("+"), QStringLiteral("-"), QStringLiteral("0")}}});
    addSection(columns[1], tr("Film strip"), tr("it has the focus"),
               {{tr("Move the cursor"),
                 {QStringLiteral("←"), QStringLiteral("→"), QStringLiteral("↑"), QStringLiteral("↓")}}});
    addSection(columns[1], tr("Ratios"), tr("a bar has the focus"),
               {{tr("1 %, 0.1 %"), {QStringLiteral("↑"), tr("Shift") + QStringLiteral("+↑")}},
                {tr("5 %"), {tr("Page Up"), tr("Page Down")}},
                {tr("Back to the run's value"), {tr("Del")}},
                {tr("Lock"), {QStringLiteral("L")}}});
    for (auto *column : columns)
        static_cast<QVBoxLayout *>(column->layout())->addStretch(1);
    scroll->setWidget(inside);
    outer->addWidget(scroll, 1);
    outer->addWidget(makeLine(this));
    outer->addWidget(makeParagraph(
        tr("Single keys work only while a view has the focus, never in text fields."), "hint", this));
    connect(m_search, &QLineEdit::textChanged, this, &ShortcutSheet::filter);
    m_search->setFocus();
}

void ShortcutSheet::addSection(QWidget *column, const QString &title, const QString &where,
                               const QVector<std::pair<QString, QStringList>> &entries)
{
    Section section;
    section.box = new QWidget(column);
    auto *rows = new QVBoxLayout(section.box);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(4);
    auto *head = new QHBoxLayout;
    head->addWidget(makeLabel(title, "section", section.box), 1);
    head->addWidget(makeLabel(where, "hint", section.box));
    rows->addLayout(head);
    for (const auto &[name, keys] : entries) {
        auto *row = new QWidget(section.box);
        auto *line = new QHBoxLayout(row);
        line->setContentsMargins(0, 0, 0, 0);
        line->addWidget(makeLabel(name, "plain", row), 1);
        line->addWidget(makeKeys(keys, row));
        rows->addWidget(row);
        section.lines.append({row, name + QLatin1Char(' ') + keys.join(QLatin1Char(' '))});
    }
    column->layout()->addWidget(section.box);
    m_sections.append(section);
}

void ShortcutSheet::filter(const QString &text)
{
    for (const Section &section : m_sections) {
        bool any = false;
        for (const Line &line : section.lines) {
            const bool fits = line.words.contains(text, Qt::CaseInsensitive);
            line.row->setVisible(fits);
            any = any || fits;
        }
        section.box->setVisible(any);
    }
}

int ShortcutSheet::shownCount() const
{
    int count = 0;
    for (const Section &section : m_sections) {
        for (const Line &line : section.lines)
            count += line.row->isHidden() ? 0 : 1;
    }
    return count;
}

} // namespace faststar::studio
