// SPDX-License-Identifier: Apache-2.0
#include "core/model/checkpoint/pickle.h"

#include <string>
#include <utility>

#include "core/model/checkpoint/file_error.h"
#include "core/model/checkpoint/pickle_stack.h"

namespace faststar::model
{

namespace
{

constexpr std::uint64_t kHighestProtocol = 5;
constexpr std::size_t kLongestName = 200;

// Reads the operations of a pickle and carries them out on a PickleStack.
// Every member returns false after noting a problem; nothing is thrown.
class Machine
{
public:
    explicit Machine(std::span<const std::byte> bytes) : m_bytes(bytes) {}

    bool run();
    [[nodiscard]] const std::string &problem() const { return m_stack.problem(); }
    [[nodiscard]] std::size_t position() const { return m_at; }
    PickleDocument takeDocument() { return m_stack.takeDocument(); }

private:
    bool fail(std::string what) { return m_stack.fail(std::move(what)); }

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

    bool step(unsigned char operation);
    bool pushNumber(unsigned char operation);
    bool pushText(unsigned char operation);
    bool pushLong(unsigned widthOfLength);

    std::span<const std::byte> m_bytes;
    std::size_t m_at = 0;
    PickleStack m_stack;
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
        if (!m_stack.holdsOneValue())
            return fail("ends with " + std::to_string(m_stack.height()) + " values instead of one");
        return m_at == m_bytes.size() || fail("goes on after its end");
    }
    return fail("has more than " + std::to_string(kMaxPickleOperations) + " operations");
}

// NOLINTNEXTLINE(readability-function-size): one case an operation is the clearest form of this table.
bool Machine::step(unsigned char operation)
{
    std::uint64_t count = 0;
    switch (operation) {
    case '(': // MARK
        m_stack.mark();
        return true;
    case '0': // POP
        return m_stack.drop();
    case '1': // POP_MARK
        return m_stack.dropMarked();
    case '2': // DUP
        return m_stack.duplicate();
    case 0x95: // FRAME: a hint for buffering
        return number(8, count) && (count <= m_bytes.size() - m_at || fail("claims a frame beyond its end"));
    case 'N':
        return m_stack.push(PickleKind::None);
    case 0x88: // NEWTRUE
        return m_stack.push(PickleKind::Bool, 1);
    case 0x89: // NEWFALSE
        return m_stack.push(PickleKind::Bool, 0);
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
        return m_stack.pushTuple(0);
    case 0x85: // TUPLE1
        return m_stack.pushTuple(1);
    case 0x86: // TUPLE2
        return m_stack.pushTuple(2);
    case 0x87: // TUPLE3
        return m_stack.pushTuple(3);
    case 't': // TUPLE
        return m_stack.pushMarked(PickleKind::Tuple);
    case ']': // EMPTY_LIST
        return m_stack.push(PickleKind::List);
    case 'l': // LIST
        return m_stack.pushMarked(PickleKind::List);
    case 'a': // APPEND
        return m_stack.extend(PickleKind::List, false);
    case 'e': // APPENDS
        return m_stack.extend(PickleKind::List, true);
    case '}': // EMPTY_DICT
        return m_stack.push(PickleKind::Dict);
    case 'd': // DICT
        return m_stack.pushMarked(PickleKind::Dict);
    case 's': // SETITEM
        return m_stack.extend(PickleKind::Dict, false);
    case 'u': // SETITEMS
        return m_stack.extend(PickleKind::Dict, true);
    case 0x8f: // EMPTY_SET
        return m_stack.push(PickleKind::Set);
    case 0x90: // ADDITEMS
        return m_stack.extend(PickleKind::Set, true);
    case 0x91: // FROZENSET
        return m_stack.pushMarked(PickleKind::Set);
    case 'c':   // GLOBAL
    case 'i': { // INST: a name, then a call of it
        std::string_view module;
        std::string_view name;
        return line(module) && line(name) && m_stack.global(module, name) &&
               (operation == 'c' || fail("creates an object the old way"));
    }
    case 0x93: // STACK_GLOBAL
        return m_stack.stackGlobal();
    case 'Q': // BINPERSID
        return m_stack.persistent();
    case 'R': // REDUCE
        return m_stack.reduce();
    case 'b': // BUILD
        return m_stack.build();
    case 'q': // BINPUT
        return number(1, count) && m_stack.remember(count);
    case 'r': // LONG_BINPUT
        return number(4, count) && m_stack.remember(count);
    case 0x94: // MEMOIZE
        return m_stack.rememberNext();
    case 'h': // BINGET
        return number(1, count) && m_stack.recall(count);
    case 'j': // LONG_BINGET
        return number(4, count) && m_stack.recall(count);
    default:
        return fail("has an operation (code " + std::to_string(operation) + ") that no checkpoint needs");
    }
}

bool Machine::pushNumber(unsigned char operation)
{
    std::uint64_t bits = 0;
    switch (operation) {
    case 'J':
        return number(4, bits) && m_stack.push(PickleKind::Int, static_cast<std::int32_t>(bits));
    case 'K':
        return number(1, bits) && m_stack.push(PickleKind::Int, static_cast<std::int64_t>(bits));
    case 'M':
        return number(2, bits) && m_stack.push(PickleKind::Int, static_cast<std::int64_t>(bits));
    default:
        return number(8, bits) && m_stack.push(PickleKind::Opaque);
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
    return isBytes ? m_stack.push(PickleKind::Opaque) : m_stack.push(PickleKind::Text, 0, text);
}

bool Machine::pushLong(unsigned widthOfLength)
{
    std::string_view digits;
    if (!sized(widthOfLength, digits))
        return false;
    if (digits.size() > 8)
        return m_stack.push(PickleKind::Opaque);
    // Little-endian two's complement of any length: start from the sign.
    std::uint64_t bits =
        !digits.empty() && (static_cast<unsigned char>(digits.back()) & 0x80U) != 0 ? ~0ULL : 0;
    for (std::size_t i = digits.size(); i-- > 0;)
        bits = bits << 8U | static_cast<unsigned char>(digits[i]);
    return m_stack.push(PickleKind::Int, static_cast<std::int64_t>(bits));
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
