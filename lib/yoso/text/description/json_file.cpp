#include "yoso/text/description/json_file.h"

#include <filesystem>

#include "yoso/util/error.h"
#include "yoso/util/file.h"
#include "yoso/util/file_kind.h"
#include "yoso/util/format.h"
#include "yoso/util/strict_json.h"

namespace yoso::text {

std::string JsonFile::text(const char* key, const std::string& otherwise) const {
  const auto value = root.find(key);
  if (value == root.end() || value->is_null()) return otherwise;
  if (value->is_object()) return value->value("content", otherwise);
  if (!value->is_string()) throw DataError(path + ": " + key + ": expected a word");
  return value->get<std::string>();
}

bool JsonFile::flag(const char* key, bool otherwise) const {
  const auto value = root.find(key);
  if (value == root.end() || value->is_null()) return otherwise;
  if (!value->is_boolean()) throw DataError(path + ": " + key + ": expected true or false");
  return value->get<bool>();
}

void JsonFile::refuse(const std::string& key, const Json& value, const std::string& why) const {
  throw UsageError(path + ": " + key + ": " + cut_to_width(value.dump(), 80) + " is not done here" +
                   why);
}

JsonFile read_json_file(const std::string& path) {
  JsonFile file{path};
  std::error_code ignored;
  if (path.empty() || !std::filesystem::exists(path, ignored)) return file;
  const std::string text = read_file(path);
  refuse_git_lfs_pointer(path, text);
  file.root = parse_json_object(text, path);
  return file;
}

}  // namespace yoso::text
