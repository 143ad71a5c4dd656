#pragma once

#include <array>
#include <string>
#include <vector>

#include "yoso/data/texts/read.h"
#include "yoso/tasks/text_classification/task.h"

namespace yoso::tasks {

/// What labels are: one of a few words, or numbers.
enum class TextTarget { classes, numbers };
constexpr auto names_of(TextTarget) { return std::array{"class", "number"}; }

/// The score that selects the best checkpoint; automatic: the first of those that are reported.
enum class TextScore { automatic, accuracy, f1, f1_macro, f1_micro, mcc, pearson, spearman };
constexpr auto names_of(TextScore) {
  return std::array{"auto", "accuracy", "f1", "f1_macro", "f1_micro", "mcc", "pearson", "spearman"};
}

/// Section `task` of a task that predicts classes or numbers, from the user's own files.
struct LabelledTextOptions {
  std::string train, dev, test;
  data::TextLayout layout;
  TextTarget target = TextTarget::classes;
  config::Tree labels;   // a list; resolved: never empty for classes
  std::string positive;  // the class of F1; resolved: empty unless there is one
  TextScore metric = TextScore::automatic;
  double dev_share = 0.1;
  int64_t split_seed = 1;
  TextInputOptions input;

  void fields(config::FieldVisitor& visitor);

  /// Finds the labels in the training file where none are given, and the second of two as the
  /// positive class where that is not named. UsageError; DataError where the file has fewer than
  /// two.
  void resolve(const config::Tree& section);

  std::vector<std::string> label_names() const;
};

}  // namespace yoso::tasks
