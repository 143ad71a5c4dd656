#include "yoso/train/evaluation.h"

#include <limits>

#include "yoso/util/format.h"

namespace yoso::train {

double Evaluation::score(const std::string& name) const {
  if (name == "loss") return loss;
  for (const auto& [known, value] : scores) {
    if (known == name) return value;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

std::string describe(const Evaluation& evaluation) {
  std::string text = "loss " + format_fixed(evaluation.loss, 4);
  for (const auto& [name, value] : evaluation.scores)
    text += " · " + name + " " + tasks::score_text(name, value);
  return text;
}

}  // namespace yoso::train
