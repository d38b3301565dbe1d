// SPDX-License-Identifier: Apache-2.0
#include "app/cli/process_file.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

#include "app/cli/text.h"
#include "core/domain/option_names.h"

namespace faststar::cli
{

namespace
{

using nlohmann::json;

constexpr std::uintmax_t kMostBytes = 16u << 20;
constexpr std::size_t kMostRequests = 10000;

struct TextKey {
    const char *name;
    std::optional<std::string> RequestOptions::*member;
};

constexpr TextKey kTextKeys[] = {
    {"prompt", &RequestOptions::prompt},      {"negative_prompt", &RequestOptions::negativePrompt},
    {"seed", &RequestOptions::seed},          {"width", &RequestOptions::width},
    {"height", &RequestOptions::height},      {"size", &RequestOptions::size},
    {"aspect", &RequestOptions::aspect},      {"frames", &RequestOptions::frames},
    {"method", &RequestOptions::method},      {"p", &RequestOptions::p},
    {"guidance", &RequestOptions::guidance},  {"guidance_scale", &RequestOptions::guidanceScale},
    {"tau_image", &RequestOptions::tauImage}, {"tau_video", &RequestOptions::tauVideo},
    {"count", &RequestOptions::count}};

struct PathKey {
    const char *name;
    std::string RequestOptions::*member;
};

constexpr PathKey kPathKeys[] = {{"image", &RequestOptions::image},
                                 {"video", &RequestOptions::video},
                                 {"output", &RequestOptions::output}};

// A string or a number as the text that a flag would have carried.
std::optional<std::string> scalarText(const json &value)
{
    if (value.is_string())
        return value.get<std::string>();
    if (value.is_number_unsigned())
        return std::to_string(value.get<std::uint64_t>());
    if (value.is_number_integer())
        return std::to_string(value.get<std::int64_t>());
    if (value.is_number())
        return formatNumber(value.get<double>());
    return std::nullopt;
}

std::optional<std::string> ratiosText(const json &value)
{
    if (!value.is_array())
        return scalarText(value);
    std::string out;
    for (const auto &entry : value) {
        const auto number = entry.is_number() ? scalarText(entry) : std::nullopt;
        if (!number)
            return std::nullopt;
        out += out.empty() ? "" : ",";
        out += *number;
    }
    return out;
}

// false: the value has the wrong type.
bool takeOptions(const json &value, RequestOptions &request)
{
    if (!value.is_object())
        return false;
    for (const auto &[name, entry] : value.items()) {
        const auto scalar = scalarText(entry);
        if (!scalar)
            return false;
        request.options.push_back(name + "=" + *scalar);
    }
    return true;
}

enum class Taken { Yes, WrongType, UnknownKey };

Taken take(const std::string &key, const json &value, RequestOptions &request)
{
    if ((key == "prompt" || key == "negative_prompt") && !value.is_string())
        return Taken::WrongType; // a number is a slip there
    for (const auto &known : kTextKeys) {
        if (key == known.name) {
            request.*known.member = scalarText(value);
            return (request.*known.member).has_value() ? Taken::Yes : Taken::WrongType;
        }
    }
    for (const auto &known : kPathKeys) {
        if (key == known.name) {
            if (!value.is_string() || value.get_ref<const std::string &>().empty())
                return Taken::WrongType; // a path that leads nowhere is not "none"
            request.*known.member = value.get<std::string>();
            return Taken::Yes;
        }
    }
    if (key == "ratios") {
        request.ratios = ratiosText(value);
        return request.ratios ? Taken::Yes : Taken::WrongType;
    }
    if (key == "greedy") {
        if (!value.is_boolean())
            return Taken::WrongType;
        request.greedy = value.get<bool>();
        return Taken::Yes;
    }
    if (key == "option")
        return takeOptions(value, request) ? Taken::Yes : Taken::WrongType;
    return Taken::UnknownKey;
}

// What the command line says about an option that the object sets by itself, as a key or below "option".
void forget(const std::string &option, RequestOptions &defaults)
{
    std::erase_if(defaults.options, [&](const auto &given) { return given.starts_with(option + "="); });
    const std::pair<const char *, std::optional<std::string> *> flags[] = {{"method", &defaults.method},
                                                                           {"ratio", &defaults.ratios},
                                                                           {"p", &defaults.p},
                                                                           {"seed", &defaults.seed}};
    for (const auto &[name, value] : flags) {
        if (option == name)
            value->reset();
    }
}

Result<RequestOptions> requestOf(const json &object, const RequestOptions &defaults, const std::string &where)
{
    if (!object.is_object())
        return failure(ErrorCode::CorruptFile, where + " is no JSON object");
    RequestOptions request = defaults;
    request.origin = where;
    for (const auto &[key, value] : object.items()) {
        if (key == "option" && value.is_object()) {
            for (const auto &entry : value.items())
                forget(entry.key(), request);
        } else {
            forget(key == "ratios" ? "ratio" : key, request);
        }
    }
    for (const auto &[key, value] : object.items()) {
        switch (take(key, value, request)) {
        case Taken::Yes:
            break;
        case Taken::WrongType:
            return failure(ErrorCode::CorruptFile,
                           fillIn("%1: the value of '%2' has the wrong type", {where, key}));
        case Taken::UnknownKey:
            return failure(ErrorCode::CorruptFile, fillIn("%1: the key '%2' is unknown", {where, key}));
        }
    }
    return request;
}

Result<std::string> readText(const std::string &path)
{
    std::error_code error;
    if (!std::filesystem::exists(path, error))
        return failure(ErrorCode::NotFound, "there is no file " + path);
    if (!std::filesystem::is_regular_file(path, error))
        return failure(ErrorCode::Unreadable, path + " is no regular file");
    if (std::filesystem::file_size(path, error) > kMostBytes || error)
        return failure(ErrorCode::Unreadable, path + " is larger than 16 MiB");
    std::ifstream file(path, std::ios::binary);
    std::string content{std::istreambuf_iterator<char>(file), {}};
    if (!file)
        return failure(ErrorCode::Unreadable, path + " cannot be read");
    return content;
}

// The objects with where each stands, from an array or from lines.
Result<std::vector<std::pair<std::string, json>>> entriesOf(const std::string &content,
                                                            const std::string &path)
{
    std::vector<std::pair<std::string, json>> entries;
    const auto first = content.find_first_not_of(" \t\r\n");
    if (first != std::string::npos && content[first] == '[') {
        auto list = json::parse(content, nullptr, false);
        if (!list.is_array())
            return failure(ErrorCode::CorruptFile, path + " is no valid JSON");
        for (auto &entry : list)
            entries.emplace_back(path + ", entry " + std::to_string(entries.size() + 1), std::move(entry));
    } else {
        int number = 0;
        for (std::size_t begin = 0; begin < content.size();) {
            const auto end = std::min(content.find('\n', begin), content.size());
            const auto line = content.substr(begin, end - begin);
            begin = end + 1;
            ++number;
            if (line.find_first_not_of(" \t\r") == std::string::npos)
                continue;
            const auto where = path + ", line " + std::to_string(number);
            auto object = json::parse(line, nullptr, false);
            if (object.is_discarded())
                return failure(ErrorCode::CorruptFile, where + " is no valid JSON");
            entries.emplace_back(where, std::move(object));
        }
    }
    if (entries.empty())
        return failure(ErrorCode::CorruptFile, path + " holds no request");
    if (entries.size() > kMostRequests)
        return failure(ErrorCode::CorruptFile,
                       path + " holds more than " + std::to_string(kMostRequests) + " requests");
    return entries;
}

} // namespace

Result<std::vector<RequestOptions>> readProcessFile(const std::string &path, const RequestOptions &defaults)
{
    const auto content = readText(path);
    if (!content)
        return tl::unexpected(content.error());
    const auto entries = entriesOf(*content, path);
    if (!entries)
        return tl::unexpected(entries.error());
    std::vector<RequestOptions> requests;
    requests.reserve(entries->size());
    for (const auto &[where, object] : *entries) {
        auto request = requestOf(object, defaults, where);
        if (!request)
            return tl::unexpected(request.error());
        requests.push_back(std::move(*request));
    }
    return requests;
}

std::string processFileHelp()
{
    return text("faststar",
                "A file for --process is a JSON array of objects, or one object a line. Keys are the "
                "flags' long names with _ for -: {\"prompt\": \"a red star\", \"seed\": 7, \"ratios\": "
                "[0.2,0.3,0.4,0.7], \"option\": {\"mask_mode\": \"nearest\"}, \"output\": \"star.mp4\"}; "
                "what an object leaves out is taken from the command line.");
}

} // namespace faststar::cli
