// SPDX-License-Identifier: Apache-2.0
#include "app/train/measured_clip.h"

#include <algorithm>
#include <map>
#include <numbers>

namespace faststar::train
{

namespace
{

constexpr double kSeen = 0.6; // share of the frames in which a shape has to be

// Views of one colour over all frames; with several in a frame the one nearest to the track's last.
struct ColourTracks {
    std::vector<Track> tracks;

    void add(double time, const std::vector<ShapeView> &views)
    {
        std::vector<bool> used(tracks.size(), false);
        for (const auto &view : views) {
            std::size_t best = tracks.size();
            double nearest = 1e9;
            for (std::size_t i = 0; i < used.size(); ++i) {
                const auto &last = tracks[i].views.back();
                const double away = std::hypot(last.x - view.x, last.y - view.y);
                if (!used[i] && away < nearest) {
                    nearest = away;
                    best = i;
                }
            }
            if (best == tracks.size())
                tracks.emplace_back();
            else
                used[best] = true;
            tracks[best].times.push_back(time);
            tracks[best].views.push_back(view);
        }
    }
};

MeasuredShape shapeOf(const Track &track, int colour)
{
    MeasuredShape shape;
    shape.colour = colour;
    shape.kind = classOf(track.views);
    shape.motion = motionOf(track, shape.kind);
    shape.start = {track.views.front().x, track.views.front().y};
    std::vector<double> areas;
    areas.reserve(track.views.size());
    for (const auto &view : track.views)
        areas.push_back(view.area);
    std::nth_element(areas.begin(), areas.begin() + std::ptrdiff_t(areas.size() / 2), areas.end());
    shape.radius = std::sqrt(areas[areas.size() / 2] / std::numbers::pi);
    return shape;
}

} // namespace

MeasuredClip measureClip(const std::vector<Image> &frames)
{
    MeasuredClip clip;
    clip.background = measureBackground(frames);
    std::map<int, ColourTracks> colours;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        std::map<int, std::vector<ShapeView>> views;
        for (const auto &view : shapeViews(frames[i], clip.background))
            views[view.colour].push_back(view);
        for (const auto &[colour, seen] : views)
            colours[colour].add(frameTime(int(i)), seen);
    }
    for (const auto &[colour, tracks] : colours) {
        for (const auto &track : tracks.tracks) {
            if (double(track.views.size()) >= kSeen * double(frames.size()))
                clip.shapes.push_back(shapeOf(track, colour));
        }
    }
    std::sort(clip.shapes.begin(), clip.shapes.end(),
              [](const MeasuredShape &a, const MeasuredShape &b) { return a.radius > b.radius; });
    return clip;
}

} // namespace faststar::train
