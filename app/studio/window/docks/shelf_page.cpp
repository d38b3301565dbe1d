// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/docks/shelf_page.h"

#include <QLineEdit>
#include <QVBoxLayout>

#include "app/studio/window/parts/themed.h"
#include "widgets/look/icon.h"
#include "widgets/shelf/shelf_view.h"

namespace faststar::studio
{

ShelfPage::ShelfPage(widgets::Appearance &appearance, QWidget *parent)
    : QWidget(parent), m_view(followTheme(new widgets::ShelfView(this), appearance)),
      m_search(new QLineEdit(this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_view);
    m_search->setPlaceholderText(tr("Search runs"));
    m_search->setAccessibleName(tr("Search runs"));
    m_search->setClearButtonEnabled(true);
    m_search->setMaximumWidth(168);
    m_search->addAction(widgets::themedIcon(QStringLiteral("search"), appearance.theme()),
                        QLineEdit::LeadingPosition);
    connect(m_search, &QLineEdit::textChanged, this, &ShelfPage::searched);
}

QWidget *ShelfPage::search()
{
    return m_search;
}

} // namespace faststar::studio
