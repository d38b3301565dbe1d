// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLineEdit>

#include <cstdint>
#include <optional>

namespace faststar::studio
{

// A whole number; -1 draws one for every run and says so while nobody types.
class SeedField : public QLineEdit
{
    Q_OBJECT

public:
    explicit SeedField(QWidget *parent = nullptr);

    // Negative = random.
    void setSeed(std::int64_t seed);
    // Empty for a text that is no whole number.
    [[nodiscard]] std::optional<std::int64_t> seed() const { return m_seed; }

Q_SIGNALS:
    void seedEdited();

protected:
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void show(bool plain);

    std::optional<std::int64_t> m_seed = -1;
};

} // namespace faststar::studio
