#include "yoso/tasks/resolved_experiment.h"

#include <gtest/gtest.h>

#include "yoso/config/read.h"
#include "yoso/train/inherit.h"

namespace yoso::train {
namespace {

std::string label(const std::string& attention) {
  return tasks::attention_label(resolve_experiment(
      config::parse("model: {max_length: 512, layers: 2}\nattention: " + attention +
                        "\ntask: {name: listops, data: /x}\n",
                    "test.yaml")));
}

TEST(AttentionLabel, TellsWhatIsNotTheDefault) {
  EXPECT_EQ(label("yoso"), "yoso");
  EXPECT_EQ(label("{kind: yoso, hashes: 16, conv_window: 5}"), "yoso hashes=16 conv_window=5");
  EXPECT_EQ(label("{layers: [softmax, {kind: yoso, hashes: 16}]}"), "softmax + yoso hashes=16");
}

TEST(AttentionLabel, AnAutomaticValueIsADefaultAndAnotherIsNot) {
  EXPECT_EQ(label("{kind: yoso, bits: 9}"), "yoso") << "auto, for 512 tokens";
  EXPECT_EQ(label("{kind: yoso, bits: 5}"), "yoso bits=5");
  EXPECT_EQ(label("{kind: yoso, bits: 9, hash_passes: 20}"), "yoso hash_passes=20");
  EXPECT_EQ(label("{kind: reformer, buckets: 8}"), "reformer buckets=8");
}

}  // namespace
}  // namespace yoso::train
