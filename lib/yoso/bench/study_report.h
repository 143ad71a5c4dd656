#pragma once

#include <string>
#include <vector>

#include "yoso/bench/study.h"
#include "yoso/report/table.h"

namespace yoso::bench {

/// One row a cell; `names` are those of the attentions.
report::Table study_table(const std::vector<StudyCell>& cells,
                          const std::vector<std::string>& names);

/// Full precision, for programs.
std::string study_csv(const std::vector<StudyCell>& cells, const std::vector<std::string>& names);

/// Time and memory of a row over the length, logarithmic, at the largest batch and at the common
/// one.
std::string study_svg(const std::vector<StudyCell>& cells, const std::vector<std::string>& names);

}  // namespace yoso::bench
