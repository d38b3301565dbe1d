// SPDX-License-Identifier: Apache-2.0
#include "core/store/recipe.h"

#include "core/store/json_object.h"
#include "core/store/request_object.h"

namespace faststar::store
{

namespace
{

constexpr std::size_t kMaxNameBytes = 1000;
constexpr std::size_t kMaxNames = 64;
constexpr int kMaxSteps = 1 << 20;

void readNames(ObjectReader &reader, const char *key, std::map<std::string, std::string> &names)
{
    const auto *object = reader.object(key);
    if (object == nullptr)
        return;
    if (object->size() > kMaxNames)
        return reader.complain(key, "has more than " + std::to_string(kMaxNames) + " entries");
    for (const auto &[name, value] : object->items()) {
        if (name.size() > kMaxNameBytes || !value.is_string() ||
            value.get_ref<const std::string &>().size() > kMaxNameBytes)
            return reader.complain(key, "has an entry that is not a short text");
        names[name] = value.get<std::string>();
    }
}

} // namespace

std::string recipeToJson(const Recipe &recipe)
{
    nlohmann::ordered_json document;
    document["app"] = recipe.app;
    document["schema"] = recipe.schema;
    document["version"] = recipe.version;
    document["model"] = {{"name", recipe.model.name}, {"hash", recipe.model.hash}};
    document["request"] = requestObject(recipe.request);
    document["device"] = recipe.device;
    document["profile"] = recipe.profile;
    document["versions"] = recipe.versions;
    if (!recipe.effective.empty())
        document["effective"] = recipe.effective;
    if (recipe.stoppedAfterSteps)
        document["stopped_after_steps"] = *recipe.stoppedAfterSteps;
    return compactText(document);
}

Result<Recipe> recipeFromJson(std::string_view text, const std::string &source)
{
    const auto document = parseObject(text, source);
    if (!document)
        return tl::unexpected(document.error());

    Recipe recipe;
    ObjectReader reader(*document, "");
    for (const auto *key : {"app", "schema", "model", "request"})
        reader.require(key);
    recipe.app = reader.text("app", "", kMaxNameBytes);
    if (reader.problem() || recipe.app != Recipe{}.app)
        return failure(ErrorCode::CorruptFile,
                       source + ": not a recipe: " + reader.problem().value_or("\"app\" is another program"));
    recipe.schema = int(reader.integer("schema", 0, 1, kMaxSteps));
    if (!reader.problem() && recipe.schema > kRecipeSchema)
        return failure(ErrorCode::UnknownFormat, source + ": \"schema\" is " + std::to_string(recipe.schema) +
                                                     ", written by a newer version; this one reads up to " +
                                                     std::to_string(kRecipeSchema));
    recipe.version = reader.text("version", "", kMaxNameBytes);
    recipe.device = reader.text("device", "", kMaxNameBytes);
    recipe.profile = reader.text("profile", "", kMaxNameBytes);
    readNames(reader, "versions", recipe.versions);
    readNames(reader, "effective", recipe.effective);
    if (document->contains("stopped_after_steps"))
        recipe.stoppedAfterSteps = int(reader.integer("stopped_after_steps", 0, 0, kMaxSteps));
    const auto *model = reader.object("model");
    const auto *request = reader.object("request");
    if (reader.problem())
        return failure(ErrorCode::InvalidRequest, source + ": " + *reader.problem());

    ObjectReader modelReader(*model, "model.");
    recipe.model.name = modelReader.text("name", "", kMaxNameBytes);
    recipe.model.hash = modelReader.text("hash", "", kMaxNameBytes);
    if (modelReader.problem())
        return failure(ErrorCode::InvalidRequest, source + ": " + *modelReader.problem());
    auto parsed = requestFromObject(*request, source, "request.");
    if (!parsed)
        return tl::unexpected(parsed.error());
    recipe.request = std::move(*parsed);
    return recipe;
}

} // namespace faststar::store
