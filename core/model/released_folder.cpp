// SPDX-License-Identifier: Apache-2.0
#include "core/model/released_folder.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <system_error>

#include "core/domain/schedule.h"
#include "core/model/checkpoint/file_error.h"
#include "core/model/checkpoint/shard_set.h"
#include "core/model/checkpoint/weight_source.h"
#include "core/model/text_encoder.h"

namespace faststar::model
{

namespace
{

namespace fs = std::filesystem;

// What the release's scripts set beside each set of weights.
struct Release {
    std::string_view folder;
    std::string_view name;
    std::string_view size;
    int semanticScales;
    int detailScaleMinTokens;
    std::array<int, 3> lastRepetitions; // of a video clip, after twelve times 3; 0 = no such scale
    Guidance guidance;
    double guidanceScale;
};

// Preferred first.
constexpr std::array<Release, 3> kReleases{{
    {"infinitystar_8b_720p_weights",
     "InfinityStar 8B 720p",
     "0.90M",
     12,
     750,
     {2, 1, 1},
     Guidance::Apg,
     34.0},
    {"infinitystar_8b_480p_weights",
     "InfinityStar 8B 480p",
     "0.40M",
     11,
     350,
     {2, 1, 0},
     Guidance::Apg,
     34.0},
    {"InfinityStarInteract_24K_iters",
     "InfinityStar Interact 480p",
     "0.40M",
     11,
     350,
     {2, 1, 0},
     Guidance::Cfg,
     3.0},
}};

constexpr std::string_view kVaeFile = "infinitystar_videovae.pth";

std::string folderName(const fs::path &path)
{
    // "weights/" has an empty last part.
    std::error_code error;
    const fs::path whole = fs::absolute(path, error).lexically_normal();
    return (whole.has_filename() ? whole : whole.parent_path()).filename().string();
}

const Release *releaseOf(const fs::path &folder)
{
    const auto found = std::ranges::find(kReleases, folderName(folder), &Release::folder);
    return found != kReleases.end() ? &*found : nullptr;
}

bool isFolder(const fs::path &path)
{
    std::error_code error;
    return fs::is_directory(path, error);
}

bool isFile(const fs::path &path)
{
    std::error_code error;
    return fs::is_regular_file(path, error);
}

// Axis `axis` of a tensor that must be there.
class Shapes
{
public:
    explicit Shapes(const WeightSource &source) : m_source(source) {}

    int axis(const std::string &name, std::size_t axis)
    {
        const auto *info = m_source.find(name);
        if (info == nullptr || axis >= info->shape.size() || info->shape[axis] < 1 ||
            info->shape[axis] > 1 << 20) {
            if (m_problem.empty())
                m_problem = quotedName(name) +
                            (info == nullptr ? " is missing" : " has the shape " + shapeText(info->shape));
            return 1;
        }
        return static_cast<int>(info->shape[axis]);
    }
    [[nodiscard]] bool has(const std::string &name) const { return m_source.find(name) != nullptr; }
    [[nodiscard]] Status status(std::string_view what) const
    {
        if (m_problem.empty())
            return {};
        return fileFailure(ErrorCode::ModelMismatch, m_source.path(),
                           "it is not " + std::string(what) + ": tensor " + m_problem);
    }

private:
    const WeightSource &m_source;
    std::string m_problem;
};

Status deriveTransformer(const WeightSource &source, ModelConfig &config)
{
    Shapes shapes(source);
    auto &t = config.transformer;
    const bool chunked = shapes.has("block_chunks.0.module.0.attn.q_proj.weight");
    const std::string first = chunked ? "block_chunks.0.module.0." : "blocks.0.";
    t.width = shapes.axis(first + "attn.q_proj.weight", 1);
    const int head = shapes.axis(first + "attn.q_norm.weight", 0);
    t.heads = shapes.axis(first + "attn.q_proj.weight", 0) / head;
    t.kvHeads = shapes.axis(first + "attn.k_proj.weight", 0) / head;
    t.mlpWidth = shapes.axis(first + "mlp.gate_proj.weight", 0);
    t.textChannels = shapes.axis("text_proj.weight", 1);
    t.textMaxTokens = shapes.axis("cfg_uncond", 0);
    t.latentChannels = shapes.axis("word_embed.weight", 1);
    config.quantizer.detailBits = shapes.axis("head.weight", 0) / 2;
    config.quantizer.semanticBits = shapes.axis("semantic_head2.weight", 0) / 2;
    if (auto known = shapes.status("an InfinityStar transformer"); !known)
        return known;

    const auto countFrom = [&shapes](const std::string &before, const std::string &after) {
        int count = 0;
        while (shapes.has(std::string(before).append(std::to_string(count)).append(after)))
            ++count;
        return count;
    };
    const std::string probe = ".input_layernorm.weight";
    if (chunked) {
        t.blockChunks = countFrom("block_chunks.", ".module.0" + probe);
        t.depth = t.blockChunks * countFrom("block_chunks.0.module.", probe);
    } else {
        t.blockChunks = 1;
        t.depth = countFrom("blocks.", probe);
    }
    const bool sane = t.depth > 0 && t.heads > 0 && t.kvHeads > 0 && t.heads % t.kvHeads == 0 &&
                      t.heads * head == t.width && head % 8 == 0 &&
                      t.latentChannels == config.quantizer.detailBits;
    if (!sane)
        return fileFailure(ErrorCode::ModelMismatch, source.path(),
                           "its shapes are not those of an InfinityStar transformer (width " +
                               std::to_string(t.width) + ", " + std::to_string(t.heads) + " heads of " +
                               std::to_string(head) + ")");
    return {};
}

Status deriveVae(const WeightSource &source, ModelConfig &config)
{
    Shapes shapes(source);
    auto &v = config.vae;
    v.blockOutChannels[0] = shapes.axis("encoder.conv_in.conv.weight", 0);
    for (std::size_t i = 1; i < 4; ++i)
        v.blockOutChannels[i] = 4 * shapes.axis("encoder.down_blocks." + std::to_string(i - 1) +
                                                    ".downsamplers.0.conv.conv.conv.weight",
                                                0);
    v.blockOutChannels[4] = shapes.axis("decoder.conv_in.conv.weight", 0);
    v.latentChannels = shapes.axis("decoder.conv_in.conv.weight", 1);
    v.layersPerBlock = 0;
    while (shapes.has("encoder.down_blocks.0.resnets." + std::to_string(v.layersPerBlock) + ".norm1.gamma"))
        ++v.layersPerBlock;
    if (auto known = shapes.status("an InfinityStar video VAE"); !known)
        return known;
    if (v.layersPerBlock == 0 || v.blockOutChannels[3] != v.blockOutChannels[4] ||
        4 * v.latentChannels != config.transformer.latentChannels)
        return fileFailure(ErrorCode::ModelMismatch, source.path(),
                           "its shapes are not those of the transformer's video VAE");
    return {};
}

void applyRelease(const Release &release, ModelConfig &config)
{
    config.name = release.name;
    config.quantizer.semanticScales = release.semanticScales;
    config.quantizer.detailScaleMinTokens = release.detailScaleMinTokens;
    config.schedule.size = release.size;
    const auto scales = static_cast<std::size_t>(scalesOf(release.size));
    config.schedule.imageRepetition.assign(scales, 3);
    config.schedule.videoRepetition.assign(scales, 3);
    for (std::size_t i = 12; i < scales; ++i)
        config.schedule.videoRepetition[i] = release.lastRepetitions[i - 12];
    auto &g = config.generation;
    g.guidance = release.guidance;
    g.guidanceScale = release.guidanceScale;
    g.frames = 81;
    g.aspect = {16, 9};
    g.promptPrefix = "<<<t={seconds}s>>>";
    g.promptSuffix = ", Close-up on big objects, emphasize scale and detail";
    g.smoothFirstFrame = true;
}

// The video VAE and the text encoder lie beside the transformer's folder, or inside it when somebody
// moved them there.
std::optional<fs::path> findNear(const fs::path &transformer, const std::vector<std::string> &names,
                                 bool folder)
{
    std::error_code error;
    const fs::path parent = fs::absolute(transformer, error).lexically_normal();
    const fs::path above = parent.has_filename() ? parent.parent_path() : parent.parent_path().parent_path();
    for (const auto &base : {transformer, above})
        for (const auto &name : names)
            if (folder ? isFile(base / name / "config.json") : isFile(base / name))
                return base / name;
    return std::nullopt;
}

} // namespace

Result<ModelFolder> openReleasedFolder(const fs::path &path)
{
    ModelFolder folder;
    folder.released = true;
    folder.root = path;
    const Release *release = releaseOf(path);
    if (release != nullptr) {
        folder.transformer = path;
    } else {
        for (const auto &candidate : kReleases) {
            const fs::path inside = path / candidate.folder;
            if (!isFolder(inside))
                continue;
            if (release == nullptr) {
                release = &candidate;
                folder.transformer = inside;
            } else {
                folder.notes.push_back(path.string() + ": " + std::string(candidate.folder) +
                                       " is there as well; " + std::string(release->folder) +
                                       " is used (name the folder to choose)");
            }
        }
    }
    if (release == nullptr)
        return fileFailure(ErrorCode::NotFound, path,
                           "it holds no model: neither model.json nor a folder of an InfinityStar release (" +
                               std::string(kReleases[0].folder) + ", " + std::string(kReleases[1].folder) +
                               ", " + std::string(kReleases[2].folder) + ")");
    const auto vae = findNear(folder.transformer, {std::string(kVaeFile)}, false);
    if (!vae)
        return fileFailure(ErrorCode::NotFound, folder.transformer,
                           "the video VAE " + std::string(kVaeFile) + " lies neither in it nor beside it");
    folder.vae = *vae;
    folder.vaeDictionaries = {"vae", "ema"};
    const auto text =
        findNear(folder.transformer,
                 {"text_encoder/flan-t5-xl-official", "text_encoder/flan-t5-xl", "text_encoder"}, true);
    if (!text)
        return fileFailure(
            ErrorCode::NotFound, folder.transformer,
            "the text encoder text_encoder/flan-t5-xl-official lies neither in it nor beside it");
    folder.textEncoder = *text;

    const auto transformer = WeightSource::open(folder.transformer);
    if (!transformer)
        return tl::unexpected(transformer.error());
    if (auto derived = deriveTransformer(*transformer, folder.config); !derived)
        return tl::unexpected(derived.error());
    const auto vaeSource = WeightSource::open(folder.vae, folder.vaeDictionaries);
    if (!vaeSource)
        return tl::unexpected(vaeSource.error());
    if (auto derived = deriveVae(*vaeSource, folder.config); !derived)
        return tl::unexpected(derived.error());
    auto encoder = TextEncoder::readConfig(folder.textEncoder);
    if (!encoder)
        return tl::unexpected(encoder.error());
    folder.config.textEncoder = *encoder;
    applyRelease(*release, folder.config);
    if (release->guidance == Guidance::Cfg)
        folder.notes.push_back(folder.transformer.string() +
                               ": an interactive model: plain guidance of strength 3 by default");
    return folder;
}

} // namespace faststar::model
