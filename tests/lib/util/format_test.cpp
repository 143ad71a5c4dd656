#include "yoso/util/format.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace yoso {
namespace {

TEST(Format, Fixed) {
  EXPECT_EQ(format_fixed(1.2345, 2), "1.23");
  EXPECT_EQ(format_fixed(-0.04, 1), "0.0");
  EXPECT_EQ(format_fixed(-0.06, 1), "-0.1");
  EXPECT_EQ(format_fixed(-NAN, 2), "nan");
  EXPECT_EQ(format_fixed(-INFINITY, 2), "-inf");
  EXPECT_EQ(format_fixed(std::numeric_limits<double>::max(), 2).size(), 312u);
}

TEST(Format, Significant) {
  EXPECT_EQ(format_significant(0.00025, 3), "0.00025");
  EXPECT_EQ(format_significant(1.2345e-7, 2), "1.2e-07");
}

TEST(Format, Count) {
  EXPECT_EQ(format_count(0), "0");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(96000), "96,000");
  EXPECT_EQ(format_count(-100), "-100");
  EXPECT_EQ(format_count(-1234567), "-1,234,567");
}

TEST(Format, Short) {
  EXPECT_EQ(format_short(0), "0");
  EXPECT_EQ(format_short(950), "950");
  EXPECT_EQ(format_short(14.234), "14.2");
  EXPECT_EQ(format_short(9.999), "10.0");
  EXPECT_EQ(format_short(12345), "12.3k");
  EXPECT_EQ(format_short(999'999), "1.00M");
  EXPECT_EQ(format_short(-4.56e6), "-4.56M");
  EXPECT_EQ(format_short(7.89e15), "7890T");
}

TEST(Format, Bytes) {
  EXPECT_EQ(format_bytes(512), "512 B");
  EXPECT_EQ(format_bytes(1536), "1.50 KiB");
  EXPECT_EQ(format_bytes(1020), "1.00 KiB");  // four digits would be wider
  EXPECT_EQ(format_bytes(int64_t{3} << 29), "1.50 GiB");
}

TEST(Format, Duration) {
  EXPECT_EQ(format_duration(0.42), "0.42 s");
  EXPECT_EQ(format_duration(8.34), "8.3 s");
  EXPECT_EQ(format_duration(59.96), "1:00");
  EXPECT_EQ(format_duration(65), "1:05");
  EXPECT_EQ(format_duration(7384), "2:03:04");
  EXPECT_EQ(format_duration(3 * 86400 + 4 * 3600 + 65), "3d 04:01:05");
  EXPECT_EQ(format_duration(INFINITY), "?");
  EXPECT_EQ(format_duration(NAN), "?");
}

TEST(Format, Percent) { EXPECT_EQ(format_percent(0.31416), "31.4 %"); }

TEST(Format, WidthCountsCodePoints) {
  EXPECT_EQ(display_width("Σ ± 1"), 5u);
  EXPECT_EQ(cut_to_width("Σ ± 1", 5), "Σ ± 1");
  EXPECT_EQ(cut_to_width("Σ ± 1", 4), "Σ ±…");
  EXPECT_EQ(cut_to_width("Σ ± 1", 1), "…");
  EXPECT_EQ(cut_to_width("Σ ± 1", 0), "");
}

}  // namespace
}  // namespace yoso
