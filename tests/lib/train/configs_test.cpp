// Every experiment under configs/ can be read, checked and resolved.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "support/log_capture.h"
#include "support/paths.h"
#include "support/shared_data.h"
#include "yoso/commands/sweep_plan.h"
#include "yoso/config/read.h"
#include "yoso/config/write.h"
#include "yoso/nn/attention/attention.h"
#include "yoso/nn/cost.h"
#include "yoso/tasks/resolved_experiment.h"
#include "yoso/train/inherit.h"

namespace yoso::train {
namespace {

namespace fs = std::filesystem;

/// What the experiments of GLUE take from a pretrained run.
std::vector<std::string> pretrained(const fs::path& path) {
  if (path.string().find("glue") == std::string::npos &&
      path.string().find("labelled_text") == std::string::npos) {
    return {};
  }
  return {"task.tokenizer=bert:" + testing::sample("tokenizers/bert/vocab.txt"),
          "model.init_from=''", "attention=yoso"};
}

/// Below the sources, whatever the folder of these is called.
fs::path below_root(const fs::path& path) { return path.lexically_relative(testing::source_dir()); }

TEST(Configs, EveryExperimentResolvesToItself) {
  int experiments = 0;
  for (const char* folder : {"glue", "labelled_text", "lra", "pretrain", "smoke"}) {
    for (const auto& entry :
         fs::recursive_directory_iterator(fs::path(testing::source_dir()) / "configs" / folder)) {
      if (entry.path().extension() != ".yaml" ||
          entry.path().filename().string().ends_with("common.yaml"))
        continue;
      if (entry.path().parent_path().filename() == "sweep") continue;  // no experiments, see below
      SCOPED_TRACE(entry.path().string());
      const tasks::ResolvedExperiment resolved = resolve_experiment(
          config::load(entry.path().string(), pretrained(below_root(entry.path()))));
      const config::Tree full = resolved.tree();
      const tasks::ResolvedExperiment again =
          resolve_experiment(config::parse(config::to_yaml(full), "dump"));
      EXPECT_TRUE(config::differences(full, again.tree()).empty());
      EXPECT_EQ(resolved.attention.size(), static_cast<size_t>(resolved.experiment.model.layers));
      ++experiments;
    }
  }
  EXPECT_GE(experiments, 5);
}

TEST(Configs, EveryAttentionHasAFragmentThatResolves) {
  std::set<std::string> kinds;
  const fs::path configs = fs::path(testing::source_dir()) / "configs";
  for (const auto& entry : fs::directory_iterator(configs / "attention")) {
    SCOPED_TRACE(entry.path().string());
    const config::Tree fragment = config::load(entry.path().string());
    const std::string kind = fragment.find("kind")->scalar;
    config::Tree experiment = config::load(configs / "lra/listops.yaml");
    experiment["attention"] = fragment;
    const tasks::ResolvedExperiment resolved = resolve_experiment(experiment);
    EXPECT_EQ(resolved.attention.size(), 2u);
    for (const auto& [key, value] : fragment.entries)
      EXPECT_NE(resolved.attention.front().find(key), nullptr) << key;
    kinds.insert(kind);
  }
  for (const nn::AttentionKind& kind : nn::attention_kinds())
    EXPECT_TRUE(kinds.contains(kind.name)) << kind.name;
}

TEST(Configs, EverySweepResolves) {
  for (const char* program : {"glue", "lra"}) {
    const fs::path folder = fs::path(testing::source_dir()) / "configs" / program / "sweep";
    for (const auto& entry : fs::directory_iterator(folder)) {
      SCOPED_TRACE(entry.path().string());
      const commands::Sweep sweep = commands::read_sweep(entry.path().string(), {});
      EXPECT_FALSE(sweep.runs.empty());
      for (const commands::SweepRun& run : sweep.runs) {
        config::Tree experiment = run.experiment;
        std::vector<std::string> given = pretrained(program);
        if (experiment.find("attention") != nullptr)
          std::erase(given, "attention=yoso");  // books-random.yaml starts from no run
        config::override_keys(experiment, given);
        EXPECT_NO_THROW(resolve_experiment(experiment));
      }
    }
  }
}

/// The parameters of a harness experiment with softmax, its data replaced by the committed sample.
int64_t harness_parameters(const std::string& file, const std::string& sample) {
  const std::string path = testing::source_dir() + "/configs/lra/" + file + ".yaml";
  const tasks::ResolvedExperiment resolved = resolve_experiment(config::load(
      path, {"attention=softmax", "task.data=" + testing::sample(sample), "task.prepared=''"}));
  testing::LogCapture capture;
  const auto task = tasks::open_task(resolved, capture.log);
  return nn::count_parameters(*tasks::make_model(resolved, *task, c10::Device("cpu")));
}

TEST(Configs, HarnessModelsHaveThePublishedSize) {
  EXPECT_EQ(harness_parameters("listops", "listops"), 209'802);
  EXPECT_EQ(harness_parameters("text", "text"), 370'562);
  EXPECT_EQ(harness_parameters("retrieval", "retrieval"), 395'138);
  EXPECT_EQ(harness_parameters("image", "image"), 174'986);
  EXPECT_EQ(harness_parameters("pathfinder", "pathfinder"), 173'954);
}

}  // namespace
}  // namespace yoso::train
