#include "yoso/tasks/prepared/source_stamp.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>

#include "yoso/tasks/prepared/folder.h"

namespace yoso::tasks {
namespace fs = std::filesystem;
namespace {

void add(SourceStamp& stamp, const fs::directory_entry& file) {
  std::error_code ignored;  // a file that vanishes meanwhile is not counted
  const auto bytes = file.file_size(ignored);
  if (ignored) return;
  const auto changed = file.last_write_time(ignored).time_since_epoch();
  if (ignored) return;
  const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(changed).count();
  stamp.newest = stamp.files == 0 ? nanoseconds : std::max<int64_t>(stamp.newest, nanoseconds);
  stamp.bytes += static_cast<int64_t>(bytes);
  ++stamp.files;
}

}  // namespace

nlohmann::ordered_json to_json(const SourceStamp& stamp) {
  return {{"files", stamp.files}, {"bytes", stamp.bytes}, {"newest", stamp.newest}};
}

std::optional<SourceStamp> stamp_of(const std::string& location, const std::string& output) {
  std::error_code ignored;
  SourceStamp stamp;
  if (fs::is_directory(location, ignored)) {
    fs::recursive_directory_iterator entry(location, fs::directory_options::skip_permission_denied,
                                           ignored);
    for (; entry != fs::recursive_directory_iterator(); entry.increment(ignored)) {
      if (entry->is_directory(ignored)) {
        if (is_prepared(entry->path().string()) || fs::equivalent(entry->path(), output, ignored))
          entry.disable_recursion_pending();
      } else {
        add(stamp, *entry);
      }
    }
    return stamp;
  }
  const std::string archive =
      fs::exists(location, ignored) ? location : location.substr(0, location.rfind('('));
  if (!fs::is_regular_file(archive, ignored)) return {};
  add(stamp, fs::directory_entry(archive, ignored));
  return stamp;
}

}  // namespace yoso::tasks
