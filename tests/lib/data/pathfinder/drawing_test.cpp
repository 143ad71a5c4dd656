#include "yoso/data/pathfinder/drawing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "support/shared_data.h"
#include "yoso/config/fields.h"
#include "yoso/data/pathfinder/files.h"
#include "yoso/data/pathfinder/read.h"
#include "yoso/util/file.h"

namespace yoso::data::pathfinder {
namespace {

using testing::shared_data;

Drawing draw_one(int resolution, Level level, uint64_t index) {
  return draw(published_settings(resolution, level), RandomStream(1, "pathfinder", index));
}

TEST(PathfinderDrawing, IsAFunctionOfTheStream) {
  EXPECT_EQ(draw_one(32, Level::hard, 3).image.values, draw_one(32, Level::hard, 3).image.values);
  EXPECT_NE(draw_one(32, Level::hard, 3).image.values, draw_one(32, Level::hard, 4).image.values);
}

TEST(PathfinderDrawing, MarkersShowTheLabel) {
  for (const Level level : {Level::easy, Level::intermediate, Level::hard}) {
    int ones = 0;
    constexpr int kImages = 200;
    for (int i = 0; i < kImages; ++i) {
      const Drawing drawing = draw_one(32, level, i);
      ones += static_cast<int>(drawing.label);
      const int origin = drawing.markers[0] == drawing.tails[0] ? 0 : 1;
      EXPECT_EQ(drawing.markers[0], drawing.tails[origin]);
      const bool connected = drawing.markers[1] == drawing.heads[origin];
      EXPECT_EQ(connected, drawing.label == 1) << config::to_text(level) << " " << i;
      EXPECT_TRUE(connected || drawing.markers[1] == drawing.heads[1 - origin]);
      const auto [least, greatest] =
          std::minmax_element(drawing.image.values.begin(), drawing.image.values.end());
      EXPECT_EQ(*least, 0);
      EXPECT_EQ(*greatest, 255);
    }
    EXPECT_NEAR(ones, kImages / 2, 4 * std::sqrt(kImages / 4.0)) << config::to_text(level);
  }
}

TEST(PathfinderDrawing, EveryPublishedSettingCanBeDrawn) {
  for (const int resolution : {32, 64, 128, 256}) {
    for (const Level level : {Level::easy, Level::intermediate, Level::hard}) {
      const Drawing drawing = draw_one(resolution, level, 0);
      EXPECT_EQ(drawing.image.side, resolution);
      const auto margins = published_settings(resolution, level).margins;
      EXPECT_TRUE(std::count(margins.begin(), margins.end(), drawing.margin));
      // Both discs are there: bright at their centres.
      for (const Cell marker : drawing.markers) EXPECT_GE(drawing.image[marker], 120);
    }
  }
}

TEST(PathfinderDrawing, SettingsAreThePublishedOnes) {
  const DrawingSettings hard = published_settings(32, Level::hard);
  EXPECT_EQ(hard.contour_length, 14);
  EXPECT_EQ(hard.distractor_length, 4);
  EXPECT_EQ(hard.distractors, 5);
  EXPECT_EQ(published_settings(32, Level::easy).contour_length, 6);
  EXPECT_EQ(published_settings(32, Level::easy).distractor_length, 2);
  EXPECT_EQ(published_settings(64, Level::intermediate).contour_length, 9);
  EXPECT_EQ(published_settings(128, Level::hard).distractors, 8);
  EXPECT_EQ(published_settings(256, Level::hard).padding, 22);
}

/// Means over images of one set.
struct Figures {
  int64_t images = 0;
  double zero = 0, ringing = 0, lit = 0, bright = 0, ones = 0;  // fractions

  void add(std::string_view pixels, int64_t label) {
    ++images;
    ones += static_cast<double>(label);
    for (const char c : pixels) {
      const auto level = static_cast<uint8_t>(c);
      const double one = 1.0 / static_cast<double>(pixels.size());
      if (level == 0) zero += one;
      if (level >= 1 && level <= 8) ringing += one;
      if (level > 60) lit += one;
      if (level > 200) bright += one;
    }
  }
  void finish() {
    for (double* sum : {&zero, &ringing, &lit, &bright, &ones}) *sum /= double(images);
  }
};

TEST(PathfinderDrawing, LooksLikeTheOfficialImages) {
  const auto shared = shared_data("lra");
  if (!shared) GTEST_SKIP() << "no YOSO_DATA/lra";
  for (const Level level : {Level::easy, Level::intermediate, Level::hard}) {
    SCOPED_TRACE(config::to_text(level));
    const std::string folder = find_folder(*shared, 32, level);
    Figures official, ours;
    const int contour_length = published_settings(32, level).contour_length;
    Reader reader(open_files(folder, 32, level), 32,
                  [](int64_t size) { return std::vector<int64_t>(size); }, {});
    for (const ImageInfo& info : reader.images()) {
      EXPECT_EQ(info.contour_length, contour_length);
      official.add(decode_png(read_file(folder + "/" + info.file), 32), info.label);
    }
    for (int i = 0; i < 600; ++i) {
      const Drawing drawing = draw_one(32, level, i);
      const auto& values = drawing.image.values;
      ours.add({reinterpret_cast<const char*>(values.data()), values.size()}, drawing.label);
    }
    official.finish();
    ours.finish();
    // Deviations of one image are about 0.05, 0.02, 0.02, 0.005: standard errors of the differences
    // about 0.004, 0.002, 0.002, 0.0005. The rest is what the rules leave open.
    EXPECT_NEAR(ours.zero, official.zero, 0.025);
    EXPECT_NEAR(ours.ringing, official.ringing, 0.013);
    EXPECT_NEAR(ours.lit, official.lit, 0.008);
    EXPECT_NEAR(ours.bright, official.bright, 0.002);
    EXPECT_NEAR(ours.ones, official.ones,
                4 * std::sqrt(0.25 / 600 + 0.25 / double(official.images)));
  }
}

}  // namespace
}  // namespace yoso::data::pathfinder
