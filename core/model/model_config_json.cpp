// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <string_view>

#include <nlohmann/json.hpp>

#include "core/domain/option_names.h"
#include "core/domain/schedule.h"
#include "core/domain/validate.h"
#include "core/model/checkpoint/file_error.h"
#include "core/model/checkpoint/json_document.h"
#include "core/model/model_folder.h"

namespace faststar::model
{

namespace
{

using Json = nlohmann::json;

// Beyond any network; small enough that every product of two of them fits 64 bits.
constexpr int kMaxWidth = 1 << 20;
constexpr int kMaxDepth = 1024;
constexpr std::size_t kMaxText = 4096;

// Reads members of one object. The first problem is kept and ends in the message; every key asked for is
// remembered, so that the others can be noted.
class Section
{
public:
    Section(const Json &parent, std::string name, std::string &problem)
        : m_name(std::move(name)), m_problem(problem)
    {
        const auto found = parent.find(m_name);
        if (found == parent.end())
            return;
        if (found->is_object())
            m_object = &*found;
        else
            fail(m_name, "is not an object");
    }
    explicit Section(const Json &object, std::string &problem) : m_problem(problem), m_object(&object) {}

    [[nodiscard]] bool present() const { return m_object != nullptr; }
    void fail(const std::string &key, std::string_view what)
    {
        if (m_problem.empty())
            m_problem = "\"" + key + "\" " + std::string(what);
    }

    void integer(const char *key, int &value, int least, int most, bool needed = true)
    {
        const Json *item = find(key, needed);
        if (item == nullptr)
            return;
        const auto number = wholeNumber(*item);
        if (!number || *number < least || *number > most)
            fail(path(key),
                 "is not a whole number from " + std::to_string(least) + " to " + std::to_string(most));
        else
            value = static_cast<int>(*number);
    }
    void integers(const char *key, std::vector<int> &values, std::size_t longest, int least, int most)
    {
        const Json *item = find(key, true);
        if (item == nullptr)
            return;
        values.clear();
        if (!item->is_array() || item->size() > longest)
            return fail(path(key), "is not a list of at most " + std::to_string(longest) + " numbers");
        for (const auto &element : *item) {
            const auto number = wholeNumber(element);
            if (!number || *number < least || *number > most)
                return fail(path(key), "has an entry that is not a whole number from " +
                                           std::to_string(least) + " to " + std::to_string(most));
            values.push_back(static_cast<int>(*number));
        }
    }
    // Within [least, most]; a number that JSON cannot hold (NaN, infinity) never gets here.
    void real(const char *key, double &value, double least, double most)
    {
        const Json *item = find(key, false);
        if (item == nullptr)
            return;
        const double number = item->is_number() ? item->get<double>() : std::nan("");
        if (!(number >= least && number <= most))
            fail(path(key), "is not a number in its range");
        else
            value = number;
    }
    void text(const char *key, std::string &value, bool needed = false)
    {
        const Json *item = find(key, needed);
        if (item == nullptr)
            return;
        if (!item->is_string() || item->get_ref<const std::string &>().size() > kMaxText)
            fail(path(key), "is not a text of at most " + std::to_string(kMaxText) + " bytes");
        else
            value = item->get<std::string>();
    }
    void boolean(const char *key, bool &value)
    {
        const Json *item = find(key, false);
        if (item == nullptr)
            return;
        if (item->is_boolean())
            value = item->get<bool>();
        else
            fail(path(key), "is neither true nor false");
    }
    [[nodiscard]] const Json *find(const char *key, bool needed)
    {
        m_known.insert(key);
        if (m_object == nullptr)
            return nullptr;
        const auto found = m_object->find(key);
        if (found != m_object->end())
            return &*found;
        if (needed)
            fail(path(key), "is missing");
        return nullptr;
    }
    void noteUnknown(const std::string &file, std::vector<std::string> &notes) const
    {
        if (m_object == nullptr)
            return;
        for (const auto &[key, value] : m_object->items())
            if (!m_known.contains(key) && notes.size() < 50)
                notes.push_back(file + ": the key " + quotedName(path(key)) + " is unknown and ignored");
    }
    [[nodiscard]] std::string path(const std::string &key) const
    {
        return m_name.empty() ? key : m_name + "." + key;
    }

private:
    static std::optional<std::int64_t> wholeNumber(const Json &item)
    {
        if (item.is_number_unsigned()) {
            const auto number = item.get<std::uint64_t>();
            return number > INT32_MAX ? std::nullopt : std::optional(static_cast<std::int64_t>(number));
        }
        if (item.is_number_integer())
            return item.get<std::int64_t>();
        return std::nullopt;
    }

    std::string m_name;
    std::string &m_problem;
    const Json *m_object = nullptr;
    std::set<std::string> m_known;
};

void readTransformer(Section &in, TransformerConfig &t)
{
    in.integer("width", t.width, 1, kMaxWidth);
    in.integer("depth", t.depth, 1, kMaxDepth);
    in.integer("block_chunks", t.blockChunks, 1, kMaxDepth);
    in.integer("heads", t.heads, 1, kMaxWidth);
    in.integer("kv_heads", t.kvHeads, 1, kMaxWidth);
    in.integer("mlp_width", t.mlpWidth, 1, kMaxWidth);
    in.real("rms_eps", t.rmsEps, 1e-12, 0.1);
    in.integer("text_channels", t.textChannels, 1, kMaxWidth);
    in.integer("text_max_tokens", t.textMaxTokens, 1, 1 << 16, false);
    in.integer("latent_channels", t.latentChannels, 1, 4096, false);
    if (t.depth % t.blockChunks != 0)
        in.fail(in.path("depth"), "is no multiple of block_chunks");
    if (t.heads > 0 && (t.width % t.heads != 0 || t.headDim() % 8 != 0))
        in.fail(in.path("width"), "is no multiple of heads, or a head's width is no multiple of 8");
    if (t.kvHeads > 0 && t.heads % t.kvHeads != 0)
        in.fail(in.path("heads"), "is no multiple of kv_heads");
}

void readQuantizer(Section &in, QuantizerConfig &q)
{
    in.integer("semantic_bits", q.semanticBits, 1, 4096, false);
    in.integer("detail_bits", q.detailBits, 1, 4096, false);
    in.integer("detail_scale_min_tokens", q.detailScaleMinTokens, 0, 1 << 24);
    in.integer("semantic_scales", q.semanticScales, 0, 64);
}

void readVae(Section &in, VaeConfig &v)
{
    std::vector<int> channels;
    in.integers("block_out_channels", channels, v.blockOutChannels.size(), 1, 1 << 14);
    in.integer("layers_per_block", v.layersPerBlock, 1, 64);
    in.integer("latent_channels", v.latentChannels, 1, 1024, false);
    in.integers("spatial_compression", v.spatialCompression, 8, 1, 16);
    in.integers("temporal_compression", v.temporalCompression, 8, 1, 16);
    if (channels.size() != v.blockOutChannels.size())
        return in.fail(in.path("block_out_channels"), "does not have five numbers");
    std::ranges::copy(channels, v.blockOutChannels.begin());
    const auto &c = v.blockOutChannels;
    if (c[3] != c[4])
        in.fail(in.path("block_out_channels"), "needs equal last two numbers");
    for (std::size_t i = 0; i < 3; ++i) {
        // The parameter-free shortcuts average or tile whole groups of channels.
        const int spread = i < 2 ? 8 : 4;
        if (c[i + 1] % 4 != 0 || 4 * c[i] % c[i + 1] != 0 || spread * c[i] % c[i + 1] != 0)
            in.fail(in.path("block_out_channels"), "has neighbours whose shortcut has no whole groups");
    }
    if (v.spatialCompression != std::vector{2, 2, 2} || v.temporalCompression != std::vector{2, 2})
        in.fail(in.path("spatial_compression"), "and temporal_compression must be 2,2,2 and 2,2");
}

void readSchedule(Section &in, ScheduleConfig &s)
{
    in.text("size", s.size, true);
    in.integers("image_repetition", s.imageRepetition, 64, 1, 100);
    in.integers("video_repetition", s.videoRepetition, 64, 1, 100);
    in.integer("frames_per_clip", s.framesPerClip, 1, 1000, false);
    in.integer("fps", s.fps, 1, 240, false);
    const auto scales = static_cast<std::size_t>(scalesOf(s.size));
    if (scales == 0)
        in.fail(in.path("size"), "is no known resolution class (0.06M, 0.25M, 0.40M, 0.90M)");
    if (s.imageRepetition.size() != scales || s.videoRepetition.size() != scales)
        in.fail(in.path("image_repetition"), "and video_repetition need one entry for each of the " +
                                                 std::to_string(scales) + " scales of " + s.size);
}

// "16:9"
std::optional<Aspect> parseAspect(std::string_view text)
{
    const auto number = [](std::string_view digits) {
        int value = 0;
        if (digits.empty() || digits.size() > 5)
            return 0;
        for (const char c : digits) {
            if (c < '0' || c > '9')
                return 0;
            value = value * 10 + (c - '0');
        }
        return value;
    };
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos)
        return std::nullopt;
    const Aspect aspect{number(text.substr(0, colon)), number(text.substr(colon + 1))};
    if (aspect.width == 0 || aspect.height == 0)
        return std::nullopt;
    return aspect;
}

void readGeneration(Section &in, GenerationDefaults &g)
{
    std::string guidance;
    std::string aspect;
    in.text("guidance", guidance);
    in.real("guidance_scale", g.guidanceScale, 1.0, 1e6);
    in.real("apg_norm_threshold", g.apgNormThreshold, 1e-9, 1e9);
    in.real("tau_image", g.tauImage, 1e-6, 1e6);
    in.real("tau_video", g.tauVideo, 1e-6, 1e6);
    in.integer("frames", g.frames, 1, 100'000, false);
    in.text("aspect", aspect);
    in.text("prompt_prefix", g.promptPrefix);
    in.text("prompt_suffix", g.promptSuffix);
    in.boolean("smooth_first_frame", g.smoothFirstFrame);
    if (!guidance.empty()) {
        if (const auto value = optionValue<Guidance>(guidance))
            g.guidance = *value;
        else
            in.fail(in.path("guidance"), "is neither apg nor cfg");
    }
    if (!aspect.empty()) {
        if (const auto value = parseAspect(aspect))
            g.aspect = *value;
        else
            in.fail(in.path("aspect"), "is not of the form 16:9");
    }
    if (g.frames % 4 != 1)
        in.fail(in.path("frames"), "is not 1 plus a multiple of 4");
}

void readPreview(Section &in, std::optional<PreviewProjection> &preview)
{
    const Json *weight = in.find("weight", true);
    const Json *bias = in.find("bias", true);
    if (weight == nullptr || bias == nullptr)
        return;
    PreviewProjection result;
    const auto fill = [](const Json &list, auto &target) {
        if (!list.is_array() || list.size() != target.size())
            return false;
        for (std::size_t i = 0; i < target.size(); ++i) {
            if (!list[i].is_number() || std::abs(list[i].get<double>()) > 1e6)
                return false;
            target[i] = list[i].get<float>();
        }
        return true;
    };
    bool good = weight->is_array() && weight->size() == result.weight.size() && fill(*bias, result.bias);
    for (std::size_t i = 0; good && i < result.weight.size(); ++i)
        good = fill((*weight)[i], result.weight[i]);
    if (good)
        preview = result;
    else
        in.fail("preview", "is not 3 rows of 64 weights and 3 biases");
}

} // namespace

Result<ModelConfig> parseModelConfig(const std::string &json, const std::string &fileName,
                                     std::vector<std::string> &notes)
{
    const auto document = parseJson(json, fileName);
    if (!document)
        return tl::unexpected(document.error());
    if (!document->is_object())
        return fileFailure(ErrorCode::CorruptFile, fileName, "it is not a JSON object");

    ModelConfig config;
    std::string problem;
    int format = 0;
    std::string kind;
    Section top(*document, problem);
    top.integer("format", format, 0, INT32_MAX);
    top.text("kind", kind, true);
    top.text("name", config.name);
    if (problem.empty() && (format != 1 || kind != config.kind))
        return fileFailure(ErrorCode::UnknownFormat, fileName,
                           "it is of format " + std::to_string(format) + " and kind " + quotedName(kind) +
                               "; this program reads format 1 and kind 'infinitystar'");

    Section transformer(*document, "transformer", problem);
    Section quantizer(*document, "quantizer", problem);
    Section vae(*document, "vae", problem);
    Section schedule(*document, "schedule", problem);
    Section generation(*document, "generation", problem);
    Section preview(*document, "preview", problem);
    for (const char *section : {"transformer", "quantizer", "vae", "schedule"})
        (void)top.find(section, true);
    (void)top.find("generation", false);
    (void)top.find("preview", false);
    if (problem.empty()) {
        readTransformer(transformer, config.transformer);
        readQuantizer(quantizer, config.quantizer);
        readVae(vae, config.vae);
        readSchedule(schedule, config.schedule);
        readGeneration(generation, config.generation);
        if (preview.present())
            readPreview(preview, config.preview);
    }
    if (problem.empty() && config.quantizer.semanticScales > scalesOf(config.schedule.size))
        problem = "\"quantizer.semantic_scales\" exceeds the number of scales";
    if (problem.empty() && (config.transformer.latentChannels != 4 * config.vae.latentChannels ||
                            config.transformer.latentChannels != config.quantizer.detailBits))
        problem = "\"transformer.latent_channels\" must equal quantizer.detail_bits and 4 times "
                  "vae.latent_channels";
    // A request that says nothing must be one that can be made; else the user would be blamed for it.
    if (problem.empty()) {
        if (const Status usable = checkRequest(defaultRequest(config), config); !usable)
            problem = "its own defaults cannot be generated: \"generation." + usable.error().detail + "\"";
    }
    if (!problem.empty())
        return fileFailure(ErrorCode::CorruptFile, fileName, problem);
    for (const Section *section : {&top, &transformer, &quantizer, &vae, &schedule, &generation, &preview})
        section->noteUnknown(fileName, notes);
    return config;
}

} // namespace faststar::model
