#include "yoso/train/restore.h"

#include <ATen/ops/tensor.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "yoso/nn/attention/attention.h"
#include "yoso/train/checkpoint_classes.h"
#include "yoso/train/find_checkpoint.h"
#include "yoso/util/error.h"
#include "yoso/util/format.h"

namespace yoso::train {
namespace fs = std::filesystem;
namespace {

/// Steps to try, newest first. Folders newer than `latest` are left out: they can only be from a
/// save that was interrupted before its pointer was written.
std::vector<int64_t> candidates(const Checkpoints& checkpoints, Log& log) {
  std::vector<int64_t> steps = checkpoints.steps();
  const auto latest = checkpoints.latest();
  const std::string pointer = checkpoints.pointer("latest");
  if (latest && checkpoints.holds(*latest)) {
    std::erase_if(steps, [&](int64_t step) { return step > *latest; });
  } else if (!steps.empty()) {
    log.warn(pointer + ": names no checkpoint; trying the newest");
  } else if (fs::exists(pointer)) {
    throw DataError(pointer + ": names no checkpoint, and no other one is left; without the file " +
                    "the run starts from step 0");
  }
  return steps;
}

/// Throws when training cannot continue from the state that was saved in `folder`.
void check_data(const TrainState& saved, const std::string& folder,
                const std::string& data_fingerprint) {
  if (saved.data_fingerprint == data_fingerprint) return;
  if (saved.step == 0 && saved.data_fingerprint.empty()) {
    throw UsageError(folder +
                     ": holds weights that were extended or imported, no training to continue; "
                     "`train RUN --output DIR` starts one from them");
  }
  throw DataError(folder + ": was trained on other data (fingerprint " + saved.data_fingerprint +
                  ", now " + data_fingerprint + ")");
}

/// Forgets the best step when its checkpoint is damaged or missing: the run could not be scored at
/// its end.
void check_best(const Checkpoints& checkpoints, TrainState& state, Log& log) {
  if (!state.best_step || *state.best_step == state.step) return;
  try {
    verify_checkpoint(checkpoints.path(*state.best_step));
  } catch (const DataError& error) {
    log.warn(std::string(error.what()) +
             "; it was the best checkpoint; the next evaluation selects one again");
    state.best_step.reset();
    state.evaluated_step = 0;  // the present step is evaluated again too
  }
}

constexpr const char* kClassifier = "classifier.";  // the last layer: a row for each class

/// Puts the rows of a checkpoint's classifier into the order of `classes`, by their names; where the
/// names are others, or not known, the classifier is left out, and starts from initial values.
void match_head(serialization::NamedTensors& tensors, const std::string& folder,
                const std::vector<std::string>& classes, Log& log) {
  const at::Tensor weight = serialization::find(tensors, std::string(kClassifier) + "weight");
  if (!weight.defined() || weight.dim() == 0 ||
      weight.size(0) != static_cast<int64_t>(classes.size()))
    return;
  const std::vector<std::string> theirs = checkpoint_classes(folder);
  const std::vector<int64_t> order = match_classes(theirs, classes);
  const auto is_head = [](const auto& item) { return item.first.starts_with(kClassifier); };
  if (order.empty()) {
    std::erase_if(tensors, is_head);
    log.warn("the classes of " + folder + " (" +
             (theirs.empty() ? std::string("not known") : listed(theirs)) +
             ") are not those of the task (" + listed(classes) +
             "): its classifier is left out, and the head starts anew");
    return;
  }
  if (std::is_sorted(order.begin(), order.end())) return;
  for (auto& item : tensors) {
    if (is_head(item)) item.second = item.second.index_select(0, at::tensor(order));
  }
  log.info("the classes of " + folder + " come in another order (" + listed(theirs) +
           "): its classifier is put in that of the task");
}

}  // namespace

std::optional<Restored> newest_undamaged(const Checkpoints& checkpoints,
                                         const std::string& data_fingerprint, Log& log) {
  const std::vector<int64_t> steps = candidates(checkpoints, log);
  for (const int64_t step : steps) {
    Restored restored{.folder = checkpoints.path(step), .state = {}};
    try {
      verify_checkpoint(restored.folder);
      restored.state = read_state(restored.folder);
    } catch (const DataError& error) {
      log.warn(std::string(error.what()) + "; trying the checkpoint before it");
      continue;
    }
    check_data(restored.state, restored.folder, data_fingerprint);
    check_best(checkpoints, restored.state, log);
    return restored;
  }
  if (!steps.empty())
    throw DataError(checkpoints.path(steps.front()) + ": no undamaged checkpoint is left");
  return {};
}

serialization::LoadReport load_model(const std::string& folder, torch::nn::Module& model,
                                     serialization::Fit fit) {
  return serialization::load_weights(read_model(folder), model, folder, fit, nn::is_drawn);
}

void load_initial_weights(const std::string& source, torch::nn::Module& model,
                          const std::vector<std::string>& classes, Log& log) {
  const std::string folder = find_checkpoint(source);
  verify_checkpoint(folder);
  serialization::NamedTensors tensors = read_model(folder);
  if (!classes.empty()) match_head(tensors, folder, classes, log);
  const serialization::LoadReport report = serialization::load_weights(
      tensors, model, folder, serialization::Fit::encoder, nn::is_drawn);
  log.info("weights from " + folder + ": " + std::to_string(report.taken.size()) +
           " tensors taken");
  for (const std::string& line : report.lines()) log.info("  " + line);
}

}  // namespace yoso::train
