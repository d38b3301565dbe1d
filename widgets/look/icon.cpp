// SPDX-License-Identifier: Apache-2.0
#include "widgets/look/icon.h"

#include <QFile>
#include <QHash>
#include <QIconEngine>
#include <QPainter>
#include <QSvgRenderer>
#include <QTemporaryDir>

#include "widgets/theme.h"

// Static libraries must ask for their resources by name, outside of any namespace.
static void initLookResources()
{
    Q_INIT_RESOURCE(look);
}

namespace faststar::widgets
{

namespace
{

QByteArray colouredSvg(const QString &name, const QColor &colour)
{
    initLookResources();
    QFile file(QStringLiteral(":/faststar/icons/%1.svg").arg(name));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return file.readAll().replace("#000", colour.name().toLatin1());
}

class ThemedIconEngine final : public QIconEngine
{
public:
    ThemedIconEngine(QString name, const QColor &normal, const QColor &disabled, const QColor &checked)
        : m_name(std::move(name)), m_normal(normal), m_disabled(disabled), m_checked(checked)
    {
    }

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State state) override
    {
        paintIcon(*painter, m_name, rect, colourOf(mode, state));
    }

    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        return scaledPixmap(size, mode, state, 1.0);
    }

    QPixmap scaledPixmap(const QSize &size, QIcon::Mode mode, QIcon::State state, qreal scale) override
    {
        // `size` is in device pixels already.
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paintIcon(painter, m_name, QRectF(QPointF(), QSizeF(size)), colourOf(mode, state));
        painter.end();
        pixmap.setDevicePixelRatio(scale);
        return pixmap;
    }

    [[nodiscard]] QIconEngine *clone() const override
    {
        return new ThemedIconEngine(m_name, m_normal, m_disabled, m_checked);
    }

private:
    [[nodiscard]] QColor colourOf(QIcon::Mode mode, QIcon::State state) const
    {
        if (mode == QIcon::Disabled)
            return m_disabled;
        return state == QIcon::On ? m_checked : m_normal;
    }

    QString m_name;
    QColor m_normal;
    QColor m_disabled;
    QColor m_checked;
};

} // namespace

QIcon themedIcon(const QString &name, const QColor &normal, const QColor &disabled, const QColor &checked)
{
    return QIcon(new ThemedIconEngine(name, normal, disabled, checked));
}

QIcon themedIcon(const QString &name, const Theme &theme)
{
    return themedIcon(name, theme.text2, theme.disabled, theme.onSoft);
}

void paintIcon(QPainter &painter, const QString &name, const QRectF &area, const QColor &colour)
{
    QSvgRenderer renderer(colouredSvg(name, colour));
    if (!renderer.isValid())
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    renderer.render(&painter, area);
    painter.restore();
}

QPixmap iconPixmap(const QString &name, int size, const QColor &colour, qreal ratio)
{
    const int device = qRound(size * ratio);
    QPixmap pixmap(device, device);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    paintIcon(painter, name, QRectF(0, 0, device, device), colour);
    painter.end();
    pixmap.setDevicePixelRatio(ratio);
    return pixmap;
}

QString iconFile(const QString &name, const QColor &colour)
{
    static const QTemporaryDir folder;
    QString path = folder.filePath(name + QLatin1Char('-') + colour.name().mid(1) + QLatin1String(".svg"));
    if (QFile file(path); !file.exists() && file.open(QIODevice::WriteOnly))
        file.write(colouredSvg(name, colour));
    return path;
}

} // namespace faststar::widgets
