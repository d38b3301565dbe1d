// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QImage>

#include <cstdint>
#include <optional>
#include <vector>

#include "core/domain/overlay.h"
#include "widgets/probed_view.h"

namespace faststar::widgets
{

// Everything known about one position of the score maps. What is unset is not shown.
struct ProbeFacts {
    MapPlace place; // on `grid`
    GridShape grid;
    PixelFrames frames; // of its latent frame, counted from 0
    std::optional<bool> kept;
    std::optional<std::int64_t> rank; // of its score, from 1
    std::optional<double> spatial;
    std::optional<double> temporal;
    std::optional<double> fused;
    double p = 2.0;
    std::optional<double> cut;
    std::optional<double> norm; // of the features there
    // Where the step's tokens are coarser than the maps: the token that holds this position.
    std::optional<MapPlace> token;
};

// One token in numbers, with the part of the picture around it. Copy takes the numbers as text.
class ProbePanel : public PaintedView
{
    Q_OBJECT

public:
    explicit ProbePanel(QWidget *parent = nullptr);

    void setFacts(const std::optional<ProbeFacts> &facts);
    // The picture from which the crop of three by three tokens comes.
    void setPicture(const QImage &picture);

    [[nodiscard]] QString spokenValue() const override;
    [[nodiscard]] TableRows table() const override;
    void setDense(bool dense); // for low windows: rows closer together
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return {220, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    struct Row {
        QString letter;
        QColor colour;
        QString name;
        QString value;
    };
    [[nodiscard]] std::vector<Row> rows() const;
    [[nodiscard]] QString title() const;
    [[nodiscard]] QString second() const;
    [[nodiscard]] QString verdict() const;
    void paintCrop(QPainter &painter) const;
    void paintHead(QPainter &painter) const;

    std::optional<ProbeFacts> m_facts;
    bool m_dense = false;
    QImage m_picture;
};

} // namespace faststar::widgets
