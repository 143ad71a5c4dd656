#include "yoso/util/renamed.h"

#include <iostream>
#include <mutex>
#include <set>

namespace yoso {

void warn_renamed(const std::string& old_name, const std::string& name, const std::string& origin) {
  static std::mutex mutex;
  static std::set<std::string> warned;
  const std::lock_guard lock(mutex);
  if (!warned.insert(old_name).second) return;
  std::cerr << "warning: " << origin << (origin.empty() ? "" : ": ") << old_name << " is called "
            << name << " now; the old name still works\n";
}

}  // namespace yoso
