#include "yoso/tasks/prepared/source_stamp.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>
#include <vector>

#include "yoso/data/archive/content_stamp.h"
#include "yoso/data/archive/hidden.h"
#include "yoso/tasks/prepared/folder.h"
#include "yoso/tasks/prepared/prepared.h"
#include "yoso/util/stop_signal.h"

namespace yoso::tasks {
namespace fs = std::filesystem;
namespace {

using Files = std::vector<data::InputFile>;

void add(Files& files, const fs::directory_entry& file) {
  std::error_code vanished;  // meanwhile: not counted
  const auto bytes = file.file_size(vanished);
  if (!vanished) files.push_back({file.path().string(), static_cast<int64_t>(bytes)});
}

/// Sorted by path; nothing when the location does not exist.
std::optional<Files> files_of(const std::string& location, const std::string& output,
                              bool with_hidden) {
  std::error_code ignored;
  Files files;
  if (!fs::is_directory(location, ignored)) {
    const std::string archive =
        fs::exists(location, ignored) ? location : location.substr(0, location.rfind('('));
    if (!fs::is_regular_file(archive, ignored)) return {};
    add(files, fs::directory_entry(archive, ignored));
    return files;
  }
  fs::recursive_directory_iterator entry(location, fs::directory_options::skip_permission_denied,
                                         ignored);
  for (; entry != fs::recursive_directory_iterator(); entry.increment(ignored)) {
    const bool hidden = !with_hidden && data::is_hidden(entry->path().filename().string());
    if (entry->is_directory(ignored)) {
      if (hidden || is_prepared(entry->path().string()) ||
          fs::equivalent(entry->path(), output, ignored))
        entry.disable_recursion_pending();
    } else if (!hidden) {
      add(files, *entry);
    }
  }
  std::sort(files.begin(), files.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  return files;
}

int64_t bytes_of(const Files& files) {
  int64_t bytes = 0;
  for (const data::InputFile& file : files) bytes += file.size;
  return bytes;
}

/// The last change of any file, in nanoseconds on the file system's clock.
int64_t newest_of(const Files& files) {
  int64_t newest = 0;
  for (const data::InputFile& file : files) {
    std::error_code vanished;
    const auto changed = fs::last_write_time(file.path, vanished).time_since_epoch();
    const auto time = std::chrono::duration_cast<std::chrono::nanoseconds>(changed).count();
    newest = &file == files.data() ? time : std::max<int64_t>(newest, time);
  }
  return newest;
}

std::string contents_of(const Files& files, int threads) {
  const auto contents = data::content_checksum(files, threads);
  if (!contents) throw_if_stopped(kNothingWritten);
  return contents.value_or("");
}

}  // namespace

std::optional<nlohmann::ordered_json> stamp_of(const std::string& location,
                                               const std::string& output, int threads) {
  const auto files = files_of(location, output, /*with_hidden=*/false);
  if (!files) return {};
  return nlohmann::ordered_json{{"files", files->size()},
                                {"bytes", bytes_of(*files)},
                                {"times", data::times_checksum(*files)},
                                {"contents", contents_of(*files, threads)}};
}

bool has_changed(const nlohmann::ordered_json& stamp, const std::string& location,
                 const std::string& output, int threads) {
  const bool old = !stamp.contains("contents");
  const auto files = files_of(location, output, /*with_hidden=*/old);
  if (!files) return false;
  if (stamp.at("files") != files->size() || stamp.at("bytes") != bytes_of(*files)) return true;
  if (old) return stamp.at("newest") != newest_of(*files);
  return stamp.at("times") != data::times_checksum(*files) &&
         stamp.at("contents") != contents_of(*files, threads);
}

}  // namespace yoso::tasks
