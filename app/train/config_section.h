// SPDX-License-Identifier: Apache-2.0
//
// Reads an object of train.json strictly: wrong types, values out of range and unknown keys are problems, so
// that no misspelt setting is lost. Where a key is absent the value stays what it was.
#pragma once

#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/domain/result.h"

namespace faststar::train
{

class ConfigSection
{
public:
    // `name` is how messages call it, e.g. "vae.optimizer". The object must outlive this.
    ConfigSection(const nlohmann::json &object, std::string name);

    void read(const char *key, double &value, double least, double most);
    void read(const char *key, int &value, int least, int most);
    void read(const char *key, std::int64_t &value, std::int64_t least, std::int64_t most);
    void read(const char *key, std::string &value, std::initializer_list<const char *> choices);
    void read(const char *key, bool &value);
    // An object within; absent gives an empty one.
    [[nodiscard]] ConfigSection section(const char *key);
    // A list of objects; absent gives none.
    [[nodiscard]] std::vector<ConfigSection> list(const char *key);
    [[nodiscard]] const std::string &name() const { return m_name; }

    void fail(const std::string &what);
    // The first problem, or the first unknown key.
    [[nodiscard]] Status finish() const;

private:
    const nlohmann::json *find(const char *key);

    const nlohmann::json *m_object;
    std::string m_name;
    std::set<std::string> m_known;
    std::string m_problem;
};

} // namespace faststar::train
