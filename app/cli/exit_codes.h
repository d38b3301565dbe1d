// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/domain/result.h"

namespace faststar::cli
{

// Documented and stable: scripts depend on them.
enum ExitCode : int {
    kExitDone = 0,
    kExitFailed = 1,
    kExitUsage = 2,
    kExitMissing = 3, // model or input missing or unreadable
    kExitMemory = 4,
    kExitGate = 5,          // a quality gate was not met
    kExitInterrupted = 130, // Ctrl+C
    kExitTerminated = 143   // asked to end by the system
};

[[nodiscard]] constexpr int exitCodeOf(ErrorCode code)
{
    switch (code) {
    case ErrorCode::InvalidRequest:
    case ErrorCode::AlreadyExists:
    case ErrorCode::Unsupported:
        return kExitUsage;
    case ErrorCode::NotFound:
    case ErrorCode::Unreadable:
    case ErrorCode::CorruptFile:
    case ErrorCode::UnknownFormat:
    case ErrorCode::ModelMismatch:
        return kExitMissing;
    case ErrorCode::InsufficientMemory:
    case ErrorCode::OutOfMemory:
        return kExitMemory;
    case ErrorCode::ToleranceExceeded:
        return kExitGate;
    case ErrorCode::DeviceLost:
    case ErrorCode::WriteFailed:
    case ErrorCode::Internal:
        return kExitFailed;
    }
    return kExitFailed;
}

} // namespace faststar::cli
