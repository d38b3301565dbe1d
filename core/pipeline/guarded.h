// SPDX-License-Identifier: Apache-2.0
//
// The boundary at which LibTorch's exceptions become errors.
#pragma once

#include <exception>
#include <new>
#include <stdexcept>
#include <string>

#include <c10/util/Exception.h>

#include "core/domain/result.h"

namespace faststar::pipeline
{

[[nodiscard]] inline Error errorOf(const c10::Error &error)
{
    const std::string text = error.what_without_backtrace();
    const auto says = [&text](const char *words) { return text.find(words) != std::string::npos; };
    // LibTorch has no exception type of its own for a failed host allocation.
    if (says("can't allocate memory") || says("out of memory") || says("STATUS_ALLOC_FAILED"))
        return {ErrorCode::OutOfMemory, text};
    if (says("no kernel image is available"))
        return {ErrorCode::Unsupported, text};
    // Whatever else CUDA refuses leaves its context of no use to this process.
    if (says("CUDA error: ") || says("STATUS_EXECUTION_FAILED"))
        return {ErrorCode::DeviceLost, text};
    return {ErrorCode::Internal, text};
}

// The network's results are not numbers.
class BrokenWeights : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

// Runs `work`, which returns Result<T>; what it throws comes back as an error. StopRequested passes.
template <typename T, typename Work> [[nodiscard]] Result<T> guarded(const Work &work)
{
    try {
        return work();
    } catch (const c10::Error &error) {
        return tl::unexpected(errorOf(error));
    } catch (const BrokenWeights &error) {
        return failure(ErrorCode::CorruptFile, error.what());
    } catch (const std::bad_alloc &) {
        return failure(ErrorCode::OutOfMemory, "the machine refused an allocation");
    } catch (const std::exception &error) {
        return failure(ErrorCode::Internal, error.what());
    }
}

} // namespace faststar::pipeline
