// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/prompt/prompt_edit.h"

#include <QMimeData>
#include <QTextBlock>
#include <QTextCursor>

#include <algorithm>
#include <cmath>

namespace faststar::studio
{

namespace
{

constexpr qreal kLine = 20.0;

} // namespace

PromptEdit::PromptEdit(int least, int most, QWidget *parent) : QTextEdit(parent), m_least(least), m_most(most)
{
    setAcceptRichText(false);
    setTabChangesFocus(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    document()->setDocumentMargin(4);
    setFixedHeight(m_least);
    spaceLines();
    connect(document(), &QTextDocument::contentsChanged, this, [this] {
        spaceLines();
        grow();
    });
}

void PromptEdit::setPrompt(const QString &text)
{
    if (text != toPlainText())
        setPlainText(text);
}

void PromptEdit::resizeEvent(QResizeEvent *event)
{
    QTextEdit::resizeEvent(event);
    grow();
}

void PromptEdit::insertFromMimeData(const QMimeData *source)
{
    if (source->hasText())
        insertPlainText(source->text());
}

// The line height is no property of style sheets.
void PromptEdit::spaceLines()
{
    if (m_spacing)
        return;
    m_spacing = true;
    QTextBlockFormat format;
    format.setLineHeight(kLine, QTextBlockFormat::FixedHeight);
    const bool modified = document()->isModified();
    for (QTextBlock block = document()->begin(); block.isValid(); block = block.next()) {
        if (block.blockFormat().lineHeight() == kLine)
            continue;
        QTextCursor cursor(block);
        cursor.joinPreviousEditBlock(); // no undo step of its own
        cursor.mergeBlockFormat(format);
        cursor.endEditBlock();
    }
    document()->setModified(modified);
    m_spacing = false;
}

void PromptEdit::grow()
{
    const int wanted = int(std::ceil(document()->size().height())) + 8;
    const int height = std::clamp(wanted, m_least, m_most);
    if (height != minimumHeight())
        setFixedHeight(height);
}

} // namespace faststar::studio
