// SPDX-License-Identifier: Apache-2.0
#include "app/train/verdict_sheet.h"

#include <algorithm>

#include "core/files/png.h"

namespace faststar::train
{

namespace
{

using Pixel = std::array<std::uint8_t, 3>;

constexpr int kShown = 5;
constexpr int kGap = 4;
constexpr int kSquare = 10;
constexpr int kLineHeight = 14;
constexpr int kDot = 2;     // pixels a dot of a letter
constexpr int kAdvance = 8; // from letter to letter
constexpr Pixel kPaper{24, 24, 28};
constexpr Pixel kInk{225, 225, 230};
constexpr Pixel kRight{70, 190, 90};
constexpr Pixel kWrong{225, 60, 60};
constexpr Pixel kUnasked{80, 80, 86};

// Letters of 3 x 5 dots, rows from the top, the left dot the highest bit of each octal digit.
constexpr std::array<int, 26> kLetters{025755, 065656, 034443, 065556, 074647, 074644, 034553, 055755, 072227,
                                       011152, 055655, 044447, 057755, 065555, 025552, 065644, 025563, 065655,
                                       034216, 072222, 055557, 055552, 055775, 055255, 055222, 071247};
constexpr std::array<int, 10> kDigits{075557, 026227, 071747, 071717, 055711,
                                      074717, 074757, 071122, 075757, 075717};

int glyphOf(char letter)
{
    if (letter >= 'a' && letter <= 'z')
        return kLetters[std::size_t(letter - 'a')];
    if (letter >= 'A' && letter <= 'Z')
        return kLetters[std::size_t(letter - 'A')];
    if (letter >= '0' && letter <= '9')
        return kDigits[std::size_t(letter - '0')];
    return letter == '.' ? 000002 : letter == ',' ? 000024 : 0;
}

// As many lines of at most `fitting` letters as it takes, broken between words where there are any; one at
// least.
std::vector<std::string> linesOf(std::string text, std::size_t fitting)
{
    std::vector<std::string> lines;
    while (text.size() > fitting) {
        const auto space = text.rfind(' ', fitting);
        const bool between = space != std::string::npos && space > 0;
        lines.push_back(text.substr(0, between ? space : fitting));
        text.erase(0, between ? space + 1 : fitting);
    }
    lines.push_back(std::move(text));
    return lines;
}

class Sheet
{
public:
    Sheet(int width, int height) : m_image{width, height, {}}
    {
        m_image.rgb.reserve(std::size_t(width) * std::size_t(height) * 3);
        for (std::size_t i = 0; i < std::size_t(width) * std::size_t(height); ++i)
            m_image.rgb.insert(m_image.rgb.end(), kPaper.begin(), kPaper.end());
    }

    void set(int column, int row, const Pixel &pixel)
    {
        if (column < 0 || row < 0 || column >= m_image.width || row >= m_image.height)
            return;
        const auto at = (std::size_t(row) * std::size_t(m_image.width) + std::size_t(column)) * 3;
        std::copy(pixel.begin(), pixel.end(), m_image.rgb.begin() + std::ptrdiff_t(at));
    }
    void fill(int left, int top, int width, int height, const Pixel &pixel)
    {
        for (int row = top; row < top + height; ++row) {
            for (int column = left; column < left + width; ++column)
                set(column, row, pixel);
        }
    }
    void write(const std::string &text, int left, int top)
    {
        for (const char letter : text) {
            const int glyph = glyphOf(letter);
            for (int dot = 0; dot < 15; ++dot) {
                if ((glyph >> (14 - dot) & 1) != 0)
                    fill(left + dot % 3 * kDot, top + dot / 3 * kDot, kDot, kDot, kInk);
            }
            left += kAdvance;
        }
    }
    // At half size, by the mean of 2 x 2 pixels.
    void place(const Image &frame, int left, int top)
    {
        for (int row = 0; row + 1 < frame.height; row += 2) {
            for (int column = 0; column + 1 < frame.width; column += 2) {
                Pixel pixel{};
                for (std::size_t channel = 0; channel < 3; ++channel) {
                    int sum = 2;
                    for (const int r : {row, row + 1}) {
                        for (const int c : {column, column + 1})
                            sum +=
                                frame.rgb[(std::size_t(r) * std::size_t(frame.width) + std::size_t(c)) * 3 +
                                          channel];
                    }
                    pixel[channel] = std::uint8_t(sum / 4);
                }
                set(left + column / 2, top + row / 2, pixel);
            }
        }
    }
    [[nodiscard]] Image take() { return std::move(m_image); }

private:
    Image m_image;
};

} // namespace

void VerdictSheet::add(const std::string &caption, const Verdict &verdict, const std::vector<Image> &frames)
{
    const int cell = frames.front().width / 2 + kGap;
    const int squares = kSquare + 2 * kGap;
    const auto lines = linesOf(caption, std::size_t(std::max(1, (kShown * cell) / kAdvance)));
    const int textHeight = kGap + kLineHeight * int(lines.size());
    Sheet sheet(squares + kShown * cell, frames.front().height / 2 + textHeight + 2 * kGap);
    for (std::size_t i = 0; i < lines.size(); ++i)
        sheet.write(lines[i], squares, kGap + kLineHeight * int(i));
    for (std::size_t i = 0; i < verdict.size(); ++i) {
        const auto &tally = verdict[i];
        sheet.fill(kGap, textHeight + int(i) * (kSquare + 1), kSquare, kSquare,
                   tally.asked == 0             ? kUnasked
                   : tally.right == tally.asked ? kRight
                                                : kWrong);
    }
    for (int i = 0; i < kShown; ++i)
        sheet.place(frames[std::size_t(i) * (frames.size() - 1) / (kShown - 1)], squares + i * cell,
                    textHeight);
    m_rows.push_back(sheet.take());
}

Status VerdictSheet::write(const std::filesystem::path &file) const
{
    if (m_rows.empty())
        return {};
    Image whole{m_rows.front().width, 0, {}};
    for (const auto &row : m_rows) {
        whole.height += row.height;
        whole.rgb.insert(whole.rgb.end(), row.rgb.begin(), row.rgb.end());
    }
    return files::writePng(file, whole, {}, files::Existing::Replace);
}

} // namespace faststar::train
