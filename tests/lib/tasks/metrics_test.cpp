#include "yoso/tasks/metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <vector>

#include "support/paths.h"
#include "yoso/util/file.h"

namespace yoso::tasks::metrics {
namespace {

using Classes = std::vector<int64_t>;
using Numbers = std::vector<double>;

nlohmann::json expected() {
  return nlohmann::json::parse(
      read_file(testing::source_dir() + "/tests/golden/metrics/expected.json"));
}

TEST(Metrics, OfClassesAreScikitLearns) {
  const nlohmann::json all = expected()["classes"];
  ASSERT_GT(all.size(), 10U);
  for (const auto& entry : all) {
    const Classes predicted = entry["predicted"], truth = entry["truth"];
    EXPECT_NEAR(accuracy(predicted, truth), entry["accuracy"], 1e-12) << entry;
    EXPECT_NEAR(matthews(predicted, truth), entry["mcc"], 1e-12) << entry;
    EXPECT_NEAR(f1_macro(predicted, truth), entry["f1_macro"], 1e-12) << entry;
    EXPECT_NEAR(f1_micro(predicted, truth), entry["f1_micro"], 1e-12) << entry;
    const auto classes = static_cast<int64_t>(entry["support"].size());
    const std::vector<ClassScores> scores = per_class(predicted, truth, classes);
    for (int64_t k = 0; k < classes; ++k) {
      EXPECT_NEAR(scores[k].precision, entry["precision"][k], 1e-12) << entry;
      EXPECT_NEAR(scores[k].recall, entry["recall"][k], 1e-12) << entry;
      EXPECT_NEAR(scores[k].f1, entry["f1_of_class"][k], 1e-12) << entry;
      EXPECT_NEAR(f1(predicted, truth, k), entry["f1_of_class"][k], 1e-12) << entry;
      EXPECT_EQ(scores[k].support, entry["support"][k]) << entry;
    }
    if (!entry.contains("f1")) continue;
    EXPECT_NEAR(f1(predicted, truth), entry["f1"], 1e-12) << entry;
  }
}

TEST(Metrics, OfNumbersAreSciPys) {
  const nlohmann::json all = expected()["numbers"];
  ASSERT_GT(all.size(), 6U);
  for (const auto& entry : all) {
    const Numbers predicted = entry["predicted"], truth = entry["truth"];
    EXPECT_NEAR(pearson(predicted, truth), entry["pearson"], 1e-12) << entry;
    EXPECT_NEAR(spearman(predicted, truth), entry["spearman"], 1e-12) << entry;
  }
}

TEST(Metrics, OfManyRowsDoNotOverflow) {
  // The product of the four sums of counts is beyond 64 bits.
  Classes truth(400'000, 0), predicted(400'000, 1);
  for (size_t i = 0; i < truth.size(); i += 3) truth[i] = 1;
  EXPECT_EQ(matthews(predicted, truth), 0);
  for (size_t i = 0; i < truth.size(); ++i) predicted[i] = truth[i];
  EXPECT_NEAR(matthews(predicted, truth), 1, 1e-12);
}

TEST(Metrics, RefuseWhatHasNoScore) {
  EXPECT_THROW(accuracy(Classes{}, Classes{}), std::invalid_argument);
  EXPECT_THROW(f1(Classes{1}, Classes{1, 0}), std::invalid_argument);
  EXPECT_THROW(matthews(Classes{}, Classes{}), std::invalid_argument);
  EXPECT_THROW(pearson(Numbers{1}, Numbers{2}), std::invalid_argument);
  EXPECT_THROW(spearman(Numbers{1, 2}, Numbers{1, 2, 3}), std::invalid_argument);
}

}  // namespace
}  // namespace yoso::tasks::metrics
