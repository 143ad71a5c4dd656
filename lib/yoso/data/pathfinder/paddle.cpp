#include "yoso/data/pathfinder/paddle.h"

#include <algorithm>
#include <cmath>

namespace yoso::data::pathfinder {
namespace {

Stamp to_stamp(const Bytes& levels) {
  Stamp stamp{levels.side / 2, Levels(levels.side)};
  for (size_t i = 0; i < levels.values.size(); ++i)
    stamp.values.values[i] = static_cast<float>(levels.values[i]) / 255.0F;
  return stamp;
}

}  // namespace

const Paddle& PaddleShapes::along(double orientation) {
  const auto key = static_cast<int64_t>(std::llround(orientation * 1e6));
  const auto [entry, is_new] = drawn_.try_emplace(key);
  if (is_new) entry->second = draw(orientation);
  return entry->second;
}

Paddle PaddleShapes::draw(double orientation) const {
  const int reach = style_.length + static_cast<int>(std::ceil(style_.thickness)) + style_.margin;
  const int centre = reach * kAntialias;
  Bytes large(2 * centre + 1);
  const Cell tail{centre, centre};
  draw_line(large, tail, walk(tail, orientation, style_.length * kAntialias),
            static_cast<int>(std::lround(style_.thickness * kAntialias)));
  const int side = 2 * reach + 1;
  return {to_stamp(shrink(large, side)),
          to_stamp(shrink(dilate(large, disc(style_.margin * kAntialias)), side))};
}

Stamp draw_marker(double radius) {
  const int large_radius = static_cast<int>(std::lround(radius * kAntialias));
  const int half = static_cast<int>(std::ceil(radius)) + 4;  // room for the filter's lobes
  Bytes large((2 * half + 1) * kAntialias);
  const Cell centre{half * kAntialias, half * kAntialias};
  for (const Cell& offset : disc(large_radius))
    large[{centre.y + offset.y, centre.x + offset.x}] = 255;
  return to_stamp(shrink(large, 2 * half + 1));
}

void stamp_onto(Levels& image, Cell anchor, const Stamp& stamp, float factor) {
  for (int y = 0; y < stamp.values.side; ++y) {
    for (int x = 0; x < stamp.values.side; ++x) {
      const Cell cell{anchor.y + y - stamp.half, anchor.x + x - stamp.half};
      if (image.holds(cell)) image[cell] = std::max(image[cell], factor * stamp.values[{y, x}]);
    }
  }
}

}  // namespace yoso::data::pathfinder
