// SPDX-License-Identifier: Apache-2.0
//
// Folders that look like the release's: real names and shapes, holes for data.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/domain/model_config.h"
#include "tests/model/model_folder_fixture.h"
#include "tests/model/torch_archive_builder.h"
#include "tests/support/paths.h"

namespace faststar::test
{

using NamedShapes = std::vector<std::pair<std::string, std::vector<std::int64_t>>>;

// Names and shapes of one part of the release: "transformer", "vae" or "text_encoder".
inline NamedShapes releasedTensors(const char *part)
{
    const auto names = readJson(goldenDir() / "weight_names.json");
    NamedShapes tensors;
    for (const auto &[tensor, shape] : names[part].items())
        tensors.emplace_back(tensor, shape.get<std::vector<std::int64_t>>());
    return tensors;
}

inline ModelConfig released8b()
{
    ModelConfig config;
    config.transformer = {4096, 36, 0, 32, 8, 16384, 1e-6, 2048, 512, 64};
    const auto names = readJson(goldenDir() / "weight_names.json")["transformer"];
    while (names.contains("block_chunks." + std::to_string(config.transformer.blockChunks) +
                          ".module.0.attn.q_norm.weight"))
        ++config.transformer.blockChunks;
    config.vae.blockOutChannels = {96, 192, 384, 384, 384};
    config.vae.layersPerBlock = 2;
    return config;
}

inline TextEncoderConfig flanXl()
{
    return {2048, 64, 5120, 24, 32, 32128, 32, 128, 1e-6};
}

// A header of float16 tensors in front of a hole of the right size: the layout of gigabytes on no disk.
inline void writeSparse(const std::filesystem::path &path, const NamedShapes &tensors)
{
    nlohmann::json header = nlohmann::json::object();
    std::uint64_t offset = 0;
    for (const auto &[name, shape] : tensors) {
        std::uint64_t bytes = 2;
        for (const auto axis : shape)
            bytes *= static_cast<std::uint64_t>(axis);
        header[name] = {{"dtype", "F16"}, {"shape", shape}, {"data_offsets", {offset, offset + bytes}}};
        offset += bytes;
    }
    const std::string body = header.dump();
    std::string length(8, '\0');
    for (int i = 0; i < 8; ++i)
        length[static_cast<std::size_t>(i)] = static_cast<char>(body.size() >> (8 * i));
    writeText(path, length + body);
    std::filesystem::resize_file(path, 8 + body.size() + offset);
}

// The VAE's archive: one storage of half precision, as long as the largest tensor, that all of them
// share.
inline void writeReleasedVae(const std::filesystem::path &file)
{
    std::int64_t longest = 0;
    std::string body = "}X\x03";
    body += std::string(3, '\0') + "vae}(";
    const auto vae = releasedTensors("vae");
    for (const auto &[tensor, shape] : vae) {
        std::int64_t elements = 1;
        for (const auto axis : shape)
            elements *= axis;
        longest = std::max(longest, elements);
    }
    for (const auto &[tensor, shape] : vae) {
        std::string sizes = "(";
        std::string strides = "(";
        std::int64_t stride = 1;
        for (const auto axis : shape)
            stride *= axis;
        for (const auto axis : shape) {
            stride /= axis;
            sizes += std::string("J").append(little(static_cast<std::uint64_t>(axis), 4));
            strides += std::string("J").append(little(static_cast<std::uint64_t>(stride), 4));
        }
        body += unicode(tensor) + "ctorch._utils\n_rebuild_tensor_v2\n((" + unicode("storage") +
                "ctorch\nHalfStorage\n" + unicode("0") + unicode("cpu");
        body += std::string("J").append(little(static_cast<std::uint64_t>(longest), 4));
        body.append("tQK").append(1, '\0').append(sizes).append("t").append(strides).append("t\x89Nt");
        body += "R";
    }
    body += "us";
    const std::string pickled = std::string("\x80\x02").append(body).append(".");
    const std::uint64_t dataBytes = static_cast<std::uint64_t>(longest) * 2;
    const auto sizes = [](std::uint64_t bytes) { return little(bytes, 4) + little(bytes, 4); };
    const std::string pickleName = "v/data.pkl";
    const std::string dataName = "v/data/0";
    const auto local = [&](const std::string &entry, std::uint64_t bytes) {
        return std::string("PK\x03\x04")
            .append(little(20, 2))
            .append(12, '\0')
            .append(sizes(bytes))
            .append(little(entry.size(), 2))
            .append(2, '\0')
            .append(entry);
    };
    const auto central = [&](const std::string &entry, std::uint64_t bytes, std::uint64_t at) {
        return std::string("PK\x01\x02")
            .append(2, '\0')
            .append(little(20, 2))
            .append(12, '\0')
            .append(sizes(bytes))
            .append(little(entry.size(), 2))
            .append(12, '\0')
            .append(little(at, 4))
            .append(entry);
    };
    const std::string head = local(pickleName, pickled.size()) + pickled;
    const std::string second = local(dataName, dataBytes);
    const std::uint64_t start = head.size() + second.size() + dataBytes;
    const std::string directory =
        central(pickleName, pickled.size(), 0) + central(dataName, dataBytes, head.size());
    writeText(file, head + second);
    std::filesystem::resize_file(file, start);
    std::ofstream out(file, std::ios::binary | std::ios::app);
    out << directory
        << std::string("PK\x05\x06")
               .append(4, '\0')
               .append(little(2, 2))
               .append(little(2, 2))
               .append(little(directory.size(), 4))
               .append(little(start, 4))
               .append(2, '\0');
}

// The release's files in `folder`, its transformer in the subfolder `name`.
inline void writeRelease(const std::filesystem::path &folder, const std::string &name)
{
    const auto weights = folder / name;
    std::filesystem::create_directories(weights);
    const auto transformer = releasedTensors("transformer");
    const auto middle = transformer.begin() + static_cast<std::ptrdiff_t>(transformer.size() / 2);
    writeSparse(weights / "model-00001-of-00002.safetensors", {transformer.begin(), middle});
    writeSparse(weights / "model-00002-of-00002.safetensors", {middle, transformer.end()});
    nlohmann::json map = nlohmann::json::object();
    for (auto it = transformer.begin(); it != transformer.end(); ++it)
        map[it->first] =
            it < middle ? "model-00001-of-00002.safetensors" : "model-00002-of-00002.safetensors";
    writeText(weights / "model.safetensors.index.json", nlohmann::json{{"weight_map", map}}.dump());

    const auto encoder = folder / "text_encoder" / "flan-t5-xl-official";
    std::filesystem::create_directories(encoder);
    writeSparse(encoder / "model.safetensors", releasedTensors("text_encoder"));
    writeText(encoder / "config.json", nlohmann::json{{"d_model", 2048},
                                                      {"d_kv", 64},
                                                      {"d_ff", 5120},
                                                      {"num_layers", 24},
                                                      {"num_heads", 32},
                                                      {"vocab_size", 32128},
                                                      {"relative_attention_num_buckets", 32},
                                                      {"relative_attention_max_distance", 128},
                                                      {"layer_norm_epsilon", 1e-6},
                                                      {"feed_forward_proj", "gated-gelu"},
                                                      {"model_type", "t5"}}
                                           .dump());
    std::filesystem::copy_file(demoModelDir() / "text_encoder" / "spiece.model", encoder / "spiece.model",
                               std::filesystem::copy_options::overwrite_existing);
    writeReleasedVae(folder / "infinitystar_videovae.pth");
}

} // namespace faststar::test
