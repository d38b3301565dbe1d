// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QTextEdit>

namespace faststar::studio
{

// Plain text on lines of 20 px that grows with what is written, from `least` to `most` pixels. Return
// makes a new line; Tab leaves the field.
class PromptEdit : public QTextEdit
{
    Q_OBJECT

public:
    PromptEdit(int least, int most, QWidget *parent = nullptr);

    void setPrompt(const QString &text);
    [[nodiscard]] QString prompt() const { return toPlainText(); }

protected:
    void resizeEvent(QResizeEvent *event) override;
    void insertFromMimeData(const QMimeData *source) override;

private:
    void spaceLines();
    void grow();

    int m_least;
    int m_most;
    bool m_spacing = false;
};

} // namespace faststar::studio
