#pragma once

#include <string>
#include <vector>

#include "yoso/config/tree.h"

namespace yoso::commands {

/// One run of a sweep.
struct SweepRun {
  std::string folder;       // where it goes
  config::Tree experiment;  // the experiment with everything set
};

/// What a sweep file asks for:
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
/// Later keys of the grid vary most slowly, so that with the seed last all cells of a table have
/// one run before any has two. Seeds and learning rates are the same for all attentions.
struct Sweep {
  std::string output;  // absolute
  std::vector<SweepRun> runs;
};

/// Reads a sweep file; `overrides` (a.b=value) win over all of it in every run. UsageError names
/// file and line, or the override that would undo what tells runs apart: a key of the grid, the
/// attention where the file lists some, run.output.
Sweep read_sweep(const std::string& path, const std::vector<std::string>& overrides);

}  // namespace yoso::commands
