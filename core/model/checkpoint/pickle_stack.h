// SPDX-License-Identifier: Apache-2.0
//
// The values of a pickle and the stack that its operations build them on, without any operation that would
// call or create a foreign object: an allowed name is kept as data, a storage and a tensor as a description.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/model/checkpoint/pickle.h"
#include "core/model/checkpoint/pickle_names.h"

namespace faststar::model
{

// Every function that returns bool returns false after noting a problem; nothing is thrown.
class PickleStack
{
public:
    // Notes the first problem, to be read as "its pickle ...". Always false.
    bool fail(std::string what);
    [[nodiscard]] const std::string &problem() const { return m_problem; }

    // One value and no open group: what the last operation may leave.
    [[nodiscard]] bool holdsOneValue() const { return m_marks.empty() && m_stack.size() == 1; }
    [[nodiscard]] std::size_t height() const { return m_stack.size(); }
    // Only while holdsOneValue().
    PickleDocument takeDocument() { return {std::move(m_values), m_stack.front()}; }

    // Groups: a mark opens one, which lasts until its values are taken together.
    void mark() { m_marks.push_back(m_stack.size()); }
    bool dropMarked();
    bool pushMarked(PickleKind kind);

    // Drops the top value, or the innermost mark where nothing lies above it.
    bool drop();
    bool duplicate();
    bool push(PickleKind kind, std::int64_t value = 0, std::string_view text = {});
    // A tuple of the top `count` values.
    bool pushTuple(unsigned count);
    // Adds the marked values, or the topmost one (of a dictionary: key and value), to the container below.
    bool extend(PickleKind kind, bool marked);

    // The memo: values under a number, to be pushed again.
    bool remember(std::uint64_t slot);
    bool rememberNext() { return remember(m_memo.size()); }
    bool recall(std::uint64_t slot);

    // Names, and what the allowed ones make of their arguments.
    bool global(std::string_view module, std::string_view name);
    bool stackGlobal();
    bool persistent();
    bool reduce();
    bool build();

private:
    // Nothing below the innermost mark may be taken.
    [[nodiscard]] std::size_t floor() const { return m_marks.empty() ? 0 : m_marks.back(); }
    bool pop(PickleRef &ref);
    bool top(PickleRef &ref);
    bool popMarked(std::vector<PickleRef> &items);
    bool push(PickleValue value);
    bool rebuildTensor(const std::vector<PickleRef> &arguments);
    bool orderedDict(const std::vector<PickleRef> &arguments);
    [[nodiscard]] const PickleValue &value(PickleRef ref) const { return m_values[ref]; }
    [[nodiscard]] bool isName(PickleRef ref, PickleName name) const;

    std::vector<PickleValue> m_values;
    std::vector<PickleRef> m_stack;
    std::vector<std::size_t> m_marks; // heights of the stack
    std::unordered_map<std::uint64_t, PickleRef> m_memo;
    std::size_t m_copied = 0; // pairs taken over into dictionaries; the one copy without an operation each
    std::string m_problem;
};

} // namespace faststar::model
