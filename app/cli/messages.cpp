// SPDX-License-Identifier: Apache-2.0
#include "app/cli/messages.h"

#include "app/cli/text.h"

namespace faststar::cli
{

namespace
{

std::string headlineOf(ErrorCode code)
{
    switch (code) {
    case ErrorCode::InvalidRequest:
        return text("faststar", "This cannot be done as asked");
    case ErrorCode::AlreadyExists:
        return text("faststar",
                    "An output exists already (choose another name, or allow it with --overwrite)");
    case ErrorCode::NotFound:
        return text("faststar", "Something that is needed was not found");
    case ErrorCode::Unreadable:
        return text("faststar", "A file cannot be read");
    case ErrorCode::CorruptFile:
        return text("faststar", "A file is damaged or not what it should be");
    case ErrorCode::UnknownFormat:
        return text("faststar", "This program does not read a file of that kind");
    case ErrorCode::ModelMismatch:
        return text("faststar", "The model does not fit together");
    case ErrorCode::Unsupported:
        return text("faststar", "This build or machine cannot do that");
    case ErrorCode::InsufficientMemory:
        return text("faststar", "There is too little memory, so nothing was loaded");
    case ErrorCode::OutOfMemory:
        return text("faststar", "The memory ran out");
    case ErrorCode::DeviceLost:
        return text("faststar", "The accelerator stopped answering");
    case ErrorCode::WriteFailed:
        return text("faststar", "An output could not be written");
    case ErrorCode::ToleranceExceeded:
        return text("faststar", "The comparison is over its tolerance");
    case ErrorCode::Internal:
        break;
    }
    return text("faststar", "A defect of this program stopped it");
}

} // namespace

std::string sentenceOf(const Error &error)
{
    const auto headline = headlineOf(error.code);
    if (error.detail.empty())
        return headline + ".";
    return fillIn(text("faststar", "%1: %2"), {headline, error.detail});
}

const char *codeName(ErrorCode code)
{
    switch (code) {
    case ErrorCode::InvalidRequest:
        return "invalid_request";
    case ErrorCode::AlreadyExists:
        return "already_exists";
    case ErrorCode::NotFound:
        return "not_found";
    case ErrorCode::Unreadable:
        return "unreadable";
    case ErrorCode::CorruptFile:
        return "corrupt_file";
    case ErrorCode::UnknownFormat:
        return "unknown_format";
    case ErrorCode::ModelMismatch:
        return "model_mismatch";
    case ErrorCode::Unsupported:
        return "unsupported";
    case ErrorCode::InsufficientMemory:
        return "insufficient_memory";
    case ErrorCode::OutOfMemory:
        return "out_of_memory";
    case ErrorCode::DeviceLost:
        return "device_lost";
    case ErrorCode::WriteFailed:
        return "write_failed";
    case ErrorCode::ToleranceExceeded:
        return "tolerance_exceeded";
    case ErrorCode::Internal:
        break;
    }
    return "internal";
}

} // namespace faststar::cli
