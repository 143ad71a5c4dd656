// Whatever a file holds, the reader of safetensors headers refuses it with a DataError or returns
// tensors that lie within it. Run by scripts/fuzz.sh.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "yoso/serialization/safetensors_layout.h"
#include "yoso/util/error.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    const std::string_view content(reinterpret_cast<const char*>(data), size);
    for (const yoso::serialization::StoredTensor& tensor :
         yoso::serialization::parse_safetensors(content, "x").tensors) {
      uint64_t bytes = yoso::serialization::element_size(tensor.dtype);
      for (const int64_t extent : tensor.shape) bytes *= static_cast<uint64_t>(extent);
      if (tensor.end > size || tensor.end - tensor.begin != bytes) std::abort();
    }
  } catch (const yoso::DataError&) {
  }
  return 0;
}
