// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QTimer>

#include <memory>
#include <optional>
#include <vector>

#include "app/studio/session/session.h"
#include "app/studio/window/studio_services.h"
#include "app/studio/window/wiring/studio_views.h"
#include "core/domain/what_if.h"

namespace faststar::studio
{

class StudioActions;
struct ForecastLine;

// What the settings of the panel would have kept in the shown run, recomputed from its score maps. The
// panel is the one place where ratios stand: the editors show and change them there.
class WhatIfPresenter : public QObject
{
    Q_OBJECT

public:
    WhatIfPresenter(const StudioServices &services, StudioActions &actions, StudioViews &views,
                    QObject *parent);

    // Do the panel's settings keep other tokens than the shown run did?
    [[nodiscard]] bool isChanged() const { return m_firstChanged.has_value(); }
    // Null where nothing is pruned at this step, or no map is stored.
    [[nodiscard]] std::shared_ptr<const StepChoice> choiceAt(int step) const;
    // The mask of a step at its token grid: what-if where settings are changed, else the run's.
    [[nodiscard]] std::shared_ptr<const MaskGrid> maskOf(const StepEvent &event) const;
    // The run's request with the panel's method, ratios, p and pruning options.
    [[nodiscard]] GenerationRequest wanted() const;

Q_SIGNALS:
    void changed();

private:
    void reset(const RunPtr &run);
    void take(const RunPtr &run, const StepPtr &step);
    void evaluateLater();
    void evaluate();
    void showRatios();
    void showForecast(const RunPtr &run, const WhatIfResult *result);
    void showShares(const RunPtr &run);
    void addTimes(const RunRecord &run, const WhatIfResult &result, std::vector<ForecastLine> &lines) const;
    void setRatio(int index, int permille) const;
    void rerun();
    void backToRun();

    StudioServices m_services;
    Session &m_session;
    StudioActions &m_actions;
    StudioViews &m_views;
    std::optional<WhatIf> m_whatIf;
    std::vector<std::shared_ptr<const StepChoice>> m_choices;
    std::optional<int> m_firstChanged;
    QTimer m_later;
};

} // namespace faststar::studio
