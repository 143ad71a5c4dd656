#pragma once

#include <string>
#include <utility>

#include "yoso/data/split.h"

namespace yoso::train {

/// The names of the files of a run, all in one folder. (FolderLock adds `lock`.)
class RunFiles {
 public:
  explicit RunFiles(std::string folder) : folder_(std::move(folder)) {
    while (folder_.size() > 1 && folder_.back() == '/') folder_.pop_back();
  }

  const std::string& folder() const { return folder_; }

  std::string config() const { return in("config.yaml"); }       // resolved
  std::string metrics() const { return in("metrics.jsonl"); }    // one object a line
  std::string tensorboard() const { return in("tensorboard"); }  // folder of event files
  std::string curves() const { return in("curves.svg"); }        // drawn from the metrics
  std::string result() const { return in("result.json"); }       // how the run ended
  std::string log() const { return in("log.txt"); }              // what the terminal showed
  std::string checkpoints() const { return in("checkpoints"); }  // folder
  /// The scores of `eval --all-checkpoints`.
  std::string evaluations() const { return in("evaluations.jsonl"); }
  std::string diverged() const { return in("diverged.txt"); }  // why a sweep gave up the run
  std::string labels() const { return in("labels.txt"); }      // classes, one a line

  /// The folder of GLUE's submission files, for test or dev.
  std::string predictions(data::Split split) const {
    return in(split == data::Split::dev ? "predictions-dev" : "predictions");
  }

 private:
  std::string in(const char* name) const { return folder_ + "/" + name; }

  std::string folder_;
};

}  // namespace yoso::train
