// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/debug/debug_overlay.h"

#include <QLocale>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "app/studio/window/debug/debug_canvas.h"
#include "widgets/theme.h"

namespace faststar::studio
{

namespace
{

constexpr int kEveryMs = 100;
constexpr int kBelowBar = 36;     // of the views
constexpr std::size_t kBars = 50; // five seconds
constexpr int kLogLines = 3;
constexpr int kColumns = 42; // what fits into a line

QString milliseconds(double ms)
{
    return QStringLiteral("%1 ms").arg(QLocale().toString(ms, 'f', 1));
}

QString megabytes(std::int64_t bytes)
{
    return bytes > 0 ? QLocale().toString(qlonglong(bytes / 1'000'000)) : QStringLiteral("–");
}

QString real(double value)
{
    return QLocale().toString(value, 'f', 3);
}

struct Statistics {
    double least = std::numeric_limits<double>::infinity();
    double most = -std::numeric_limits<double>::infinity();
    double mean = 0.0;
};

Statistics statisticsOf(const std::vector<float> &values)
{
    Statistics statistics;
    std::size_t count = 0;
    for (const float value : values) {
        if (!std::isfinite(value))
            continue;
        statistics.least = std::min(statistics.least, double(value));
        statistics.most = std::max(statistics.most, double(value));
        statistics.mean += value;
        ++count;
    }
    statistics.mean /= double(std::max<std::size_t>(count, 1));
    return statistics;
}

} // namespace

DebugOverlay::DebugOverlay(const StudioServices &services, QWidget *parent)
    : QWidget(parent), m_services(services)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setAccessibleName(tr("Debug overlay"));
    m_timer.setInterval(kEveryMs);
    connect(&m_timer, &QTimer::timeout, this, &DebugOverlay::refresh);
    hide();
}

DebugOverlay::~DebugOverlay() = default;

void DebugOverlay::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (!m_canvas)
        m_canvas = std::make_unique<DebugCanvas>();
    m_watchdog.reset();
    m_watchdog.start();
    m_timer.start();
    raise();
    refresh();
}

void DebugOverlay::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_timer.stop();
    m_watchdog.stop();
    m_waits.clear();
}

void DebugOverlay::head(const QString &left, const QString &right)
{
    m_facts.lines.push_back({DebugLine::Kind::Head, left, right});
}

void DebugOverlay::value(const QString &left, const QString &right)
{
    m_facts.lines.push_back({DebugLine::Kind::Value, left, right});
}

void DebugOverlay::refresh()
{
    m_facts.lines.clear();
    addStep();
    addMemory();
    addInterface();
    addLog();
    setGeometry(0, kBelowBar, kDebugWide, debugHeight(m_facts));
    m_image = m_canvas->render(m_facts, devicePixelRatioF());
    update();
}

void DebugOverlay::addStep()
{
    const RunPtr run = m_services.session->shown();
    const StepPtr event = run ? run->step(m_services.session->cursor()->step().step) : nullptr;
    if (!event) {
        head(tr("Step"), tr("none yet"));
        return;
    }
    const QLocale locale;
    head(tr("Step %1.%2").arg(event->index.scale).arg(event->index.repetition),
         tr("%1 tokens, %2 kept")
             .arg(locale.toString(qlonglong(event->tokens)), locale.toString(qlonglong(event->kept))));
    value(tr("blocks"), milliseconds(event->times.blocks));
    value(tr("head, sampling"), milliseconds(event->times.head));
    value(tr("quantiser"), milliseconds(event->times.quantizer));
    value(tr("scoring, top-k, gather"), milliseconds(event->times.pruning));
    value(tr("preview"), milliseconds(event->times.preview));
    head(tr("Tensors"),
         QStringLiteral("%1×%2×%3").arg(event->shape.t).arg(event->shape.h).arg(event->shape.w));
    value(tr("feature map, rms"), real(event->featureNorm));
    if (event->scores)
        addScores(*event);
}

void DebugOverlay::addScores(const StepEvent &event)
{
    const Statistics score = statisticsOf(event.scores->score.values);
    value(tr("score, mean"), real(score.mean));
    value(tr("score, min / max"), QStringLiteral("%1 / %2").arg(real(score.least), real(score.most)));
    value(tr("not a number"), QLocale().toString(qlonglong(event.scores->nanCount)));
}

void DebugOverlay::addMemory()
{
    const MemoryUse host = m_services.memory ? m_services.memory() : MemoryUse{};
    const DetailedMemory use = m_services.detailedMemory ? m_services.detailedMemory() : DetailedMemory{};
    head(tr("Memory"), tr("MB"));
    value(tr("process / peak"),
          QStringLiteral("%1 / %2").arg(megabytes(use.processBytes), megabytes(use.processPeakBytes)));
    value(tr("allocator used / reserved"),
          QStringLiteral("%1 / %2").arg(megabytes(use.heapUsedBytes), megabytes(use.heapBytes)));
    value(tr("host used / all"),
          QStringLiteral("%1 / %2").arg(megabytes(host.usedBytes), megabytes(host.totalBytes)));
    const ModelPtr model = m_services.session->model();
    const QString device = model ? QString::fromStdString(model->device) : QStringLiteral("–");
    value(tr("device %1, used / all").arg(device),
          QStringLiteral("%1 / %2").arg(megabytes(use.deviceUsedBytes), megabytes(use.deviceBytes)));
}

void DebugOverlay::addInterface()
{
    m_waits.push_back(float(m_watchdog.takeLongest()));
    if (m_waits.size() > kBars)
        m_waits.pop_front();
    m_facts.waits.assign(m_waits.begin(), m_waits.end());
    m_facts.waits.insert(m_facts.waits.begin(), kBars - m_waits.size(), 0.0F);
    const LatencyFigures waits = m_watchdog.figures();
    head(tr("Interface"), tr("limit 16 ms"));
    m_facts.lines.push_back({DebugLine::Kind::Bars, {}, {}});
    value(tr("events wait, p50 / p99"),
          QStringLiteral("%1 / %2").arg(QLocale().toString(waits.p50, 'f', 2), milliseconds(waits.p99)));
    value(tr("p99.9 / longest"),
          QStringLiteral("%1 / %2").arg(QLocale().toString(waits.p999, 'f', 1), milliseconds(waits.max)));
    const MailFigures mail = m_services.session->mailFigures();
    value(tr("news waiting / last batch"), QStringLiteral("%1 / %2").arg(mail.waiting).arg(mail.lastBatch));
}

void DebugOverlay::addLog()
{
    if (!m_services.logTail)
        return;
    head(tr("Log"));
    for (const std::string &line : m_services.logTail(kLogLines))
        m_facts.lines.push_back(
            {DebugLine::Kind::Log, QString::fromStdString(line).trimmed().left(kColumns), {}});
}

void DebugOverlay::paintEvent(QPaintEvent * /*event*/)
{
    QPainter painter(this);
    if (m_image.isNull())
        paintWithoutGl(painter);
    else
        painter.drawImage(QPointF(0, 0), m_image);
}

// The same words where there is no OpenGL.
void DebugOverlay::paintWithoutGl(QPainter &painter) const
{
    const widgets::Theme theme = widgets::themeOf(widgets::ThemeKind::Dark);
    painter.fillRect(rect(), QColor(16, 16, 16, 230));
    painter.setFont(widgets::numberFont());
    double y = kDebugMargin;
    for (const DebugLine &line : m_facts.lines) {
        if (line.kind == DebugLine::Kind::Bars) {
            y += kDebugBars;
            continue;
        }
        const bool isHead = line.kind == DebugLine::Kind::Head;
        y += isHead ? kDebugGap : 0;
        const QRectF place(kDebugMargin, y, width() - 2.0 * kDebugMargin, kDebugLine);
        painter.setPen(isHead ? theme.accent : line.kind == DebugLine::Kind::Log ? theme.text2 : theme.text);
        painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter, line.left);
        painter.setPen(theme.text);
        painter.drawText(place, Qt::AlignRight | Qt::AlignVCenter, line.right);
        y += kDebugLine;
    }
}

} // namespace faststar::studio
