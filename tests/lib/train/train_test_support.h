#pragma once

#include <memory>
#include <string>

#include "support/temp_folder.h"
#include "yoso/config/read.h"
#include "yoso/data/listops/generate.h"
#include "yoso/tasks/resolved_experiment.h"
#include "yoso/train/inherit.h"
#include "yoso/util/log.h"

namespace yoso::testing {

/// Small ListOps files in a folder of their own, made once a process.
inline const std::string& tiny_listops() {
  static const TempFolder folder;
  static const std::string path = [] {
    data::listops::GenerateOptions options;
    options.train = 200;
    options.dev = 40;
    options.test = 40;
    options.min_length = 4;
    options.max_length = 20;
    data::listops::generate(options, folder.path("listops"));
    return folder.path("listops");
  }();
  return path;
}

/// An experiment of seconds on that data; `extra` are overrides `a.b=value`.
inline tasks::ResolvedExperiment tiny_setup(const TempFolder& folder,
                                            std::vector<std::string> extra = {}) {
  const std::string file =
      folder.write("tiny.yaml",
                   "model: {layers: 2, dim: 16, heads: 2, ffn_dim: 16, max_length: 32}\n"
                   "attention: {kind: yoso, hashes: 4}\n"
                   "task: {name: listops, data: " +
                       tiny_listops() +
                       "}\n"
                       "train: {duration: 12, batch_size: 8, eval_every: 4, save_every: 3}\n"
                       "run: {log_every: 2, threads: 1}\n");
  return train::resolve_experiment(config::load(file, extra));
}

/// A log that nobody sees.
inline Log& silent_log() {
  static Log log([] {
    Log::Options options;
    options.quiet = true;
    return options;
  }());
  return log;
}

}  // namespace yoso::testing
