// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include <nlohmann/json.hpp>

#include "app/train/preview_fit.h"
#include "core/files/output_file.h"

namespace faststar::train
{

namespace
{

// Six digits: far finer than a preview can show, and readable in a diff.
double shortened(float value)
{
    std::array<char, 32> text{};
    (void)std::snprintf(text.data(), text.size(), "%.6g", double(value));
    return std::stod(text.data());
}

template <typename Values> nlohmann::ordered_json listOf(const Values &values)
{
    auto list = nlohmann::ordered_json::array();
    for (const float value : values)
        list.push_back(shortened(value));
    return list;
}

Result<nlohmann::ordered_json> documentOf(const std::filesystem::path &file)
{
    std::ifstream stream(file, std::ios::binary);
    if (!stream)
        return failure(ErrorCode::NotFound, file.string() + ": cannot be opened");
    const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    auto document = nlohmann::ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!document.is_object())
        return failure(ErrorCode::CorruptFile, file.string() + ": not a JSON object");
    return document;
}

} // namespace

Status checkPreviewWritable(const std::filesystem::path &model)
{
    const auto file = model / "model.json";
    if (const auto document = documentOf(file); !document)
        return tl::unexpected(document.error());
    const auto output = files::OutputFile::create(file, files::Existing::Replace);
    return output ? Status{} : tl::unexpected(output.error());
}

Status writePreview(const std::filesystem::path &model, const PreviewProjection &projection)
{
    const auto file = model / "model.json";
    auto document = documentOf(file);
    if (!document)
        return tl::unexpected(document.error());
    auto weight = nlohmann::ordered_json::array();
    for (const auto &row : projection.weight)
        weight.push_back(listOf(row));
    (*document)["preview"] = {{"weight", weight}, {"bias", listOf(projection.bias)}};
    const auto changed = document->dump(1) + "\n";
    auto output = files::OutputFile::create(file, files::Existing::Replace);
    if (!output)
        return tl::unexpected(output.error());
    if (auto written = output->write(changed.data(), changed.size()); !written)
        return written;
    return output->commit();
}

} // namespace faststar::train
