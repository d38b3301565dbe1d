// SPDX-License-Identifier: Apache-2.0
//
// The runs of this and earlier sessions that match the search, newest first.
#pragma once

#include <vector>

#include <QAbstractListModel>

#include "core/store/studio_database.h"

namespace faststar::studio
{

// GUI thread only. Filled by the library.
class ShelfModel : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role {
        PromptRole = Qt::DisplayRole,
        NumberRole = Qt::UserRole, // qlonglong
        OutcomeRole,               // int of store::RunOutcome
        StartedRole,               // QDateTime
        SeedRole,                  // qlonglong
        ThumbnailRole,             // QByteArray, PNG; empty = none
    };

    explicit ShelfModel(QObject *parent = nullptr) : QAbstractListModel(parent) {}

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

    [[nodiscard]] const std::vector<store::StoredRun> &runs() const { return m_runs; }
    [[nodiscard]] int rowOf(std::int64_t number) const; // -1 = not here

    void reset(std::vector<store::StoredRun> runs);
    // Replaces the row of the same number, or puts the run in its place.
    void put(store::StoredRun run);
    void remove(std::int64_t number);

private:
    std::vector<store::StoredRun> m_runs;
};

} // namespace faststar::studio
