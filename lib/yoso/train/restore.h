#pragma once

#include <torch/nn/module.h>

#include <optional>
#include <string>

#include "yoso/serialization/weights.h"
#include "yoso/train/checkpoint.h"
#include "yoso/train/train_state.h"
#include "yoso/util/log.h"

namespace yoso::train {

/// The checkpoint that a run goes on from.
struct Restored {
  std::string folder;
  TrainState state;  // without its best step where that checkpoint is gone or damaged
};

/// The newest undamaged checkpoint of a run; nothing when it has saved none yet. Changes nothing on
/// the disk. DataError: none is left undamaged, or it was trained on data of another fingerprint.
/// UsageError: the folder holds weights that no training made.
std::optional<Restored> newest_undamaged(const Checkpoints& checkpoints,
                                         const std::string& data_fingerprint, Log& log);

/// Puts the weights of a checkpoint folder into a model. Errors as serialization::load_weights.
serialization::LoadReport load_model(const std::string& folder, torch::nn::Module& model,
                                     serialization::Fit fit = serialization::Fit::exact);

/// Takes the embeddings and the encoder of model.init_from. DataError: no checkpoint there.
/// UsageError: it does not fit the model.
void load_initial_weights(const std::string& source, torch::nn::Module& model, Log& log);

}  // namespace yoso::train
