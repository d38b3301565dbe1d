// SPDX-License-Identifier: Apache-2.0
#include "app/jobs/clip_metadata.h"

#include "app/version/version.h"
#include "core/domain/option_names.h"
#include "core/domain/schedule.h"

namespace faststar::jobs
{

namespace
{

std::string methodText(const GenerationRequest &request)
{
    std::string method(optionName(request.method));
    if (request.method != Method::None) {
        method += " ";
        method += formatRatios(request.ratiosPermille);
        method += " p ";
        method += formatNumber(request.p);
    }
    return method;
}

// What the options leave open: the reference of the temporal similarity goes by the clip.
std::map<std::string, std::string> effectiveOptions(const GenerationRequest &request,
                                                    const ModelConfig &model)
{
    const auto schedule = scheduleOf(request, model);
    if (request.method == Method::None || !schedule)
        return {};
    std::string references;
    for (std::size_t clip = 1; clip < schedule->clips.size(); ++clip) {
        const auto byDefault = clip == 1 ? TemporalRef::FirstClipFinal : TemporalRef::PrevClipLastFrame;
        references += references.empty() ? "" : ",";
        references += optionName(request.pruning.temporalRef.value_or(byDefault));
    }
    return {{"stale", "literal"}, {"temporal_ref", references}};
}

} // namespace

std::string versionText()
{
    std::string all(version());
    if (!commit().empty()) {
        all += '+';
        all += commit();
    }
    return all;
}

store::Recipe recipeOf(const GenerationRequest &request, const ModelFacts &model,
                       const std::map<std::string, std::string> &libraries, std::optional<StepIndex> keptAt)
{
    store::Recipe recipe;
    recipe.version = versionText();
    recipe.model = {model.config.name, model.hash};
    recipe.request = request;
    recipe.device = model.device;
    recipe.profile = model.profile;
    recipe.effective = effectiveOptions(request, model.config);
    recipe.versions = libraries;
    if (keptAt)
        recipe.stoppedAfterSteps = keptAt->step + 1;
    return recipe;
}

ClipMetadata metadataOf(const store::Recipe &recipe, int width, int height)
{
    const GenerationRequest &request = recipe.request;
    const auto json = store::recipeToJson(recipe);
    auto comment = request.prompt;
    comment += " (seed " + std::to_string(request.seed);
    comment += ", " + methodText(request);
    comment += ", FastSTAR " + std::string(version());
    comment += ")";

    auto parameters = request.prompt;
    if (!request.negativePrompt.empty())
        parameters += "\nNegative prompt: " + request.negativePrompt;
    parameters += "\nSeed: " + std::to_string(request.seed);
    parameters += ", Size: " + std::to_string(width) + "x" + std::to_string(height);
    parameters += ", Model: " + recipe.model.name;
    parameters += ", Model hash: " + recipe.model.hash;
    return {{{store::kRecipeKey, json}, {"comment", comment}},
            {{store::kRecipeKey, json}, {"parameters", parameters}}};
}

} // namespace faststar::jobs
