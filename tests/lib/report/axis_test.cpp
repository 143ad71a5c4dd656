#include "yoso/report/axis.h"

#include <gtest/gtest.h>

#include <cmath>

#include "yoso/util/random.h"

namespace yoso::report {
namespace {

std::vector<std::string> labels(const Axis& axis, bool percent = false) {
  std::vector<std::string> texts;
  for (double tick : axis.ticks) texts.push_back(tick_text(axis, tick, percent));
  return texts;
}

using Texts = std::vector<std::string>;

TEST(Axis, RoundTicks) {
  EXPECT_EQ(labels(make_axis(0, 2000, 5, false)), Texts({"0", "500", "1,000", "1,500", "2,000"}));
  EXPECT_EQ(labels(make_axis(0, 500'000, 6, false)),
            Texts({"0", "100k", "200k", "300k", "400k", "500k"}));
  EXPECT_EQ(labels(make_axis(1.62, 2.31, 5, true)), Texts({"1.6", "1.8", "2.0", "2.2", "2.4"}));
  EXPECT_EQ(labels(make_axis(0.12, 0.36, 4, true), true), Texts({"10 %", "20 %", "30 %", "40 %"}));
  EXPECT_EQ(labels(make_axis(0.3141, 0.3162, 4, true), true),
            Texts({"31.4 %", "31.5 %", "31.6 %", "31.7 %"}));
  EXPECT_EQ(labels(make_axis(-2, 2, 5, true)), Texts({"-2", "-1", "0", "1", "2"}));
  EXPECT_EQ(labels(make_axis(0, 4e-7, 3, true)), Texts({"0", "2e-07", "4e-07"}));
}

TEST(Axis, TicksCoverTheRange) {
  constexpr uint64_t kSeed = 3;
  RandomStream random(kSeed, "axis test");
  for (int i = 0; i < 5000; ++i) {
    const double scale = std::pow(10, 24 * random.uniform() - 12);
    const double low = (random.uniform() - 0.5) * scale;
    const double high = low + random.uniform() * scale;
    const int most = 2 + static_cast<int>(random.below(8));
    SCOPED_TRACE(::testing::Message()
                 << low << " ... " << high << ", " << most << ", seed " << kSeed);
    const Axis open = make_axis(low, high, most, false);
    ASSERT_LE(open.ticks.size(), static_cast<size_t>(most));
    for (double tick : open.ticks) {
      ASSERT_GE(open.position(tick), -1e-5);
      ASSERT_LE(open.position(tick), 1 + 1e-5);
    }
    const Axis whole = make_axis(low, high, most, true);
    ASSERT_LE(whole.ticks.size(), static_cast<size_t>(most) + 2);
    ASSERT_GE(whole.ticks.size(), 2u);
    ASSERT_GE(whole.position(low), -1e-5);
    ASSERT_LE(whole.position(high), 1 + 1e-5);
    ASSERT_EQ(whole.ticks.front(), whole.low);
    ASSERT_EQ(whole.ticks.back(), whole.high);
  }
}

TEST(Axis, WidensAnEmptyRange) {
  for (double value : {0.0, 2.5, -1e9, 1e99}) {
    for (double range : {0.0, std::abs(value) * 1e-13}) {
      const Axis axis = make_axis(value, value + range, 5, true);
      EXPECT_GT(axis.high, axis.low) << value;
      EXPECT_NEAR(axis.position(value), 0.5, 0.3) << value;
      EXPECT_LE(axis.ticks.size(), 7u) << value;
    }
  }
}

TEST(Axis, PowersOnALogarithmicScale) {
  EXPECT_EQ(labels(make_log_axis(512, 16384, 6, false, Scale::log2)),
            Texts({"512", "1,024", "2,048", "4,096", "8,192", "16,384"}));
  EXPECT_EQ(labels(make_log_axis(512, 16384, 4, false, Scale::log2)),
            Texts({"1,024", "4,096", "16,384"}));
  EXPECT_EQ(labels(make_log_axis(0.4, 1500, 6, true, Scale::log10)),
            Texts({"0.1", "1", "10", "100", "1,000", "10,000"}));
  const Axis axis = make_log_axis(1, 100, 5, true, Scale::log10);
  EXPECT_EQ(axis.low, 1);
  EXPECT_NEAR(axis.high, 100, 1e-9);
  EXPECT_NEAR(axis.position(10), 0.5, 1e-12);
  const Axis single = make_log_axis(3, 3, 5, true, Scale::log10);  // an empty range
  EXPECT_LT(single.low, 3);
  EXPECT_GT(single.high, 3);
}

}  // namespace
}  // namespace yoso::report
