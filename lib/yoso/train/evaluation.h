#pragma once

#include <cstdint>
#include <string>

#include "yoso/tasks/scores.h"

namespace yoso::train {

/// The result of one pass over a split.
struct Evaluation {
  double loss = 0;
  tasks::Scores scores;
  int64_t rows = 0;

  /// NaN when there is no score of that name. "loss" is one.
  double score(const std::string& name) const;
};

/// "loss 2.1034 · accuracy 31.4 %", for people.
std::string describe(const Evaluation& evaluation);

}  // namespace yoso::train
