#pragma once

#include <cstdint>
#include <unordered_map>

#include "yoso/data/pathfinder/raster.h"

namespace yoso::data::pathfinder {

/// How dashes ("paddles") look.
struct PaddleStyle {
  int length = 2;
  double thickness = 0.5;  // times kAntialias a whole number
  int margin = 1;          // kept free around a paddle
};

inline constexpr int kAntialias = 2;  // shapes are drawn this much larger and shrunk

/// A shape around an anchor cell: value [half + y, half + x] belongs to anchor + (y, x).
struct Stamp {
  int half = 0;
  Levels values;  // 0..1
};

/// A paddle that begins at the anchor and runs along one orientation: its strokes, and the room
/// that it takes, which is the line dilated by the margin.
struct Paddle {
  Stamp strokes;
  Stamp room;
};

/// Paddles of one style by orientation, each drawn once.
class PaddleShapes {
 public:
  explicit PaddleShapes(const PaddleStyle& style) : style_(style) {}
  const PaddleStyle& style() const { return style_; }
  /// The paddle along an orientation in radians; the reference stays valid.
  const Paddle& along(double orientation);

 private:
  Paddle draw(double orientation) const;

  PaddleStyle style_;
  std::unordered_map<int64_t, Paddle> drawn_;  // by orientation in millionths of a radian
};

/// A disc of `radius`, which times kAntialias is a whole number.
Stamp draw_marker(double radius);

/// image = max(image, factor · stamp), what lies outside the image cut off.
void stamp_onto(Levels& image, Cell anchor, const Stamp& stamp, float factor = 1);

}  // namespace yoso::data::pathfinder
