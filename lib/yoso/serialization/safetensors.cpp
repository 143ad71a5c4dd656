#include "yoso/serialization/safetensors.h"

#include <ATen/ops/empty.h>

#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>

#include "yoso/serialization/safetensors_layout.h"
#include "yoso/util/file.h"

namespace yoso::serialization {
namespace {

static_assert(std::endian::native == std::endian::little, "safetensors data is little-endian");

constexpr std::pair<const char*, at::ScalarType> kTypes[] = {
    {"F64", at::kDouble}, {"F32", at::kFloat}, {"BF16", at::kBFloat16}, {"F16", at::kHalf},
    {"I64", at::kLong},   {"I32", at::kInt},   {"I16", at::kShort},     {"I8", at::kChar},
    {"U8", at::kByte},    {"BOOL", at::kBool},
};

const char* type_name(at::ScalarType type) {
  for (const auto& [name, known] : kTypes) {
    if (known == type) return name;
  }
  throw std::logic_error(std::string("safetensors: no name for dtype ") + c10::toString(type));
}

at::ScalarType scalar_type(const std::string& name) {
  for (const auto& [known, type] : kTypes) {
    if (known == name) return type;
  }
  throw std::logic_error("safetensors: no dtype for " + name);
}

}  // namespace

void write_safetensors(const std::string& path, const NamedTensors& tensors,
                       const std::map<std::string, std::string>& metadata) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata.empty()) header["__metadata__"] = metadata;
  uint64_t offset = 0;
  std::vector<at::Tensor> data;
  for (const auto& [name, tensor] : tensors) {
    data.push_back(tensor.detach().to(at::kCPU).contiguous());
    header[name] = {{"dtype", type_name(tensor.scalar_type())},
                    {"shape", tensor.sizes().vec()},
                    {"data_offsets", {offset, offset + data.back().nbytes()}}};
    offset += data.back().nbytes();
  }
  std::string text = header.dump();
  text.append((8 - text.size() % 8) % 8, ' ');  // data starts aligned
  const uint64_t length = text.size();

  AtomicFile file(path);
  file.write(&length, sizeof length);
  file.write(text);
  for (const at::Tensor& tensor : data) {
    file.write(tensor.const_data_ptr(), tensor.nbytes());
  }
  file.commit();
}

NamedTensors read_safetensors(const std::string& path) {
  const MappedFile file(path);
  NamedTensors tensors;
  for (const StoredTensor& stored : parse_safetensors(file.text(), path).tensors) {
    at::Tensor tensor = at::empty(stored.shape, at::TensorOptions(scalar_type(stored.dtype)));
    if (stored.end > stored.begin)
      std::memcpy(tensor.mutable_data_ptr(), file.data() + stored.begin, stored.end - stored.begin);
    tensors.emplace_back(stored.name, std::move(tensor));
  }
  return tensors;
}

at::Tensor find(const NamedTensors& tensors, std::string_view name) {
  for (const auto& [known, tensor] : tensors) {
    if (known == name) return tensor;
  }
  return {};
}

}  // namespace yoso::serialization
