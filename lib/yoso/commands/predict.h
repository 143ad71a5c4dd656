#pragma once

#include <cstdint>
#include <string>

namespace yoso::commands {

/// The options of `finetune predict`.
struct PredictOptions {
  std::string run;                  // a run folder of a task on texts
  std::string checkpoint = "best";  // best, latest or step-N
  std::string input;                // a file of texts, `-`: stdin; empty: GLUE's files
  std::string format = "auto";      // of the input: auto, lines, tsv, csv, jsonl, json
  std::string text, second;         // columns or keys of the input; empty: those trained on
  std::string split = "test";       // GLUE: test or dev
  std::string output;               // GLUE: folder; input: file. Empty: RUN/predictions, or stdout
  std::string data;                 // another folder of GLUE's files than the run's
  bool probabilities = false;       // input: also one column for each class
  std::string device = "auto";
  int64_t threads = 0;
  bool quiet = false;
};

/// Writes a model's predictions for unlabelled texts:
///
/// - of a GLUE task, the files of a submission (MNLI: MNLI-m.tsv, MNLI-mm.tsv and, where
///   diagnostic.tsv exists, AX.tsv); with split `dev` the same for dev, for `finetune score`;
/// - of an input file (data/texts/unlabelled.h), a header and one line `index TAB prediction` for
///   each line, record or object of it, in order and counted from 0. An empty line has an empty
///   prediction.
///
/// Returns 0, or 128 + n when signal n stopped it. UsageError: the task is not on texts, or there
/// is no input and the task is not of GLUE. DataError: wrong or missing texts, or a damaged
/// checkpoint.
int predict_command(const PredictOptions& options);

}  // namespace yoso::commands
