#pragma once

#include <string>

#include "yoso/config/experiment.h"
#include "yoso/tasks/prepared/byte_data.h"

namespace yoso::tasks {

/// The options that tasks on gray images share.
struct PixelOptions {
  std::string input = "tokens";
  double masked = 0;
  std::string compat = "none";

  void fields(config::FieldVisitor& visitor) {
    visitor.field(
        {"input", "pixels as 256 embedded ids (tokens), or as numbers through one linear layer"},
        input, {"tokens", "linear"});
    masked_field(visitor, masked);
    visitor.field(
        {"compat", "mlpen: pixels of gray level 0 count as padding, as in published rows"}, compat,
        {"none", "mlpen"});
  }

  /// What the options make of images whose gray levels have this mean and deviation.
  void apply(ClassificationData& about, InputScale scale) const {
    about.vocab_size = 256;
    about.vocabulary = "gray levels 0 to 255, no padding";
    if (input == "linear") about.real_input = scale;
    about.zero_is_padding = compat == "mlpen";
  }
};

/// UsageError when images of `pixels` do not fit the model.
void require_length(int64_t pixels, const config::ModelConfig& model);

}  // namespace yoso::tasks
