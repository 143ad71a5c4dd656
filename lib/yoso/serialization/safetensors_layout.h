#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace yoso::serialization {

/// Name, dtype, shape and byte range of a tensor in a safetensors file.
struct StoredTensor {
  std::string name;
  std::string dtype;  // "F32", "BF16", ...
  std::vector<int64_t> shape;
  uint64_t begin = 0, end = 0;  // byte offsets in the file, `end` not included
};

/// The content of a safetensors header.
struct SafetensorsLayout {
  std::vector<StoredTensor> tensors;            // in the header's order
  std::map<std::string, std::string> metadata;  // `__metadata__`
};

/// Bytes of one element; 0 for an unknown dtype.
uint64_t element_size(std::string_view dtype);

/// Reads and checks the header of a file's whole content. Whatever the bytes are, the layout
/// returned is valid: known dtypes, element counts that fit in 64 bits, tensors that fill the data
/// without gap or overlap, no name twice. DataError `PATH: [NAME: ]what is wrong` otherwise.
SafetensorsLayout parse_safetensors(std::string_view content, const std::string& path);

}  // namespace yoso::serialization
