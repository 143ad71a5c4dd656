#pragma once

#include "yoso/config/tree.h"
#include "yoso/tasks/resolved_experiment.h"

namespace yoso::train {

/// An experiment whose task goes on with a pretrained encoder (TaskKind::inherits_model), with what
/// it leaves out taken from the checkpoint at model.init_from: keys of `model`, the whole of
/// `attention`, tokenizer and its options. Other experiments come back as they are.
///
/// DataError: no checkpoint there. UsageError: a tokenizer that is another than the checkpoint's;
/// neither a checkpoint nor an attention.
config::Tree inherit_model(const config::Tree& experiment);

/// Reads, checks and resolves an experiment as it was written, with what it inherits. UsageError
/// with all problems found; errors of inherit_model.
tasks::ResolvedExperiment resolve_experiment(const config::Tree& written);

}  // namespace yoso::train
