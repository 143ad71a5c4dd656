#include "yoso/config/write.h"

#include <gtest/gtest.h>

#include <string>

#include "yoso/config/read.h"

namespace yoso::config {
namespace {

struct Section {
  std::string name = "x";
  void fields(FieldVisitor& visitor) { visitor.field({"name", "a name"}, name, Choices{}); }
};

struct Sample {
  bool flag = true;
  int64_t count = 900000;
  AutoInt size;
  double rate = 0.1 + 0.2;
  double eps = 1e-8;
  Duration length{0.5, Duration::Unit::epochs};
  std::string word = "red";
  std::string text = "010";
  std::string empty;
  Tree rest;
  Section inner;
  void fields(FieldVisitor& visitor) {
    visitor.field({"flag", "a flag"}, flag);
    visitor.field({"count", "rows", OnResume::free}, count, IntRange{.min = 1});
    visitor.field({"size", "a size; auto: count"}, size, IntRange{.min = 1});
    visitor.field({"rate", "a rate"}, rate, RealRange{.min = 0, .max = 1, .above_min = true});
    visitor.field({"eps", "a constant"}, eps, RealRange{});
    visitor.field({"length", "a duration"}, length);
    visitor.field({"word", "a colour"}, word, {"red", "green"});
    visitor.field({"text", "any text"}, text, Choices{});
    visitor.field({"empty", "any text"}, empty, Choices{});
    visitor.field({"rest", "somebody else's"}, rest);
    visitor.section({"inner", "a section"}, inner);
  }
};

TEST(Write, PrintsEveryFieldInOrder) {
  Sample sample;
  sample.rest = parse("{kind: yoso, list: [1, 'b c', {d: 2}], none: {}}", "f");
  EXPECT_EQ(to_yaml(write(sample)),
            "flag: true\n"
            "count: 900000\n"
            "size: auto\n"
            "rate: 0.30000000000000004\n"
            "eps: 1.0e-08\n"
            "length: 0.5 epochs\n"
            "word: red\n"
            "text: \"010\"\n"
            "empty: \"\"\n"
            "rest:\n"
            "  kind: yoso\n"
            "  list: [1, b c, {d: 2}]\n"
            "  none: {}\n"
            "inner:\n"
            "  name: x\n");
}

TEST(Write, LeavesOutASubTreeThatIsNull) { EXPECT_EQ(write(Sample{}).find("rest"), nullptr); }

TEST(Write, ReadsBackToTheSameStruct) {
  Sample sample;
  sample.size = 3;
  sample.rate = 1.0 / 3;
  sample.text = "a: \"b\"\n#";
  sample.inner.name = "auto";
  Sample back;
  read(parse(to_yaml(write(sample)), "f"), back);
  EXPECT_EQ(back.size, 3);
  EXPECT_EQ(back.rate, 1.0 / 3);
  EXPECT_EQ(back.text, sample.text);
  EXPECT_EQ(back.inner.name, "auto");
  EXPECT_EQ(write(back), write(sample));
}

std::string few(const std::string& full, const std::string& defaults) {
  const Tree all = parse(full, "full"), base = parse(defaults, "defaults");
  const Tree kept = minimal(all, base);
  Tree again = base;
  merge(again, kept);
  EXPECT_EQ(again, all) << "over the defaults: " << to_line(again);
  return to_line(kept);
}

TEST(Minimal, KeepsWhatDiffers) {
  EXPECT_EQ(few("{a: 1, b: {c: 2, d: 3}, e: [1]}", "{a: 1, b: {c: 2, d: 4}, e: [2]}"),
            "{b: {d: 3}, e: [1]}");
  EXPECT_EQ(few("{a: 1, b: {c: 2}}", "{a: 1, b: {c: 2}}"), "{}");
  EXPECT_EQ(few("{a: 1, b: {c: 2}}", "{a: 1}"), "{b: {c: 2}}");
}

TEST(Minimal, KeepsWhatAMapSaysItIs) {
  EXPECT_EQ(few("{attention: {kind: yoso, hashes: 32}}", "{attention: {kind: yoso, hashes: 32}}"),
            "{attention: {kind: yoso}}");
  EXPECT_EQ(few("{task: {name: listops, n: 1, m: 2}}", "{task: {name: listops, n: 1, m: 3}}"),
            "{task: {name: listops, m: 2}}");
  // Options of another kind are none of this one's defaults.
  EXPECT_EQ(few("{attention: {kind: none, x: 1}}", "{attention: {kind: yoso, x: 1, y: 2}}"),
            "{attention: {kind: none, x: 1}}");
}

TEST(Differences, NameDottedKeysAndBothValues) {
  const auto found = differences(parse("{a: 1, b: {c: 2, d: [1]}, e: x, g: {h: 1}}", "f"),
                                 parse("{b: {c: 3, d: [1]}, a: 1, f: 5, g: 7}", "g"));
  std::string text;
  for (const Difference& difference : found)
    text += difference.key + ": " + difference.before + " -> " + difference.after + "\n";
  EXPECT_EQ(text, "b.c: 2 -> 3\ne: x -> unset\ng: {h: 1} -> 7\nf: unset -> 5\n");
}

TEST(DocumentFields, HasARowForEveryField) {
  Sample sample;
  std::string text;
  for (const FieldDoc& field :
       document_fields([&](FieldVisitor& visitor) { sample.fields(visitor); })) {
    text += field.key + " | " + field.value + " | " + field.allowed + " | " + field.help +
            (field.on_resume == OnResume::free ? " | free" : "") + "\n";
  }
  EXPECT_EQ(text,
            "flag | true | true or false | a flag\n"
            "count | 900000 | >= 1 | rows | free\n"
            "size | auto | auto or >= 1 | a size; auto: count\n"
            "rate | 0.30000000000000004 | in (0, 1] | a rate\n"
            "eps | 1.0e-08 |  | a constant\n"
            "length | 0.5 epochs | N steps, epochs, tokens or hours | a duration\n"
            "word | red | red or green | a colour\n"
            "text | 010 |  | any text\n"
            "empty |  |  | any text\n"
            "rest |  |  | somebody else's\n"
            "inner.name | x |  | a name\n");
}

TEST(RangeText, NamesOpenAndClosedEnds) {
  EXPECT_EQ(to_text(IntRange{}), "");
  EXPECT_EQ(to_text(IntRange{.min = 1}), ">= 1");
  EXPECT_EQ(to_text(IntRange{.max = 9}), "<= 9");
  EXPECT_EQ(to_text(RealRange{.min = 0, .above_min = true}), "> 0");
  EXPECT_EQ(to_text(RealRange{.max = 1, .below_max = true}), "< 1");
  EXPECT_EQ(to_text(RealRange{.min = 0, .max = 0.5, .above_min = true, .below_max = true}),
            "in (0, 0.5)");
}

TEST(RangeContains, RespectsOpenEnds) {
  const RealRange open{.min = 0, .max = 1, .above_min = true, .below_max = true};
  EXPECT_FALSE(open.contains(0));
  EXPECT_FALSE(open.contains(1));
  EXPECT_TRUE(open.contains(0.5));
  EXPECT_TRUE((IntRange{.min = 0, .max = 1}).contains(1));
  EXPECT_FALSE((IntRange{.min = 0, .max = 1}).contains(-1));
}

}  // namespace
}  // namespace yoso::config
