#pragma once

#include <string>
#include <vector>

#include "yoso/config/tree.h"

namespace yoso::commands {

/// One run of a sweep.
struct SweepRun {
  std::string folder;       // the run folder
  config::Tree experiment;  // the experiment with all keys set
};

/// The runs of a sweep file, such as:
///
///     output: runs/lra                 # runs go to OUTPUT/EXPERIMENT/ATTENTION/KEY=VALUE,...
///     experiments: [../listops.yaml, ../text.yaml]     # or NAME: FILE; relative to this file
///     attentions:                      # NAME: section `attention`; left out: the experiments' own
///       softmax: softmax
///       yoso-32: {include: ../../attention/yoso.yaml}
///     set: {train.precision: bfloat16}                 # keys of all runs
///     grid:                                            # every combination of these
///       train.lr: [1e-4, 3e-4]
///       run.seed: [1, 2, 3]
///
/// Later keys of the grid vary more slowly, so that with the seed last every cell of a table has
/// one run before any has two. Seeds and learning rates are the same for all attentions.
struct Sweep {
  std::string output;  // absolute
  std::vector<SweepRun> runs;
};

/// Reads a sweep file; `overrides` (a.b=value) take precedence over it in every run. UsageError
/// names file and line, or an override of a key in which runs differ: a key of the grid, the
/// attention when the file lists some, or run.output.
Sweep read_sweep(const std::string& path, const std::vector<std::string>& overrides);

}  // namespace yoso::commands
