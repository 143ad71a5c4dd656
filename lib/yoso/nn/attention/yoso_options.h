#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <string>

#include "yoso/config/compat.h"
#include "yoso/config/fields.h"
#include "yoso/nn/attention/attention.h"

namespace yoso::nn {

/// What the options of `yoso` and `yoso_expectation` share.

/// `bits`: τ, 1 … 16; auto: floor(log2(model.max_length)) within that range.
void bits_field(config::FieldVisitor& visitor, config::AutoInt& bits);
void resolve_bits(config::AutoInt& bits, const AttentionShape& shape);

/// `conv_window`: odd, or 0 for no convolution (UsageError otherwise).
void conv_window_field(config::FieldVisitor& visitor, int64_t& window);
void check_conv_window(int64_t window, const config::Tree& written, const std::string& path);

/// `compat: hf`: padding takes part in the attention, as in Hugging Face's YOSO, whose 0/1 mask
/// becomes 1 everywhere; its convolution uses the mask.
void yoso_compat_field(config::FieldVisitor& visitor, config::Compat& compat);

/// The mask that the attention itself uses: undefined where padding takes part in it.
at::Tensor attended_mask(const at::Tensor& mask, bool attends_padding);

/// An operator's mask argument: none where the tensor is undefined.
std::optional<at::Tensor> optional_mask(const at::Tensor& mask);

}  // namespace yoso::nn
