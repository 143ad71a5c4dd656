#include "yoso/serialization/safetensors_layout.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>

#include "yoso/util/error.h"
#include "yoso/util/strict_json.h"

namespace yoso::serialization {
namespace {

using Json = nlohmann::ordered_json;

// The format's reference reader refuses longer headers; so do we, before allocating anything.
constexpr uint64_t kMaxHeader = 100'000'000;

/// Parses the header. The format requires that its first byte is `{`.
Json parse_header(std::string_view text, const std::string& path) {
  constexpr const char* kForeign = "is no safetensors file";
  if (text.front() != '{') throw DataError(path + ": " + kForeign);
  return parse_json_object(text, path, kForeign);
}

/// Bytes of a tensor of this shape. The sizes beside a zero must not overflow either, as strides
/// are computed from them.
uint64_t byte_size(const StoredTensor& tensor, const std::string& where) {
  uint64_t elements = 1;
  bool empty = false;
  for (const int64_t extent : tensor.shape) {
    empty = empty || extent == 0;
    if (extent < 0 || __builtin_mul_overflow(
                          elements, static_cast<uint64_t>(std::max<int64_t>(extent, 1)), &elements))
      throw DataError(where + ": impossible shape");
  }
  uint64_t bytes = 0;
  if (__builtin_mul_overflow(elements, element_size(tensor.dtype), &bytes) ||
      bytes > static_cast<uint64_t>(std::numeric_limits<int64_t>::max()))
    throw DataError(where + ": impossible shape");
  return empty ? 0 : bytes;
}

StoredTensor read_entry(const std::string& name, const Json& entry, const std::string& where) {
  StoredTensor tensor;
  tensor.name = name;
  tensor.dtype = entry.at("dtype").get<std::string>();
  if (element_size(tensor.dtype) == 0)
    throw DataError(where + ": unknown safetensors dtype " + tensor.dtype);
  for (const Json& extent : entry.at("shape")) {
    if (!extent.is_number_integer() ||
        (extent.is_number_unsigned() &&
         extent.get<uint64_t>() > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())))
      throw DataError(where + ": impossible shape");
    tensor.shape.push_back(extent.get<int64_t>());
  }
  const Json& offsets = entry.at("data_offsets");
  if (!offsets.is_array() || offsets.size() != 2 || !offsets[0].is_number_unsigned() ||
      !offsets[1].is_number_unsigned())
    throw DataError(where + ": data_offsets are no two byte counts");
  tensor.begin = offsets[0].get<uint64_t>();
  tensor.end = offsets[1].get<uint64_t>();
  const uint64_t bytes = byte_size(tensor, where);
  if (tensor.begin > tensor.end || tensor.end - tensor.begin != bytes)
    throw DataError(where + ": shape and offsets disagree");
  return tensor;
}

/// Checks that the tensors, in the order of their offsets, follow each other from the first byte of
/// the data to its last.
void check_offsets(const std::vector<StoredTensor>& tensors, uint64_t size,
                   const std::string& path) {
  std::vector<const StoredTensor*> ordered;
  for (const StoredTensor& tensor : tensors) ordered.push_back(&tensor);
  std::sort(ordered.begin(), ordered.end(), [](const StoredTensor* a, const StoredTensor* b) {
    return std::pair(a->begin, a->end) < std::pair(b->begin, b->end);
  });
  uint64_t next = 0;
  for (const StoredTensor* tensor : ordered) {
    if (tensor->begin != next)
      throw DataError(path + ": " + tensor->name +
                      (tensor->begin < next ? ": overlaps another tensor" : ": lies behind a gap"));
    if (tensor->end > size) throw DataError(path + ": truncated within " + tensor->name);
    next = tensor->end;
  }
  if (next != size)
    throw DataError(path + ": " + std::to_string(size - next) + " bytes belong to no tensor");
}

}  // namespace

uint64_t element_size(std::string_view dtype) {
  constexpr std::pair<std::string_view, uint64_t> kSizes[] = {
      {"F64", 8}, {"F32", 4}, {"BF16", 2}, {"F16", 2}, {"I64", 8},
      {"I32", 4}, {"I16", 2}, {"I8", 1},   {"U8", 1},  {"BOOL", 1}};
  for (const auto& [name, size] : kSizes) {
    if (name == dtype) return size;
  }
  return 0;
}

SafetensorsLayout parse_safetensors(std::string_view content, const std::string& path) {
  uint64_t length = 0;
  if (content.size() < sizeof length) throw DataError(path + ": truncated: no safetensors header");
  std::memcpy(&length, content.data(), sizeof length);
  if (length == 0 || length > kMaxHeader) throw DataError(path + ": is no safetensors file");
  if (length > content.size() - sizeof length)
    throw DataError(path + ": truncated within the safetensors header");
  const Json header = parse_header(content.substr(sizeof length, length), path);

  SafetensorsLayout layout;
  try {
    for (const auto& [name, entry] : header.items()) {
      if (name == "__metadata__") {
        layout.metadata = entry.get<std::map<std::string, std::string>>();
      } else {
        layout.tensors.push_back(read_entry(name, entry, path + ": " + name));
      }
    }
  } catch (const Json::exception&) {
    throw DataError(path + ": broken safetensors header");
  }
  const uint64_t data = sizeof length + length;
  check_offsets(layout.tensors, content.size() - data, path);
  for (StoredTensor& tensor : layout.tensors) {
    tensor.begin += data;
    tensor.end += data;
  }
  return layout;
}

}  // namespace yoso::serialization
