#include "yoso/commands/eval_store.h"

#include <gtest/gtest.h>

#include "support/temp_folder.h"
#include "support/user_error.h"

namespace yoso::commands {
namespace {

using testing::error_text;
using testing::TempFolder;

train::Evaluation scored(double loss) { return {.loss = loss, .scores = {}, .examples = 3}; }

TEST(EvalStore, FindsWhatAnEarlierCallAdded) {
  const TempFolder folder;
  const std::string path = folder.path("evaluations.jsonl");
  const report::Record key = {{"checkpoint", "step-4"}, {"hashes", "seed 1"}};
  EvalStore(path).add(key, scored(0.5));
  EvalStore again(path);
  ASSERT_TRUE(again.find(key));
  EXPECT_EQ(again.find(key)->loss, 0.5);
  EXPECT_FALSE(again.find({{"checkpoint", "step-4"}, {"hashes", "seed 2"}}));
}

TEST(EvalStore, ReadsTheWordsOfVersion01) {
  const TempFolder folder;
  const std::string path = folder.write(
      "evaluations.jsonl",
      "{\"key\": {\"hashes\": \"draw 2\", \"attention\": \"performer redraw_every=3\"}, "
      "\"scores\": {\"rows\": 3, \"loss\": 0.25}}\n"
      "{\"key\": {\"hashes\": \"drawn anew\", \"attention\": \"yoso\"}, "
      "\"scores\": {\"rows\": 3, \"loss\": 0.75}}\n");
  const EvalStore store(path);
  const auto two = store.find({{"hashes", "seed 2"}, {"attention", "performer resample_every=3"}});
  ASSERT_TRUE(two);
  EXPECT_EQ(two->loss, 0.25);
  EXPECT_EQ(two->examples, 3);
  EXPECT_TRUE(store.find({{"hashes", "sampled again"}, {"attention", "yoso"}}));
}

TEST(EvalStore, RefusesOtherFiles) {
  const TempFolder folder;
  const std::string path = folder.write("evaluations.jsonl", "{\"key\": 3}\n");
  EXPECT_EQ(error_text([&] { EvalStore store(path); }, ExitCode::data),
            path + ": is no list of evaluations");
}

}  // namespace
}  // namespace yoso::commands
