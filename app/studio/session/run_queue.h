// SPDX-License-Identifier: Apache-2.0
//
// What is to run next. The panel is a view of this model.
#pragma once

#include <optional>
#include <vector>

#include <QAbstractListModel>

#include "app/studio/session/run_record.h"

namespace faststar::studio
{

using QueueId = std::uint64_t; // rises; never used twice within one process

struct QueueEntry {
    QueueId id = 0;
    GenerationRequest request; // with its seed already drawn
    std::optional<RunOrigin> origin;
    // Of the origin, where it is still in memory; else its journal is read.
    std::vector<std::shared_ptr<const StepRecord>> history;
    std::string originHash;
    Frames condition; // fitted frames that the clip starts from; null = none
};

// GUI thread only. Held = nothing is taken from it until the user lets it go on.
class RunQueue : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role { PromptRole = Qt::DisplayRole, SeedRole = Qt::UserRole, IdRole, BranchScaleRole };

    explicit RunQueue(QObject *parent = nullptr) : QAbstractListModel(parent) {}

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;
    bool removeRows(int row, int count, const QModelIndex &parent = {}) override;

    [[nodiscard]] const std::vector<QueueEntry> &entries() const { return m_entries; }
    [[nodiscard]] bool isEmpty() const { return m_entries.empty(); }
    [[nodiscard]] int rowOf(QueueId id) const; // -1 = gone
    [[nodiscard]] bool isHeld() const { return m_held; }

    QueueId append(QueueEntry entry);
    QueueId prepend(QueueEntry entry);
    // From an earlier session: replaces everything.
    void restore(std::vector<QueueEntry> entries);
    // The row that `from` is to have afterwards; false for rows that do not exist.
    bool move(int from, int to);
    // A branch keeps its origin.
    bool replaceRequest(int row, const GenerationRequest &request);
    [[nodiscard]] std::optional<QueueEntry> takeFirst();
    void clear();

public Q_SLOTS:
    void setHeld(bool held);

Q_SIGNALS:
    // Anything of the entries, for whoever stores them.
    void changed();
    void heldChanged(bool held);

private:
    QueueId insert(int row, QueueEntry entry);

    std::vector<QueueEntry> m_entries;
    QueueId m_lastId = 0;
    bool m_held = false;
};

} // namespace faststar::studio
