// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPixmap>

#include <memory>

#include "widgets/heatmap/map_kind.h"
#include "widgets/heatmap/map_look.h"
#include "widgets/paint/mask_painter.h"
#include "widgets/probed_view.h"

namespace faststar::widgets
{

// One map of a step at its own grid: the full form has a title line and a colour bar, the small one a
// label below. The mask is drawn on the picture. Which latent frame is shown: setFrame().
class HeatmapView : public ProbedView
{
    Q_OBJECT

public:
    enum class Form { Full, Small };

    explicit HeatmapView(MapKind kind, Form form = Form::Full, QWidget *parent = nullptr);

    [[nodiscard]] MapKind kind() const { return m_kind; }

    // Scores; null empties the view. The probe grid and the picture's size follow the first map where
    // they are not set.
    void setMap(std::shared_ptr<const ScoreGrid> map);
    [[nodiscard]] const std::shared_ptr<const ScoreGrid> &map() const { return m_map; }
    void setLook(const MapLook &look);
    // Tick on the bar and the statistic of a fused map.
    void setCut(std::optional<double> cut);
    // For the mask view; also drawn under a score map of less than full opacity.
    void setMask(std::shared_ptr<const MaskGrid> mask, MaskStyle style = MaskStyle::Hatch);
    void setPicture(const QImage &picture);
    void setMapOpacity(double opacity); // [0, 1]; 1 = the picture is hidden
    void setEmptyText(const QString &title, const QString &sentence);

    // "median 0.011", "cut 0.193", "76 of 252 kept" of the frame that is shown.
    [[nodiscard]] QString statistic() const;

    [[nodiscard]] QString spokenValue() const override;
    [[nodiscard]] TableRows table() const override;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;
    [[nodiscard]] bool hasHeightForWidth() const override { return m_form == Form::Small; }
    [[nodiscard]] int heightForWidth(int width) const override;

protected:
    [[nodiscard]] QRectF stageRect() const override;
    [[nodiscard]] QString toolTipAt(const QPointF &place) const override;
    void pictureMoved() override { m_isStale = true; }
    void themeChanged() override { m_isStale = true; }
    void frameChanged() override { m_isStale = true; }
    void paintEvent(QPaintEvent *event) override;

private:
    [[nodiscard]] bool isEmpty() const;
    [[nodiscard]] std::optional<double> valueAt(const MapPlace &place) const;
    [[nodiscard]] QString valueWords(const MapPlace &place) const;
    void render();
    void paintTitle(QPainter &painter) const;
    void paintLabel(QPainter &painter) const;
    void paintMap(QPainter &painter, const QRectF &place) const;
    void paintCrosses(QPainter &painter, const QRectF &place) const;
    void paintBar(QPainter &painter, const QRectF &bar) const;
    void changed();

    MapKind m_kind;
    Form m_form;
    std::shared_ptr<const ScoreGrid> m_map;
    MapLook m_look;
    ColourRange m_range;
    std::optional<double> m_cut;
    std::shared_ptr<const MaskGrid> m_mask;
    MaskStyle m_maskStyle = MaskStyle::Hatch;
    QImage m_picture;
    double m_opacity = 1.0;
    QString m_emptyTitle;
    QString m_emptySentence;
    QPixmap m_painted;
    bool m_isStale = true;
};

} // namespace faststar::widgets
