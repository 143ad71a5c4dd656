#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace yoso::text {

using Json = nlohmann::ordered_json;

/// An object of a tokenizer's file, with what it lies in, for messages.
struct JsonFile {
  std::string path;
  Json root = Json::object();

  /// The text of a key; `otherwise` where there is none. A map with `content` is an added token.
  std::string text(const char* key, const std::string& otherwise = "") const;
  bool flag(const char* key, bool otherwise) const;

  /// UsageError `PATH: KEY: VALUE is not done here` + WHY.
  [[noreturn]] void refuse(const std::string& key, const Json& value,
                           const std::string& why = "") const;
};

/// An empty object where the file is missing. DataError: it is no JSON object, or a Git LFS pointer.
JsonFile read_json_file(const std::string& path);

}  // namespace yoso::text
