// SPDX-License-Identifier: Apache-2.0
//
// A Pipeline without LibTorch and without weights, for tests of everything that sits above one: real
// schedules, plans, scores, masks and observer events over a bright spot that moves across the grid.
// The same request gives the same events and frames. Linked into tests only.
#pragma once

#include <map>
#include <memory>
#include <optional>

#include "core/domain/pipeline.h"

namespace faststar::test
{

// The sizes of the demo model.
[[nodiscard]] ModelConfig fakeModel();

class FakePipeline final : public Pipeline
{
public:
    FakePipeline() = default;
    explicit FakePipeline(ModelConfig model) : m_model(std::move(model)) {}

    // Failures on demand; each strikes once. Steps are counted over all repetitions, from 0.
    void failLoad(Error error) { m_loadFailure = std::move(error); }
    void failAtStep(int step, Error error) { m_stepFailures[step] = std::move(error); }
    void failDecode(Error error) { m_decodeFailure = std::move(error); }

    // A stop that was asked for before is ErrorCode::Internal, "stopped while loading".
    Result<ModelFacts> load(const LoadSettings &settings, RunObserver &observer,
                            std::stop_token stop) override;

    // Steps of the history are taken over and tell nothing. A trace path is refused: there are no tensors.
    Result<RunResult> run(const RunInput &input, RunObserver &observer, RunControl &control) override;

private:
    ModelConfig m_model = fakeModel();
    bool m_loaded = false;
    std::optional<Error> m_loadFailure;
    std::map<int, Error> m_stepFailures;
    std::optional<Error> m_decodeFailure;
};

} // namespace faststar::test
