#pragma once

#include "yoso/config/tree.h"

namespace yoso::train {

/// An experiment whose task goes on with a pretrained encoder (TaskKind::inherits_model), with what
/// it leaves out taken from the checkpoint at model.init_from: keys of `model`, the whole of
/// `attention`, tokenizer and its options. Other experiments come back as they are.
///
/// DataError: no checkpoint there. UsageError: a tokenizer that is another than the checkpoint's;
/// neither a checkpoint nor an attention.
config::Tree inherit_model(const config::Tree& experiment);

}  // namespace yoso::train
