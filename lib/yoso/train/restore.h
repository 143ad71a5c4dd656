#pragma once

#include <torch/nn/module.h>

#include <optional>
#include <string>
#include <vector>

#include "yoso/serialization/weights.h"
#include "yoso/train/checkpoint.h"
#include "yoso/train/train_state.h"
#include "yoso/util/log.h"

namespace yoso::train {

/// The checkpoint from which a run continues.
struct Restored {
  std::string folder;
  TrainState state;  // without its best step when that checkpoint is missing or damaged
};

/// The newest undamaged checkpoint of a run; nothing when it has saved none yet. Changes nothing on
/// the disk. DataError: none is left undamaged, or it was trained on data of another fingerprint.
/// UsageError: the folder holds weights that were extended or imported, with no training to
/// continue.
std::optional<Restored> newest_undamaged(const Checkpoints& checkpoints,
                                         const std::string& data_fingerprint, Log& log);

/// Loads the weights of a checkpoint folder into a model. Errors of serialization::load_weights.
serialization::LoadReport load_model(const std::string& folder, torch::nn::Module& model,
                                     serialization::Fit fit = serialization::Fit::exact);

/// Loads the embeddings and the encoder of the checkpoint that `source` (model.init_from) names.
/// DataError: there is no checkpoint. UsageError: it does not fit the model.
/// A classifier of `classes` takes the last layer of another by the names of the classes, in their
/// order here; where these are others it is left out, with a warning.
void load_initial_weights(const std::string& source, torch::nn::Module& model,
                          const std::vector<std::string>& classes, Log& log);

}  // namespace yoso::train
