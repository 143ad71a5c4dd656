// What scripts/quickstart.sh promises: with its data, its configurations and its seed, YOSO learns.
#include <algorithm>
#include <cmath>

#include "apps/lra_fixture.h"

namespace yoso::testing {
namespace {

class QuickstartSlow : public LraTest {
 protected:
  /// Trains a configuration of the quickstart on its data and returns result.json.
  nlohmann::json result_of(const std::string& name) {
    EXPECT_EQ(lra({"generate", "listops", "--output", "data", "--train", "20000", "--min-length",
                   "10", "--max-length", "64"})
                  .exit_code,
              0);
    const std::string config = source_dir() + "/configs/lra/quick/" + name + ".yaml";
    const Outcome outcome =
        lra({"train", config, "--set", "task.data=data", "--output", name, "--quiet"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return json(name + "/result.json");
  }

  /// Ten points and four standard errors above the majority class.
  static void expect_learned(const nlohmann::json& result) {
    const double accuracy = result["test"]["accuracy"], majority = result["majority_rate"];
    const double rows = result["test"]["rows"];
    EXPECT_EQ(rows, 2000);
    const double error = std::sqrt(accuracy * (1 - accuracy) / rows);
    EXPECT_GT(accuracy, majority + std::max(0.10, 4 * error)) << "majority class " << majority;
  }
};

TEST_F(QuickstartSlow, YosoLearnsListOps) { expect_learned(result_of("yoso")); }

TEST_F(QuickstartSlow, YosoWithConvolutionLearnsListOps) { expect_learned(result_of("yoso-conv")); }

}  // namespace
}  // namespace yoso::testing
