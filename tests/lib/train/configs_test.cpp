// Every experiment under configs/ can be read, checked and resolved.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "support/paths.h"
#include "yoso/config/read.h"
#include "yoso/config/write.h"
#include "yoso/nn/attention/attention.h"
#include "yoso/train/setup.h"

namespace yoso::train {
namespace {

namespace fs = std::filesystem;

TEST(Configs, EveryExperimentResolvesToItself) {
  int experiments = 0;
  for (const char* folder : {"lra", "smoke"}) {
    for (const auto& entry :
         fs::recursive_directory_iterator(fs::path(testing::source_dir()) / "configs" / folder)) {
      if (entry.path().extension() != ".yaml" || entry.path().filename() == "common.yaml") continue;
      SCOPED_TRACE(entry.path().string());
      const train::Setup setup = resolve_setup(config::load(entry.path().string()));
      const config::Tree full = setup.tree();
      const train::Setup again = resolve_setup(config::parse(config::to_yaml(full), "dump"));
      EXPECT_TRUE(config::differences(full, again.tree()).empty());
      EXPECT_EQ(setup.attention.size(), static_cast<size_t>(setup.experiment.model.layers));
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
    const std::string experiment = configs / "lra/listops.yaml";
    const train::Setup setup = resolve_setup(config::load(experiment, {"attention=" + kind}));
    EXPECT_EQ(setup.attention.size(), 2u);
    for (const auto& [key, value] : fragment.entries)
      EXPECT_NE(setup.attention.front().find(key), nullptr) << key;
    kinds.insert(kind);
  }
  for (const nn::AttentionKind& kind : nn::attention_kinds())
    EXPECT_TRUE(kinds.contains(kind.name)) << kind.name;
}

}  // namespace
}  // namespace yoso::train
