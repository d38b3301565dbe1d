// SPDX-License-Identifier: Apache-2.0
//
// What a model folder says about itself: hyper-parameters and generation defaults.
// The keys of model.json are the snake_case spelling of the members; core/model reads them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/domain/request.h"

namespace faststar
{

// Spacetime autoregressive transformer. One block = attention + gated MLP.
struct TransformerConfig {
    int width = 0;       // C, channels of a token
    int depth = 0;       // blocks in all
    int blockChunks = 1; // how the release groups its blocks in the weight names
    int heads = 0;       // query heads
    int kvHeads = 0;     // key/value heads; heads is a multiple of it
    int mlpWidth = 0;
    double rmsEps = 1e-6;
    int textChannels = 0;    // width of the text encoder's features
    int textMaxTokens = 512; // also the scale-axis offset of visual positions
    int latentChannels = 64; // channels of the feature map

    [[nodiscard]] int headDim() const { return heads > 0 ? width / heads : 0; }
    bool operator==(const TransformerConfig &) const = default;
};

// Bitwise spherical quantiser: bits per token of semantic and of detail scales.
struct QuantizerConfig {
    int semanticBits = 16;
    int detailBits = 64;
    int detailScaleMinTokens = 0; // a scale with h*w of at least this many tokens is a detail scale
    int semanticScales = 0;       // the same split by index within a clip

    bool operator==(const QuantizerConfig &) const = default;
};

// Causal video autoencoder; see model notes in docs for the level structure.
struct VaeConfig {
    std::array<int, 5> blockOutChannels{}; // c0..c4; c3 == c4
    int layersPerBlock = 0;                // ResNets a level in the encoder; one more in the decoder
    int latentChannels = 16;               // before the 2x2 patchify
    std::vector<int> spatialCompression{2, 2, 2};
    std::vector<int> temporalCompression{2, 2};

    bool operator==(const VaeConfig &) const = default;
};

// T5 v1.1 encoder (text_encoder/config.json, Hugging Face's keys).
struct TextEncoderConfig {
    int width = 0;   // d_model
    int headDim = 0; // d_kv
    int mlpWidth = 0;
    int depth = 0;
    int heads = 0;
    int vocabulary = 0;
    int buckets = 32;
    int maxDistance = 128;
    double eps = 1e-6;

    bool operator==(const TextEncoderConfig &) const = default;
};

// Which pyramid the model was made for.
struct ScheduleConfig {
    std::string size;                 // "0.06M", "0.25M", "0.40M" or "0.90M"
    std::vector<int> imageRepetition; // one entry a scale of the image clip
    std::vector<int> videoRepetition; // one entry a scale of a video clip
    int framesPerClip = 20;           // latent frames of a full video clip
    int fps = 16;

    bool operator==(const ScheduleConfig &) const = default;
};

// Defaults a request starts from.
struct GenerationDefaults {
    Guidance guidance = Guidance::Apg;
    double guidanceScale = 34.0;
    double apgNormThreshold = 0.05;
    double tauImage = 1.0;
    double tauVideo = 0.4;
    int frames = 17;
    Aspect aspect{16, 9};
    std::string promptPrefix; // "{seconds}" = (frames - 1) / fps rounded half to even
    std::string promptSuffix;
    bool smoothFirstFrame = false;

    bool operator==(const GenerationDefaults &) const = default;
};

// Linear latent-to-RGB projection for cheap previews; rgb in [0, 1] = weight * feature + bias.
struct PreviewProjection {
    std::array<std::array<float, 64>, 3> weight{};
    std::array<float, 3> bias{};

    bool operator==(const PreviewProjection &) const = default;
};

struct ModelConfig {
    std::string kind = "infinitystar";
    std::string name;
    TransformerConfig transformer;
    QuantizerConfig quantizer;
    VaeConfig vae;
    std::optional<TextEncoderConfig> textEncoder; // absent in folders made for tests
    ScheduleConfig schedule;
    GenerationDefaults generation;
    std::optional<PreviewProjection> preview;

    bool operator==(const ModelConfig &) const = default;
};

} // namespace faststar
