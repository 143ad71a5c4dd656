#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "support/temp_folder.h"
#include "support/user_error.h"
#include "yoso/config/read.h"
#include "yoso/config/write.h"

namespace yoso::config {
namespace {

using testing::error_text;
using testing::TempFolder;

class Load : public ::testing::Test {
 protected:
  std::string line(const std::string& file, const std::vector<std::string>& overrides = {}) {
    return to_line(load(folder_.path(file), overrides));
  }
  // The message without the temporary folder's name.
  std::string error(const std::string& file, const std::vector<std::string>& overrides = {}) {
    std::string text = error_text([&] { load(folder_.path(file), overrides); });
    const std::string prefix = folder_.path("");
    for (size_t at; (at = text.find(prefix)) != std::string::npos;) text.erase(at, prefix.size());
    return text;
  }

  TempFolder folder_;
};

TEST_F(Load, IncludesAreRelativeAndOwnKeysWin) {
  folder_.write("model/small.yaml", "model: {dim: 64, heads: 2}\ntrain: {lr: 1}\n");
  folder_.write("base/listops.yaml",
                "include: ../model/small.yaml\ntask: {name: listops}\ntrain: {lr: 2, eps: 3}\n");
  folder_.write("exp.yaml",
                "train: {lr: 4}\ninclude: base/listops.yaml\n");  // wherever `include` stands
  EXPECT_EQ(line("exp.yaml"),
            "{model: {dim: 64, heads: 2}, train: {lr: 4, eps: 3}, task: {name: listops}}");
}

TEST_F(Load, LaterFragmentsWin) {
  folder_.write("a.yaml", "x: {p: 1, q: 1}\n");
  folder_.write("b.yaml", "x: {q: 2, r: 2}\n");
  folder_.write("exp.yaml", "include: [a.yaml, b.yaml]\nx: {r: 3}\n");
  EXPECT_EQ(line("exp.yaml"), "{x: {p: 1, q: 2, r: 3}}");
}

TEST_F(Load, AFragmentMayServeTwice) {
  folder_.write("a.yaml", "x: 1\n");
  folder_.write("b.yaml", "include: a.yaml\ny: 1\n");
  folder_.write("exp.yaml", "include: [a.yaml, b.yaml]\n");
  EXPECT_EQ(line("exp.yaml"), "{x: 1, y: 1}");
}

TEST_F(Load, SectionsIncludeTheirOwnKeys) {
  folder_.write("attention/yoso.yaml", "kind: yoso\nhashes: 32\n");
  folder_.write("lra/exp.yaml", "attention: {include: ../attention/yoso.yaml, hashes: 16}\n");
  EXPECT_EQ(line("lra/exp.yaml"), "{attention: {kind: yoso, hashes: 16}}");
  folder_.write("lra/layers.yaml",
                "attention: {layers: {0: {include: ../attention/yoso.yaml}, 1: softmax}}\n");
  EXPECT_EQ(line("lra/layers.yaml"),
            "{attention: {layers: {0: {kind: yoso, hashes: 32}, 1: {kind: softmax}}}}");
}

TEST_F(Load, OriginsPointIntoTheFragment) {
  folder_.write("a.yaml", "train:\n  lr: 1\n  eps: 2\n");
  folder_.write("exp.yaml", "include: a.yaml\ntrain:\n  eps: 3\n");
  const Tree tree = load(folder_.path("exp.yaml"), {"train.beta1=0.5"});
  EXPECT_EQ(tree.find("train")->find("lr")->origin, folder_.path("a.yaml") + ":2");
  EXPECT_EQ(tree.find("train")->find("eps")->origin, folder_.path("exp.yaml") + ":3");
  EXPECT_EQ(tree.find("train")->find("beta1")->origin, "--set train.beta1=0.5");
}

TEST_F(Load, AnotherKindInOneLineDropsTheOldOptions) {
  folder_.write("base.yaml", "attention: {kind: yoso, hashes: 16}\n");
  folder_.write("exp.yaml", "include: base.yaml\nattention: softmax\n");
  EXPECT_EQ(line("exp.yaml"), "{attention: {kind: softmax}}");
  EXPECT_EQ(line("base.yaml", {"attention=softmax"}), "{attention: {kind: softmax}}");
  EXPECT_EQ(line("base.yaml", {"attention.kind=softmax"}), "{attention: {kind: softmax}}");
}

TEST_F(Load, OptionsMayFollowAShortForm) {
  folder_.write("exp.yaml", "attention: yoso\ntask: listops\n");
  EXPECT_EQ(line("exp.yaml"), "{attention: {kind: yoso}, task: {name: listops}}");
  EXPECT_EQ(line("exp.yaml", {"attention.hashes=16", "task.data=x"}),
            "{attention: {kind: yoso, hashes: 16}, task: {name: listops, data: x}}");
  EXPECT_EQ(line("exp.yaml", {"attention=yoso", "attention.hashes=8"}),
            "{attention: {kind: yoso, hashes: 8}, task: {name: listops}}");
}

TEST_F(Load, NoOverrideUndoesAnother) {
  folder_.write("exp.yaml", "attention: {kind: softmax}\n");
  EXPECT_EQ(line("exp.yaml", {"attention.hashes=8", "attention.kind=yoso"}),
            "{attention: {hashes: 8, kind: yoso}}");
  EXPECT_EQ(line("exp.yaml", {"attention.kind=yoso", "attention.kind=none"}),
            "{attention: {kind: none}}");
}

TEST_F(Load, OverridesAreYaml) {
  folder_.write("exp.yaml", "a: 1\n");
  EXPECT_EQ(line("exp.yaml", {"a=[1, x]"}), "{a: [1, x]}");
  EXPECT_EQ(line("exp.yaml", {"b={c: 1}", "b.d.e=2"}), "{a: 1, b: {c: 1, d: {e: 2}}}");
  EXPECT_EQ(line("exp.yaml", {"a=x=y"}), "{a: \"x=y\"}");
  EXPECT_EQ(line("exp.yaml", {"a=3 epochs"}), "{a: 3 epochs}");
  EXPECT_EQ(line("exp.yaml", {"a=''"}), "{a: \"\"}");
  EXPECT_EQ(line("exp.yaml", {"a="}), "{a: null}");
  EXPECT_TRUE(load(folder_.path("exp.yaml"), {"a='1'"}).find("a")->quoted);
}

TEST_F(Load, OverridesMayInclude) {
  folder_.write("exp.yaml", "attention: softmax\n");
  const std::string fragment = folder_.write("yoso.yaml", "kind: yoso\nhashes: 4\n");
  EXPECT_EQ(line("exp.yaml", {"attention.include=" + fragment, "attention.hashes=8"}),
            "{attention: {kind: yoso, hashes: 8}}");
}

TEST_F(Load, RefusesWrongOverrides) {
  folder_.write("exp.yaml", "train:\n  lr: 1\n  list: [1]\n");
  EXPECT_EQ(error("exp.yaml", {"train.lr"}),
            "--set train.lr: expected KEY=VALUE, such as train.lr=0.001");
  EXPECT_EQ(error("exp.yaml", {"=1"}), "--set =1: `` is no key, expected one such as `train.lr`");
  EXPECT_EQ(error("exp.yaml", {"train..lr=1"}),
            "--set train..lr=1: `train..lr` is no key, expected one such as `train.lr`");
  EXPECT_EQ(error("exp.yaml", {"train.lr.x=1"}),
            "--set train.lr.x=1: train.lr is a value (exp.yaml:2), not a section");
  EXPECT_EQ(error("exp.yaml", {"train.list.0=1"}),
            "--set train.list.0=1: train.list is a list (exp.yaml:3), not a section");
  EXPECT_EQ(error("exp.yaml", {"a=1", "a.b=2"}),
            "--set a.b=2: a is a value (--set a=1), not a section");
  EXPECT_EQ(error("exp.yaml", {"a=[1"}),
            "--set a=[1: a list or section cannot be a key (is a bracket left open?)");
  EXPECT_EQ(error("exp.yaml", {"a={b: 1, b: 2}"}), "--set a={b: 1, b: 2}: duplicate key `b`");
}

TEST_F(Load, RefusesMissingFiles) {
  EXPECT_EQ(error("none.yaml"), "none.yaml: No such file or directory");
  folder_.write("exp.yaml", "a: 1\ninclude:\n  - part/none.yaml\n");
  EXPECT_EQ(error("exp.yaml"), "exp.yaml:3: include: part/none.yaml: No such file or directory");
  folder_.write("part/x.yaml", "a: 1\n");
  EXPECT_EQ(error("part"), "part: is a folder, expected a YAML file");
  folder_.write("exp.yaml", "include: part\n");
  EXPECT_EQ(error("exp.yaml"), "exp.yaml:1: include: part: is a folder, expected a YAML file");
}

TEST_F(Load, RefusesUnreadableFiles) {
  if (geteuid() == 0) GTEST_SKIP() << "root reads everything";
  chmod(folder_.write("exp.yaml", "a: 1\n").c_str(), 0);
  EXPECT_EQ(error("exp.yaml"), "exp.yaml: Permission denied");
}

TEST_F(Load, RefusesFragmentsThatIncludeEachOther) {
  folder_.write("self.yaml", "include: ./self.yaml\n");
  EXPECT_EQ(error("self.yaml"), "self.yaml:1: include: self.yaml includes itself");
  folder_.write("a.yaml", "include: sub/b.yaml\n");
  folder_.write("sub/b.yaml", "x: 1\ninclude: ../a.yaml\n");
  EXPECT_EQ(error("a.yaml"), "sub/b.yaml:2: include: a.yaml includes itself by way of sub/b.yaml");
}

TEST_F(Load, RefusesIncludesThatNameNoFile) {
  for (const char* value : {"{a: 1}", "[[x]]", "", "''"}) {
    folder_.write("exp.yaml", "train:\n  include: " + std::string(value) + "\n");
    EXPECT_EQ(error("exp.yaml"), "exp.yaml:2: train.include: expected a path or a list of paths");
  }
}

TEST_F(Load, RefusesAnEmptyExperiment) {
  folder_.write("exp.yaml", "# only a comment\n");
  EXPECT_EQ(error("exp.yaml"), "exp.yaml: the file is empty, expected an experiment");
}

TEST_F(Load, BrokenFragmentsNameThemselves) {
  folder_.write("a.yaml", "x: 1\nx: 2\n");
  folder_.write("exp.yaml", "include: a.yaml\n");
  EXPECT_EQ(error("exp.yaml"), "a.yaml:2: duplicate key `x`, first at a.yaml:1");
}

TEST(Set, ReplacesWithinAndMakesSections) {
  Tree tree = parse("run: {seed: 1}\n", "f.yaml");
  set(tree, "run.output", Tree::text("a: [b", "--output"));
  set(tree, "train.lr", Tree::text("2", "--lr"));
  EXPECT_EQ(to_line(tree), "{run: {seed: 1, output: \"a: [b\"}, train: {lr: 2}}");
  EXPECT_EQ(tree.find("run")->find("output")->origin, "--output");
  EXPECT_EQ(error_text([&] { set(tree, "run.seed.x", Tree::text("2", "--seed")); }),
            "--seed: run.seed is a value (f.yaml:1), not a section");
}

}  // namespace
}  // namespace yoso::config
