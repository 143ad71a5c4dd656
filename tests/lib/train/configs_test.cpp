// Every experiment under configs/ can be read, checked and resolved.
#include <gtest/gtest.h>

#include <filesystem>

#include "support/paths.h"
#include "yoso/config/read.h"
#include "yoso/config/write.h"
#include "yoso/train/setup.h"

namespace yoso::train {
namespace {

namespace fs = std::filesystem;

TEST(Configs, EveryExperimentResolvesToItself) {
  int experiments = 0;
  for (const char* folder : {"lra", "pretrain", "smoke"}) {
    for (const auto& entry :
         fs::recursive_directory_iterator(fs::path(testing::source_dir()) / "configs" / folder)) {
      if (entry.path().extension() != ".yaml" ||
          entry.path().filename().string().ends_with("common.yaml"))
        continue;
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

}  // namespace
}  // namespace yoso::train
