#include "yoso/train/open_run.h"

#include "yoso/runtime/device.h"
#include "yoso/runtime/precision.h"
#include "yoso/train/checkpoint.h"
#include "yoso/train/checkpoint_classes.h"
#include "yoso/train/restore.h"
#include "yoso/train/settle_precision.h"

namespace yoso::train {
namespace {

tasks::ResolvedExperiment resolve_saved(const SavedRun& run, const OpenOptions& options) {
  config::Tree tree = run.config();
  check_class_names(run.path(), tree);
  if (options.change) options.change(tree);
  tasks::ResolvedExperiment resolved = tasks::resolve(tree);
  config::Precision& precision = resolved.experiment.train.precision;
  if (precision == config::Precision::automatic)  // of a configuration that no run has settled
    precision = runtime::settled(precision, runtime::choose_device(options.device));
  return resolved;
}

}  // namespace

OpenRun::OpenRun(const OpenOptions& options, Log& log)
    : saved_(options.run),
      resolved_(resolve_saved(saved_, options)),
      log_(log),
      device_(options.device) {
  runtime::set_threads(options.threads);
}

c10::Device OpenRun::device() const { return runtime::choose_device(device_); }

int64_t OpenRun::eval_batch() const {
  const config::TrainConfig& train = experiment().train;
  return train.eval_batch.value_or(train.batch_size);
}

const tasks::Task& OpenRun::task() {
  if (!task_) task_ = tasks::open_task(resolved_, log_);
  return *task_;
}

torch::nn::Module& OpenRun::model() {
  if (!model_) {
    model_ = tasks::make_model(resolved_, task(), device());
    warn_of_precision(experiment().train.precision, device(), log_);
  }
  return *model_;
}

void OpenRun::load(const std::string& folder, serialization::Fit fit) {
  verify_checkpoint(folder);
  load_model(folder, model(), fit);
}

void OpenRun::load_into(torch::nn::Module& model, const std::string& folder) const {
  verify_checkpoint(folder);
  load_model(folder, model);
  model.to(device());
}

}  // namespace yoso::train
