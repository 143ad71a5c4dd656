#pragma once

#include <torch/nn/module.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "yoso/batching/batch.h"
#include "yoso/config/experiment.h"
#include "yoso/config/fields.h"
#include "yoso/nn/hash_seed.h"
#include "yoso/tasks/scores.h"
#include "yoso/util/log.h"

namespace yoso::tasks {

/// What a task makes of a model's forward pass.
struct Output {
  at::Tensor loss_sum;  // float32 scalar: the loss summed over Batch::weight units
  at::Tensor logits;    // [batch, classes], or [masked, vocab]
  /// A second loss, summed over Batch::auxiliary_weight units; the loss trained on is the sum of
  /// both means. Undefined: there is none.
  at::Tensor auxiliary_loss_sum;
  at::Tensor auxiliary_logits;  // [batch, labels]
};

/// Collects what the task's metrics need over the batches of one pass.
class Metric {
 public:
  virtual ~Metric() = default;
  virtual void add(const Output& output, const batching::Batch& batch) = 0;
  virtual Scores result() const = 0;
};

/// A dataset with a head, a loss and a metric: all the trainer knows of an experiment's subject.
/// Const members may be called from several threads.
class Task {
 public:
  virtual ~Task() = default;

  /// Rows of a split; 0 when the task has none. Reads the split if that has not been done yet.
  virtual int64_t size(data::Split split) const = 0;

  /// The rows `indices` of a split. `first_row` is the position of the first one in the step's global
  /// batch; `epoch` keys what is drawn anew in each pass (masks of a language model).
  virtual batching::Batch batch(data::Split split, std::span<const int64_t> indices, int64_t epoch,
                                int64_t first_row) const = 0;

  /// The tokens of each row of a split, for batches of rows of like length; empty where rows are
  /// all alike or their lengths are unknown.
  virtual std::vector<int32_t> lengths(data::Split /*split*/) const { return {}; }

  /// The smallest embedding table that holds every id.
  virtual int64_t vocab_size() const = 0;

  /// The model for this task: encoder from `model` and the resolved attention of each layer, plus
  /// the task's head. Initialised from `seed` alone.
  virtual std::shared_ptr<torch::nn::Module> make_model(const config::ModelConfig& model,
                                                        const std::vector<config::Tree>& attention,
                                                        uint64_t seed) const = 0;

  /// One forward pass; `hash_seed` is set in training.
  virtual Output forward(torch::nn::Module& model, const batching::Batch& batch,
                         const nn::HashSeed* hash_seed) const = 0;

  virtual std::unique_ptr<Metric> metric() const = 0;

  /// The score that selects the best checkpoint, and whether larger is better.
  virtual std::pair<std::string, bool> main_metric() const = 0;

  /// Changes when any row of any split changes; saved in checkpoints.
  virtual std::string fingerprint() const = 0;

  /// Share of the most frequent class of a split, for tables.
  virtual double majority_rate(data::Split split) const = 0;
};

/// What `prepare` is asked for beside the task's options.
struct PrepareRequest {
  std::string output;  // folder
  bool force = false;  // replace another set that is there
  int threads = 0;     // 0: one a core
};

/// One row of the table of tasks.
struct TaskKind {
  std::string name;
  std::string help;     // one line
  std::string metrics;  // the scores it reports, the first of them selects the best checkpoint
  /// Lists the options with their defaults, `name` not among them.
  std::function<void(config::FieldVisitor&)> describe;
  /// Section `task` as written → every key present, paths absolute. UsageError.
  std::function<config::Tree(const config::Tree& options)> resolve;
  /// Finds the data of a resolved experiment, for models of up to `model.max_length` tokens; each
  /// split is read when first used. `run.seed` keys what the task draws for its training rows.
  /// DataError, here and then, names file and line. `log`, which must outlive the task, hears what
  /// is read.
  std::function<std::unique_ptr<Task>(const config::Experiment& experiment, Log& log)> open;
  /// Turns the raw files of section `task` into a folder of rows that can be mapped; false when a
  /// signal stopped it. Unset where a task has no such form.
  std::function<bool(const config::Tree& options, const PrepareRequest& request, Log& log)> prepare;
  bool reads_corpus = false;  // its data is the experiment's section `corpus`
  /// Whether `model.init_from` also says what the configuration leaves out of the sections `model`
  /// and `attention`, and the tokenizer.
  bool inherits_model = false;
  /// What tables call the task of a resolved section; unset: the name.
  std::function<std::string(const config::Tree& options)> label;
};

/// All tasks, sorted by name.
const std::vector<TaskKind>& task_kinds();

/// What tables call the task of a resolved section: its name, of GLUE the name of its part.
std::string task_label(const config::Tree& section);

/// The row of the task that section `task` names (`name: listops`, or the name alone). UsageError
/// with the nearest known name.
const TaskKind& find_task(const config::Tree& section);

}  // namespace yoso::tasks
