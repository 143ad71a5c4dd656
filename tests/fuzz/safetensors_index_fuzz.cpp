// Whatever an index says, the reader refuses it with a DataError or names files beside it only. Run
// by scripts/fuzz.sh.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "yoso/serialization/safetensors_index.h"
#include "yoso/util/error.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const auto& [tensor, file] : yoso::serialization::parse_safetensors_index(text, "x")) {
      if (file.find_first_of("/\\:") != std::string::npos || file.front() == '.' ||
          file.find('\0') != std::string::npos)
        std::abort();
    }
  } catch (const yoso::DataError&) {
  }
  return 0;
}
