#pragma once

#include <map>
#include <string>
#include <string_view>

namespace yoso::serialization {

/// The content of a `model.safetensors.index.json`: for a model stored in several files, the file
/// of each tensor, by the tensor's name. Whatever the text is, only files beside the index are
/// returned: no folders, no hidden files, all ending in `.safetensors`. DataError `PATH:
/// [NAME: ]what is wrong` otherwise.
std::map<std::string, std::string> parse_safetensors_index(std::string_view text,
                                                           const std::string& path);

}  // namespace yoso::serialization
