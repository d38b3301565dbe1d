// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QHash>
#include <QPixmap>

#include <map>
#include <memory>
#include <vector>

#include "core/domain/grids.h"
#include "core/domain/run_place.h"
#include "core/domain/schedule.h"
#include "core/domain/step_event.h"
#include "widgets/film/film_layout.h"
#include "widgets/painted_view.h"

class QScrollBar;

namespace faststar::widgets
{

enum class ScaleState { ToCome, InWork, Done };

// What is known about one scale of one clip.
struct FilmScale {
    ScaleState state = ScaleState::ToCome;
    std::int64_t kept = 0; // forecast while it is to come
    std::int64_t tokens = 0;
    std::shared_ptr<const std::vector<Image>> pictures; // after it; latent frames of the whole output
    std::shared_ptr<const StepRecord> record;           // its codes, for the bits that changed
};

// Scales as rows, the image clip and latent frames as columns. Follows the run until it is touched; its
// cursor is that of all views.
class FilmStrip : public PaintedView
{
    Q_OBJECT

public:
    enum class Mode { Picture, Added, Bits };

    explicit FilmStrip(QWidget *parent = nullptr);

    // Begins anew. Null empties the strip.
    void setSchedule(std::shared_ptr<const Schedule> schedule);
    // `scale`: over all clips, as in the schedule; others are ignored.
    void setScale(int scale, FilmScale facts);
    // The same from the engine: counts of the first repetition, pictures and codes of the last one so far.
    void takeStep(const StepEvent &step);
    void setMode(Mode mode);
    // The image clip's codes were given, not generated: its column is headed "Forced".
    void setImageForced(bool forced);

    // Marks a cell and, while following, shows it.
    void setCursor(const RunPlace &cursor);
    [[nodiscard]] const RunPlace &cursor() const { return m_cursor; }
    // While it does not follow, a chip offers it.
    void setFollowing(bool following);
    [[nodiscard]] bool isFollowing() const { return m_following; }

    [[nodiscard]] QString spokenValue() const override;
    [[nodiscard]] TableRows table() const override;
    [[nodiscard]] QSize sizeHint() const override { return {508, 228}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {320, 108}; }

Q_SIGNALS:
    // By the user.
    void cursorMoved(int clip, int scale, int repetition, int frame);
    void followingChanged(bool following);

protected:
    [[nodiscard]] QString toolTipAt(const QPointF &place) const override;
    void themeChanged() override { m_thumbs.clear(); }
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    [[nodiscard]] const FilmScale *factsOf(int scale) const;
    [[nodiscard]] int labelClip() const;
    void paintHead(QPainter &painter) const;
    void paintRow(QPainter &painter, int row);
    void paintCell(QPainter &painter, const QRectF &cell, int scale, int frame, bool isCurrent);
    void paintKept(QPainter &painter, const QRectF &area, const FilmScale &facts) const;
    void paintChip(QPainter &painter) const;
    [[nodiscard]] QPixmap thumb(int scale, int frame);
    [[nodiscard]] QImage thumbImage(int scale, int frame);
    // Null where there is nothing to compare with.
    [[nodiscard]] std::shared_ptr<const ScoreGrid> bitsOf(int scale);
    [[nodiscard]] QRectF chipRect() const;
    void moveTo(const RunPlace &cursor);
    void touch();
    void showCursor();
    void fitBars();

    std::shared_ptr<const Schedule> m_schedule;
    FilmLayout m_layout;
    std::map<int, FilmScale> m_scales;
    std::map<int, std::shared_ptr<const ScoreGrid>> m_bits; // computed when they are first looked at
    Mode m_mode = Mode::Picture;
    bool m_imageForced = false;
    RunPlace m_cursor;
    bool m_following = true;
    QHash<qint64, QPixmap> m_thumbs;
    double m_thumbRatio = 0.0;
    QScrollBar *m_down;
    QScrollBar *m_across;
};

} // namespace faststar::widgets
