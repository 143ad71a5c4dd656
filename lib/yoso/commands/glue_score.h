#pragma once

#include <string>

namespace yoso::commands {

/// Prints GLUE's scores of predictions (data/glue/predictions.h) against a labelled official file
/// as one JSON object on stdout, as fractions. DataError: files that are wrong, or of different
/// numbers of rows. UsageError: an unknown task.
void score_command(const std::string& task, const std::string& predictions,
                   const std::string& gold);

}  // namespace yoso::commands
