#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "yoso/data/pathfinder/paddle.h"
#include "yoso/util/random.h"

namespace yoso::data::pathfinder {

/// How long the curves are.
enum class Level { easy, intermediate, hard };
constexpr auto names_of(Level) { return std::array{"easy", "intermediate", "hard"}; }

/// Pixels of a side.
enum class Resolution { side32, side64, side128, side256 };
constexpr auto names_of(Resolution) { return std::array{"32", "64", "128", "256"}; }
constexpr int side_of(Resolution resolution) { return 32 << static_cast<int>(resolution); }

/// How the images of one resolution and level are drawn.
struct DrawingSettings {
  int side = 32;
  int contour_length = 14;  // paddles of each target snake
  int distractor_length = 4;
  int distractors = 5;  // snakes, at most
  int paddle_length = 2;
  double paddle_thickness = 0.5;
  std::vector<int> margins = {1};  // one is drawn for each image
  double marker_radius = 1.5;
  int seed_distance = 7;
  double continuity = 1.0;
  int padding = 1;  // frame that stays empty
  std::vector<double> snake_contrasts = {2};
  double paddle_contrast = 0.75;
};

/// The Long Range Arena's settings. `resolution` 32, 64, 128 or 256.
DrawingSettings published_settings(int resolution, Level level);

/// One image, with facts for tests.
struct Drawing {
  int64_t label = 0;        // 1: both markers lie on one snake
  int margin = 0;           // of its paddles
  Cell markers[2];          // where the discs are
  Cell tails[2], heads[2];  // the ends of the two target snakes
  Bytes image;              // gray levels, 0 and 255 among them
};

/// Draws an image by the published procedure (Linsley et al. 2018; the generator of the Long Range
/// Arena): two target snakes, distractors, two markers. A function of settings and stream alone.
Drawing draw(const DrawingSettings& settings, RandomStream random);

}  // namespace yoso::data::pathfinder
