#pragma once

#include <string>

namespace yoso::commands {

/// Prints GLUE's scores of predictions (data/glue/predictions.h) against a labelled official file
/// as one JSON object of fractions on stdout. DataError: a damaged file, or files with different
/// numbers of examples. UsageError: an unknown task.
void score_command(const std::string& task, const std::string& predictions,
                   const std::string& gold);

}  // namespace yoso::commands
