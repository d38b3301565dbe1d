// SPDX-License-Identifier: Apache-2.0
//
// The tables of StudioDatabase, one migration a schema number: the n-th text leads from n to n + 1 and is
// never changed afterwards.
#pragma once

#include <array>

namespace faststar::store
{

inline constexpr std::array<const char *, 3> kMigrations{
    // The history, the queue, and whether a session is open.
    R"(
CREATE TABLE runs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    started_at INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    request TEXT NOT NULL,
    base_key TEXT NOT NULL,
    unpruned INTEGER NOT NULL,
    model_name TEXT NOT NULL,
    model_hash TEXT NOT NULL,
    device TEXT NOT NULL,
    fps INTEGER NOT NULL,
    parent INTEGER NOT NULL,
    branch_scale INTEGER,
    folder TEXT NOT NULL,
    steps_done INTEGER NOT NULL,
    steps INTEGER NOT NULL,
    error_code INTEGER,
    error TEXT NOT NULL,
    summary TEXT NOT NULL,
    costs TEXT NOT NULL,
    thumbnail BLOB,
    words TEXT NOT NULL
);
CREATE TABLE queue (
    place INTEGER PRIMARY KEY,
    request TEXT NOT NULL,
    parent INTEGER NOT NULL,
    journal TEXT NOT NULL,
    branch_scale INTEGER
);
CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL);
)",
    // The times measured on this machine, and a quick way to the unpruned run of a request.
    R"(
CREATE TABLE measurements (
    model_hash TEXT NOT NULL,
    device TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    measured TEXT NOT NULL,
    PRIMARY KEY (model_hash, device, width, height)
);
CREATE INDEX runs_base ON runs (base_key, model_hash, device);
)",
    // What a run was expected to cost; null where nobody knew.
    "ALTER TABLE runs ADD COLUMN forecast TEXT;",
};

} // namespace faststar::store
