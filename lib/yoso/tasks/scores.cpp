#include "yoso/tasks/scores.h"

#include "yoso/report/metrics.h"
#include "yoso/util/format.h"

namespace yoso::tasks {

std::string score_text(std::string_view name, double value) {
  if (report::is_fraction(name)) return format_percent(value);
  return name.ends_with("loss") ? format_fixed(value, 4) : format_significant(value, 4);
}

}  // namespace yoso::tasks
