#include "yoso/data/pathfinder/raster.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "yoso/data/pathfinder/paddle.h"

namespace yoso::data::pathfinder {
namespace {

constexpr double kRight = std::numbers::pi / 2;

/// Row `y` of a stamp in levels of 255, as `scale` times 255 would show it.
std::vector<int> row(const Stamp& stamp, int y, double scale) {
  std::vector<int> levels;
  for (int x = 0; x < stamp.values.side; ++x)
    levels.push_back(static_cast<int>(std::lround(stamp.values[{y, x}] * scale * 255)));
  return levels;
}

TEST(PathfinderRaster, WalksRoundUp) {
  EXPECT_EQ(walk({5, 5}, 0, 2), (Cell{5, 7}));
  EXPECT_EQ(walk({5, 5}, kRight, 2), (Cell{7, 5}));
  EXPECT_EQ(walk({5, 5}, 2 * kRight, 2), (Cell{5, 3}));
  EXPECT_EQ(walk({5, 5}, kRight / 2, 2), (Cell{7, 7}));       // 1.41 becomes 2
  EXPECT_EQ(walk({5, 5}, -3 * kRight / 2, 2), (Cell{4, 4}));  // and -1.41 becomes -1
}

TEST(PathfinderRaster, ShrinkKeepsFlatImages) {
  const Bytes flat(17, 200);
  for (const uint8_t level : shrink(flat, 9).values) EXPECT_EQ(level, 200);
  Bytes step(16);
  for (int y = 0; y < 16; ++y) {
    for (int x = 8; x < 16; ++x) step[{y, x}] = 255;
  }
  const Bytes half = shrink(step, 8);
  EXPECT_LT((half[{4, 3}]), 32);
  EXPECT_GT((half[{4, 4}]), 223);
  EXPECT_EQ((half[{4, 0}]), 0);
  EXPECT_EQ((half[{4, 7}]), 255);
}

// The levels of undisturbed dashes and discs in images of the official generator, where the
// brightest dash of contrast 2 is 255 and so a disc of contrast 1 is 221.
TEST(PathfinderRaster, StampsHaveTheOfficialLevels) {
  constexpr double kDisc = 221.0 / 255, kTarget = 1.5 * kDisc, kDistractor = 2 * kDisc;
  PaddleShapes shapes({.length = 2, .thickness = 0.5, .margin = 1});
  const Stamp& flat = shapes.along(0).strokes;
  EXPECT_EQ(row(flat, flat.half, kTarget), (std::vector<int>{0, 0, 3, 0, 133, 176, 151, 0, 0}));
  const Stamp& upright = shapes.along(kRight).strokes;
  std::vector<int> column;
  for (int y = 0; y < upright.values.side; ++y)
    column.push_back(row(upright, y, kDistractor)[upright.half]);
  EXPECT_EQ(column, (std::vector<int>{0, 0, 3, 0, 177, 255, 201, 0, 0}));
  const Stamp& slanted = shapes.along(std::atan2(1, 3)).strokes;
  EXPECT_EQ(row(slanted, slanted.half, kTarget), (std::vector<int>{0, 0, 1, 0, 121, 86, 0, 1, 0}));
  EXPECT_EQ(row(slanted, slanted.half + 1, kTarget),
            (std::vector<int>{0, 0, 1, 1, 31, 137, 157, 1, 0}));

  const Stamp disc = draw_marker(1.5);
  const auto centre = row(disc, disc.half, kDisc);
  EXPECT_NEAR(centre[disc.half - 2], 57, 3);
  EXPECT_NEAR(centre[disc.half - 1], 221, 1);
  EXPECT_NEAR(centre[disc.half], 221, 1);
  EXPECT_NEAR(centre[disc.half + 1], 165, 3);
  const auto above = row(disc, disc.half - 1, kDisc);
  EXPECT_NEAR(above[disc.half - 2], 24, 3);
  EXPECT_NEAR(above[disc.half - 1], 198, 3);
  EXPECT_NEAR(above[disc.half + 1], 115, 3);
}

TEST(PathfinderRaster, StampsAreCutAtTheBorder) {
  Levels image(8);
  const Stamp disc = draw_marker(2.5);
  stamp_onto(image, {0, 7}, disc, 0.5F);
  EXPECT_NEAR((image[{0, 7}]), 0.5F, 0.02F);
  EXPECT_FLOAT_EQ((image[{7, 0}]), 0);
}

}  // namespace
}  // namespace yoso::data::pathfinder
