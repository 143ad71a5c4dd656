#pragma once

#include <string>

namespace yoso {

/// Warns on stderr that something goes by another name now; the old one is still understood. Once a
/// process and name.
void warn_renamed(const std::string& old_name, const std::string& name);

}  // namespace yoso
