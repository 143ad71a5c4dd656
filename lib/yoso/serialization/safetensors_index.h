#pragma once

#include <map>
#include <string>
#include <string_view>

namespace yoso::serialization {

/// The content of a `model.safetensors.index.json`: the file of each tensor of a model in several
/// files, by the tensor's name. Whatever the text is, what is returned names files beside the index
/// only: no folders, no hidden files, all ending in `.safetensors`. DataError `PATH: [NAME: ]what
/// is wrong`.
std::map<std::string, std::string> parse_safetensors_index(std::string_view text,
                                                           const std::string& path);

}  // namespace yoso::serialization
