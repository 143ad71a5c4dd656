#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "yoso/config/experiment.h"
#include "yoso/tasks/task.h"

namespace yoso::bench {

/// The sizes of a step; the defaults are the Text task of the Long Range Arena harness.
struct StepShape {
  int64_t rows = 32;      // sequences a step
  int64_t length = 4096;  // tokens of a sequence, all of them real
};

constexpr int64_t kTextVocabulary = 512, kTextClasses = 2;

/// The harness's model and optimizer: 2 pre-norm layers, width 64, 2 heads, feed-forward width 128,
/// dropout 0.1, mean pooling. `attention` is the value of that section, in YAML.
config::Experiment text_experiment(const StepShape& shape, const std::string& attention,
                                   const std::string& precision);

/// A classification task whose training split is shape.rows sequences of random bytes.
std::unique_ptr<tasks::Task> random_bytes_task(const StepShape& shape);

/// One training step of our own trainer (train/step.h) on that task, ready to be called again and
/// again.
class OurStep {
 public:
  OurStep(const StepShape& shape, const std::string& attention, const std::string& precision);
  ~OurStep();

  void run();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace yoso::bench
