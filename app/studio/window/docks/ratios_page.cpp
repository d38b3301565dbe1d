// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/docks/ratios_page.h"

#include <QAction>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "app/studio/window/parts/action_button.h"
#include "app/studio/window/parts/labels.h"
#include "app/studio/window/parts/themed.h"
#include "widgets/ratios/frame_shares.h"
#include "widgets/ratios/norm_slider.h"
#include "widgets/ratios/ratio_editor.h"

namespace faststar::studio
{

RatiosPage::RatiosPage(QAction *rerun, QAction *back, widgets::Appearance &appearance, QWidget *parent)
    : QWidget(parent),
      m_editor(followTheme(new widgets::RatioEditor(widgets::RatioEditor::Form::Small, this), appearance)),
      m_norm(followTheme(new widgets::NormSlider(widgets::NormSlider::Form::Small, this), appearance)),
      m_shares(followTheme(new widgets::FrameShares(this), appearance)),
      m_sharesTitle(makeLabel({}, "section", this)), m_table(new QWidget(this)),
      m_grid(new QGridLayout(m_table)), m_note(makeParagraph({}, "hint", this)),
      m_rerun(new PrimaryButton(rerun, QStringLiteral("branch"), this)), m_back(makeActionButton(back, this))
{
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    auto *scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto *inside = new QWidget(scroll);
    inside->setProperty("surface", "none");
    auto *column = new QVBoxLayout(inside);
    column->setContentsMargins(12, 4, 12, 12);
    column->setSpacing(8);
    column->addWidget(makeLabel(tr("Pruning ratio per scale"), "section", inside));
    column->addWidget(m_editor);
    column->addWidget(m_norm);
    column->addWidget(makeLine(inside));
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(12);
    m_grid->setVerticalSpacing(6);
    m_grid->setColumnStretch(0, 1);
    column->addWidget(m_table);
    column->addWidget(m_sharesTitle);
    column->addWidget(m_shares);
    column->addWidget(m_note);
    column->addStretch(1);
    scroll->setWidget(inside);
    outer->addWidget(scroll, 1);
    outer->addWidget(makeLine(this));
    auto *footer = new QVBoxLayout;
    footer->setContentsMargins(12, 12, 12, 12);
    footer->setSpacing(8);
    footer->addWidget(m_rerun);
    footer->addWidget(m_back);
    outer->addLayout(footer);
    m_shares->hide();
    m_sharesTitle->hide();
    m_note->hide();
}

void RatiosPage::setForecast(const QString &runName, const std::vector<ForecastLine> &lines)
{
    if (runName == m_runName && lines == m_lines)
        return;
    m_runName = runName;
    m_lines = lines;
    while (QLayoutItem *item = m_grid->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_grid->addWidget(makeLabel(tr("Forecast"), "section", m_table), 0, 0);
    const auto right = [this](const QString &text, const char *role, int row, int column) {
        auto *label = makeLabel(text, role, m_table);
        label->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        m_grid->addWidget(label, row, column);
        return label;
    };
    if (!runName.isEmpty()) {
        right(runName, "hint", 0, 1);
        right(tr("What-if"), "hint", 0, 2);
    }
    int row = 1;
    for (const ForecastLine &line : lines) {
        m_grid->addWidget(makeLabel(line.name, "small", m_table), row, 0);
        right(line.run, "number", row, 1);
        if (!line.whatIf.isEmpty())
            right(line.whatIf, "whatif", row, 2);
        ++row;
    }
}

void RatiosPage::setSharesTitle(const QString &title)
{
    m_sharesTitle->setText(title);
    m_sharesTitle->setVisible(!title.isEmpty());
    m_shares->setVisible(!title.isEmpty());
}

void RatiosPage::setNote(const QString &note)
{
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
}

} // namespace faststar::studio
