// SPDX-License-Identifier: Apache-2.0
#include "app/train/training_record.h"

#include <algorithm>
#include <map>
#include <utility>

#include <nlohmann/json.hpp>

namespace faststar::train
{

namespace
{

// Every value by the names that lead to it: "vae.optimizer.steps".
std::map<std::string, std::string> valuesOf(const nlohmann::json &document)
{
    std::map<std::string, std::string> values;
    const auto flat = document.flatten();
    for (const auto &item : flat.items()) {
        if (item.value().is_null()) // an object without members
            continue;
        std::string name = item.key().substr(1);
        std::replace(name.begin(), name.end(), '/', '.');
        values[name] = item.value().dump();
    }
    return values;
}

} // namespace

std::string settingsOf(const TrainConfig &config, const std::string &stage)
{
    nlohmann::json document{{"seed", config.seed}, {"data", config.data}};
    document["model"] = nlohmann::json::parse(config.modelDocument.dump());
    document[stage] = stage == "vae" ? config.vae : config.transformer;
    return document.dump();
}

std::vector<std::string> changedSettings(const std::string &before, const std::string &now)
{
    const auto old = nlohmann::json::parse(before, nullptr, /*allow_exceptions=*/false);
    const auto present = nlohmann::json::parse(now, nullptr, /*allow_exceptions=*/false);
    if (!old.is_object() || !present.is_object())
        return {};
    const auto oldValues = valuesOf(old);
    const auto presentValues = valuesOf(present);
    std::vector<std::string> changes;
    const auto add = [&](std::string name, const std::string &from, const std::string &to) {
        changes.push_back(std::move(name.append(" ").append(from).append(", now ").append(to)));
    };
    const std::string none = "left out";
    for (const auto &[name, value] : oldValues) {
        const auto found = presentValues.find(name);
        const auto &other = found == presentValues.end() ? none : found->second;
        if (other != value)
            add(name, value, other);
    }
    for (const auto &[name, value] : presentValues) {
        if (oldValues.count(name) == 0)
            add(name, none, value);
    }
    return changes;
}

} // namespace faststar::train
