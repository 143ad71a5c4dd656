#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/user_error.h"
#include "yoso/config/read.h"
#include "yoso/config/write.h"
#include "yoso/util/random.h"

namespace yoso::config {
namespace {

using testing::error_text;

std::string line_of(const std::string& text) { return to_line(parse(text, "f.yaml")); }
std::string parse_error(const std::string& text) {
  SCOPED_TRACE(text);
  return error_text([&] { parse(text, "f.yaml"); });
}

TEST(Parse, KeepsScalarsAsText) {
  EXPECT_EQ(line_of("a: 010\nb: 1e-4\nc: yes\n"), "{a: 010, b: 1e-4, c: yes}");
  EXPECT_EQ(line_of("a:\nb: ~\nc: null\nd: 'null'\n"), "{a: null, b: null, c: null, d: \"null\"}");
  EXPECT_EQ(line_of("a: |\n  x\n  y\n"), "{a: \"x\\ny\\n\"}");
}

TEST(Parse, KnowsQuotedFromPlain) {
  const Tree tree = parse("a: 32\nb: '32'\nc: \"32\"\n", "f.yaml");
  EXPECT_FALSE(tree.find("a")->quoted);
  EXPECT_TRUE(tree.find("b")->quoted);
  EXPECT_TRUE(tree.find("c")->quoted);
}

TEST(Parse, AcceptsWhatEditorsLeaveBehind) {
  EXPECT_EQ(line_of("\xef\xbb\xbf"
                    "a: 'x'\r\nb: 2\r\n"),
            "{a: x, b: 2}");  // byte order mark, CRLF
  EXPECT_EQ(line_of(""), "{}");
  EXPECT_EQ(line_of("# nothing but a comment\n"), "{}");
  EXPECT_EQ(line_of("---\na:\t1\n...\n"), "{a: 1}");
}

TEST(Parse, RemembersLines) {
  const Tree tree = parse(
      "# é\n\ntrain:\n\n  lr: 1\n  list:\n    - 1\n    - 2\nrun: {a: 1,\n  b: 2}\n", "f.yaml");
  EXPECT_EQ(tree.find("train")->origin, "f.yaml:3");
  EXPECT_EQ(tree.find("train")->find("lr")->origin, "f.yaml:5");
  EXPECT_EQ(tree.find("train")->find("list")->items[1].origin, "f.yaml:8");
  EXPECT_EQ(tree.find("run")->find("b")->origin, "f.yaml:10");
}

TEST(Parse, RefusesDuplicateKeys) {
  EXPECT_EQ(parse_error("a:\n  x: 1\n  y: 2\n  x: 3\n"),
            "f.yaml:4: duplicate key `x`, first at f.yaml:2");
  EXPECT_EQ(parse_error("{a: 1, 'a': 2}"), "f.yaml:1: duplicate key `a`, first at f.yaml:1");
}

TEST(Parse, RefusesWhatItDoesNotSupport) {
  EXPECT_EQ(parse_error("a: 1\n<<: {b: 2}\n"),
            "f.yaml:2: merge keys (`<<`) are not supported; use `include`");
  EXPECT_EQ(parse_error("a: &x 1\n"),
            "f.yaml:1: anchors (`&name`) are not supported; use `include`");
  EXPECT_EQ(parse_error("a: 1\nb: !!int 3\n"), "f.yaml:2: tags (`!name`) are not supported");
  EXPECT_EQ(parse_error("a: !x {b: 1}\n"), "f.yaml:1: tags (`!name`) are not supported");
  EXPECT_EQ(parse_error("a: 1\n---\nb: 2\n"),
            "f.yaml:2: a second YAML document begins; a file holds one");
  EXPECT_EQ(parse_error("? [a]\n: 1\n"),
            "f.yaml:1: a list or section cannot be a key (is a bracket left open?)");
  EXPECT_EQ(parse_error("a: 1\n: 1\n"), "f.yaml:2: a key is missing before `:`");
}

TEST(Parse, RefusesAnythingButAMapAtTheTop) {
  for (const char* text : {"- 1\n- 2\n", "hello\n", "a:1\n"}) {
    EXPECT_EQ(parse_error(text), "f.yaml:1: expected sections (`key: value`) at the top");
  }
}

TEST(Parse, RefusesBytesThatYamlCppWouldMisread) {
  EXPECT_EQ(parse_error("a: 1\nb: caf\xe9\n"), "f.yaml:2: not UTF-8 text");
  EXPECT_EQ(parse_error("a: 1\n\x04"
                        "b: 2\n"),
            "f.yaml:2: control character 0x04");
  EXPECT_EQ(parse_error(std::string("a: 1\nb: \0\n", 9)), "f.yaml:2: control character 0x00");
}

TEST(Parse, RefusesBrokenYamlWithLine) {
  EXPECT_EQ(parse_error("a: 1\n  b: 2\n"), "f.yaml:2: broken YAML at column 4: illegal map value");
  EXPECT_EQ(parse_error("a: [1, 2\n"),
            "f.yaml:2: broken YAML at column 1: end of sequence flow not found");
  EXPECT_EQ(parse_error("a:\n\tb: 1\n"), "f.yaml:2: indented with a tab, expected spaces");
  EXPECT_EQ(parse_error("é: 'ü'\na: 'x\nb: 1\n"), "f.yaml:2: the quote ' is not closed");
  EXPECT_EQ(parse_error("a: 1\nb: \"x\\\"\nc: 1\n"), "f.yaml:2: the quote \" is not closed");
  EXPECT_EQ(parse_error("\xef\xbb\xbf"
                        "a: 'x'\r\nb: 'y\r\n"),
            "f.yaml:2: the quote ' is not closed");
  EXPECT_EQ(line_of("a: 'it''s'\nb: \"\\\"\"\n"), "{a: \"it's\", b: \"\\\"\"}");
}

TEST(Parse, RefusesDeepNesting) {
  EXPECT_NE(parse_error("a: " + std::string(5000, '[') + std::string(5000, ']')).find("f.yaml:1: "),
            std::string::npos);
}

// Texts that some part of YAML gives a meaning to.
const std::vector<std::string> kTricky = {"",
                                          " ",
                                          "~",
                                          "null",
                                          "NULL",
                                          "true",
                                          "no",
                                          "auto",
                                          "010",
                                          "1e-4",
                                          "0x1f",
                                          ".5",
                                          "-",
                                          "--",
                                          "---",
                                          "...",
                                          "- a",
                                          "-1",
                                          "+",
                                          "?",
                                          "? a",
                                          ":",
                                          "a: b",
                                          "a:b",
                                          "a:",
                                          ": a",
                                          "#",
                                          "a #b",
                                          "a#b",
                                          "[",
                                          "]",
                                          "[]",
                                          "{}",
                                          "{a: 1}",
                                          ",",
                                          "a, b",
                                          "&a",
                                          "*a",
                                          "!a",
                                          "!!int 3",
                                          "|",
                                          ">",
                                          "'",
                                          "''",
                                          "\"",
                                          "\\",
                                          "\\n",
                                          "%a",
                                          "@a",
                                          "`a`",
                                          "=",
                                          "<<",
                                          " a",
                                          "a ",
                                          "a  b",
                                          "a\n",
                                          "\na",
                                          "a\n\nb",
                                          "\t",
                                          "a\tb",
                                          "\r\n",
                                          "\x01",
                                          "\x1b[0m",
                                          "\x7f",
                                          "é",
                                          "\xe2\x80\xa8",
                                          "\xc2\x85",
                                          "\xc2\xa0",
                                          "\xef\xbb\xbf",
                                          "\xf0\x9f\x98\x80",
                                          "../data/x",
                                          "/a/b",
                                          "~/x",
                                          "cuda:0",
                                          "3 epochs",
                                          "0-2",
                                          "2024-01-01",
                                          "12:30:45",
                                          "a'b\"c",
                                          "include"};

TEST(ToYaml, ReadsBackTrickyTexts) {
  for (const std::string& text : kTricky) {
    SCOPED_TRACE("`" + text + "`");
    for (bool quoted : {false, true}) {
      Tree scalar = Tree::text(text);
      scalar.quoted = quoted;
      Tree tree = Tree::map();
      tree["value"] = scalar;
      tree["nested"][text] = scalar;
      tree["list"].kind = Tree::Kind::sequence;
      tree["list"].items = {scalar, tree["nested"], Tree{}};
      const Tree back = parse(to_yaml(tree), "back");
      ASSERT_EQ(back, tree) << to_yaml(tree);
      // A text that looks like a number stays a text.
      if (text == "010") {
        ASSERT_EQ(back.find("value")->quoted, quoted);
      }
    }
  }
}

Tree random_tree(RandomStream& random, int depth) {
  const uint64_t kind = random.below(depth == 0 ? 4 : 6);
  Tree tree;
  if (kind == 0) return tree;
  if (kind < 4) {
    tree = Tree::text(kTricky[random.below(kTricky.size())]);
    tree.quoted = random.below(2) == 0;
    return tree;
  }
  const uint64_t size = random.below(4);
  tree.kind = kind == 4 ? Tree::Kind::sequence : Tree::Kind::map;
  for (uint64_t i = 0; i < size; ++i) {
    if (kind == 4) {
      tree.items.push_back(random_tree(random, depth - 1));
    } else {
      tree[kTricky[random.below(kTricky.size())]] = random_tree(random, depth - 1);
    }
  }
  return tree;
}

TEST(ToYaml, ReadsBackRandomTrees) {
  constexpr uint64_t kSeed = 11;
  RandomStream random(kSeed, "yaml");
  for (int i = 0; i < 2000; ++i) {
    Tree tree = Tree::map();
    for (int key = 0; key < 3; ++key) tree["k" + std::to_string(key)] = random_tree(random, 4);
    const std::string text = to_yaml(tree);
    ASSERT_EQ(parse(text, "back"), tree) << "seed " << kSeed << ", tree " << i << "\n" << text;
    ASSERT_EQ(to_yaml(parse(text, "back")), text) << "seed " << kSeed << ", tree " << i;
  }
}

// Whatever the bytes, the answer is a tree or a UsageError with one line.
TEST(Parse, SurvivesMutatedText) {
  constexpr uint64_t kSeed = 13;
  RandomStream random(kSeed, "mutate");
  const std::string start =
      "include: [a.yaml, b.yaml]\ntrain: {lr: 1e-4, 'x': \"y\"}\nlist:\n  - 1\n  - {b: |\n      "
      "text\n# c\né: ~\n";
  const std::string bytes =
      "\t\n '\"[]{}:,-?&*!|>#%@`\\\x04\xc3\xe9"
      "a1";
  int refused = 0;
  for (int i = 0; i < 5000; ++i) {
    std::string text = start;
    for (uint64_t edits = 1 + random.below(6); edits > 0; --edits) {
      text[random.below(text.size())] = bytes[random.below(bytes.size())];
    }
    SCOPED_TRACE("seed " + std::to_string(kSeed) + ", text " + std::to_string(i) + "\n" + text);
    try {
      const Tree tree = parse(text, "f.yaml");
      ASSERT_EQ(parse(to_yaml(tree), "back"), tree);
    } catch (const UsageError& error) {
      ++refused;
      ASSERT_EQ(std::string(error.what()).find("f.yaml:"), 0u) << error.what();
      ASSERT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
    }
  }
  EXPECT_GT(refused, 1000);
  EXPECT_LT(refused, 5000);
}

}  // namespace
}  // namespace yoso::config
