#pragma once

#include <c10/core/Device.h>

#include <memory>
#include <string>
#include <vector>

#include "yoso/config/experiment.h"
#include "yoso/tasks/task.h"
#include "yoso/util/log.h"

namespace yoso::train {

/// An experiment with every default filled in and every `auto` of its attention replaced.
struct Setup {
  config::Experiment experiment;
  std::vector<config::Tree> attention;  // one resolved map a layer

  /// The whole experiment as one tree: what `config.yaml` holds and `--dump-config` prints.
  config::Tree tree() const;

  /// Only what differs from the defaults; `attention` and `task` as they were written.
  config::Tree minimal_tree() const;

  config::Tree written_attention, written_task, written_corpus;
};

/// Reads, checks and resolves an experiment, with what it inherits from a checkpoint (inherit.h).
/// UsageError with all problems found.
Setup resolve_setup(const config::Tree& written);

/// The same for the configuration of a run or a checkpoint, which inherits nothing: keys that its
/// version did not know yet have their defaults.
Setup resolve_saved(const config::Tree& tree);

/// Opens the task's data. DataError names file and line.
std::unique_ptr<tasks::Task> open_task(const Setup& setup, Log& log);

/// The model of a setup, on a device, initialised from the run's seed.
std::shared_ptr<torch::nn::Module> make_model(const Setup& setup, const tasks::Task& task,
                                              c10::Device device);

/// A short name for tables: the kind and the options that differ from its defaults, as in
/// "yoso conv_window=5".
std::string attention_label(const Setup& setup);

/// Number of trainable values.
int64_t count_parameters(const torch::nn::Module& model);

}  // namespace yoso::train
