// SPDX-License-Identifier: Apache-2.0
#include "app/studio/session/shelf_model.h"

#include <algorithm>

#include <QDateTime>

namespace faststar::studio
{

int ShelfModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_runs.size());
}

QVariant ShelfModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const store::StoredRun &run = m_runs[std::size_t(index.row())];
    switch (role) {
    case PromptRole:
    case Qt::ToolTipRole:
        return QString::fromStdString(run.request.prompt);
    case NumberRole:
        return qlonglong(run.number);
    case OutcomeRole:
        return int(run.outcome);
    case StartedRole:
        return QDateTime::fromSecsSinceEpoch(run.startedAt);
    case SeedRole:
        return qlonglong(run.request.seed);
    case ThumbnailRole:
        return QByteArray(reinterpret_cast<const char *>(run.thumbnail.data()),
                          qsizetype(run.thumbnail.size()));
    default:
        return {};
    }
}

QHash<int, QByteArray> ShelfModel::roleNames() const
{
    return {{PromptRole, "prompt"},   {NumberRole, "number"}, {OutcomeRole, "outcome"},
            {StartedRole, "started"}, {SeedRole, "seed"},     {ThumbnailRole, "thumbnail"}};
}

int ShelfModel::rowOf(std::int64_t number) const
{
    const auto found = std::ranges::find(m_runs, number, &store::StoredRun::number);
    return found == m_runs.end() ? -1 : int(found - m_runs.begin());
}

void ShelfModel::reset(std::vector<store::StoredRun> runs)
{
    beginResetModel();
    m_runs = std::move(runs);
    endResetModel();
}

void ShelfModel::put(store::StoredRun run)
{
    if (const int row = rowOf(run.number); row >= 0) {
        m_runs[std::size_t(row)] = std::move(run);
        Q_EMIT dataChanged(index(row), index(row));
        return;
    }
    const auto place = std::ranges::find_if(
        m_runs, [&](const store::StoredRun &other) { return other.number < run.number; });
    const int row = int(place - m_runs.begin());
    beginInsertRows({}, row, row);
    m_runs.insert(place, std::move(run));
    endInsertRows();
}

void ShelfModel::remove(std::int64_t number)
{
    const int row = rowOf(number);
    if (row < 0)
        return;
    beginRemoveRows({}, row, row);
    m_runs.erase(m_runs.begin() + row);
    endRemoveRows();
}

} // namespace faststar::studio
