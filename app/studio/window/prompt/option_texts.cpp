// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/prompt/option_texts.h"

#include <QCoreApplication>

#include <array>
#include <string_view>

#include "core/domain/option_names.h"

namespace faststar::studio
{

namespace
{

QString words(const char *source)
{
    return QCoreApplication::translate("PruningOptions", source);
}

struct ValueText {
    std::string_view name; // "key=value"
    const char *label;
};

// Values that are not listed here show their own name.
constexpr ValueText kValueTexts[] = {
    {"spatial_ref=prev_scale", QT_TRANSLATE_NOOP("PruningOptions", "Previous scale")},
    {"spatial_ref=prev_step", QT_TRANSLATE_NOOP("PruningOptions", "Previous step")},
    {"spatial_ref=own_step", QT_TRANSLATE_NOOP("PruningOptions", "Own step")},
    {"temporal_ref=auto", QT_TRANSLATE_NOOP("PruningOptions", "Automatic")},
    {"temporal_ref=first_clip_final", QT_TRANSLATE_NOOP("PruningOptions", "Image clip")},
    {"temporal_ref=prev_clip_last_frame", QT_TRANSLATE_NOOP("PruningOptions", "Previous clip")},
    {"temporal_ref=prev_frame", QT_TRANSLATE_NOOP("PruningOptions", "Previous frame")},
    {"temporal_ref=none", QT_TRANSLATE_NOOP("PruningOptions", "None")},
    {"topk_scope=global", QT_TRANSLATE_NOOP("PruningOptions", "Global")},
    {"topk_scope=per_frame", QT_TRANSLATE_NOOP("PruningOptions", "Per frame")},
    {"topk_scope=global_floor", QT_TRANSLATE_NOOP("PruningOptions", "Global, floor")},
    {"topk_round=nearest", QT_TRANSLATE_NOOP("PruningOptions", "Nearest")},
    {"topk_round=ceil", QT_TRANSLATE_NOOP("PruningOptions", "Up")},
    {"topk_round=floor", QT_TRANSLATE_NOOP("PruningOptions", "Down")},
    {"mask_mode=area_exact", QT_TRANSLATE_NOOP("PruningOptions", "By area")},
    {"mask_mode=nearest", QT_TRANSLATE_NOOP("PruningOptions", "Nearest")},
    {"mask_mode=score_first", QT_TRANSLATE_NOOP("PruningOptions", "Score first")},
    {"mask_up=original", QT_TRANSLATE_NOOP("PruningOptions", "Original")},
    {"mask_up=nearest_up", QT_TRANSLATE_NOOP("PruningOptions", "Nearest")},
    {"fill=zero", QT_TRANSLATE_NOOP("PruningOptions", "Zero")},
    {"fill=renorm", QT_TRANSLATE_NOOP("PruningOptions", "Renormalised")},
    {"fill=nearest_kept", QT_TRANSLATE_NOOP("PruningOptions", "Nearest kept")},
    {"apg_stats=kept", QT_TRANSLATE_NOOP("PruningOptions", "Kept tokens")},
    {"apg_stats=frozen", QT_TRANSLATE_NOOP("PruningOptions", "Frozen")},
    {"context_kv=protect", QT_TRANSLATE_NOOP("PruningOptions", "Protect")},
    {"context_kv=kept_only", QT_TRANSLATE_NOOP("PruningOptions", "Kept only")},
    {"context_kv=recompute", QT_TRANSLATE_NOOP("PruningOptions", "Recompute")},
    {"clips=all", QT_TRANSLATE_NOOP("PruningOptions", "All")},
    {"clips=last", QT_TRANSLATE_NOOP("PruningOptions", "Last")},
    {"compute=pruned", QT_TRANSLATE_NOOP("PruningOptions", "Pruned")},
    {"compute=full", QT_TRANSLATE_NOOP("PruningOptions", "Full")},
};

QString valueLabel(std::string_view key, std::string_view name)
{
    const std::string whole = std::string(key) + "=" + std::string(name);
    for (const auto &entry : kValueTexts) {
        if (entry.name == whole)
            return words(entry.label);
    }
    return QString::fromUtf8(name.data(), qsizetype(name.size()));
}

template <auto Member> std::string currentOf(const GenerationRequest &request)
{
    return std::string(optionName(request.pruning.*Member));
}

std::string currentTemporalRef(const GenerationRequest &request)
{
    const auto &value = request.pruning.temporalRef;
    return value ? std::string(optionName(*value)) : "auto";
}

template <typename Enum> OptionRow rowOf(const char *key, const char *label, const char *why, Enum any,
                                         std::string (*current)(const GenerationRequest &))
{
    OptionRow row{key, words(label), words(why), {}, current};
    for (const auto &entry : optionTable(any))
        row.values.push_back({std::string(entry.name), valueLabel(key, entry.name)});
    return row;
}

} // namespace

std::vector<OptionRow> pruningOptionRows()
{
    using Options = PruningOptions;
    std::vector<OptionRow> rows{
        rowOf("spatial_ref", QT_TRANSLATE_NOOP("PruningOptions", "Spatial reference"),
              QT_TRANSLATE_NOOP("PruningOptions", "What the feature map is compared with in space."),
              SpatialRef{}, currentOf<&Options::spatialRef>),
        rowOf("temporal_ref", QT_TRANSLATE_NOOP("PruningOptions", "Temporal reference"),
              QT_TRANSLATE_NOOP("PruningOptions", "What the feature map is compared with in time."),
              TemporalRef{}, currentTemporalRef),
        rowOf("topk_scope", QT_TRANSLATE_NOOP("PruningOptions", "Chosen over"),
              QT_TRANSLATE_NOOP("PruningOptions",
                                "Whether all latent frames share the kept tokens, or each has its part."),
              TopkScope{}, currentOf<&Options::topkScope>),
        rowOf("topk_round", QT_TRANSLATE_NOOP("PruningOptions", "Rounding"),
              QT_TRANSLATE_NOOP("PruningOptions", "How the number of kept tokens is rounded."), TopkRound{},
              currentOf<&Options::topkRound>),
        rowOf(
            "mask_mode", QT_TRANSLATE_NOOP("PruningOptions", "Mask from map"),
            QT_TRANSLATE_NOOP("PruningOptions", "How scores of the feature map reach the tokens of a scale."),
            MaskMode{}, currentOf<&Options::maskMode>),
        rowOf("mask_up", QT_TRANSLATE_NOOP("PruningOptions", "Mask to map"),
              QT_TRANSLATE_NOOP("PruningOptions", "Which mask multiplies the upsampled codes."), MaskUp{},
              currentOf<&Options::maskUp>),
        rowOf("fill", QT_TRANSLATE_NOOP("PruningOptions", "Fill"),
              QT_TRANSLATE_NOOP("PruningOptions",
                                "What stands in for the codes of pruned tokens while upsampling."),
              Fill{}, currentOf<&Options::fill>),
        rowOf("apg_stats", QT_TRANSLATE_NOOP("PruningOptions", "Guidance over"),
              QT_TRANSLATE_NOOP("PruningOptions", "Which tokens the norms of the guidance are taken over."),
              ApgStats{}, currentOf<&Options::apgStats>),
        rowOf("context_kv", QT_TRANSLATE_NOOP("PruningOptions", "Context"),
              QT_TRANSLATE_NOOP("PruningOptions", "What later clips attend to of a scale that was pruned."),
              ContextKv{}, currentOf<&Options::contextKv>),
        rowOf("clips", QT_TRANSLATE_NOOP("PruningOptions", "Clips"),
              QT_TRANSLATE_NOOP("PruningOptions", "Which video clips are pruned."), ClipScope{},
              currentOf<&Options::clips>),
        rowOf("compute", QT_TRANSLATE_NOOP("PruningOptions", "Compute"),
              QT_TRANSLATE_NOOP(
                  "PruningOptions",
                  "Full computes every token and prunes only what is used, to tell the two apart."),
              Compute{}, currentOf<&Options::compute>),
    };
    rows[1].values.insert(rows[1].values.begin(), {"auto", valueLabel("temporal_ref", "auto")});
    return rows;
}

} // namespace faststar::studio
