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

/// The score that chooses the best checkpoint; automatic: the first of those that are told.
enum class TextScore { automatic, accuracy, f1, mcc, pearson, spearman };
constexpr auto names_of(TextScore) {
  return std::array{"auto", "accuracy", "f1", "mcc", "pearson", "spearman"};
}

/// Section `task` of classes or numbers from files of one's own.
struct LabelledTextOptions {
  std::string train, dev, test;
  data::TextLayout layout;
  TextTarget target = TextTarget::classes;
  config::Tree labels;  // a list; resolved: never empty for classes
  TextScore metric = TextScore::automatic;
  double dev_share = 0.1;
  int64_t split_seed = 1;
  TextInputOptions input;

  void fields(config::FieldVisitor& visitor);

  /// Finds the labels in the training file where none are given.
  void resolve(const config::Tree& section);

  std::vector<std::string> label_names() const;
};

}  // namespace yoso::tasks
