#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace yoso::serialization {

/// Where a tensor lies in a safetensors file, and what it is.
struct StoredTensor {
  std::string name;
  std::string dtype;  // "F32", "BF16", ...
  std::vector<int64_t> shape;
  uint64_t begin = 0, end = 0;  // bytes of the file
};

/// The content of a safetensors header.
struct SafetensorsLayout {
  std::vector<StoredTensor> tensors;            // in the header's order
  std::map<std::string, std::string> metadata;  // `__metadata__`
};

/// Bytes of one element; 0 for a dtype that is not known.
uint64_t element_size(std::string_view dtype);

/// Reads and checks the header of a whole file's content. Whatever the bytes are, what is returned
/// lies within them: known dtypes, element counts that fit in 64 bits, tensors that fill the data
/// without gap or overlap, no name twice. DataError `PATH: [NAME: ]what is wrong`.
SafetensorsLayout parse_safetensors(std::string_view content, const std::string& path);

}  // namespace yoso::serialization
