// SPDX-License-Identifier: Apache-2.0
#include "app/train/config_section.h"

#include <algorithm>

namespace faststar::train
{

namespace
{

const nlohmann::json &emptyObject()
{
    static const nlohmann::json empty = nlohmann::json::object();
    return empty;
}

} // namespace

ConfigSection::ConfigSection(const nlohmann::json &object, std::string name)
    : m_object(&object), m_name(std::move(name))
{
    if (!object.is_object()) {
        fail("is not an object");
        m_object = &emptyObject();
    }
}

const nlohmann::json *ConfigSection::find(const char *key)
{
    m_known.insert(key);
    const auto found = m_object->find(key);
    return found == m_object->end() ? nullptr : &*found;
}

void ConfigSection::fail(const std::string &what)
{
    if (m_problem.empty())
        m_problem = what;
}

void ConfigSection::read(const char *key, double &value, double least, double most)
{
    const nlohmann::json *item = find(key);
    if (item == nullptr)
        return;
    if (!item->is_number() || !(item->get<double>() >= least && item->get<double>() <= most))
        fail(std::string(key) + " is not a number from " + std::to_string(least) + " to " +
             std::to_string(most));
    else
        value = item->get<double>();
}

void ConfigSection::read(const char *key, std::int64_t &value, std::int64_t least, std::int64_t most)
{
    const nlohmann::json *item = find(key);
    if (item == nullptr)
        return;
    if (!item->is_number_integer() || item->get<double>() < double(least) ||
        item->get<double>() > double(most))
        fail(std::string(key) + " is not a whole number from " + std::to_string(least) + " to " +
             std::to_string(most));
    else
        value = item->get<std::int64_t>();
}

void ConfigSection::read(const char *key, int &value, int least, int most)
{
    std::int64_t number = value;
    read(key, number, std::int64_t(least), std::int64_t(most));
    value = int(number);
}

void ConfigSection::read(const char *key, std::string &value, std::initializer_list<const char *> choices)
{
    const nlohmann::json *item = find(key);
    if (item == nullptr)
        return;
    const std::string text = item->is_string() ? item->get<std::string>() : std::string();
    if (std::find(choices.begin(), choices.end(), text) != choices.end()) {
        value = text;
        return;
    }
    std::string list;
    for (const char *choice : choices) {
        list += list.empty() ? "" : ", ";
        list += choice;
    }
    fail(std::string(key) + " is none of " + list);
}

void ConfigSection::read(const char *key, bool &value)
{
    const nlohmann::json *item = find(key);
    if (item == nullptr)
        return;
    if (item->is_boolean())
        value = item->get<bool>();
    else
        fail(std::string(key) + " is neither true nor false");
}

ConfigSection ConfigSection::section(const char *key)
{
    const nlohmann::json *item = find(key);
    return {item != nullptr ? *item : emptyObject(), m_name + "." + key};
}

std::vector<ConfigSection> ConfigSection::list(const char *key)
{
    std::vector<ConfigSection> sections;
    const nlohmann::json *items = find(key);
    if (items == nullptr)
        return sections;
    if (!items->is_array()) {
        fail(std::string(key) + " is not a list");
        return sections;
    }
    for (const auto &item : *items)
        sections.emplace_back(item, m_name + "." + key);
    return sections;
}

Status ConfigSection::finish() const
{
    if (!m_problem.empty())
        return failure(ErrorCode::CorruptFile, m_name + ": " + m_problem);
    for (const auto &item : m_object->items()) {
        if (m_known.count(item.key()) == 0)
            return failure(ErrorCode::CorruptFile, m_name + ": " + item.key() + " is not known");
    }
    return {};
}

} // namespace faststar::train
