#pragma once

#include <string>
#include <vector>

#include "yoso/bench/study.h"
#include "yoso/report/table.h"

namespace yoso::bench {

/// One row a cell; `names` are those of the attentions, in the order of StudyOptions::attentions.
report::Table study_table(const std::vector<StudyCell>& cells,
                          const std::vector<std::string>& names);

/// One line a measurement, for programs; numbers have 6 significant digits.
std::string study_csv(const std::vector<StudyCell>& cells, const std::vector<std::string>& names);

/// Charts of time and memory a row over the length, on logarithmic axes, at the largest batch and
/// at the common one.
std::string study_svg(const std::vector<StudyCell>& cells, const std::vector<std::string>& names);

}  // namespace yoso::bench
