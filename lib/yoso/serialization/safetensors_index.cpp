#include "yoso/serialization/safetensors_index.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "yoso/util/error.h"
#include "yoso/util/strict_json.h"

namespace yoso::serialization {
namespace {

/// A name that cannot lead out of the folder, on any system.
bool is_plain_file(const std::string& name) {
  return !name.starts_with('.') && name.ends_with(".safetensors") &&
         std::none_of(name.begin(), name.end(), [](unsigned char c) {
           return c == '/' || c == '\\' || c == ':' || c < 0x20 || c == 0x7f;
         });
}

}  // namespace

std::map<std::string, std::string> parse_safetensors_index(std::string_view text,
                                                           const std::string& path) {
  const nlohmann::ordered_json index =
      parse_json_object(text, path, "is no index of safetensors files");
  const auto files = index.find("weight_map");
  if (files == index.end() || !files->is_object())
    throw DataError(path + ": has no weight_map of tensors and their files");
  std::map<std::string, std::string> result;
  for (const auto& [tensor, file] : files->items()) {
    if (!file.is_string() || !is_plain_file(file.get_ref<const std::string&>()))
      throw DataError(path + ": " + tensor + ": expected the name of a safetensors file beside it");
    result[tensor] = file.get<std::string>();
  }
  return result;
}

}  // namespace yoso::serialization
