// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStringList>
#include <QWidget>

class QButtonGroup;
class QHBoxLayout;

namespace faststar::widgets
{

// One of a few words, side by side in a well. One tab stop; arrow keys move the choice.
class Segmented : public QWidget
{
    Q_OBJECT

public:
    enum class Size { Normal, Small };

    explicit Segmented(const QStringList &words, Size size = Size::Normal, QWidget *parent = nullptr);

    void setWords(const QStringList &words);
    [[nodiscard]] int current() const;
    // Says nothing; chosen() is for the user's choices.
    void setCurrent(int index);
    void setWordEnabled(int index, bool enabled, const QString &reason = {});

Q_SIGNALS:
    void chosen(int index);

private:
    QHBoxLayout *m_row;
    QButtonGroup *m_group;
};

} // namespace faststar::widgets
