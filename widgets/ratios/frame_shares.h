// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "widgets/painted_view.h"

namespace faststar::widgets
{

// Tokens kept of one latent frame; the run's count dashed where it differs.
struct FrameShare {
    std::int64_t kept = 0;
    std::optional<std::int64_t> run;

    bool operator==(const FrameShare &) const = default;
};

// A row a latent frame: how a step's kept tokens are spread over time.
class FrameShares : public PaintedView
{
    Q_OBJECT

public:
    explicit FrameShares(QWidget *parent = nullptr);

    // `tokens` of one frame. The bars' length is that of the greatest count, or of all tokens when it is
    // more than half of them.
    void setShares(std::vector<FrameShare> shares, std::int64_t tokens);

    [[nodiscard]] QString spokenValue() const override;
    [[nodiscard]] TableRows table() const override;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    std::vector<FrameShare> m_shares;
    std::int64_t m_tokens = 0;
};

} // namespace faststar::widgets
