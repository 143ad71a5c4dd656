#include "yoso/config/renamed_keys.h"

#include <gtest/gtest.h>

#include "support/temp_folder.h"
#include "support/user_error.h"
#include "yoso/config/read.h"
#include "yoso/config/write.h"

namespace yoso::config {
namespace {

using testing::error_text;
using testing::TempFolder;

std::string renamed(const std::string& yaml) { return to_line(parse(yaml, "old.yaml")); }

TEST(RenamedKeys, OldNamesAreReadAsThePresentOnes) {
  EXPECT_EQ(renamed("train: {lr: 1, length_pool: 50, recompute: true}"),
            "{train: {lr: 1, bucket_batches: 50, activation_checkpointing: true}}");
  EXPECT_EQ(renamed("attention: {kind: performer, redraw_every: 3}"),
            "{attention: {kind: performer, resample_every: 3}}");
  EXPECT_EQ(renamed("attention: {layers: {0: {kind: performer, redraw_every: 3}, 1: softmax}}"),
            "{attention: {layers: {0: {kind: performer, resample_every: 3}, 1: softmax}}}");
  EXPECT_EQ(renamed("attention: [{kind: performer, redraw_every: 3}, softmax]"),
            "{attention: [{kind: performer, resample_every: 3}, softmax]}");
}

TEST(RenamedKeys, OtherSectionsKeepKeysOfTheseNames) {
  EXPECT_EQ(renamed("task: {recompute: true, length_pool: 2}"),
            "{task: {recompute: true, length_pool: 2}}");
}

TEST(RenamedKeys, FragmentsAndOverridesWinUnderEitherName) {
  const TempFolder folder;
  folder.write("section.yaml", "length_pool: 50\nlr: 1\n");
  const std::string file =
      folder.write("exp.yaml", "train: {include: section.yaml, bucket_batches: 7}\n");
  EXPECT_EQ(to_line(load(file)), "{train: {bucket_batches: 7, lr: 1}}");
  EXPECT_EQ(to_line(load(file, {"train.length_pool=9"})), "{train: {bucket_batches: 9, lr: 1}}");
  Tree tree = load(file);
  set(tree, "train.length_pool", Tree::text("3"));
  EXPECT_EQ(to_line(tree), "{train: {bucket_batches: 3, lr: 1}}");
}

TEST(RenamedKeys, BothNamesInOneMapAreRefused) {
  EXPECT_EQ(
      error_text([] { renamed("train:\n  recompute: true\n  activation_checkpointing: true"); }),
      "old.yaml:2: train.recompute: is the old name of activation_checkpointing, which is "
      "given too");
}

TEST(RenamedKeys, DottedKeysHavePresentNames) {
  EXPECT_EQ(present_key("train.length_pool"), "train.bucket_batches");
  EXPECT_EQ(present_key("attention.layers.0-2.redraw_every"),
            "attention.layers.0-2.resample_every");
  EXPECT_EQ(present_key("train.lr"), "train.lr");
  EXPECT_EQ(present_key("task.recompute"), "task.recompute");
  EXPECT_EQ(present_key("recompute"), "recompute");
}

TEST(RenamedKeys, AFragmentIsReadWhereItBelongs) {
  const TempFolder folder;
  // In a section of its own name the keys are somebody else's.
  folder.write("inner.yaml", "train: {length_pool: 1}\n");
  const std::string file = folder.write("exp.yaml", "task: {include: inner.yaml}\n");
  EXPECT_EQ(to_line(load(file)), "{task: {train: {length_pool: 1}}}");
}

}  // namespace
}  // namespace yoso::config
