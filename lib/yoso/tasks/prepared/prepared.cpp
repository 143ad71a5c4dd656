#include "yoso/tasks/prepared/prepared.h"

#include <ATen/Parallel.h>

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>
#include <utility>

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

Json read_settings(const std::string& folder) {
  const std::string path = settings_file(folder);
  try {
    Json json = Json::parse(read_file(path));
    if (json.at("format").get<int64_t>() != kPreparedFormat)
      throw DataError(path + ": has another format; prepare it again with `lra prepare`");
    return json;
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

void check_source(const ByteData& data) {
  const std::string path = settings_file(data.prepared);
  const Json json = read_settings(data.prepared);
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

}  // namespace

void check_prepared(const ByteData& data) {
  const Json json = read_settings(data.path);
  const std::string path = settings_file(data.path);
  try {
    if (const std::string task = json.at("task"); task != data.task)
      throw UsageError(
          fmt::format("{}: was prepared for the task {}, not {}", path, task, data.task));
    if (const std::string choice = json.at("choice"); choice != data.choice) {
      throw UsageError(fmt::format(
          "{}: was prepared with {}, but task asks for {}; use the raw data, or prepare another "
          "folder",
          path, choice, data.choice));
    }
  } catch (const Json::exception&) {
    throw DataError(path + ": is damaged; prepare it again with `lra prepare`");
  }
}

void log_skipped(const ByteData& data, Log& log) {
  const Json json = read_settings(data.path);
  const Json skipped = json.value("skipped", Json::array());
  const auto count = static_cast<int64_t>(skipped.size());
  if (count > data.skip_bad_rows) {
    throw UsageError(
        fmt::format("{}: bad examples were left out when it was prepared ({}, the first: {}); "
                    "task.skip_bad_rows: {} accepts that",
                    settings_file(data.path), count, skipped.front().get<std::string>(), count));
  }
  for (const Json& row : skipped) log.warn("skipped: " + row.get<std::string>());
  for (const Json& remark : json.value("remarks", Json::array()))
    log.info(remark.get<std::string>());
}

void check_rows(const ByteData& data, data::Split split, const data::ByteDataset& rows) {
  const Json json = read_settings(data.path);
  try {
    const std::string expected = json.at("splits").at(data::name(split)).at("checksum");
    if (rows.layout() == data.layout && checksum_text(rows.checksum()) == expected) return;
  } catch (const Json::exception&) {
    throw DataError(settings_file(data.path) + ": is damaged; prepare it again with `lra prepare`");
  }
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
  check_source(data);
  data.path = data.prepared;
  return wrote;
}

}  // namespace yoso::tasks
