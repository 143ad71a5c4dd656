#pragma once

#include <cstdint>
#include <string>

namespace yoso::commands {

/// What `finetune predict` was asked for.
struct PredictOptions {
  std::string run;                  // a run folder of a task on texts
  std::string checkpoint = "best";  // best, latest or step-N
  std::string input;                // a file of texts, `-`: stdin; empty: GLUE's files
  std::string split = "test";       // GLUE: test, or dev
  std::string output;               // GLUE: folder; input: file. Empty: RUN/predictions, or stdout
  std::string data;                 // another folder of GLUE's files than the run's
  bool probabilities = false;       // input: a column a class too
  std::string device = "auto";
  int64_t threads = 0;
  bool quiet = false;
};

/// Writes what a model says of unlabelled texts.
///
/// Of a GLUE task, the files that its submission wants (MNLI: MNLI-m.tsv, MNLI-mm.tsv and, where
/// diagnostic.tsv is at hand, AX.tsv); with split `dev` the same of dev, for `finetune score`. Of
/// an input file (data/texts/read.h, read_plain), a line `index TAB prediction` a text under a
/// header.
///
/// Returns 0, or 128 + n when signal n stopped it. UsageError: no task on texts, no input for a
/// task that is none of GLUE's. DataError: texts or checkpoint.
int predict_command(const PredictOptions& options);

}  // namespace yoso::commands
