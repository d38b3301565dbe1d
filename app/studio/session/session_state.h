// SPDX-License-Identifier: Apache-2.0
//
// The one state that every button follows.
#pragma once

namespace faststar::studio
{

enum class SessionState {
    NoModel,
    OpeningModel,
    Ready,
    Running,    // up to the last step
    Pausing,    // asked for; takes effect at the next step
    Paused,     // also while a decode that was asked for is made
    Stopping,   // stop and keep was asked for: what exists is being decoded
    Decoding,   // all steps are done
    Cancelling, // until the engine lets go
};

// What may be asked for.
struct Allowed {
    bool generate = false; // starts a run, or adds to the queue
    bool pause = false;
    bool resume = false;
    bool stopAndKeep = false;
    bool cancel = false;
    bool decodeNow = false; // a true decode of what exists so far

    bool operator==(const Allowed &) const = default;
};

[[nodiscard]] constexpr Allowed allowedIn(SessionState state)
{
    switch (state) {
    case SessionState::NoModel:
        return {};
    case SessionState::OpeningModel:
    case SessionState::Ready:
    case SessionState::Cancelling:
        return {.generate = true};
    case SessionState::Running:
        return {.generate = true, .pause = true, .stopAndKeep = true, .cancel = true, .decodeNow = true};
    case SessionState::Pausing:
    case SessionState::Paused:
        return {.generate = true, .resume = true, .stopAndKeep = true, .cancel = true, .decodeNow = true};
    case SessionState::Stopping:
    case SessionState::Decoding:
        return {.generate = true, .cancel = true};
    }
    return {};
}

// Is a run in work?
[[nodiscard]] constexpr bool isBusy(SessionState state)
{
    return state != SessionState::NoModel && state != SessionState::OpeningModel &&
           state != SessionState::Ready;
}

} // namespace faststar::studio
