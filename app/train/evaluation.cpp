// SPDX-License-Identifier: Apache-2.0
#include "app/train/evaluation.h"

#include <algorithm>
#include <cmath>

#include "app/train/evaluation_model.h"
#include "app/train/verdict_sheet.h"

namespace faststar::train
{

namespace
{

constexpr int kHeight = 192; // of drawn clips where no model says the size
constexpr int kWidth = 336;
// Drawn clips for reconstruction have other numbers than the prompts.
constexpr std::uint64_t kCodedFrom = std::uint64_t(1) << 32;

struct Size {
    int width = kWidth;
    int height = kHeight;

    [[nodiscard]] double aspect() const { return double(width) / double(height); }
};

Status checkOptions(const EvaluationOptions &options)
{
    if (options.prompts < 0 || options.prompts > 100000)
        return failure(ErrorCode::InvalidRequest, "prompts: must be 0 to 100000");
    if (options.codedClips < 0 || options.codedClips > 10000)
        return failure(ErrorCode::InvalidRequest, "coded clips: must be 0 to 10000");
    if (options.frames < 5 || options.frames > 161 || options.frames % 4 != 1)
        return failure(ErrorCode::InvalidRequest, "frames: must be 1 + 4k, from 5 to 161");
    if (options.sheetRows < 1 || options.sheetRows > 1000)
        return failure(ErrorCode::InvalidRequest, "sheet rows: must be 1 to 1000");
    return {};
}

class Evaluation
{
public:
    Evaluation(const EvaluationOptions &options, const std::function<void(int, int)> &progress)
        : m_options(options), m_progress(progress)
    {
    }

    Result<EvaluationReport> run()
    {
        if (const auto good = checkOptions(m_options); !good)
            return tl::unexpected(good.error());
        if (m_options.source != ClipSource::True) {
            auto model = EvaluationModel::load(m_options.model, m_options.threads);
            if (!model)
                return tl::unexpected(model.error());
            m_model = std::move(*model);
            const auto schedule = scheduleOf(m_model->request({}, 0, m_options.frames), m_model->config());
            if (!schedule)
                return tl::unexpected(schedule.error());
            m_size = {schedule->pixelWidth(), schedule->pixelHeight()};
            m_all = m_options.codedClips;
        }
        m_all += m_options.prompts;
        VerdictSheet sheet;
        for (int i = 0; i < m_options.prompts; ++i) {
            if (const auto done = judgePrompt(i, sheet); !done)
                return tl::unexpected(done.error());
            m_progress(++m_done, m_all);
        }
        if (m_model) {
            if (const auto done = codeClips(); !done)
                return tl::unexpected(done.error());
        }
        if (!m_options.sheet.empty()) {
            if (const auto written = sheet.write(m_options.sheet); !written)
                return tl::unexpected(written.error());
        }
        return std::move(m_report);
    }

private:
    Result<std::vector<Image>> clipOf(const Scene &scene, int number) const
    {
        if (m_options.source == ClipSource::True)
            return drawClip(scene, m_size.width, m_size.height, m_options.frames);
        auto request =
            m_model->request(scene.caption, std::int64_t(m_options.seed) + number, m_options.frames);
        if (m_options.source == ClipSource::Coded) {
            auto coded =
                m_model->code(request, drawClip(scene, m_size.width, m_size.height, m_options.frames));
            if (!coded)
                return tl::unexpected(coded.error());
            return std::move(coded->fromCodes);
        }
        request.method = m_options.method.value_or(request.method);
        auto generated = m_model->generate(request);
        if (!generated)
            return tl::unexpected(generated.error());
        return std::move(generated->frames);
    }

    Status judgePrompt(int number, VerdictSheet &sheet)
    {
        const auto scene = makeScene(m_options.seed, std::uint64_t(number), m_size.aspect(), m_options.frames,
                                     m_options.data);
        const auto frames = clipOf(scene, number);
        if (!frames)
            return tl::unexpected(frames.error());
        ClipReport clip;
        clip.caption = scene.caption;
        clip.seen = measureClip(*frames);
        clip.verdict = judge(scene, clip.seen);
        addTo(m_report.attributes, clip.verdict);
        if (number < m_options.sheetRows && !m_options.sheet.empty())
            sheet.add(clip.caption, clip.verdict, *frames);
        m_report.clips.push_back(std::move(clip));
        return {};
    }

    Status codeClips()
    {
        std::vector<double> right;
        std::vector<double> all;
        for (int i = 0; i < m_options.codedClips; ++i) {
            const auto scene = makeScene(m_options.seed, kCodedFrom + std::uint64_t(i), m_size.aspect(),
                                         m_options.frames, m_options.data);
            const auto frames = drawClip(scene, m_size.width, m_size.height, m_options.frames);
            const auto request = m_model->request(scene.caption, 0, m_options.frames);
            const auto coded = m_model->code(request, frames);
            if (!coded)
                return tl::unexpected(coded.error());
            m_report.psnrFromCodes.push_back(coded->psnrFromCodes);
            m_report.psnrWithoutQuantiser.push_back(coded->psnrWithoutQuantiser);
            const auto bits = m_model->predictBits(request, frames);
            if (!bits)
                return tl::unexpected(bits.error());
            right.resize(bits->right.size(), 0.0);
            all.resize(bits->all.size(), 0.0);
            for (std::size_t scale = 0; scale < right.size(); ++scale) {
                right[scale] += double(bits->right[scale]);
                all[scale] += double(bits->all[scale]);
            }
            m_progress(++m_done, m_all);
        }
        for (std::size_t scale = 0; scale < right.size(); ++scale)
            m_report.bitAccuracy.push_back(right[scale] / all[scale]);
        return {};
    }

    const EvaluationOptions &m_options;
    const std::function<void(int, int)> &m_progress;
    std::unique_ptr<EvaluationModel> m_model;
    Size m_size;
    EvaluationReport m_report;
    int m_done = 0;
    int m_all = 0;
};

} // namespace

Spread spreadOf(const std::vector<double> &values)
{
    Spread spread;
    if (values.empty())
        return spread;
    spread.least = *std::min_element(values.begin(), values.end());
    for (const double value : values)
        spread.mean += value / double(values.size());
    for (const double value : values)
        spread.deviation += (value - spread.mean) * (value - spread.mean);
    spread.deviation = values.size() < 2 ? 0.0 : std::sqrt(spread.deviation / double(values.size() - 1));
    return spread;
}

Result<EvaluationReport> evaluate(const EvaluationOptions &options,
                                  const std::function<void(int, int)> &progress)
{
    return Evaluation(options, progress).run();
}

} // namespace faststar::train
