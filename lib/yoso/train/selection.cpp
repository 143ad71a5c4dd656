#include "yoso/train/selection.h"

#include "yoso/util/error.h"

namespace yoso::train {

Selection selection(const config::TrainConfig& config, const tasks::Task& task) {
  const auto [metric, larger_is_better] = task.main_metric();
  if (config.select == "loss") return {"loss", false};
  if (config.select == "auto" || config.select == metric) return {metric, larger_is_better};
  throw UsageError("train.select: " + config.select +
                   " is no metric of this task, expected auto, loss or " + metric);
}

}  // namespace yoso::train
