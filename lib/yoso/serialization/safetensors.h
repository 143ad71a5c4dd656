#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace yoso::serialization {

/// Tensors under their names, in the order they are written.
using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

/// Writes a safetensors file (8-byte header length, JSON header, raw little-endian data), fsynced.
/// Tensors of other devices and strides are copied as needed. `metadata` becomes `__metadata__`.
/// SystemError when the file cannot be written.
void write_safetensors(const std::string& path, const NamedTensors& tensors,
                       const std::map<std::string, std::string>& metadata = {});

/// Reads every tensor of a file into memory, in the header's order. DataError as parse_safetensors.
NamedTensors read_safetensors(const std::string& path);

/// The tensor of that name, or an undefined tensor.
at::Tensor find(const NamedTensors& tensors, std::string_view name);

}  // namespace yoso::serialization
