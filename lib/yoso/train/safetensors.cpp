#include "yoso/train/safetensors.h"

#include <ATen/ops/empty.h>

#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>

#include "yoso/util/error.h"
#include "yoso/util/file.h"

namespace yoso::train {
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

at::ScalarType parse_type(const std::string& name, const std::string& path) {
  for (const auto& [known, type] : kTypes) {
    if (known == name) return type;
  }
  throw DataError(path + ": unknown safetensors dtype " + name);
}

// The format's reference reader refuses longer headers; so do we, before allocating anything.
constexpr uint64_t kMaxHeader = 100'000'000;

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
  uint64_t length = 0;
  if (file.size() < sizeof length) throw DataError(path + ": truncated: no safetensors header");
  std::memcpy(&length, file.data(), sizeof length);
  if (length > kMaxHeader) throw DataError(path + ": is no safetensors file");
  if (length > file.size() - sizeof length)
    throw DataError(path + ": truncated within the safetensors header");

  const char* text = file.text().data() + sizeof length;
  const auto header = nlohmann::ordered_json::parse(text, text + length, nullptr, false);
  if (!header.is_object()) throw DataError(path + ": is no safetensors file");
  const char* data = text + length;
  const uint64_t size = file.size() - sizeof length - length;

  NamedTensors tensors;
  try {
    for (const auto& [name, entry] : header.items()) {
      if (name == "__metadata__") continue;
      const auto type = parse_type(entry.at("dtype"), path);
      const auto shape = entry.at("shape").get<std::vector<int64_t>>();
      const uint64_t begin = entry.at("data_offsets").at(0);
      const uint64_t end = entry.at("data_offsets").at(1);
      uint64_t bytes = c10::elementSize(type);
      for (const int64_t extent : shape) {
        if (extent < 0 || __builtin_mul_overflow(bytes, static_cast<uint64_t>(extent), &bytes)) {
          throw DataError(path + ": " + name + ": impossible shape");
        }
      }
      if (begin > end || end - begin != bytes)
        throw DataError(path + ": " + name + ": shape and offsets disagree");
      if (end > size) throw DataError(path + ": truncated within " + name);
      at::Tensor tensor = at::empty(shape, at::TensorOptions(type));
      if (bytes > 0) std::memcpy(tensor.mutable_data_ptr(), data + begin, bytes);
      tensors.emplace_back(name, std::move(tensor));
    }
  } catch (const nlohmann::json::exception&) {
    throw DataError(path + ": broken safetensors header");
  }
  return tensors;
}

at::Tensor find(const NamedTensors& tensors, std::string_view name) {
  for (const auto& [known, tensor] : tensors) {
    if (known == name) return tensor;
  }
  return {};
}

}  // namespace yoso::train
