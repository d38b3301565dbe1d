// SPDX-License-Identifier: Apache-2.0
#include "core/model/checkpoint/pickle.h"

#include <limits>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "core/model/checkpoint/file_error.h"
#include "core/model/checkpoint/pickle_names.h"

namespace faststar::model
{

namespace
{

constexpr std::uint64_t kHighestProtocol = 5;
constexpr std::size_t kLongestName = 200;

// The stack machine of the pickle format, minus everything that would call or build foreign objects.
// Every member returns false after noting a problem; nothing is thrown.
class Machine
{
public:
    explicit Machine(std::span<const std::byte> bytes) : m_bytes(bytes) {}

    bool run();
    [[nodiscard]] const std::string &problem() const { return m_problem; }
    [[nodiscard]] std::size_t position() const { return m_at; }
    PickleDocument takeDocument() { return {std::move(m_values), m_stack.front()}; }

private:
    bool fail(std::string what)
    {
        if (m_problem.empty())
            m_problem = std::move(what);
        return false;
    }

    // Input.
    bool number(unsigned width, std::uint64_t &value)
    {
        if (m_bytes.size() - m_at < width)
            return fail("ends in the middle of a number");
        value = 0;
        for (unsigned i = width; i-- > 0;)
            value = value << 8U | std::to_integer<std::uint64_t>(m_bytes[m_at + i]);
        m_at += width;
        return true;
    }
    bool take(std::uint64_t length, std::string_view &text)
    {
        if (length > m_bytes.size() - m_at)
            return fail("claims a value of " + std::to_string(length) + " bytes, more than it has");
        text = {reinterpret_cast<const char *>(m_bytes.data()) + m_at, static_cast<std::size_t>(length)};
        m_at += length;
        return true;
    }
    bool sized(unsigned width, std::string_view &text)
    {
        std::uint64_t length = 0;
        return number(width, length) && take(length, text);
    }
    bool line(std::string_view &text)
    {
        const std::string_view rest(reinterpret_cast<const char *>(m_bytes.data()) + m_at,
                                    m_bytes.size() - m_at);
        const std::size_t end = rest.substr(0, kLongestName).find('\n');
        if (end == std::string_view::npos)
            return fail("has a name without an end");
        text = rest.substr(0, end);
        m_at += end + 1;
        return true;
    }

    // Stack. Nothing below the innermost mark may be taken.
    [[nodiscard]] std::size_t floor() const { return m_marks.empty() ? 0 : m_marks.back(); }
    bool pop(PickleRef &ref)
    {
        if (m_stack.size() <= floor())
            return fail("takes a value from an empty stack");
        ref = m_stack.back();
        m_stack.pop_back();
        return true;
    }
    bool top(PickleRef &ref)
    {
        if (m_stack.size() <= floor())
            return fail("looks at an empty stack");
        ref = m_stack.back();
        return true;
    }
    bool popMarked(std::vector<PickleRef> &items)
    {
        if (m_marks.empty())
            return fail("closes a group that was never opened");
        items.assign(m_stack.begin() + static_cast<std::ptrdiff_t>(m_marks.back()), m_stack.end());
        m_stack.resize(m_marks.back());
        m_marks.pop_back();
        return true;
    }
    bool push(PickleValue value)
    {
        m_stack.push_back(static_cast<PickleRef>(m_values.size()));
        m_values.push_back(std::move(value));
        return true;
    }
    bool push(PickleKind kind, std::int64_t value = 0, std::string_view text = {})
    {
        return push(PickleValue{kind, at::ScalarType::Undefined, value, text, {}});
    }
    bool pushTuple(unsigned count)
    {
        std::vector<PickleRef> items(count);
        for (unsigned i = count; i-- > 0;)
            if (!pop(items[i]))
                return false;
        return push(PickleValue{PickleKind::Tuple, at::ScalarType::Undefined, 0, {}, std::move(items)});
    }
    bool pushMarked(PickleKind kind)
    {
        std::vector<PickleRef> items;
        if (!popMarked(items))
            return false;
        if (kind == PickleKind::Dict && items.size() % 2 != 0)
            return fail("has a dictionary with a key that has no value");
        return push(PickleValue{kind, at::ScalarType::Undefined, 0, {}, std::move(items)});
    }

    bool step(unsigned char operation);
    bool pushNumber(unsigned char operation);
    bool pushText(unsigned char operation);
    bool pushLong(unsigned widthOfLength);
    bool extend(PickleKind kind, bool marked, std::size_t group);
    bool remember(std::uint64_t slot);
    bool recall(unsigned width);
    bool global(std::string_view module, std::string_view name);
    bool stackGlobal();
    bool persistent();
    bool reduce();
    bool build();
    bool rebuildTensor(const std::vector<PickleRef> &arguments);
    bool orderedDict(const std::vector<PickleRef> &arguments);

    [[nodiscard]] const PickleValue &value(PickleRef ref) const { return m_values[ref]; }
    [[nodiscard]] bool isName(PickleRef ref, PickleName name) const
    {
        return value(ref).kind == PickleKind::Global && value(ref).number == static_cast<std::int64_t>(name);
    }

    std::span<const std::byte> m_bytes;
    std::size_t m_at = 0;
    std::vector<PickleValue> m_values;
    std::vector<PickleRef> m_stack;
    std::vector<std::size_t> m_marks; // heights of the stack
    std::unordered_map<std::uint64_t, PickleRef> m_memo;
    std::size_t m_copied = 0; // pairs taken over into dictionaries; the one copy without an operation each
    std::string m_problem;
};

bool Machine::run()
{
    std::uint64_t operation = 0;
    std::uint64_t protocol = 0;
    if (m_bytes.size() < 2 || !number(1, operation) || operation != 0x80 || !number(1, protocol) ||
        protocol < 2 || protocol > kHighestProtocol)
        return fail("is not a pickle of protocol 2 to 5");
    for (std::size_t count = 0; count < kMaxPickleOperations; ++count) {
        if (m_at == m_bytes.size())
            return fail("ends without its last operation");
        number(1, operation);
        if (operation != '.') {
            if (!step(static_cast<unsigned char>(operation)))
                return false;
            continue;
        }
        if (!m_marks.empty() || m_stack.size() != 1)
            return fail("ends with " + std::to_string(m_stack.size()) + " values instead of one");
        return m_at == m_bytes.size() || fail("goes on after its end");
    }
    return fail("has more than " + std::to_string(kMaxPickleOperations) + " operations");
}

// NOLINTNEXTLINE(readability-function-size): one case an operation is the clearest form of this table.
bool Machine::step(unsigned char operation)
{
    PickleRef ref = 0;
    std::uint64_t count = 0;
    switch (operation) {
    case '(': // MARK
        m_marks.push_back(m_stack.size());
        return true;
    case '0': // POP
        if (m_stack.size() == floor() && !m_marks.empty()) {
            m_marks.pop_back();
            return true;
        }
        return pop(ref);
    case '1': { // POP_MARK
        std::vector<PickleRef> dropped;
        return popMarked(dropped);
    }
    case '2': // DUP
        if (!top(ref))
            return false;
        m_stack.push_back(ref);
        return true;
    case 0x95: // FRAME: a hint for buffering
        return number(8, count) && (count <= m_bytes.size() - m_at || fail("claims a frame beyond its end"));
    case 'N':
        return push(PickleKind::None);
    case 0x88: // NEWTRUE
        return push(PickleKind::Bool, 1);
    case 0x89: // NEWFALSE
        return push(PickleKind::Bool, 0);
    case 'J': // BININT
    case 'K': // BININT1
    case 'M': // BININT2
    case 'G': // BINFLOAT
        return pushNumber(operation);
    case 0x8a: // LONG1
        return pushLong(1);
    case 0x8b: // LONG4
        return pushLong(4);
    case 'X':  // BINUNICODE
    case 0x8c: // SHORT_BINUNICODE
    case 0x8d: // BINUNICODE8
    case 'T':  // BINSTRING
    case 'U':  // SHORT_BINSTRING
    case 'B':  // BINBYTES
    case 'C':  // SHORT_BINBYTES
    case 0x8e: // BINBYTES8
    case 0x96: // BYTEARRAY8
        return pushText(operation);
    case ')': // EMPTY_TUPLE
        return pushTuple(0);
    case 0x85: // TUPLE1
        return pushTuple(1);
    case 0x86: // TUPLE2
        return pushTuple(2);
    case 0x87: // TUPLE3
        return pushTuple(3);
    case 't': // TUPLE
        return pushMarked(PickleKind::Tuple);
    case ']': // EMPTY_LIST
        return push(PickleKind::List);
    case 'l': // LIST
        return pushMarked(PickleKind::List);
    case 'a': // APPEND
        return extend(PickleKind::List, false, 1);
    case 'e': // APPENDS
        return extend(PickleKind::List, true, 1);
    case '}': // EMPTY_DICT
        return push(PickleKind::Dict);
    case 'd': // DICT
        return pushMarked(PickleKind::Dict);
    case 's': // SETITEM
        return extend(PickleKind::Dict, false, 2);
    case 'u': // SETITEMS
        return extend(PickleKind::Dict, true, 2);
    case 0x8f: // EMPTY_SET
        return push(PickleKind::Set);
    case 0x90: // ADDITEMS
        return extend(PickleKind::Set, true, 1);
    case 0x91: // FROZENSET
        return pushMarked(PickleKind::Set);
    case 'c':   // GLOBAL
    case 'i': { // INST: a name, then a call of it
        std::string_view module;
        std::string_view name;
        return line(module) && line(name) && global(module, name) &&
               (operation == 'c' || fail("creates an object the old way"));
    }
    case 0x93: // STACK_GLOBAL
        return stackGlobal();
    case 'Q': // BINPERSID
        return persistent();
    case 'R': // REDUCE
        return reduce();
    case 'b': // BUILD
        return build();
    case 'q': // BINPUT
        return number(1, count) && remember(count);
    case 'r': // LONG_BINPUT
        return number(4, count) && remember(count);
    case 0x94: // MEMOIZE
        return remember(m_memo.size());
    case 'h': // BINGET
        return recall(1);
    case 'j': // LONG_BINGET
        return recall(4);
    default:
        return fail("has an operation (code " + std::to_string(operation) + ") that no checkpoint needs");
    }
}

bool Machine::pushNumber(unsigned char operation)
{
    std::uint64_t bits = 0;
    switch (operation) {
    case 'J':
        return number(4, bits) && push(PickleKind::Int, static_cast<std::int32_t>(bits));
    case 'K':
        return number(1, bits) && push(PickleKind::Int, static_cast<std::int64_t>(bits));
    case 'M':
        return number(2, bits) && push(PickleKind::Int, static_cast<std::int64_t>(bits));
    default:
        return number(8, bits) && push(PickleKind::Opaque);
    }
}

bool Machine::pushText(unsigned char operation)
{
    std::string_view text;
    const bool isBytes = operation == 'B' || operation == 'C' || operation == 0x8e || operation == 0x96;
    const bool isShort = operation == 0x8c || operation == 'U' || operation == 'C';
    const bool isLong = operation == 0x8d || operation == 0x8e || operation == 0x96;
    if (!sized(isShort ? 1 : isLong ? 8 : 4, text))
        return false;
    return isBytes ? push(PickleKind::Opaque) : push(PickleKind::Text, 0, text);
}

bool Machine::pushLong(unsigned widthOfLength)
{
    std::string_view digits;
    if (!sized(widthOfLength, digits))
        return false;
    if (digits.size() > 8)
        return push(PickleKind::Opaque);
    // Little-endian two's complement of any length: start from the sign.
    std::uint64_t bits =
        !digits.empty() && (static_cast<unsigned char>(digits.back()) & 0x80U) != 0 ? ~0ULL : 0;
    for (std::size_t i = digits.size(); i-- > 0;)
        bits = bits << 8U | static_cast<unsigned char>(digits[i]);
    return push(PickleKind::Int, static_cast<std::int64_t>(bits));
}

// Adds the marked values, or the top `group` values, to the container below them.
bool Machine::extend(PickleKind kind, bool marked, std::size_t group)
{
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

bool Machine::remember(std::uint64_t slot)
{
    PickleRef ref = 0;
    if (!top(ref))
        return false;
    m_memo[slot] = ref;
    return true;
}

bool Machine::recall(unsigned width)
{
    std::uint64_t slot = 0;
    if (!number(width, slot))
        return false;
    const auto found = m_memo.find(slot);
    if (found == m_memo.end())
        return fail("recalls value " + std::to_string(slot) + ", which it never remembered");
    m_stack.push_back(found->second);
    return true;
}

bool Machine::global(std::string_view module, std::string_view name)
{
    const auto allowed = allowedName(module, name);
    if (!allowed)
        return fail("refers to " + quotedName(std::string(module) + "." + std::string(name)) +
                    ", which no checkpoint needs; nothing in it was executed");
    return push(
        PickleValue{PickleKind::Global, allowed->type, static_cast<std::int64_t>(allowed->name), {}, {}});
}

bool Machine::stackGlobal()
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
bool Machine::persistent()
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

bool Machine::reduce()
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

bool Machine::orderedDict(const std::vector<PickleRef> &arguments)
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
bool Machine::rebuildTensor(const std::vector<PickleRef> &arguments)
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
bool Machine::build()
{
    PickleRef state = 0;
    PickleRef object = 0;
    if (!pop(state) || !top(object))
        return false;
    return value(object).kind == PickleKind::Dict || fail("sets attributes of a value that has none");
}

} // namespace

Result<PickleDocument> readPickle(std::span<const std::byte> bytes, const std::filesystem::path &file)
{
    if (bytes.size() > kMaxPickleBytes)
        return fileFailure(ErrorCode::CorruptFile, file,
                           "its pickle has " + std::to_string(bytes.size()) +
                               " bytes, more than any checkpoint's");
    Machine machine(bytes);
    if (!machine.run())
        return fileFailure(ErrorCode::CorruptFile, file,
                           "its pickle " + machine.problem() + " (at byte " +
                               std::to_string(machine.position()) + ")");
    return machine.takeDocument();
}

} // namespace faststar::model
