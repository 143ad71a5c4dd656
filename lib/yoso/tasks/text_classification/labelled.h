#pragma once

#include <string>
#include <vector>

#include "yoso/data/texts/read.h"
#include "yoso/tasks/text_classification/task.h"

namespace yoso::tasks {

/// Section `task` of classes or numbers from files of one's own.
struct LabelledTextOptions {
  std::string train, dev, test;
  data::TextLayout layout;
  std::string target = "class";
  config::Tree labels;  // a list; resolved: never empty for classes
  std::string metric = "auto";
  double dev_share = 0.1;
  int64_t split_seed = 1;
  TextInputOptions input;

  void fields(config::FieldVisitor& visitor);

  /// Finds the labels in the training file where none are given.
  void resolve(const config::Tree& section);

  std::vector<std::string> label_names() const;
};

}  // namespace yoso::tasks
