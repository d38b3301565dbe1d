// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPixmap>

#include <memory>

#include "widgets/heatmap/map_look.h"
#include "widgets/paint/mask_painter.h"
#include "widgets/probed_view.h"

namespace faststar::widgets
{

// What kind of picture is shown: a cheap look at the features so far, or what the decoder made.
enum class PictureKind { None, Preview, Decoded };

struct PictureFacts {
    PictureKind kind = PictureKind::None;
    GridShape scale; // of a preview
    int number = 0;  // pixel frame, from 1; 0 = not said
    int count = 0;

    bool operator==(const PictureFacts &) const = default;
};

// The picture, with a score map or a mask over it when asked. Pictures of any size fill the place that
// setPictureSize describes. Smooth, and in blocks when zoomed in to 4 screen pixels a picture pixel.
class PictureCanvas : public ProbedView
{
    Q_OBJECT

public:
    explicit PictureCanvas(QWidget *parent = nullptr);

    void setPicture(const QImage &picture, const PictureFacts &facts);
    void setPicture(const Image &picture, const PictureFacts &facts)
    {
        setPicture(toPicture(picture), facts);
    }
    void clearPicture() { setPicture(QImage(), {}); }
    [[nodiscard]] const QImage &picture() const { return m_picture; }
    // "Preview at 8×13" or "Decoded"
    [[nodiscard]] QString pictureLabel() const;

    // Latent frame setFrame() of a map or a mask over the picture; null takes it away.
    void setHeatmap(std::shared_ptr<const ScoreGrid> map, const MapLook &look);
    void setHeatmapOpacity(double opacity); // [0, 1], 0.5 at first
    void setMask(std::shared_ptr<const MaskGrid> mask, MaskStyle style);
    // Round the picture; the theme's unless set (black, 18 % grey, white).
    void setBackdrop(const std::optional<QColor> &colour);

    [[nodiscard]] QString spokenValue() const override;
    [[nodiscard]] QSize sizeHint() const override { return {680, 388}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {240, 160}; }

Q_SIGNALS:
    void pictureLabelChanged(const QString &label);
    void doubleClicked();

protected:
    [[nodiscard]] QRectF stageRect() const override;
    void pictureMoved() override { m_isStale = true; }
    void themeChanged() override { m_isStale = true; }
    void frameChanged() override { m_isStale = true; }
    void paintEvent(QPaintEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;

private:
    static QImage toPicture(const Image &picture);
    void render();
    void changed();

    QImage m_picture;
    PictureFacts m_facts;
    std::shared_ptr<const ScoreGrid> m_map;
    MapLook m_look;
    double m_opacity = 0.5;
    std::shared_ptr<const MaskGrid> m_mask;
    MaskStyle m_maskStyle = MaskStyle::Hatch;
    std::optional<QColor> m_backdrop;
    QPixmap m_painted; // all but the probe and focus
    bool m_isStale = true;
};

} // namespace faststar::widgets
