#include "yoso/util/strict_json.h"

#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "yoso/util/error.h"

namespace yoso {

nlohmann::ordered_json parse_json_object(std::string_view text, const std::string& path,
                                         const std::string& what) {
  using Json = nlohmann::ordered_json;
  // The library keeps the last of two equal keys, so repeated keys are detected here.
  std::vector<std::set<std::string>> keys;  // of the objects that are open
  std::string twice;
  const auto watch = [&](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) keys.emplace_back();
    if (event == Json::parse_event_t::object_end) keys.pop_back();
    if (event == Json::parse_event_t::key) {
      const auto& key = parsed.get_ref<const std::string&>();
      if (!keys.back().insert(key).second && twice.empty()) twice = key;
    }
    return true;
  };
  Json object = Json::parse(text, watch, /*allow_exceptions=*/false);
  if (!object.is_object()) throw DataError(path + ": " + what);
  if (!twice.empty()) throw DataError(path + ": " + twice + ": stands twice");
  return object;
}

}  // namespace yoso
