// SPDX-License-Identifier: Apache-2.0
#include "app/train/caption.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace faststar::train
{

namespace
{

std::string colourName(const Colour &colour)
{
    return std::string(namedColours()[std::size_t(colour.name)].name);
}

std::string withArticle(const std::string &words)
{
    constexpr std::string_view vowels = "aeiou";
    return (vowels.find(words.front()) != std::string_view::npos ? "an " : "a ") + words;
}

std::string nameOf(ShapeKind kind)
{
    switch (kind) {
    case ShapeKind::Circle:
        return "circle";
    case ShapeKind::Square:
        return "square";
    case ShapeKind::Triangle:
        return "triangle";
    case ShapeKind::Star:
        return "star";
    case ShapeKind::Ring:
        return "ring";
    }
    return {};
}

std::string nameOf(Direction direction)
{
    switch (direction) {
    case Direction::Horizontal:
        return "horizontal";
    case Direction::Vertical:
        return "vertical";
    case Direction::Diagonal:
        return "diagonal";
    }
    return {};
}

std::string thing(const Shape &shape, Draws &draws)
{
    std::string words;
    if (shape.size == SizeClass::Small)
        words = draws.oneOf({"small ", "little ", "tiny "});
    else if (shape.size == SizeClass::Big)
        words = draws.oneOf({"big ", "large "});
    return withArticle(words + colourName(shape.colour) + " " + nameOf(shape.kind));
}

std::string placeOf(const Shape &shape, double aspect, Draws &draws)
{
    const auto centre = shape.centre(0.0);
    const auto column = columnOf(centre, aspect);
    const auto row = rowOf(centre);
    const std::string side = column == Column::Left ? "left" : "right";
    const std::string level = row == Row::Top ? "top" : "bottom";
    if (column == Column::Middle && row == Row::Middle)
        return draws.oneOf({" in the middle", " in the center"});
    if (row == Row::Middle)
        return " on the " + side + (draws.chance(0.3) ? " side" : "");
    if (column == Column::Middle)
        return " at the " + level;
    return draws.chance(0.5) ? " in the " + level + " " + side + " corner" : " at the " + level + " " + side;
}

std::string sideways(const char *side, Draws &draws)
{
    const auto verb = std::string(draws.oneOf({"moving", "sliding", "drifting"}));
    return verb + (draws.chance(0.5) ? " " : " to the ") + side;
}

std::string movement(const Shape &shape, Draws &draws)
{
    switch (shape.motion) {
    case Motion::Still:
        return draws.oneOf({"", "standing still", "not moving", "that stays still", "resting"});
    case Motion::Left:
        return sideways("left", draws);
    case Motion::Right:
        return sideways("right", draws);
    case Motion::Up:
        return draws.oneOf({"moving up", "rising", "floating up", "moving upward"});
    case Motion::Down:
        return draws.oneOf({"moving down", "falling", "sinking", "moving downward"});
    case Motion::Diagonal:
        return std::string(draws.oneOf({"moving", "drifting"})) + " diagonally " +
               (shape.travel.y < 0 ? "up" : "down") + " and to the " +
               (shape.travel.x < 0 ? "left" : "right");
    case Motion::Spin:
        return draws.oneOf({"spinning", "rotating", "turning around"});
    case Motion::Bounce:
        return draws.oneOf({"bouncing", "bouncing up and down", "jumping up and down"});
    case Motion::Orbit:
        return draws.oneOf(
            {"moving in a circle", "circling around", "orbiting in a circle", "going around in a circle"});
    case Motion::Grow:
        return draws.oneOf({"growing", "getting bigger", "expanding"});
    case Motion::Shrink:
        return draws.oneOf({"shrinking", "getting smaller", "contracting"});
    }
    return {};
}

std::string pace(const Shape &shape, Draws &draws)
{
    if (shape.motion == Motion::Still || shape.speed == Speed::Normal)
        return {};
    return shape.speed == Speed::Slow ? " slowly" : draws.oneOf({" fast", " quickly"});
}

std::string listed(const std::vector<std::string> &parts)
{
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i)
        text += (i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ") + parts[i];
    return text;
}

bool moveAlike(const Shape &a, const Shape &b)
{
    return a.motion == b.motion && a.speed == b.speed &&
           (a.motion != Motion::Diagonal ||
            ((a.travel.x < 0) == (b.travel.x < 0) && (a.travel.y < 0) == (b.travel.y < 0)));
}

// "a red circle and a blue star moving left": what all do is said once.
std::string things(const Scene &scene, bool sayPlace, Draws &draws)
{
    const auto &shapes = scene.shapes;
    const auto moving = [&](const Shape &shape) {
        const auto words = movement(shape, draws);
        return words.empty() ? words : " " + words + pace(shape, draws);
    };
    const bool alike = shapes.size() > 1 &&
                       std::all_of(shapes.begin(), shapes.end(),
                                   [&](const Shape &shape) { return moveAlike(shape, shapes.front()); });
    std::vector<std::string> parts;
    for (const auto &shape : shapes) {
        auto words = thing(shape, draws);
        if (sayPlace)
            words += placeOf(shape, scene.aspect, draws);
        if (!alike)
            words += moving(shape);
        parts.push_back(std::move(words));
    }
    auto text = listed(parts);
    if (alike)
        text += moving(shapes.front());
    return text;
}

std::string backdrop(const Background &background, Draws &draws)
{
    const auto first = colourName(background.first);
    const auto second = colourName(background.second);
    const auto both = first + " and " + second;
    switch (background.kind) {
    case BackgroundKind::Solid:
        return draws.oneOf<std::string>(
            {"a plain " + first + " background", "a solid " + first + " background",
             withArticle(first) + " background", withArticle(first) + " backdrop"});
    case BackgroundKind::Gradient: { // left to right unless it is said
        const auto direction = background.direction == Direction::Horizontal && draws.chance(0.7)
                                   ? std::string()
                                   : nameOf(background.direction) + " ";
        return draws.chance(0.5) ? "a " + direction + "gradient from " + first + " to " + second
                                 : withArticle(first) + " to " + second + " " + direction + "gradient";
    }
    case BackgroundKind::Checker:
        return withArticle(both) + draws.oneOf({" checkerboard", " checkered background"});
    case BackgroundKind::Stripes: {
        const auto direction = nameOf(background.direction);
        return draws.chance(0.5) ? direction + " " + both + " stripes" : both + " " + direction + " stripes";
    }
    case BackgroundKind::Dots:
        return draws.chance(0.5) ? withArticle(first) + " background with " + second + " dots"
                                 : second + " dots on " + first;
    }
    return {};
}

std::string cameraMove(const Point &pan, Draws &draws)
{
    if (pan == Point{})
        return {};
    // The camera goes the other way than what it sees.
    const std::string side = pan.x != 0.0 ? (pan.x > 0 ? "left" : "right") : pan.y > 0 ? "up" : "down";
    return draws.oneOf({", the camera pans ", ", the camera panning "}) + side;
}

} // namespace

std::string describe(const Scene &scene, const SceneOptions &options, Draws &draws)
{
    const bool sayPlace = options.scatter < 1.0 ? scene.placed : draws.chance(options.place);
    auto text = things(scene, sayPlace, draws);
    text += draws.oneOf({" on ", " over ", " against ", " in front of "});
    text += backdrop(scene.background, draws);
    text += cameraMove(scene.pan, draws);
    if (draws.chance(0.25))
        text.front() = char(std::toupper(static_cast<unsigned char>(text.front())));
    if (draws.chance(0.25))
        text += '.';
    return text;
}

} // namespace faststar::train
