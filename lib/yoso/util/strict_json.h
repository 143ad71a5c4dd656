#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace yoso {

/// A JSON object with its keys in the order of the text. DataError `PATH: WHAT` where the text is
/// anything else, and `PATH: KEY: stands twice` where an object at any depth names a key again.
nlohmann::ordered_json parse_json_object(std::string_view text, const std::string& path,
                                         const std::string& what = "is no JSON object");

}  // namespace yoso
