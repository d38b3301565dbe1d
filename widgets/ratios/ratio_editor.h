// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/domain/grids.h"
#include "widgets/painted_view.h"

namespace faststar::widgets
{

class InlineField;

// One prunable scale.
struct RatioScale {
    int scale = 0; // over all clips
    GridShape shape;
    std::int64_t tokens = 0;
    int permille = 0;               // share pruned, 0 to 1000
    std::optional<int> runPermille; // of the run that is shown
    bool locked = false;

    bool operator==(const RatioScale &) const = default;
};

// A bar a scale, whose handle is where the kept part ends. The large form has upright bars with a field
// and the kept count, the small one rows. What differs from the run is in the accent's colour, with the
// run's value dashed beside it.
// Dragging goes by 1 %, with Shift by 0.1 %; arrows move the handle likewise, Page keys by 5 %; digits,
// Return or F2 type; L locks; a double click or Delete returns to the run's value. Arrows across the
// handle's way change the bar.
class RatioEditor : public PaintedView
{
    Q_OBJECT

public:
    enum class Form { Large, Small };

    explicit RatioEditor(Form form, QWidget *parent = nullptr);

    void setScales(std::vector<RatioScale> scales);
    [[nodiscard]] const std::vector<RatioScale> &scales() const { return m_scales; }
    // In the legend of the large form: "run 6".
    void setRunName(const QString &name);
    // The bar that keys change.
    [[nodiscard]] int current() const { return m_current; }

    [[nodiscard]] QString spokenValue() const override;
    [[nodiscard]] TableRows table() const override;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    // By the user, at every move of a drag; `index` counts setScales' list.
    void ratioChanged(int index, int permille);
    // Once, when a drag ends, or after a key or typing.
    void ratioCommitted(int index, int permille);
    void lockChanged(int index, bool locked);

protected:
    [[nodiscard]] QString toolTipAt(const QPointF &place) const override;
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    // Where the parts of one bar lie; lock is empty in the small form.
    struct Places {
        QRectF block, bar, name, field, count, note;
    };
    [[nodiscard]] Places placesOf(int index) const;
    [[nodiscard]] int indexAt(const QPointF &place) const;
    [[nodiscard]] int permilleAt(int index, const QPointF &place, bool fine) const;
    [[nodiscard]] bool isChanged(const RatioScale &scale) const;
    [[nodiscard]] QString noteOf(const RatioScale &scale) const;
    void paintLarge(QPainter &painter, int index) const;
    void paintSmall(QPainter &painter, int index) const;
    void paintLegend(QPainter &painter) const;
    bool change(int index, int permille);
    void commit(int index, int permille);
    void toggleLock(int index);
    void type(int index, const QString &text);
    void typed(const QString &text);

    Form m_form;
    std::vector<RatioScale> m_scales;
    QString m_runName;
    InlineField *m_field;
    int m_current = 0;
    int m_hovered = -1;
    int m_dragged = -1;
    int m_dragBegan = 0;
};

} // namespace faststar::widgets
