#pragma once

#include <string>

namespace yoso {

/// Warns on stderr that something goes by another name now; the old one is still understood. Once a
/// process and name. `origin`: where the old name was found first; empty: on the command line.
void warn_renamed(const std::string& old_name, const std::string& name,
                  const std::string& origin = {});

}  // namespace yoso
