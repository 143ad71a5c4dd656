#pragma once

#include <c10/core/Device.h>
#include <torch/nn/module.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "yoso/serialization/weights.h"
#include "yoso/tasks/resolved_experiment.h"
#include "yoso/train/saved_run.h"
#include "yoso/util/log.h"

namespace yoso::train {

/// How a saved run is opened.
struct OpenOptions {
  std::string run;  // a run folder
  std::string device = "auto";
  int64_t threads = 0;
  /// Changes the saved configuration before it is resolved; null: it is used as it is.
  std::function<void(config::Tree& config)> change = nullptr;
};

/// A saved run in use. The constructor reads the configuration and sets up device and threads;
/// task, model and weights follow when they are first used.
class OpenRun {
 public:
  /// DataError: no run folder. UsageError: wrong configuration. `log` must outlive the
  /// object.
  OpenRun(const OpenOptions& options, Log& log);

  const SavedRun& saved() const { return saved_; }
  const tasks::ResolvedExperiment& resolved() const { return resolved_; }
  const config::Experiment& experiment() const { return resolved_.experiment; }

  /// UsageError: the GPU asked for is not there.
  c10::Device device() const;

  /// Batch size of forward passes that only evaluate: train.eval_batch, else train.batch_size.
  int64_t eval_batch() const;

  /// The run's task. Throws the errors of tasks::open_task.
  const tasks::Task& task();

  /// The task's model on the device, with initial weights until `load`.
  torch::nn::Module& model();

  /// Verifies a checkpoint folder and loads its weights into the model. Errors of verify_checkpoint
  /// and load_model.
  void load(const std::string& folder, serialization::Fit fit = serialization::Fit::exact);

  /// The same for a model that was made without the task; it is moved to the device.
  void load_into(torch::nn::Module& model, const std::string& folder) const;

 private:
  SavedRun saved_;
  tasks::ResolvedExperiment resolved_;
  Log& log_;
  std::string device_;
  std::unique_ptr<tasks::Task> task_;
  std::shared_ptr<torch::nn::Module> model_;
};

}  // namespace yoso::train
