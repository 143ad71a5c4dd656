#pragma once

#include <array>
#include <string>

#include "yoso/config/experiment.h"
#include "yoso/tasks/prepared/byte_data.h"

namespace yoso::tasks {

/// How pixels enter the model: as ids of an embedding table, or as numbers through a linear layer.
enum class PixelInput { tokens, linear };
constexpr auto names_of(PixelInput) { return std::array{"tokens", "linear"}; }

/// The options that tasks on gray images share.
struct PixelOptions {
  PixelInput input = PixelInput::tokens;
  double masked = 0;
  config::Compat compat = config::Compat::none;

  void fields(config::FieldVisitor& visitor) {
    visitor.choice(
        {"input", "pixels as 256 embedded ids (tokens), or as numbers through one linear layer"},
        input);
    masked_field(visitor, masked);
    config::compat_field(visitor, compat,
                         "mlpen: pixels of gray level 0 count as padding, as in published results");
  }

  /// Whether pixels of gray level 0 are masked.
  bool zero_is_padding() const { return compat == config::Compat::mlpen; }

  /// Describes images to the classification task; `scale` is the mean and deviation of their gray
  /// levels (0 to 255).
  void apply(ClassificationData& about, InputScale scale) const {
    about.vocab_size = 256;
    about.vocabulary = "gray levels 0 to 255, no padding";
    if (input == PixelInput::linear) about.real_input = scale;
    about.zero_is_padding = zero_is_padding();
  }
};

/// UsageError when images of `pixels` pixels are longer than model.max_length.
void require_length(int64_t pixels, const config::ModelConfig& model);

}  // namespace yoso::tasks
