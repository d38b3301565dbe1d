// SPDX-License-Identifier: Apache-2.0
#include "app/studio/session/run_queue.h"

#include <algorithm>

namespace faststar::studio
{

int RunQueue::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_entries.size());
}

QVariant RunQueue::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const QueueEntry &entry = m_entries[std::size_t(index.row())];
    switch (role) {
    case PromptRole:
    case Qt::ToolTipRole:
        return QString::fromStdString(entry.request.prompt);
    case SeedRole:
        return qlonglong(entry.request.seed);
    case IdRole:
        return qulonglong(entry.id);
    case BranchScaleRole:
        return entry.origin && entry.origin->branchFromScale ? QVariant(*entry.origin->branchFromScale)
                                                             : QVariant();
    default:
        return {};
    }
}

QHash<int, QByteArray> RunQueue::roleNames() const
{
    return {{PromptRole, "prompt"}, {SeedRole, "seed"}, {IdRole, "id"}, {BranchScaleRole, "branchScale"}};
}

bool RunQueue::removeRows(int row, int count, const QModelIndex &parent)
{
    if (parent.isValid() || row < 0 || count <= 0 || row + count > int(m_entries.size()))
        return false;
    beginRemoveRows({}, row, row + count - 1);
    m_entries.erase(m_entries.begin() + row, m_entries.begin() + row + count);
    endRemoveRows();
    Q_EMIT changed();
    return true;
}

int RunQueue::rowOf(QueueId id) const
{
    const auto found = std::ranges::find(m_entries, id, &QueueEntry::id);
    return found == m_entries.end() ? -1 : int(found - m_entries.begin());
}

QueueId RunQueue::insert(int row, QueueEntry entry)
{
    entry.id = ++m_lastId;
    beginInsertRows({}, row, row);
    m_entries.insert(m_entries.begin() + row, std::move(entry));
    endInsertRows();
    Q_EMIT changed();
    return m_lastId;
}

QueueId RunQueue::append(QueueEntry entry)
{
    return insert(int(m_entries.size()), std::move(entry));
}

QueueId RunQueue::prepend(QueueEntry entry)
{
    return insert(0, std::move(entry));
}

void RunQueue::restore(std::vector<QueueEntry> entries)
{
    beginResetModel();
    m_entries = std::move(entries);
    for (QueueEntry &entry : m_entries)
        entry.id = ++m_lastId;
    endResetModel();
    Q_EMIT changed();
}

bool RunQueue::move(int from, int to)
{
    const int rows = int(m_entries.size());
    if (from < 0 || to < 0 || from >= rows || to >= rows)
        return false;
    if (from == to)
        return true;
    // Qt names the row before which the moved one lands, counted before it left.
    beginMoveRows({}, from, from, {}, to > from ? to + 1 : to);
    const auto first = m_entries.begin();
    if (from < to)
        std::rotate(first + from, first + from + 1, first + to + 1);
    else
        std::rotate(first + to, first + from, first + from + 1);
    endMoveRows();
    Q_EMIT changed();
    return true;
}

bool RunQueue::replaceRequest(int row, const GenerationRequest &request)
{
    if (row < 0 || row >= int(m_entries.size()))
        return false;
    m_entries[std::size_t(row)].request = request;
    Q_EMIT dataChanged(index(row), index(row));
    Q_EMIT changed();
    return true;
}

std::optional<QueueEntry> RunQueue::takeFirst()
{
    if (m_entries.empty())
        return std::nullopt;
    QueueEntry entry = std::move(m_entries.front());
    beginRemoveRows({}, 0, 0);
    m_entries.erase(m_entries.begin());
    endRemoveRows();
    Q_EMIT changed();
    return entry;
}

void RunQueue::clear()
{
    if (!m_entries.empty())
        removeRows(0, int(m_entries.size()));
}

void RunQueue::setHeld(bool held)
{
    if (m_held == held)
        return;
    m_held = held;
    Q_EMIT heldChanged(held);
}

} // namespace faststar::studio
