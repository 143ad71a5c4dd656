#include "yoso/tasks/prepared/prepared.h"

#include <ATen/Parallel.h>

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "yoso/runtime/fmt.h"
#include "yoso/tasks/prepared/source_stamp.h"
#include "yoso/tasks/prepared/write_rows.h"
#include "yoso/util/checksum.h"
#include "yoso/util/error.h"
#include "yoso/util/file.h"
#include "yoso/util/folder_lock.h"
#include "yoso/util/stop_signal.h"

namespace yoso::tasks {

namespace fs = std::filesystem;

namespace {

using Json = nlohmann::ordered_json;

/// Reads prepared.json of a folder by `read(json)`. DataError where it is damaged, anywhere.
template <class Read>
auto read_settings(const std::string& folder, const Read& read) {
  const std::string path = settings_file(folder);
  try {
    const Json json = Json::parse(read_file(path));
    if (const int64_t format = json.at("format").get<int64_t>(); format != kPreparedFormat)
      throw DataError(path + ": has format " + std::to_string(format) + ", this program reads " +
                      std::to_string(kPreparedFormat) + "; prepare it again with `lra prepare`");
    return read(json);
  } catch (const Json::exception&) {
    throw DataError(path + ": is damaged; prepare it again with `lra prepare`");
  }
}

/// Waits for the folder's lock as long as another process holds it.
FolderLock wait_for_lock(const std::string& folder, Log& log) {
  for (bool logged = false;; logged = true) {
    try {
      return FolderLock(folder);
    } catch (const InUseError&) {
      if (!logged) log.info(folder + ": another process is preparing it; waiting");
    }
    throw_if_stopped(kNothingWritten);
    constexpr std::chrono::milliseconds kOften{100};
    std::this_thread::sleep_for(kOften);
  }
}

void check_source(const ByteData& data, const Json& json) {
  const std::string path = settings_file(data.prepared);
  const std::string input = json.value("input", "");
  if (input != data.path) {
    throw UsageError(
        fmt::format("{}: was prepared from {}, but task.data is {}", path,
                    input.empty() ? "an unknown source" : input, data.path) +
        "; choose another folder for task.prepared, or none: --set \"task.prepared=''\"");
  }
  // A set without a stamp (of an older version), or whose source is gone, is used as it is.
  const Json source = json.value("source", Json::object());
  try {
    if (!source.contains("stamp") || !has_changed(source.at("stamp"), source.value("path", ""),
                                                  data.prepared, at::get_num_threads()))
      return;
  } catch (const Json::exception&) {
    throw DataError(path + ": is damaged; prepare it again with `lra prepare`");
  }
  throw UsageError(fmt::format(
      "{}: {} has changed since it was prepared; delete {} to prepare it again, or use it as it is "
      "with task.data: {}",
      path, data.path, data.prepared, data.prepared));
}

/// What was left out when the set was prepared, and what was noted.
void log_skipped(const ByteData& data, const Json& json, Log& log) {
  const auto skipped = json.value("skipped", std::vector<std::string>());
  const auto count = static_cast<int64_t>(skipped.size());
  if (count > data.skip_bad_rows) {
    throw UsageError(
        fmt::format("{}: bad examples were left out when it was prepared ({}, the first: {}); "
                    "task.skip_bad_rows: {} accepts that",
                    settings_file(data.path), count, skipped.front(), count));
  }
  for (const std::string& row : skipped) log.warn("skipped: " + row);
  for (const std::string& remark : json.value("remarks", std::vector<std::string>()))
    log.info(remark);
}

}  // namespace

void check_prepared(const ByteData& data) {
  const std::string path = settings_file(data.path);
  read_settings(data.path, [&](const Json& json) {
    if (const std::string task = json.at("task"); task != data.task)
      throw UsageError(
          fmt::format("{}: was prepared for the task {}, not {}", path, task, data.task));
    if (const std::string choice = json.at("choice"); choice != data.choice) {
      throw UsageError(fmt::format(
          "{}: was prepared with {}, but task asks for {}; use the raw data, or prepare another "
          "folder",
          path, choice, data.choice));
    }
  });
}

void log_skipped(const ByteData& data, Log& log) {
  read_settings(data.path, [&](const Json& json) { log_skipped(data, json, log); });
}

void check_rows(const ByteData& data, data::Split split, const data::ByteDataset& rows) {
  const std::string expected = read_settings(data.path, [&](const Json& json) -> std::string {
    return json.at("splits").at(data::name(split)).at("checksum");
  });
  if (rows.layout() == data.layout && checksum_text(rows.checksum()) == expected) return;
  throw DataError(rows_file(data.path, split) + ": is not the file that prepared.json describes");
}

bool prepare_on_first_use(ByteData& data, Log& log) {
  std::error_code ignored;  // the reader reports what is missing
  if (data.prepared.empty() || is_prepared(data.path)) return false;
  bool wrote = false;
  if (!is_prepared(data.prepared)) {
    if (!fs::exists(data.path, ignored)) return false;
    make_folders(data.prepared);
    FolderLock lock = wait_for_lock(data.prepared, log);
    if (!is_prepared(data.prepared)) {
      write_rows(data, {.output = data.prepared, .threads = at::get_num_threads()}, std::move(lock),
                 log);
      wrote = true;
    }
  }
  read_settings(data.prepared, [&](const Json& json) { check_source(data, json); });
  data.path = data.prepared;
  return wrote;
}

}  // namespace yoso::tasks
