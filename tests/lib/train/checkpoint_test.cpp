#include "yoso/train/checkpoint.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>
#include <gtest/gtest.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "support/temp_folder.h"
#include "support/user_error.h"
#include "yoso/config/write.h"
#include "yoso/train/find_checkpoint.h"
#include "yoso/util/file.h"

namespace yoso::train {
namespace {

namespace fs = std::filesystem;
using testing::error_text;
using testing::TempFolder;

Checkpoint checkpoint_at(int64_t step) {
  Checkpoint checkpoint;
  checkpoint.state.step = step;
  checkpoint.state.best_score =
      0.1 + 0.2;  // not a short decimal: the text must round-trip its bits
  checkpoint.state.window.loss.sum = 1.0 / 3;
  checkpoint.state.data_fingerprint = "abc";
  checkpoint.config = "model: {}\n";
  checkpoint.model = {{"w", at::arange(4, at::kFloat) + step}};
  checkpoint.optimizer = {{"w.exp_avg", at::arange(4, at::kFloat)}};
  return checkpoint;
}

class CheckpointsTest : public ::testing::Test {
 protected:
  TempFolder folder_;
  Checkpoints checkpoints_{folder_.path("checkpoints")};
};

TEST_F(CheckpointsTest, RoundTrip) {
  checkpoints_.save(checkpoint_at(7));
  EXPECT_EQ(checkpoints_.latest(), 7);
  EXPECT_EQ(checkpoints_.best(), std::nullopt);
  const std::string path = checkpoints_.path(7);
  verify_checkpoint(path);
  const TrainState state = read_state(path);
  EXPECT_EQ(state.step, 7);
  EXPECT_EQ(state.best_score, 0.1 + 0.2);
  EXPECT_EQ(state.window.loss.sum, 1.0 / 3);
  EXPECT_EQ(state.best_step, std::nullopt);
  EXPECT_EQ(config::to_yaml(read_config(path)), "model: {}\n");
  EXPECT_TRUE(at::equal(serialization::find(read_model(path), "w"), at::arange(4, at::kFloat) + 7));
  EXPECT_TRUE(
      at::equal(serialization::find(read_optimizer(path), "w.exp_avg"), at::arange(4, at::kFloat)));
}

TEST_F(CheckpointsTest, PruneKeepsTheNewestAndTheBest) {
  for (const int64_t step : {1, 2, 3, 4}) checkpoints_.save(checkpoint_at(step));
  checkpoints_.mark_best(1);
  checkpoints_.prune(2);
  EXPECT_EQ(checkpoints_.steps(), (std::vector<int64_t>{4, 3, 1}));
  EXPECT_EQ(checkpoints_.best(), 1);
}

TEST_F(CheckpointsTest, StepsAreOrderedAsNumbers) {
  for (const int64_t step : {9, 10, 100}) checkpoints_.save(checkpoint_at(step));
  EXPECT_EQ(checkpoints_.steps(), (std::vector<int64_t>{100, 10, 9}));
}

TEST_F(CheckpointsTest, WhatAKilledSaveLeavesIsNoCheckpointAndGoes) {
  checkpoints_.save(checkpoint_at(1));
  folder_.write("checkpoints/.tmp-step-2/model.safetensors", "half");
  EXPECT_EQ(checkpoints_.steps(), std::vector<int64_t>{1});
  checkpoints_.remove_leftovers();
  EXPECT_FALSE(fs::exists(folder_.path("checkpoints/.tmp-step-2")));
  EXPECT_TRUE(fs::exists(checkpoints_.path(1)));
}

/// The names of what was deleted in a folder while `action` ran.
template <class Action>
std::vector<std::string> deleted_in(const std::string& folder, Action action) {
  const int watch = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  EXPECT_GE(::inotify_add_watch(watch, folder.c_str(), IN_DELETE), 0);
  action();
  std::vector<std::string> names;
  alignas(inotify_event) std::array<char, 16384> buffer;
  for (ssize_t size; (size = ::read(watch, buffer.data(), buffer.size())) > 0;) {
    for (ssize_t at = 0; at < size;) {
      inotify_event event;
      std::memcpy(&event, buffer.data() + at, sizeof event);
      names.emplace_back(buffer.data() + at + sizeof event);
      at += static_cast<ssize_t>(sizeof event + event.len);
    }
  }
  ::close(watch);
  return names;
}

// The step of a run's only checkpoint is saved again once it is evaluated.
TEST_F(CheckpointsTest, OneThatIsSavedAgainIsNeverMissing) {
  checkpoints_.save(checkpoint_at(1));
  Checkpoint again = checkpoint_at(1);
  again.state.evaluated_step = 1;
  const auto deleted = deleted_in(folder_.path("checkpoints"), [&] { checkpoints_.save(again); });
  EXPECT_FALSE(deleted.empty()) << "the old one goes in the end, under another name";
  for (const std::string& name : deleted) EXPECT_NE(name, "step-1");
  verify_checkpoint(checkpoints_.path(1));
  EXPECT_EQ(read_state(checkpoints_.path(1)).evaluated_step, 1);
  EXPECT_EQ(checkpoints_.steps(), std::vector<int64_t>{1});
}

// Where a file system cannot exchange folders, the old one is put aside for a moment.
TEST_F(CheckpointsTest, OneThatWasPutAsideComesBackUnlessItIsReplaced) {
  checkpoints_.save(checkpoint_at(1));
  checkpoints_.save(checkpoint_at(2));
  fs::rename(checkpoints_.path(2), folder_.path("checkpoints/.old-step-2"));
  folder_.write("checkpoints/.old-step-1/manifest.json", "replaced");
  EXPECT_EQ(checkpoints_.steps(), std::vector<int64_t>{1});
  checkpoints_.remove_leftovers();
  EXPECT_EQ(checkpoints_.steps(), (std::vector<int64_t>{2, 1}));
  verify_checkpoint(checkpoints_.path(1));
  verify_checkpoint(checkpoints_.path(2));
  EXPECT_FALSE(fs::exists(folder_.path("checkpoints/.old-step-1")));
}

TEST_F(CheckpointsTest, WhatIsNewerThanTheLatestGoes) {
  for (const int64_t step : {3, 4, 1, 2}) checkpoints_.save(checkpoint_at(step));
  checkpoints_.prune(2);
  EXPECT_EQ(checkpoints_.steps(), (std::vector<int64_t>{2, 1}));
}

TEST_F(CheckpointsTest, DamageIsFoundAndNamed) {
  const auto damage = [&](const std::string& name, const std::string& content) {
    checkpoints_.save(checkpoint_at(1));
    const std::string path = folder_.write("checkpoints/step-1/" + name, content);
    return error_text([&] { verify_checkpoint(checkpoints_.path(1)); }, ExitCode::data);
  };
  EXPECT_NE(damage("model.safetensors", "short").find("model.safetensors: truncated or changed"),
            std::string::npos);
  std::string flipped = [&] {
    checkpoints_.save(checkpoint_at(1));
    return read_file(checkpoints_.path(1) + "/optimizer.safetensors");
  }();
  flipped.back() ^= 1;
  EXPECT_NE(damage("optimizer.safetensors", flipped).find("optimizer.safetensors: damaged"),
            std::string::npos);
  EXPECT_NE(damage("manifest.json", "{").find("manifest.json: is no JSON object"),
            std::string::npos);

  EXPECT_NE(damage("manifest.json", "").find("manifest.json: is no JSON object"),
            std::string::npos);
  EXPECT_NE(damage("manifest.json", "{}").find("manifest.json: is damaged"), std::string::npos);
  EXPECT_NE(damage("manifest.json", "{\"format\": \"other\"}").find("is of another format than"),
            std::string::npos);
  const std::string newer = damage("manifest.json", "{\"format\": \"yoso-checkpoint-2\"}");
  EXPECT_NE(newer.find("is of checkpoint format 2, written by"), std::string::npos) << newer;
  EXPECT_NE(newer.find("; this program, yoso "), std::string::npos) << newer;
  EXPECT_NE(newer.find("reads format 1"), std::string::npos) << newer;
  for (const char* files : {"{}", "[]", "7", "{\"model.safetensors\": 7}",
                            "{\"model.safetensors\": {\"size\": \"big\"}}",
                            "{\"model.safetensors\": {\"size\": 1, \"xxh3\": 2}}"}) {
    const std::string text =
        damage("manifest.json",
               std::string("{\"format\": \"yoso-checkpoint-1\", \"files\": ") + files + "}");
    EXPECT_TRUE(text.find("manifest.json: is damaged") != std::string::npos ||
                text.find("truncated or changed") != std::string::npos)
        << text;
  }

  checkpoints_.save(checkpoint_at(1));
  fs::remove(checkpoints_.path(1) + "/state.json");
  EXPECT_NE(
      error_text([&] { verify_checkpoint(checkpoints_.path(1)); }, ExitCode::data).find("missing"),
      std::string::npos);
}

TEST_F(CheckpointsTest, AStateOfAnotherFormIsRefused) {
  checkpoints_.save(checkpoint_at(1));
  for (const char* state : {"{}", "{\"config\": 7}", "[]"}) {
    write_atomically(checkpoints_.path(1) + "/state.json", state);
    EXPECT_NE(
        error_text([&] { read_config(checkpoints_.path(1)); }, ExitCode::data).find("state.json: "),
        std::string::npos);
    EXPECT_NE(error_text([&] { read_state(checkpoints_.path(1)); }, ExitCode::data)
                  .find("state.json: is no "),
              std::string::npos);
  }
}

TEST_F(CheckpointsTest, AForeignFolderIsNoCheckpoint) {
  EXPECT_NE(error_text([&] { verify_checkpoint(folder_.path("nowhere")); }, ExitCode::data)
                .find("no such"),
            std::string::npos);
  folder_.write("foreign/weights.bin", "x");
  EXPECT_NE(error_text([&] { verify_checkpoint(folder_.path("foreign")); }, ExitCode::data)
                .find("is no checkpoint"),
            std::string::npos);
  EXPECT_NE(error_text([&] { find_checkpoint(folder_.path("foreign")); }, ExitCode::data)
                .find("holds no checkpoint"),
            std::string::npos);
}

TEST_F(CheckpointsTest, ARunMeansItsBestAndElseItsLatest) {
  checkpoints_.save(checkpoint_at(1));
  checkpoints_.save(checkpoint_at(2));
  EXPECT_EQ(find_checkpoint(folder_.path("")), folder_.root() + "/checkpoints/step-2");
  checkpoints_.mark_best(1);
  EXPECT_EQ(find_checkpoint(folder_.path("")), folder_.root() + "/checkpoints/step-1");
  EXPECT_EQ(find_checkpoint(checkpoints_.path(2)), checkpoints_.path(2));
  EXPECT_EQ(find_checkpoint(folder_.path("checkpoints/best")), checkpoints_.path(1));
}

TEST(TrainStateOfVersion01, KeepsItsValuesUnderPresentNames) {
  TrainState state;
  state.evaluations_without_improvement = 3;
  state.window.padded_tokens = 77;
  auto json = to_json(state);
  json["stale_evaluations"] = json["evaluations_without_improvement"];
  json["window_slots"] = json["window_padded_tokens"];
  json.erase("evaluations_without_improvement");
  json.erase("window_padded_tokens");
  const TrainState read = state_from_json(json, "state.json");
  EXPECT_EQ(read.evaluations_without_improvement, 3);
  EXPECT_EQ(read.window.padded_tokens, 77);
}

}  // namespace
}  // namespace yoso::train
