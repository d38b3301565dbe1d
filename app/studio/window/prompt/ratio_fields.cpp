// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/prompt/ratio_fields.h"

#include <QGridLayout>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <cmath>
#include <limits>

#include "app/studio/window/parts/labels.h"
#include "app/studio/window/parts/themed.h"
#include "widgets/controls/choice_field.h"
#include "widgets/controls/number_field.h"

namespace faststar::studio
{

namespace
{

// The two sets of the paper, and one that prunes nothing.
struct RatioSet {
    const char *name;
    std::array<int, 4> permille;
};

constexpr RatioSet kSets[] = {
    {QT_TRANSLATE_NOOP("faststar::studio::RatioFields", "Set A"), {200, 300, 400, 700}},
    {QT_TRANSLATE_NOOP("faststar::studio::RatioFields", "Set B"), {200, 300, 500, 600}},
    {QT_TRANSLATE_NOOP("faststar::studio::RatioFields", "None"), {0, 0, 0, 0}},
};
constexpr int kOwn = int(std::size(kSets));

QString shortRatios(const std::array<int, 4> &permille)
{
    QStringList parts;
    for (const int share : permille)
        parts << QLocale().toString(share / 10.0, 'g', 3);
    return parts.join(QLatin1Char('/'));
}

// p = infinity is written as such: beyond the greatest finite value of the field.
class NormField final : public widgets::NumberField
{
public:
    explicit NormField(QWidget *parent) : widgets::NumberField(parent)
    {
        setDecimals(2);
        setRange(-1000.0, kInfinite);
        setSingleStep(0.5);
    }
    static constexpr double kInfinite = 1e6;

    [[nodiscard]] QString textFromValue(double value) const override
    {
        return value >= kInfinite ? QStringLiteral("∞") : NumberField::textFromValue(value);
    }
    [[nodiscard]] double valueFromText(const QString &text) const override
    {
        return isInfinite(text) ? kInfinite : NumberField::valueFromText(text);
    }
    [[nodiscard]] QValidator::State validate(QString &text, int &position) const override
    {
        if (isInfinite(text))
            return QValidator::Acceptable;
        if (QStringLiteral("inf").startsWith(text, Qt::CaseInsensitive))
            return QValidator::Intermediate;
        return NumberField::validate(text, position);
    }
    // From 100 on the steps lead to infinity, where p is the maximum.
    void stepBy(int steps) override
    {
        if (steps > 0 && value() + steps * singleStep() > 100.0)
            setValue(kInfinite);
        else if (steps < 0 && value() >= kInfinite)
            setValue(100.0);
        else
            NumberField::stepBy(steps);
    }

private:
    static bool isInfinite(const QString &text)
    {
        return text == QStringLiteral("∞") || text.compare(QLatin1String("inf"), Qt::CaseInsensitive) == 0;
    }
};

} // namespace

RatioFields::RatioFields(int labelWidth, widgets::Appearance &appearance, QWidget *parent)
    : QWidget(parent), m_rows(new FieldRows(labelWidth, this)),
      m_set(followTheme(new widgets::ChoiceField(this), appearance)), m_own(new QWidget(this)),
      m_p(new NormField(this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_rows);
    for (const RatioSet &set : kSets)
        m_set->addChoice(tr(set.name), shortRatios(set.permille));
    m_set->addChoice(tr("Own"));
    m_rows->add(QStringLiteral("ratios"), tr("Ratios"), m_set, nullptr,
                tr("The share of tokens pruned at the last four scales of a video clip."));

    auto *grid = new QGridLayout(m_own);
    grid->setContentsMargins(0, 8, 0, 0);
    grid->setHorizontalSpacing(4);
    grid->setVerticalSpacing(4);
    for (int i = 0; i < 4; ++i) {
        auto *field = new widgets::NumberField(m_own);
        field->setDecimals(1);
        field->setRange(-1000, 1000);
        field->setSuffix(QStringLiteral(" %"));
        m_ratios[std::size_t(i)] = field;
        grid->addWidget(field, i / 2, i % 2);
        connect(field, &QDoubleSpinBox::valueChanged, this, &RatioFields::edited);
    }
    m_rows->addBelow(m_own);
    m_rows->add(
        QStringLiteral("p"), tr("Norm p"), m_p, nullptr,
        tr("How the spatial and the temporal score are fused: 1 adds, 2 is Euclidean, ∞ takes the greater."));
    connect(m_set, &QComboBox::activated, this, &RatioFields::chooseSet);
    connect(m_p, &QDoubleSpinBox::valueChanged, this, &RatioFields::edited);
}

void RatioFields::setScales(const std::array<int, 4> &scales)
{
    for (std::size_t i = 0; i < 4; ++i) {
        const QString name = tr("Ratio of scale %1").arg(scales[i]);
        m_ratios[i]->setAccessibleName(name);
        m_ratios[i]->setToolTip(name);
    }
}

void RatioFields::setRequest(const GenerationRequest &request)
{
    for (std::size_t i = 0; i < 4; ++i) {
        const QSignalBlocker blocker(m_ratios[i]);
        m_ratios[i]->setValue(request.ratiosPermille[i] / 10.0);
    }
    const QSignalBlocker blocker(m_p);
    m_p->setValue(std::isinf(request.p) ? NormField::kInfinite : request.p);
    showSet();
}

void RatioFields::write(GenerationRequest &request) const
{
    request.ratiosPermille = ratios();
    request.p = m_p->value() >= NormField::kInfinite ? std::numeric_limits<double>::infinity() : m_p->value();
}

std::array<int, 4> RatioFields::ratios() const
{
    std::array<int, 4> permille{};
    for (std::size_t i = 0; i < 4; ++i)
        permille[i] = int(std::lround(m_ratios[i]->value() * 10.0));
    return permille;
}

void RatioFields::chooseSet(int index)
{
    m_own->setVisible(index == kOwn);
    if (index == kOwn) {
        m_set->setRemark(kOwn, shortRatios(ratios()));
        m_ratios[0]->setFocus();
        return;
    }
    for (std::size_t i = 0; i < 4; ++i) {
        const QSignalBlocker blocker(m_ratios[i]);
        m_ratios[i]->setValue(kSets[index].permille[i] / 10.0);
    }
    Q_EMIT edited();
}

void RatioFields::showSet()
{
    const auto now = ratios();
    int index = kOwn;
    for (int i = 0; i < kOwn; ++i) {
        if (kSets[i].permille == now)
            index = i;
    }
    const QSignalBlocker blocker(m_set);
    m_set->setRemark(kOwn, index == kOwn ? shortRatios(now) : QString());
    m_set->setCurrentIndex(index);
    m_set->update();
    m_own->setVisible(index == kOwn);
}

} // namespace faststar::studio
