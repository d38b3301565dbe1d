// SPDX-License-Identifier: Apache-2.0
//
// Runs the generation loop on the small random model of the golden cases.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <ATen/ATen.h>

#include "core/model/checkpoint/weight_source.h"
#include "core/model/model_folder.h"
#include "core/pipeline/generator.h"
#include "tests/support/paths.h"

namespace faststar::test
{

struct Collector final : RunObserver {
    std::vector<std::shared_ptr<const StepEvent>> events;
    std::function<void(const StepEvent &)> onStep;
    std::vector<bool> pauses;

    void stepFinished(const std::shared_ptr<const StepEvent> &event) override
    {
        events.push_back(event);
        if (onStep)
            onStep(*event);
    }
    void paused(bool isPaused) override { pauses.push_back(isPaused); }

    [[nodiscard]] std::vector<std::shared_ptr<const StepRecord>> records() const
    {
        std::vector<std::shared_ptr<const StepRecord>> list;
        for (const auto &event : events)
            list.push_back(event->record);
        return list;
    }
};

struct Run {
    bool whole = false;
    at::Tensor latent;
    Collector collector;
    pipeline::Trace trace;
    std::int64_t tokensRun = 0;
};

class GeneratorFixture
{
public:
    GeneratorFixture()
    {
        const auto folder = model::openModelFolder(goldenDir() / "model_a");
        m_model.config = folder.value().config;
        m_model.transformer =
            std::move(model::Transformer::load(model::WeightSource::open(folder->transformer).value(),
                                               m_model.config.transformer, m_model.config.quantizer)
                          .value());
        const auto inputs =
            model::WeightSource::open(goldenDir() / "transformer_t2v" / "inputs.safetensors").value();
        m_text = inputs.load("text", inputs.find("text")->shape).value();
    }

    [[nodiscard]] GenerationRequest request(int frames = 17) const
    {
        GenerationRequest request;
        request.size = "0.06M";
        request.frames = frames;
        request.seed = 5;
        return request;
    }

    struct Extras {
        std::vector<std::shared_ptr<const StepRecord>> history;
        std::function<at::Tensor(const StepIndex &)> givenBits;
        at::Tensor conditionLatent;
        std::function<void(const StepEvent &)> onStep;
        std::function<void(const StepIndex &)> decodeNow;
        int framesPerClip = 20;
        float textScale = 1.0F; // NaN = as damaged weights of the text encoder would give
    };

    Run run(const GenerationRequest &request, const Extras &extras) const
    {
        RunControl control;
        return run(request, extras, control);
    }
    Run run(const GenerationRequest &request) const { return run(request, Extras{}); }

    Run run(const GenerationRequest &request, const Extras &extras, RunControl &control) const
    {
        ModelConfig config = m_model.config;
        config.schedule.framesPerClip = extras.framesPerClip;
        pipeline::TextFeatures text;
        text.branches.push_back(m_text * extras.textScale);
        if (request.guidanceScale != 1.0)
            text.branches.push_back(m_model.transformer->unconditionalFeatures(int(m_text.size(0))));
        Run result;
        result.collector.onStep = extras.onStep;
        pipeline::GeneratorInput input{m_model,
                                       request,
                                       scheduleOf(request, config).value(),
                                       text,
                                       extras.conditionLatent,
                                       extras.givenBits,
                                       extras.history,
                                       &result.trace,
                                       0};
        pipeline::Generator generator(std::move(input), result.collector, control);
        generator.decodeNow = extras.decodeNow;
        result.whole = generator.run();
        result.latent = generator.latent();
        result.tokensRun = generator.tokensRun();
        return result;
    }

    [[nodiscard]] const ModelConfig &config() const { return m_model.config; }

private:
    pipeline::LoadedModel m_model;
    at::Tensor m_text;
};

inline at::Tensor traced(const Run &run, const std::string &name)
{
    for (const auto &[key, tensor] : run.trace.tensors()) {
        if (key == name)
            return tensor;
    }
    return {};
}

} // namespace faststar::test
