#include "yoso/config/tree.h"

#include <gtest/gtest.h>

#include "yoso/config/read.h"
#include "yoso/config/write.h"

namespace yoso::config {
namespace {

std::string merged(const std::string& base, const std::string& later) {
  Tree tree = parse(base, "base");
  merge(tree, parse(later, "later"));
  return to_line(tree);
}

TEST(Merge, MapsDeepEverythingElseReplaced) {
  EXPECT_EQ(merged("{a: {b: 1, c: 2}, d: [1, 2], e: 1}", "{a: {c: 3, f: 4}, d: [5], e: {g: 1}}"),
            "{a: {b: 1, c: 3, f: 4}, d: [5], e: {g: 1}}");
}

TEST(Merge, AnEmptySectionChangesNothing) {
  EXPECT_EQ(merged("{train: {lr: 1}}", "{train: }"), "{train: {lr: 1}}");
  EXPECT_EQ(merged("{lr: 1}", "{lr: }"),
            "{lr: null}");  // a plain key without a value stays a mistake
}

TEST(Merge, AnotherKindReplacesTheOptionsOfTheFirst) {
  EXPECT_EQ(merged("{attention: {kind: yoso, hashes: 16}}", "{attention: {kind: softmax}}"),
            "{attention: {kind: softmax}}");
  EXPECT_EQ(merged("{attention: {kind: yoso, hashes: 16}}", "{attention: {kind: yoso, bits: 4}}"),
            "{attention: {kind: yoso, hashes: 16, bits: 4}}");
  EXPECT_EQ(merged("{attention: {kind: yoso, hashes: 16}}", "{attention: {bits: 4}}"),
            "{attention: {kind: yoso, hashes: 16, bits: 4}}");
  EXPECT_EQ(merged("{task: {name: listops, data: x}}", "{task: {name: text}}"),
            "{task: {name: text}}");
}

TEST(Merge, LayersAndOneKindForAllExcludeEachOther) {
  EXPECT_EQ(merged("{attention: {kind: yoso, hashes: 16}}", "{attention: {layers: {0: none}}}"),
            "{attention: {layers: {0: none}}}");
  EXPECT_EQ(merged("{attention: {layers: {0: none}}}", "{attention: {kind: yoso}}"),
            "{attention: {kind: yoso}}");
  EXPECT_EQ(merged("{model: {layers: 2, dim: 4}}", "{model: {dim: 8}}"),
            "{model: {layers: 2, dim: 8}}");
}

TEST(Merge, LayerRangesAreChangedOneByOneOrAllTogether) {
  const std::string base = "{layers: {0-1: {kind: yoso, hashes: 8}, 2: {kind: softmax}}}";
  EXPECT_EQ(merged(base, "{layers: {2: {kind: none}}}"),
            "{layers: {0-1: {kind: yoso, hashes: 8}, 2: {kind: none}}}");
  EXPECT_EQ(merged(base, "{layers: {0-2: {kind: none}}}"), "{layers: {0-2: {kind: none}}}");
}

TEST(Merge, KeepsWhereEachValueWasWritten) {
  Tree tree = parse("a:\n  b: 1\n  c: 2\n", "base");
  merge(tree, parse("\na:\n  c: 3\n", "later"));
  EXPECT_EQ(tree.find("a")->find("b")->origin, "base:2");
  EXPECT_EQ(tree.find("a")->find("c")->origin, "later:3");
}

TEST(TreeAccess, FindsAndAdds) {
  Tree tree;
  EXPECT_EQ(tree.find("a"), nullptr);
  tree["a"]["b"] = Tree::text("1");
  EXPECT_EQ(to_line(tree), "{a: {b: 1}}");
  EXPECT_EQ(Tree::text("1").find("a"), nullptr);
}

}  // namespace
}  // namespace yoso::config
