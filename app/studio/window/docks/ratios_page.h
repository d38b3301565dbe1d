// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include <optional>
#include <vector>

#include "widgets/look/style.h"

class QAction;
class QGridLayout;
class QLabel;
class QPushButton;
class QStackedWidget;

namespace faststar::widgets
{
class FrameShares;
class NormSlider;
class RatioEditor;
} // namespace faststar::widgets

namespace faststar::studio
{

// One line of the table that lays a run beside what the settings would have kept.
struct ForecastLine {
    QString name;
    QString run;
    QString whatIf; // empty = as the run

    bool operator==(const ForecastLine &) const = default;
};

// Ratios and p with what they would keep, and the way to make it true: compute the run anew from the
// first scale that changes.
class RatiosPage : public QWidget
{
    Q_OBJECT

public:
    RatiosPage(QAction *rerun, QAction *back, widgets::Appearance &appearance, QWidget *parent = nullptr);

    [[nodiscard]] widgets::RatioEditor *editor() { return m_editor; }
    [[nodiscard]] widgets::NormSlider *norm() { return m_norm; }
    [[nodiscard]] widgets::FrameShares *shares() { return m_shares; }
    // `runName` empty: no run is shown, and nothing to compare with.
    void setForecast(const QString &runName, const std::vector<ForecastLine> &lines);
    void setSharesTitle(const QString &title);
    // Says what the masks are worth; empty hides it.
    void setNote(const QString &note);

private:
    widgets::RatioEditor *m_editor;
    widgets::NormSlider *m_norm;
    widgets::FrameShares *m_shares;
    QLabel *m_sharesTitle;
    QWidget *m_table;
    QGridLayout *m_grid;
    QLabel *m_note;
    QPushButton *m_rerun;
    QPushButton *m_back;
    std::vector<ForecastLine> m_lines;
    QString m_runName;
};

} // namespace faststar::studio
