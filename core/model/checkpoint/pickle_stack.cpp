// SPDX-License-Identifier: Apache-2.0
#include "core/model/checkpoint/pickle_stack.h"

#include "core/model/checkpoint/file_error.h"

namespace faststar::model
{

bool PickleStack::fail(std::string what)
{
    if (m_problem.empty())
        m_problem = std::move(what);
    return false;
}

bool PickleStack::isName(PickleRef ref, PickleName name) const
{
    return value(ref).kind == PickleKind::Global && value(ref).number == static_cast<std::int64_t>(name);
}

bool PickleStack::pop(PickleRef &ref)
{
    if (m_stack.size() <= floor())
        return fail("takes a value from an empty stack");
    ref = m_stack.back();
    m_stack.pop_back();
    return true;
}

bool PickleStack::top(PickleRef &ref)
{
    if (m_stack.size() <= floor())
        return fail("looks at an empty stack");
    ref = m_stack.back();
    return true;
}

bool PickleStack::popMarked(std::vector<PickleRef> &items)
{
    if (m_marks.empty())
        return fail("closes a group that was never opened");
    items.assign(m_stack.begin() + static_cast<std::ptrdiff_t>(m_marks.back()), m_stack.end());
    m_stack.resize(m_marks.back());
    m_marks.pop_back();
    return true;
}

bool PickleStack::push(PickleValue value)
{
    m_stack.push_back(static_cast<PickleRef>(m_values.size()));
    m_values.push_back(std::move(value));
    return true;
}

bool PickleStack::push(PickleKind kind, std::int64_t value, std::string_view text)
{
    return push(PickleValue{kind, at::ScalarType::Undefined, value, text, {}});
}

bool PickleStack::pushTuple(unsigned count)
{
    std::vector<PickleRef> items(count);
    for (unsigned i = count; i-- > 0;)
        if (!pop(items[i]))
            return false;
    return push(PickleValue{PickleKind::Tuple, at::ScalarType::Undefined, 0, {}, std::move(items)});
}

bool PickleStack::pushMarked(PickleKind kind)
{
    std::vector<PickleRef> items;
    if (!popMarked(items))
        return false;
    if (kind == PickleKind::Dict && items.size() % 2 != 0)
        return fail("has a dictionary with a key that has no value");
    return push(PickleValue{kind, at::ScalarType::Undefined, 0, {}, std::move(items)});
}

bool PickleStack::drop()
{
    if (m_stack.size() == floor() && !m_marks.empty()) {
        m_marks.pop_back();
        return true;
    }
    PickleRef dropped = 0;
    return pop(dropped);
}

bool PickleStack::dropMarked()
{
    std::vector<PickleRef> dropped;
    return popMarked(dropped);
}

bool PickleStack::duplicate()
{
    PickleRef ref = 0;
    if (!top(ref))
        return false;
    m_stack.push_back(ref);
    return true;
}

bool PickleStack::extend(PickleKind kind, bool marked)
{
    const std::size_t group = kind == PickleKind::Dict ? 2 : 1;
    std::vector<PickleRef> items(marked ? 0 : group);
    if (marked) {
        if (!popMarked(items))
            return false;
    } else {
        for (std::size_t i = group; i-- > 0;)
            if (!pop(items[i]))
                return false;
    }
    PickleRef container = 0;
    if (!top(container))
        return false;
    if (value(container).kind != kind || items.size() % group != 0)
        return fail("adds items to a value that cannot hold them");
    auto &held = m_values[container].items;
    held.insert(held.end(), items.begin(), items.end());
    return true;
}

bool PickleStack::remember(std::uint64_t slot)
{
    PickleRef ref = 0;
    if (!top(ref))
        return false;
    m_memo[slot] = ref;
    return true;
}

bool PickleStack::recall(std::uint64_t slot)
{
    const auto found = m_memo.find(slot);
    if (found == m_memo.end())
        return fail("recalls value " + std::to_string(slot) + ", which it never remembered");
    m_stack.push_back(found->second);
    return true;
}

bool PickleStack::global(std::string_view module, std::string_view name)
{
    const auto allowed = allowedName(module, name);
    if (!allowed)
        return fail("refers to " + quotedName(std::string(module) + "." + std::string(name)) +
                    ", which no checkpoint needs; nothing in it was executed");
    return push(
        PickleValue{PickleKind::Global, allowed->type, static_cast<std::int64_t>(allowed->name), {}, {}});
}

bool PickleStack::stackGlobal()
{
    PickleRef name = 0;
    PickleRef module = 0;
    if (!pop(name) || !pop(module))
        return false;
    if (value(name).kind != PickleKind::Text || value(module).kind != PickleKind::Text)
        return fail("refers to a name that is not text");
    return global(value(module).text, value(name).text);
}

// ("storage", type, key, device, elements[, view])
bool PickleStack::persistent()
{
    PickleRef ref = 0;
    if (!pop(ref))
        return false;
    const auto &id = value(ref);
    const bool shaped =
        id.kind == PickleKind::Tuple && id.items.size() >= 5 && id.items.size() <= 6 &&
        value(id.items[0]).text == "storage" && isName(id.items[1], PickleName::StorageType) &&
        value(id.items[2]).kind == PickleKind::Text && value(id.items[4]).kind == PickleKind::Int &&
        (id.items.size() == 5 || value(id.items[5]).kind == PickleKind::None);
    if (!shaped)
        return fail("refers to something outside it that is not a storage");
    const std::int64_t elements = value(id.items[4]).number;
    if (elements < 0)
        return fail("has a storage of " + std::to_string(elements) + " elements");
    return push(
        PickleValue{PickleKind::Storage, value(id.items[1]).type, elements, value(id.items[2]).text, {}});
}

bool PickleStack::reduce()
{
    PickleRef arguments = 0;
    PickleRef callee = 0;
    if (!pop(arguments) || !pop(callee))
        return false;
    if (value(arguments).kind != PickleKind::Tuple)
        return fail("calls something without a list of arguments");
    // Not a copy: a long tuple could be passed again and again. Each callee pushes only at its end.
    const auto &items = value(arguments).items;
    if (isName(callee, PickleName::OrderedDict))
        return orderedDict(items);
    if (isName(callee, PickleName::RebuildTensor))
        return rebuildTensor(items);
    if (isName(callee, PickleName::RebuildParameter)) {
        if (items.empty() || items.size() > 3 || value(items[0]).kind != PickleKind::Tensor)
            return fail("has a parameter that holds no tensor");
        const PickleRef tensor = items[0];
        m_stack.push_back(tensor);
        return true;
    }
    return fail("calls something that cannot be called");
}

bool PickleStack::orderedDict(const std::vector<PickleRef> &arguments)
{
    PickleValue dict;
    dict.kind = PickleKind::Dict;
    if (arguments.size() > 1)
        return fail("has an OrderedDict of an unknown form");
    if (arguments.size() == 1) {
        const auto &pairs = value(arguments[0]);
        if (pairs.kind != PickleKind::List && pairs.kind != PickleKind::Tuple)
            return fail("has an OrderedDict of an unknown form");
        m_copied += pairs.items.size();
        if (m_copied > kMaxPickleOperations)
            return fail("copies too many values");
        for (const PickleRef ref : pairs.items) {
            const auto &pair = value(ref);
            if ((pair.kind != PickleKind::List && pair.kind != PickleKind::Tuple) || pair.items.size() != 2)
                return fail("has an OrderedDict of an unknown form");
            dict.items.insert(dict.items.end(), pair.items.begin(), pair.items.end());
        }
    }
    return push(std::move(dict));
}

// (storage, offset, sizes, strides, requires_grad, hooks[, metadata])
bool PickleStack::rebuildTensor(const std::vector<PickleRef> &arguments)
{
    const bool shaped =
        arguments.size() >= 4 && arguments.size() <= 7 && value(arguments[0]).kind == PickleKind::Storage &&
        value(arguments[1]).kind == PickleKind::Int && value(arguments[2]).kind == PickleKind::Tuple &&
        value(arguments[3]).kind == PickleKind::Tuple;
    if (!shaped)
        return fail("has a tensor of an unknown form");
    PickleValue tensor;
    tensor.kind = PickleKind::Tensor;
    tensor.type = value(arguments[0]).type;
    tensor.number = value(arguments[1]).number;
    tensor.items = {arguments[0], arguments[2], arguments[3]};
    return push(std::move(tensor));
}

// Attributes of a dictionary (a state dictionary's _metadata): of no use here.
bool PickleStack::build()
{
    PickleRef state = 0;
    PickleRef object = 0;
    if (!pop(state) || !top(object))
        return false;
    return value(object).kind == PickleKind::Dict || fail("sets attributes of a value that has none");
}

} // namespace faststar::model
