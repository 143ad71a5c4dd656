#pragma once

#include <string>
#include <vector>

namespace yoso::commands {

/// The options of `finetune submit`.
struct SubmitOptions {
  std::vector<std::string> runs;  // run folders, folders of them, or folders of predictions
  std::string output = "submission.zip";
  bool partial = false;   // zip the files that exist
  bool constant = false;  // replace missing files by constant predictions
};

/// Checks the files of predictions of runs (of several runs of a task, the best on dev) and writes
/// the zip that gluebenchmark.com takes. Prints the source of each file. DataError: a file with a
/// wrong number of examples, header or label; missing files, unless `partial` or `constant`.
void submit_command(const SubmitOptions& options);

}  // namespace yoso::commands
