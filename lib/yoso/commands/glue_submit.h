#pragma once

#include <string>
#include <vector>

namespace yoso::commands {

/// What `finetune submit` was asked for.
struct SubmitOptions {
  std::vector<std::string> runs;  // run folders, folders of them, or folders of predictions
  std::string output = "submission.zip";
  bool partial = false;   // zip what is at hand
  bool constant = false;  // fill what is missing with constant predictions
};

/// Checks the files of predictions of runs (of several of one task, the best on dev) and makes the
/// zip that gluebenchmark.com takes. Prints where each file is from. DataError: a file with wrong
/// rows, header or labels; files that are missing, unless `partial` or `constant`.
void submit_command(const SubmitOptions& options);

}  // namespace yoso::commands
