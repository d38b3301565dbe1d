// SPDX-License-Identifier: Apache-2.0
#include "app/studio/window/debug/debug_canvas.h"

#include <QFile>
#include <QOffscreenSurface>
#include <QOpenGLContext>
#include <QOpenGLFramebufferObject>
#include <QOpenGLFunctions>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <optional>

#include <backends/imgui_impl_opengl3.h>
#include <imgui.h>

namespace faststar::studio
{

namespace
{

constexpr float kFont = 15.0F; // as high as 12 px elsewhere: here the whole line counts
constexpr ImU32 kBack = IM_COL32(0x10, 0x10, 0x10, 230);
constexpr ImU32 kText = IM_COL32(0xEC, 0xEC, 0xEC, 255);
constexpr ImU32 kHead = IM_COL32(0x4F, 0x9D, 0xFF, 255);
constexpr ImU32 kDim = IM_COL32(0xB8, 0xB8, 0xB8, 255);
constexpr ImU32 kBar = IM_COL32(0xB8, 0xB8, 0xB8, 255);
constexpr ImU32 kOver = IM_COL32(0xFF, 0x7A, 0x70, 255);

// Draws into one list what the lines say, from the top left.
class Pen
{
public:
    explicit Pen(ImDrawList *list) : m_list(list) {}

    void draw(const DebugFacts &facts)
    {
        for (const DebugLine &line : facts.lines) {
            switch (line.kind) {
            case DebugLine::Kind::Head:
                m_y += kDebugGap;
                text(line.left, kHead, false);
                text(line.right, kText, true);
                break;
            case DebugLine::Kind::Value:
                text(line.left, kText, false);
                text(line.right, kText, true);
                break;
            case DebugLine::Kind::Log:
                text(line.left, kDim, false);
                break;
            case DebugLine::Kind::Bars:
                bars(facts.waits);
                m_y += kDebugBars;
                continue;
            }
            m_y += kDebugLine;
        }
    }

private:
    void text(const QString &words, ImU32 colour, bool atRight)
    {
        const QByteArray bytes = words.toUtf8();
        float x = kDebugMargin;
        if (atRight)
            x = kDebugWide - kDebugMargin - ImGui::CalcTextSize(bytes.constData()).x;
        m_list->AddText(ImVec2(x, m_y + (kDebugLine - kFont) / 2.0F), colour, bytes.constData());
    }

    void bars(const std::vector<float> &waits)
    {
        const float bottom = m_y + kDebugBars - 4.0F;
        const float high = kDebugBars - 8.0F; // of twice the limit
        const float left = kDebugMargin;
        const float wide = kDebugWide - 2.0F * kDebugMargin;
        const float each = waits.empty() ? wide : wide / float(waits.size());
        for (std::size_t i = 0; i < waits.size(); ++i) {
            const float tall = std::clamp(waits[i] / (2.0F * kDebugLimit), 0.04F, 1.0F) * high;
            const float x = left + each * float(i);
            m_list->AddRectFilled(ImVec2(x, bottom - tall), ImVec2(x + each - 1.0F, bottom),
                                  waits[i] > kDebugLimit ? kOver : kBar);
        }
        const float limit = bottom - high / 2.0F;
        for (int dash = 0; dash < kDebugWide - 2 * kDebugMargin; dash += 6) {
            const float x = left + float(dash);
            m_list->AddLine(ImVec2(x, limit), ImVec2(std::min(x + 3.0F, left + wide), limit), kOver);
        }
    }

    ImDrawList *m_list;
    float m_y = kDebugMargin;
};

} // namespace

struct DebugCanvas::Gl {
    QOffscreenSurface surface;
    QOpenGLContext context;
    std::unique_ptr<QOpenGLFramebufferObject> target;
    ImGuiContext *gui = nullptr;
    double fontRatio = 0.0; // that the font was made for

    bool start()
    {
        if (!context.create())
            return false;
        surface.setFormat(context.format());
        surface.create();
        if (!surface.isValid() || !context.makeCurrent(&surface))
            return false;
        gui = ImGui::CreateContext();
        ImGui::SetCurrentContext(gui);
        ImGui::GetIO().IniFilename = nullptr; // it keeps nothing
        ImGui::GetIO().LogFilename = nullptr;
        const bool isStarted =
            ImGui_ImplOpenGL3_Init(context.isOpenGLES() ? "#version 300 es" : "#version 130");
        context.doneCurrent();
        return isStarted;
    }

    // The letters of the look, as large as this screen's pixels want them.
    void loadFont(double ratio)
    {
        ImGuiIO &io = ImGui::GetIO();
        io.Fonts->Clear();
        QFile file(QStringLiteral(":/faststar/fonts/JetBrainsMono-Regular.ttf"));
        if (file.open(QIODevice::ReadOnly)) {
            const QByteArray bytes = file.readAll();
            void *copy = ImGui::MemAlloc(std::size_t(bytes.size())); // the atlas takes it over
            std::memcpy(copy, bytes.constData(), std::size_t(bytes.size()));
            static constexpr ImWchar kLetters[] = {0x20, 0xFF, 0x2010, 0x2026, 0x3C4, 0x3C4, 0};
            io.Fonts->AddFontFromMemoryTTF(copy, int(bytes.size()), kFont * float(ratio), nullptr, kLetters);
        } else {
            io.Fonts->AddFontDefault();
        }
        io.FontGlobalScale = float(1.0 / ratio);
        ImGui_ImplOpenGL3_DestroyFontsTexture();
        ImGui_ImplOpenGL3_CreateFontsTexture();
        fontRatio = ratio;
    }

    ~Gl()
    {
        const bool isCurrent = context.isValid() && context.makeCurrent(&surface);
        if (gui != nullptr) {
            ImGui::SetCurrentContext(gui);
            if (isCurrent && ImGui::GetIO().BackendRendererUserData != nullptr)
                ImGui_ImplOpenGL3_Shutdown();
            ImGui::DestroyContext(gui);
        }
        target.reset();
        if (isCurrent)
            context.doneCurrent();
    }
};

DebugCanvas::DebugCanvas()
{
    auto gl = std::make_unique<Gl>();
    if (gl->start())
        m_gl = std::move(gl);
}

DebugCanvas::~DebugCanvas() = default;

QImage DebugCanvas::render(const DebugFacts &facts, double ratio)
{
    if (!m_gl || !m_gl->context.makeCurrent(&m_gl->surface))
        return {};
    ImGui::SetCurrentContext(m_gl->gui);
    const int high = debugHeight(facts);
    const QSize device(int(std::ceil(kDebugWide * ratio)), int(std::ceil(high * ratio)));
    if (!m_gl->target || m_gl->target->size() != device)
        m_gl->target = std::make_unique<QOpenGLFramebufferObject>(device);
    if (m_gl->fontRatio != ratio)
        m_gl->loadFont(ratio);
    ImGuiIO &io = ImGui::GetIO();
    io.DisplaySize = ImVec2(kDebugWide, float(high));
    io.DisplayFramebufferScale = ImVec2(float(ratio), float(ratio));
    ImGui_ImplOpenGL3_NewFrame();
    ImGui::NewFrame();
    ImDrawList *list = ImGui::GetBackgroundDrawList();
    list->AddRectFilled(ImVec2(0, 0), io.DisplaySize, kBack);
    Pen(list).draw(facts);
    ImGui::Render();
    m_gl->target->bind();
    QOpenGLFunctions *functions = m_gl->context.functions();
    functions->glViewport(0, 0, device.width(), device.height());
    functions->glClearColor(0, 0, 0, 0);
    functions->glClear(GL_COLOR_BUFFER_BIT);
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    m_gl->target->release();
    QImage image = m_gl->target->toImage();
    m_gl->context.doneCurrent();
    image.setDevicePixelRatio(ratio);
    return image;
}

} // namespace faststar::studio
