#include "yoso/config/read.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "support/user_error.h"

namespace yoso::config {
namespace {

using testing::error_text;

struct Inner {
  int64_t depth = 1;
  double rate = 0.5;
  void fields(FieldVisitor& visitor) {
    visitor.field({"depth", "a depth"}, depth, IntRange{.min = 1, .max = 8});
    visitor.field({"rate", "a rate"}, rate, RealRange{.min = 0, .max = 1, .below_max = true});
  }
};

enum class Taste { sweet, sour, bitter };
constexpr auto names_of(Taste) { return std::array{"sweet", "sour", "bitter"}; }

struct Outer {
  bool flag = false;
  int64_t count = 3;
  int64_t positive = 4;
  AutoInt size;
  double real = 1.5;
  Duration length{100};
  std::string word = "red";
  Taste taste = Taste::sour;
  Taste mild = Taste::sweet;
  std::string text = "free";
  Tree rest;
  Inner inner;
  void fields(FieldVisitor& visitor) {
    visitor.field({"flag", "a flag"}, flag);
    visitor.field({"count", "a count"}, count, IntRange{});
    visitor.field({"positive", "a positive count"}, positive, IntRange{.min = 1});
    visitor.field({"size", "a size"}, size, IntRange{.min = 1});
    visitor.field({"real", "a number"}, real, RealRange{});
    visitor.field({"length", "a duration"}, length);
    visitor.field({"word", "a colour"}, word, {"red", "green", "blue"});
    visitor.choice({"taste", "a taste"}, taste);
    visitor.choice({"mild", "a taste"}, mild, {Taste::sweet, Taste::sour});
    visitor.field({"text", "any text"}, text, Choices{});
    visitor.field({"rest", "somebody else's"}, rest);
    visitor.section({"inner", "a section"}, inner);
  }
};

Outer outer(const std::string& text) {
  Outer value;
  read(parse(text, "f.yaml"), value);
  return value;
}
std::string problem(const std::string& text) {
  SCOPED_TRACE(text);
  return error_text([&] { outer(text); });
}

TEST(Read, LeavesOutWhatIsLeftOut) {
  const Outer value = outer("");
  EXPECT_EQ(value.count, 3);
  EXPECT_EQ(value.word, "red");
  EXPECT_FALSE(value.size);
  EXPECT_TRUE(value.rest.is_null());
  Outer from_null;
  read(Tree{}, from_null);
  EXPECT_EQ(from_null.count, 3);
}

TEST(Read, FillsEveryType) {
  const Outer value = outer(
      "flag: true\ncount: -7\nsize: 12\nreal: 1e-4\nlength: 0.5 epochs\nword: blue\ntext: a b\n"
      "rest: {any: [1]}\ninner:\n  depth: 8\n  rate: 0\n");
  EXPECT_TRUE(value.flag);
  EXPECT_EQ(value.count, -7);
  EXPECT_EQ(value.size, 12);
  EXPECT_EQ(value.real, 1e-4);
  EXPECT_EQ(value.length, (Duration{0.5, Duration::Unit::epochs}));
  EXPECT_EQ(value.word, "blue");
  EXPECT_EQ(value.text, "a b");
  EXPECT_TRUE(value.rest.find("any")->is_sequence());
  EXPECT_EQ(value.inner.depth, 8);
  EXPECT_EQ(value.inner.rate, 0);
}

TEST(Read, IntegersAreDecimalAndWhole) {
  EXPECT_EQ(outer("count: 900_000").count, 900000);
  EXPECT_EQ(outer("count: 1e4").count, 10000);
  for (const char* text :
       {"010", "0x10", "1.5", "1e-1", "ten", "1_", "9223372036854775808", "true", "auto", "1 2"}) {
    EXPECT_EQ(problem("count: " + std::string(text)),
              "f.yaml:1: count: expected a whole number, not `" + std::string(text) + "`");
  }
  EXPECT_EQ(problem("count: '3'"), "f.yaml:1: count: expected a whole number, not the text \"3\"");
  EXPECT_EQ(problem("count: [3]"), "f.yaml:1: count: expected a whole number, not a list");
  EXPECT_EQ(problem("count: {a: 3}"), "f.yaml:1: count: expected a whole number, not a section");
  EXPECT_EQ(problem("positive: 0"), "f.yaml:1: positive: expected a whole number >= 1, not `0`");
  EXPECT_EQ(problem("inner: {depth: 9}"),
            "f.yaml:1: inner.depth: expected a whole number in [1, 8], not `9`");
}

TEST(Read, AutoIsAWordOfItsOwn) {
  EXPECT_EQ(outer("size: 3").size, 3);
  EXPECT_FALSE(outer("size: auto").size);
  EXPECT_EQ(problem("size: 0"), "f.yaml:1: size: expected auto or a whole number >= 1, not `0`");
  EXPECT_EQ(problem("size: 'auto'"),
            "f.yaml:1: size: expected auto or a whole number >= 1, not the text \"auto\"");
}

TEST(Read, NumbersAreFiniteDecimals) {
  EXPECT_EQ(outer("real: 3").real, 3);
  EXPECT_EQ(outer("real: -.5e1").real, -5);
  for (const char* text : {"nan", ".inf", "1e999", "0x1p3", "1,5"}) {
    EXPECT_EQ(problem("real: " + std::string(text)),
              "f.yaml:1: real: expected a number, not `" + std::string(text) + "`");
  }
  EXPECT_EQ(problem("inner: {rate: 1}"),
            "f.yaml:1: inner.rate: expected a number in [0, 1), not `1`");
}

TEST(Read, BoolsAreTrueOrFalse) {
  EXPECT_FALSE(outer("flag: false").flag);
  for (const char* text : {"yes", "on", "True", "1", "FALSE"}) {
    EXPECT_EQ(problem("flag: " + std::string(text)),
              "f.yaml:1: flag: expected true or false, not `" + std::string(text) + "`");
  }
}

TEST(Read, DurationsHaveUnits) {
  const auto length = [](const std::string& text) { return outer("length: " + text).length; };
  EXPECT_EQ(length("500"), (Duration{500, Duration::Unit::steps}));
  EXPECT_EQ(length("1 step"), (Duration{1, Duration::Unit::steps}));
  EXPECT_EQ(length("5e3 steps"), (Duration{5000, Duration::Unit::steps}));
  EXPECT_EQ(length("1 epoch"), (Duration{1, Duration::Unit::epochs}));
  EXPECT_EQ(length("'3  epochs'"), (Duration{3, Duration::Unit::epochs}));
  EXPECT_EQ(length("1e9 tokens"), (Duration{1e9, Duration::Unit::tokens}));
  EXPECT_EQ(length("0.5 hours"), (Duration{0.5, Duration::Unit::hours}));
  for (const char* text : {"-1", "0.5", "0.5 steps", "3epochs", "3 days", "epochs", "0.5 tokens",
                           "auto", "3 epochs 2", "-1 epochs"}) {
    EXPECT_EQ(problem("length: " + std::string(text)),
              "f.yaml:1: length: expected a number of steps, epochs, tokens or hours (500, 500 "
              "steps, 0.5 epochs, 1e9 tokens, 2 hours), not `" +
                  std::string(text) + "`");
  }
}

TEST(Read, WordsAreChecked) {
  EXPECT_EQ(outer("word: 'green'").word, "green");
  EXPECT_EQ(problem("word: bleu"),
            "f.yaml:1: word: expected red, green or blue, not `bleu` (did you mean `blue`?)");
  EXPECT_EQ(outer("taste: bitter").taste, Taste::bitter);
  EXPECT_EQ(outer("mild: sour").mild, Taste::sour);
  EXPECT_EQ(outer("").taste, Taste::sour);
  EXPECT_EQ(problem("taste: soure"),
            "f.yaml:1: taste: expected sweet, sour or bitter, not `soure` (did you mean `sour`?)");
  EXPECT_EQ(problem("mild: bitter"), "f.yaml:1: mild: expected sweet or sour, not `bitter`");
  EXPECT_EQ(read_choice<Taste>("sour", "--taste"), Taste::sour);
  EXPECT_EQ(error_text([] { read_choice<Taste>("soure", "--taste"); }),
            "--taste: expected sweet, sour or bitter, not `soure` (did you mean `sour`?)");
  EXPECT_EQ(problem("word: violet"), "f.yaml:1: word: expected red, green or blue, not `violet`");
  EXPECT_EQ(outer("text: 010").text, "010");
  EXPECT_EQ(outer("text: ''").text, "");
  EXPECT_EQ(problem("text: [a]"), "f.yaml:1: text: expected a text, not a list");
}

TEST(Read, AKeyWithoutAValueIsAMistakeButNotASection) {
  EXPECT_EQ(problem("count:"), "f.yaml:1: count: has no value");
  EXPECT_EQ(problem("text: ~"), "f.yaml:1: text: has no value");
  EXPECT_EQ(problem("rest:"), "f.yaml:1: rest: has no value");
  EXPECT_EQ(outer("inner:").inner.depth, 1);
}

TEST(Read, SectionsAreSections) {
  EXPECT_EQ(problem("inner: 3"), "f.yaml:1: inner: expected a section of keys, not `3`");
  EXPECT_EQ(problem("inner: [1]"), "f.yaml:1: inner: expected a section of keys, not a list");
  Inner inner;
  EXPECT_EQ(error_text([&] { read(Tree::text("x", "f.yaml:9"), inner, "a.b"); }),
            "f.yaml:9: a.b: expected a section of keys, not `x`");
}

TEST(Read, UnknownKeysAreAnsweredWithTheNearest) {
  EXPECT_EQ(problem("a_flag: 1\nflga: true"),
            "f.yaml:1: a_flag: unknown key (did you mean `flag`?)\nf.yaml:2: flga: unknown key "
            "(did you mean `flag`?)");
  EXPECT_EQ(problem("inner: {dept: 1}"),
            "f.yaml:1: inner.dept: unknown key (did you mean `depth`?)");
  EXPECT_EQ(problem("inner: {zzz: 1}"), "f.yaml:1: inner.zzz: unknown key, expected depth or rate");
  EXPECT_EQ(problem("depth: 1"),
            "f.yaml:1: depth: unknown key (did you mean `inner.depth`?)");  // in the wrong section
  EXPECT_EQ(problem("inner: {count: 1}"),
            "f.yaml:1: inner.count: unknown key (did you mean `count`?)");
}

TEST(Read, AllProblemsComeAtOnceInTheOrderOfTheFile) {
  EXPECT_EQ(problem("inner:\n  rate: x\n  bad: 1\nzzzz: 1\nflag: maybe\n"),
            "f.yaml:2: inner.rate: expected a number in [0, 1), not `x`\n"
            "f.yaml:3: inner.bad: unknown key, expected depth or rate\n"
            "f.yaml:4: zzzz: unknown key, expected flag, count, positive, size, real, length, "
            "word, taste, mild, text, rest or inner\n"
            "f.yaml:5: flag: expected true or false, not `maybe`");
}

TEST(Read, ThePathIsPutBeforeTheKeys) {
  Inner inner;
  const Tree tree = parse("depth: 0\nrat: 1\n", "f.yaml");
  EXPECT_EQ(error_text([&] { read(tree, inner, "attention.layers.0"); }),
            "f.yaml:1: attention.layers.0.depth: expected a whole number in [1, 8], not `0`\n"
            "f.yaml:2: attention.layers.0.rat: unknown key (did you mean `rate`?)");
}

TEST(Read, ATreeMadeByAProgramHasNoPlaceToName) {
  Inner inner;
  Tree tree;
  tree["depth"] = Tree::text("x");
  EXPECT_EQ(error_text([&] { read(tree, inner, "p"); }),
            "p.depth: expected a whole number in [1, 8], not `x`");
}

TEST(DidYouMean, IsEmptyWhenNothingIsNear) {
  EXPECT_EQ(did_you_mean("sofmax", {"none", "softmax"}), " (did you mean `softmax`?)");
  EXPECT_EQ(did_you_mean("linear", {"none", "softmax"}), "");
}

TEST(DurationSteps, AreRoundedUp) {
  EXPECT_EQ((Duration{500}).steps(7), 500);
  EXPECT_EQ((Duration{2, Duration::Unit::epochs}).steps(7), 14);
  EXPECT_EQ((Duration{0.5, Duration::Unit::epochs}).steps(7), 4);
  // 0.07 * 100 is 7.000000000000001 in doubles.
  EXPECT_EQ((Duration{0.07, Duration::Unit::epochs}).steps(100), 7);
  EXPECT_EQ((Duration{1e300, Duration::Unit::epochs}).steps(100), int64_t{1} << 53);
}

}  // namespace
}  // namespace yoso::config
