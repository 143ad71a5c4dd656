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
#include "yoso/tasks/metrics.h"
#include "yoso/tasks/scores.h"
#include "yoso/util/log.h"

namespace yoso::tasks {

/// The result of a model's forward pass on a batch.
struct Output {
  at::Tensor loss_sum;  // float32 scalar: the loss summed over Batch::weight units
  at::Tensor logits;    // [batch, classes], or [masked tokens, vocabulary]
  /// A second loss, float32 scalar, summed over Batch::auxiliary_weight units; the loss trained on
  /// is the sum of both means. Undefined: there is none.
  at::Tensor auxiliary_loss_sum;
  at::Tensor auxiliary_logits;  // [batch, labels]
};

/// Collects what the task's metrics need over the batches of one pass.
class Metric {
 public:
  virtual ~Metric() = default;
  virtual void add(const Output& output, const batching::Batch& batch) = 0;
  virtual Scores result() const = 0;

  /// The scores of each class, in the order of Task::class_names; empty where there are no classes.
  virtual std::vector<metrics::ClassScores> classes() const { return {}; }
};

/// A dataset with a head, a loss and a metric. The trainer works on any task through this
/// interface. Const members may be called from several threads.
class Task {
 public:
  virtual ~Task() = default;

  /// Examples of a split; 0 when the task does not have the split. Reads the split if that has not
  /// been done yet.
  virtual int64_t size(data::Split split) const = 0;

  /// The examples `indices` of a split as one batch. `first_row` is the row of the first one in the
  /// step's global batch; `epoch` is part of the seed of what is sampled again in each pass (masks
  /// of a language model).
  virtual batching::Batch batch(data::Split split, std::span<const int64_t> indices, int64_t epoch,
                                int64_t first_row) const = 0;

  /// The number of tokens of each example of a split, for batches of similar length; empty where
  /// all examples have the same length or their lengths are unknown.
  virtual std::vector<int32_t> lengths(data::Split /*split*/) const { return {}; }

  /// The entries of the smallest embedding table that holds every id.
  virtual int64_t vocab_size() const = 0;

  /// The model for this task: encoder from `model` and the resolved attention of each layer, plus
  /// the task's head. Initialised from `seed` alone. UsageError when `model` does not fit the task.
  virtual std::shared_ptr<torch::nn::Module> make_model(const config::ModelConfig& model,
                                                        const std::vector<config::Tree>& attention,
                                                        uint64_t seed) const = 0;

  /// One forward pass. `hash_seed` is set in training; without it the stored hashes are used.
  virtual Output forward(torch::nn::Module& model, const batching::Batch& batch,
                         const nn::HashSeed* hash_seed) const = 0;

  virtual std::unique_ptr<Metric> metric() const = 0;

  /// The score that selects the best checkpoint, and whether larger is better.
  virtual std::pair<std::string, bool> main_metric() const = 0;

  /// The names of the classes in the order of the logits; empty where there are none.
  virtual std::vector<std::string> class_names() const { return {}; }

  /// Examples of each class in a split, in the order of class_names.
  virtual std::vector<int64_t> class_counts(data::Split /*split*/) const { return {}; }

  /// The class that the score `f1` is of; empty: there is no such score.
  virtual std::string positive_class() const { return {}; }

  /// A checksum that changes when any example of any split changes; saved in checkpoints.
  virtual std::string fingerprint() const = 0;

  /// The main score of always predicting a split's most frequent class, for tables; 0: unknown.
  virtual double majority_rate(data::Split split) const = 0;
};

/// The settings of `prepare` beside the task's options.
struct PrepareRequest {
  std::string output;  // folder
  bool force = false;  // replace a set that is there already
  int threads = 0;     // 0: one for each core
};

/// One entry of the table of tasks.
struct TaskKind {
  std::string name;
  std::string help;     // one line
  std::string metrics;  // the scores it reports; the first one selects the best checkpoint
  /// Lists the options with their defaults, without `name`.
  std::function<void(config::FieldVisitor&)> describe;
  /// Section `task` as written → every key present, paths absolute. UsageError.
  std::function<config::Tree(const config::Tree& options)> resolve;
  /// Finds the data of a resolved experiment, for models of up to `model.max_length` tokens; each
  /// split is read when first used. `run.seed` seeds what the task samples for training. DataError,
  /// here and when a split is read, names file and line. What is read is logged to `log`, which
  /// must outlive the task.
  std::function<std::unique_ptr<Task>(const config::Experiment& experiment, Log& log)> open;
  /// Turns the raw files of section `task` into a folder of examples that can be memory-mapped;
  /// false when a signal stopped it. Unset where a task has no such form.
  std::function<bool(const config::Tree& options, const PrepareRequest& request, Log& log)> prepare;
  bool reads_corpus = false;  // its data is the experiment's section `corpus`
  /// Whether `model.init_from` also supplies the tokenizer and what the configuration leaves out of
  /// the sections `model` and `attention`.
  bool inherits_model = false;
  /// The name in tables of the task of a resolved section; unset: `name`.
  std::function<std::string(const config::Tree& options)> label;
};

/// All tasks, sorted by name.
const std::vector<TaskKind>& task_kinds();

/// The name in tables of the task of a resolved section: its name, or that of GLUE's subset.
/// UsageError when the task is unknown.
std::string task_label(const config::Tree& section);

/// The entry of the task that section `task` names (`name: listops`, or the name alone). UsageError
/// with the nearest known name.
const TaskKind& find_task(const config::Tree& section);

}  // namespace yoso::tasks
