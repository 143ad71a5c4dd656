#include "yoso/util/text.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <string>

#include "yoso/util/random.h"

namespace yoso {
namespace {

TEST(EditDistance, CountsEditsAndSwapsOfNeighbours) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("warmpu", "warmup"), 1u);
  EXPECT_EQ(edit_distance("Dim", "dim"), 0u);
  EXPECT_EQ(edit_distance("ca", "abc"), 3u);  // 2 were parts edited twice allowed
}

TEST(NearestName, NamesWhatIsNearAndNothingElse) {
  const std::vector<std::string> known = {"lr",          "eps",        "hashes",
                                          "hash_passes", "vocab_size", "warmup"};
  EXPECT_EQ(nearest_name("hahses", known), "hashes");
  EXPECT_EQ(nearest_name("warm_up", known), "warmup");
  EXPECT_EQ(nearest_name("lrr", known), "lr");
  EXPECT_EQ(nearest_name("vocab", known), "vocab_size");  // by its beginning
  EXPECT_EQ(nearest_name("warmup_steps", known), "warmup");
  EXPECT_EQ(nearest_name("momentum", known), std::nullopt);
  EXPECT_EQ(nearest_name("", known), std::nullopt);
  EXPECT_EQ(nearest_name("x", {"y"}), std::nullopt);
  EXPECT_EQ(nearest_name("hash", {"hast", "hasp"}), "hast");  // the first of equals
}

TEST(JoinChoices, ReadsAsASentence) {
  EXPECT_EQ(join_choices({}), "");
  EXPECT_EQ(join_choices({"a"}), "a");
  EXPECT_EQ(join_choices({"a", "b"}), "a or b");
  EXPECT_EQ(join_choices({"a", "b", "c"}), "a, b or c");
}

TEST(FormatNumber, IsTheShortestThatReadsBack) {
  EXPECT_EQ(format_number(0.001), "0.001");
  EXPECT_EQ(format_number(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(format_number(0), "0");
  EXPECT_EQ(format_number(64), "64");
  EXPECT_EQ(format_number(-2.5), "-2.5");
  EXPECT_EQ(format_number(1e-4), "0.0001");
  EXPECT_EQ(format_number(1e-8), "1.0e-08");
  EXPECT_EQ(format_number(2.5e-8), "2.5e-08");
  EXPECT_EQ(format_number(1e14), "100000000000000");
  EXPECT_EQ(format_number(1e15), "1.0e+15");
}

TEST(FormatNumber, EveryFiniteDoubleReadsBack) {
  constexpr uint64_t kSeed = 7;
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  RandomStream random(kSeed, "format_number");
  for (int i = 0; i < 20000; ++i) {
    const double value = std::bit_cast<double>(random());
    if (!std::isfinite(value)) continue;
    const std::string text = format_number(value);
    const std::optional<double> back = parse_number(text);
    ASSERT_TRUE(back) << text;
    ASSERT_EQ(std::bit_cast<uint64_t>(*back), std::bit_cast<uint64_t>(value)) << text;
  }
}

TEST(ParseNumber, ReadsDecimalNumbers) {
  EXPECT_EQ(parse_number("1e-4"), 1e-4);
  EXPECT_EQ(parse_number("+.5"), 0.5);
  EXPECT_EQ(parse_number("5."), 5.0);
  EXPECT_EQ(parse_number("-1_000.25E+2"), -100025.0);
  EXPECT_EQ(parse_number("0"), 0.0);
  EXPECT_EQ(parse_number("0.5"), 0.5);
}

TEST(ParseNumber, RefusesEverythingElse) {
  for (const char* text :
       {"",      "-",      ".",  "e5", "1e",  "1e+", "010", "00",   "0x10", "inf",   "nan", ".inf",
        "1e400", "1e-400", " 1", "1 ", "1,5", "1_",  "_1",  "1__0", "--1",  "1.2.3", "ten"}) {
    EXPECT_EQ(parse_number(text), std::nullopt) << "`" << text << "`";
  }
}

TEST(ParseInteger, ReadsWholeNumbersInAnyDecimalForm) {
  EXPECT_EQ(parse_integer("900_000"), 900000);
  EXPECT_EQ(parse_integer("-12"), -12);
  EXPECT_EQ(parse_integer("1e4"), 10000);
  EXPECT_EQ(parse_integer("2.5e3"), 2500);
  EXPECT_EQ(parse_integer("2.0"), 2);
  EXPECT_EQ(parse_integer("9223372036854775807"), std::numeric_limits<int64_t>::max());
  EXPECT_EQ(parse_integer("-9223372036854775808"), std::numeric_limits<int64_t>::min());
}

TEST(ParseInteger, RefusesFractionsAndOverflow) {
  for (const char* text :
       {"2.5", "1e-1", "9223372036854775808", "1e17", "010", "0b1", "0o7", "true", ""}) {
    EXPECT_EQ(parse_integer(text), std::nullopt) << "`" << text << "`";
  }
}

}  // namespace
}  // namespace yoso
