// SPDX-License-Identifier: Apache-2.0
//
// The boundary at which LibTorch's exceptions become errors.
#pragma once

#include <exception>
#include <new>
#include <string>

#include <c10/util/Exception.h>

#include "core/domain/result.h"

namespace faststar::pipeline
{

[[nodiscard]] inline Error errorOf(const c10::Error &error)
{
    const std::string text = error.what_without_backtrace();
    // LibTorch has no exception type of its own for a failed host allocation.
    const bool memory = text.find("can't allocate memory") != std::string::npos ||
                        text.find("out of memory") != std::string::npos;
    return {memory ? ErrorCode::OutOfMemory : ErrorCode::Internal, text};
}

// Runs `work`, which returns Result<T>; what it throws comes back as an error. StopRequested passes.
template <typename T, typename Work> [[nodiscard]] Result<T> guarded(const Work &work)
{
    try {
        return work();
    } catch (const c10::Error &error) {
        return tl::unexpected(errorOf(error));
    } catch (const std::bad_alloc &) {
        return failure(ErrorCode::OutOfMemory, "the machine refused an allocation");
    } catch (const std::exception &error) {
        return failure(ErrorCode::Internal, error.what());
    }
}

} // namespace faststar::pipeline
