// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/docks/queue_page.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QListView>
#include <QPainter>
#include <QPushButton>
#include <QStackedWidget>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include "app/studio/window/docks/empty_page.h"
#include "app/studio/window/parts/labels.h"
#include "app/studio/window/parts/themed.h"
#include "widgets/controls/icon_button.h"

namespace faststar::studio
{

namespace
{

// Place, prompt, and at the right what tells two entries of one prompt apart.
class EntryDelegate final : public QStyledItemDelegate
{
public:
    EntryDelegate(widgets::Appearance &appearance, QObject *parent)
        : QStyledItemDelegate(parent), m_appearance(appearance)
    {
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const QVariant scale = index.data(RunQueue::BranchScaleRole);
        const QString seed = QString::number(index.data(RunQueue::SeedRole).toLongLong());
        const QString facts = scale.isValid()
                                  ? QueuePage::tr("from scale %1 · seed %2").arg(scale.toInt()).arg(seed)
                                  : QueuePage::tr("seed %1").arg(seed);
        const QFont font = widgets::numberFont();
        const int wide = QFontMetrics(font).horizontalAdvance(facts);
        QStyleOptionViewItem whole(option);
        initStyleOption(&whole, index);
        whole.text.clear();
        const QStyle *style = whole.widget != nullptr ? whole.widget->style() : QApplication::style();
        style->drawControl(QStyle::CE_ItemViewItem, &whole, painter, whole.widget);
        const bool isSelected = option.state & QStyle::State_Selected;
        const widgets::Theme &theme = m_appearance.theme();
        const QRect inside = option.rect.adjusted(12, 0, -12, 0);
        painter->save();
        painter->setFont(font);
        painter->setPen(isSelected ? theme.onSoft : theme.text3);
        painter->drawText(inside, Qt::AlignLeft | Qt::AlignVCenter, QString::number(index.row() + 1));
        painter->drawText(inside, Qt::AlignRight | Qt::AlignVCenter, facts);
        painter->setFont(option.font);
        painter->setPen(theme.text);
        const QRect words = inside.adjusted(24, 0, -wide - 16, 0);
        painter->drawText(words, Qt::AlignLeft | Qt::AlignVCenter,
                          option.fontMetrics.elidedText(index.data(RunQueue::PromptRole).toString(),
                                                        Qt::ElideRight, words.width()));
        painter->restore();
    }

private:
    widgets::Appearance &m_appearance;
};

} // namespace

QueuePage::QueuePage(RunQueue &queue, widgets::Appearance &appearance, QWidget *parent)
    : QWidget(parent), m_queue(queue), m_pages(new QStackedWidget(this)), m_list(new QListView(m_pages)),
      m_up(followTheme(new widgets::IconButton(QStringLiteral("up"), tr("Sooner")), appearance)),
      m_down(followTheme(new widgets::IconButton(QStringLiteral("down"), tr("Later")), appearance)),
      m_edit(new QPushButton(tr("Edit"), this)), m_remove(new QPushButton(tr("Remove"), this)),
      m_clear(new QPushButton(tr("Empty the queue"), this)), m_hold(new QPushButton(this)),
      m_held(makeChip(tr("held"), "warn", this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 4, 12, 12);
    column->setSpacing(8);
    m_list->setModel(&m_queue);
    m_list->setAccessibleName(tr("Queue"));
    m_list->setUniformItemSizes(true);
    m_list->setItemDelegate(new EntryDelegate(appearance, m_list));
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setTextElideMode(Qt::ElideRight);
    m_list->installEventFilter(this);
    m_pages->addWidget(m_list);
    m_pages->addWidget(makeEmptyPage(QStringLiteral("queue"), tr("Nothing waits"),
                                     tr("Generate during a run adds the settings here."), appearance,
                                     m_pages));
    column->addWidget(m_pages, 1);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_up);
    row->addWidget(m_down);
    row->addWidget(m_edit);
    row->addWidget(m_remove);
    row->addStretch(1);
    row->addWidget(m_held);
    row->addWidget(m_hold);
    row->addWidget(m_clear);
    column->addLayout(row);
    connect(m_up, &QToolButton::clicked, this, [this] { move(-1); });
    connect(m_down, &QToolButton::clicked, this, [this] { move(1); });
    connect(m_edit, &QPushButton::clicked, this, &QueuePage::edit);
    connect(m_remove, &QPushButton::clicked, this, &QueuePage::remove);
    connect(m_clear, &QPushButton::clicked, &m_queue, &RunQueue::clear);
    connect(m_hold, &QPushButton::clicked, this, [this] { m_queue.setHeld(!m_queue.isHeld()); });
    connect(m_list, &QListView::doubleClicked, this, &QueuePage::edit);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &QueuePage::refresh);
    connect(&m_queue, &RunQueue::changed, this, &QueuePage::refresh);
    connect(&m_queue, &RunQueue::heldChanged, this, &QueuePage::refresh);
    refresh();
}

int QueuePage::row() const
{
    return m_list->currentIndex().row();
}

void QueuePage::move(int by)
{
    const int to = row() + by;
    if (m_queue.move(row(), to))
        m_list->setCurrentIndex(m_queue.index(to));
    refresh();
}

void QueuePage::edit()
{
    const int at = row();
    if (at < 0 || at >= m_queue.rowCount())
        return;
    const GenerationRequest request = m_queue.entries()[std::size_t(at)].request;
    m_queue.removeRows(at, 1);
    Q_EMIT editRequested(request);
}

void QueuePage::remove()
{
    if (row() >= 0)
        m_queue.removeRows(row(), 1);
}

bool QueuePage::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != m_list || event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const auto *key = static_cast<QKeyEvent *>(event);
    if (key->modifiers() == Qt::AltModifier && (key->key() == Qt::Key_Up || key->key() == Qt::Key_Down)) {
        move(key->key() == Qt::Key_Up ? -1 : 1);
        return true;
    }
    if (key->key() == Qt::Key_Delete) {
        remove();
        return true;
    }
    if (key->key() == Qt::Key_Return && key->modifiers() == Qt::NoModifier) {
        edit();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void QueuePage::refresh()
{
    const int count = m_queue.rowCount();
    m_pages->setCurrentIndex(count == 0 ? 1 : 0);
    const bool hasRow = row() >= 0 && row() < count;
    m_up->setEnabled(hasRow && row() > 0);
    m_down->setEnabled(hasRow && row() + 1 < count);
    m_edit->setEnabled(hasRow);
    m_remove->setEnabled(hasRow);
    m_clear->setEnabled(count > 0);
    m_hold->setText(m_queue.isHeld() ? tr("Let it run") : tr("Hold"));
    m_hold->setEnabled(count > 0 || m_queue.isHeld());
    m_held->setVisible(m_queue.isHeld());
    Q_EMIT countChanged(count);
}

} // namespace faststar::studio
