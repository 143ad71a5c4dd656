#pragma once

#include "yoso/config/tree.h"
#include "yoso/tasks/resolved_experiment.h"

namespace yoso::train {

/// Completes an experiment whose task continues with a pretrained encoder
/// (TaskKind::inherits_model): what it leaves out is taken from the checkpoint at model.init_from.
/// That can be keys of `model`, the whole of `attention`, and the tokenizer with its options. Other
/// experiments are returned unchanged.
///
/// DataError: model.init_from is not a checkpoint. UsageError: the tokenizer differs from the
/// checkpoint's, or there is neither a checkpoint nor an attention.
config::Tree inherit_model(const config::Tree& experiment);

/// Reads, checks and resolves an experiment as it was written, with what it inherits. UsageError
/// with all problems found; also the errors of inherit_model.
tasks::ResolvedExperiment resolve_experiment(const config::Tree& written);

}  // namespace yoso::train
