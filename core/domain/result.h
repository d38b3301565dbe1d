// SPDX-License-Identifier: Apache-2.0
//
// Errors as values. Every function that can fail for a reason outside the program's control
// returns Result<T>; only the programs turn a code into a sentence for people.
#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace faststar
{

// What went wrong, coarse enough that a caller can decide what to do next.
enum class ErrorCode {
    InvalidRequest,     // the user asked for something impossible (field named in the detail)
    AlreadyExists,      // an output is there and may not be replaced
    NotFound,           // a file or folder does not exist
    Unreadable,         // it exists, but cannot be opened or read
    CorruptFile,        // it was read and contradicts itself or its format
    UnknownFormat,      // a file of a kind, a version or a size that this program does not read
    ModelMismatch,      // the checkpoint lacks a tensor, or has one of a wrong shape or type
    Unsupported,        // understood, but this build or machine cannot do it
    InsufficientMemory, // the forecast exceeds what the machine has; nothing was loaded
    OutOfMemory,        // an allocation failed while working
    DeviceLost,         // the accelerator stopped answering
    WriteFailed,        // an output could not be written (disk full, permission)
    ToleranceExceeded,  // a comparison ran and was not good enough
    Internal            // a defect of ours; the detail is for the log
};

// A failure: code for the program, detail (English, technical: file, tensor, numbers) for people
// who want to know where.
struct Error {
    ErrorCode code = ErrorCode::Internal;
    std::string detail;

    bool operator==(const Error &) const = default;
};

template <typename T> using Result = tl::expected<T, Error>;
using Status = Result<void>;

[[nodiscard]] inline tl::unexpected<Error> failure(ErrorCode code, std::string detail)
{
    return tl::unexpected<Error>(Error{code, std::move(detail)});
}

} // namespace faststar
