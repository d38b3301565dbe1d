// SPDX-License-Identifier: Apache-2.0
#include "core/model/checkpoint/json_document.h"

#include <utility>
#include <vector>

#include "core/model/checkpoint/file_error.h"
#include "core/model/checkpoint/mapped_file.h"

namespace faststar::model
{

namespace
{

using Json = nlohmann::json;

// Builds the document while counting; the library's own builder knows no limits and lets a later key
// replace an earlier one of the same name.
class BoundedBuilder : public nlohmann::json_sax<Json>
{
public:
    // The document starts as null, for which nothing is allocated.
    BoundedBuilder() = default; // NOLINT(bugprone-exception-escape)
    BoundedBuilder(const BoundedBuilder &) = delete;
    BoundedBuilder &operator=(const BoundedBuilder &) = delete;

    Json document;
    std::string problem;

    bool null() override { return place(nullptr); }
    bool boolean(bool value) override { return place(value); }
    bool number_integer(number_integer_t value) override { return place(value); }
    bool number_unsigned(number_unsigned_t value) override { return place(value); }
    bool number_float(number_float_t value, const string_t & /*text*/) override { return place(value); }
    bool string(string_t &value) override { return place(std::move(value)); }
    bool binary(binary_t & /*value*/) override { return fail("has binary data"); }
    bool start_object(std::size_t /*count*/) override { return open(Json::object()); }
    bool start_array(std::size_t /*count*/) override { return open(Json::array()); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool key(string_t &value) override
    {
        if (m_open.back()->contains(value))
            return fail("has the key " + quotedName(value) + " twice in one object");
        m_key = value;
        return true;
    }
    bool parse_error(std::size_t position, const std::string & /*token*/,
                     const nlohmann::detail::exception & /*error*/) override
    {
        return fail("is not valid JSON at byte " + std::to_string(position));
    }

private:
    bool fail(std::string what)
    {
        if (problem.empty())
            problem = std::move(what);
        return false;
    }
    Json *add(Json value)
    {
        if (m_open.empty()) {
            document = std::move(value);
            return &document;
        }
        Json &parent = *m_open.back();
        if (parent.is_array()) {
            parent.push_back(std::move(value));
            return &parent.back();
        }
        return &(parent[m_key] = std::move(value));
    }
    bool place(Json value)
    {
        if (++m_values > kMaxJsonValues)
            return fail("has more than " + std::to_string(kMaxJsonValues) + " values");
        add(std::move(value));
        return true;
    }
    bool open(Json value)
    {
        if (m_open.size() == kMaxJsonDepth)
            return fail("is nested more than " + std::to_string(kMaxJsonDepth) + " deep");
        if (++m_values > kMaxJsonValues)
            return fail("has more than " + std::to_string(kMaxJsonValues) + " values");
        m_open.push_back(add(std::move(value)));
        return true;
    }
    bool close()
    {
        m_open.pop_back();
        return true;
    }

    std::vector<Json *> m_open; // stable: only the innermost container grows
    std::string m_key;
    std::size_t m_values = 0;
};

} // namespace

Result<Json> parseJson(std::string_view text, const std::filesystem::path &file)
{
    if (text.size() > kMaxJsonBytes)
        return fileFailure(ErrorCode::CorruptFile, file,
                           "it has " + std::to_string(text.size()) + " bytes, more than any such file");
    BoundedBuilder builder;
    const bool parsed = Json::sax_parse(text.begin(), text.end(), &builder);
    if (!parsed || !builder.problem.empty())
        return fileFailure(ErrorCode::CorruptFile, file, "it " + builder.problem);
    return std::move(builder.document);
}

Result<Json> readJsonFile(const std::filesystem::path &file)
{
    const auto mapped = MappedFile::open(file);
    if (!mapped)
        return tl::unexpected(mapped.error());
    const auto bytes = (*mapped)->bytes();
    return parseJson({reinterpret_cast<const char *>(bytes.data()), bytes.size()}, file);
}

} // namespace faststar::model
