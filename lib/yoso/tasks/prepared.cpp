#include "yoso/tasks/prepared.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>
#include <utility>

#include "yoso/data/sequence_file.h"
#include "yoso/report/progress.h"
#include "yoso/util/checksum.h"
#include "yoso/util/error.h"
#include "yoso/util/file.h"
#include "yoso/util/folder_lock.h"
#include "yoso/util/format.h"
#include "yoso/util/stop_signal.h"
#include "yoso/util/version.h"

namespace yoso::tasks {

namespace fs = std::filesystem;

namespace {

using Json = nlohmann::ordered_json;

constexpr int64_t kFormat = 1;

constexpr const char* kNothing = "nothing was written";

std::string settings_file(const std::string& folder) { return folder + "/prepared.json"; }

Json read_settings(const std::string& folder) {
  const std::string path = settings_file(folder);
  try {
    Json json = Json::parse(read_file(path));
    if (json.at("format").get<int64_t>() != kFormat)
      throw DataError(path + ": has another format; prepare it anew with `lra prepare`");
    return json;
  } catch (const Json::exception&) {
    throw DataError(path + ": is damaged; prepare it anew with `lra prepare`");
  }
}

void remove_set(const std::string& folder) {
  std::error_code ignored;  // what stays is replaced whole, or that fails with the reason
  fs::remove(settings_file(folder), ignored);
  for (const data::Split split : data::kSplits) fs::remove(rows_file(folder, split), ignored);
}

Json write_split(data::RowReader& reader, data::Split split, const ByteData& data,
                 const std::string& folder, report::Progress*& shown, Log& log) {
  report::Progress progress(
      log, {.what = std::string("preparing ") + data::name(split), .total = 0, .unit = "rows"});
  shown = &progress;
  data::SequenceWriter writer(rows_file(folder, split), data.layout);
  int64_t rows = 0;
  reader.read(split, [&](const data::RawRow& row) {
    constexpr int64_t kOften = 256;
    if (++rows % kOften == 0) throw_if_stopped(kNothing);
    writer.add(row);
    if (rows % kOften == 0) progress.update(rows);
  });
  shown = nullptr;
  const data::SequenceSummary summary = writer.commit();
  log.info(std::string(data::name(split)) + ": " + format_count(summary.rows) + " rows, " +
           format_short(static_cast<double>(summary.tokens)) + " symbols, the longest " +
           format_count(summary.longest));
  return {{"rows", summary.rows},
          {"symbols", summary.tokens},
          {"longest", summary.longest},
          {"checksum", checksum_text(summary.checksum)}};
}

/// Whether all splits have as many rows as published, and a line that says so.
bool tell_completeness(const ByteData& data, const Json& splits, Log& log) {
  bool complete = true;
  std::string counts, expected;
  for (const data::Split split : data::kSplits) {
    const auto rows = splits.at(data::name(split)).at("rows").get<int64_t>();
    const int64_t published = data.published[static_cast<size_t>(split)];
    complete = complete && rows == published;
    counts += (counts.empty() ? "" : " / ") + format_count(rows);
    expected += (expected.empty() ? "" : " / ") + format_count(published);
  }
  if (complete) {
    log.info("the published set is complete: " + counts + " rows of train / dev / test");
  } else {
    log.warn("this is not the whole published set: " + counts + " rows of train / dev / test, " +
             expected + " are published; scores on a part are no scores of the task");
  }
  return complete;
}

/// The folder's lock, however long another process holds it.
FolderLock wait_for_lock(const std::string& folder, Log& log) {
  for (bool told = false;; told = true) {
    try {
      return FolderLock(folder);
    } catch (const InUseError&) {
      if (!told) log.info(folder + ": another process is preparing it; waiting");
    }
    throw_if_stopped(kNothing);
    constexpr std::chrono::milliseconds kOften{100};
    std::this_thread::sleep_for(kOften);
  }
}

void check_source(const ByteData& data) {
  const std::string path = settings_file(data.prepared);
  const std::string input = read_settings(data.prepared).value("input", "");
  if (input == data.path) return;
  throw UsageError(path + ": was prepared from " + (input.empty() ? "an unknown source" : input) +
                   ", but task.data is " + data.path +
                   "; choose another folder for task.prepared, or leave it empty");
}

/// Writes the set into a folder whose lock is held, or is taken once the data is found.
void write_set(const ByteData& data, const PrepareRequest& request, std::optional<FolderLock> lock,
               Log& log) {
  const auto begin = std::chrono::steady_clock::now();
  report::Progress* shown = nullptr;
  data::ReadOptions options;
  options.skip_bad_rows = data.skip_bad_rows;
  options.threads = request.threads;
  options.progress = [&shown](int64_t done, int64_t total) {
    if (!shown) return;
    shown->update(done,
                  [total] { return total > 0 ? "of " + format_count(total) : std::string(); });
  };
  options.unpacking = archive_progress(log);
  const auto reader = data.reader(std::move(options));
  log.info(data.task + ": data in " + reader->source().path);
  make_folders(request.output);
  if (!lock) lock.emplace(request.output);
  remove_set(request.output);
  Json json = {
      {"format", kFormat}, {"task", data.task}, {"choice", data.choice}, {"input", data.path}};
  try {
    for (const data::Split split : data::kSplits)
      json["splits"][data::name(split)] =
          write_split(*reader, split, data, request.output, shown, log);
  } catch (...) {
    remove_set(request.output);
    throw;
  }
  auto bad = reader->bad_rows();
  std::sort(bad.begin(), bad.end());
  for (const std::string& row : bad) log.warn("skipped: " + row);
  for (const std::string& remark : reader->remarks()) log.info(remark);
  const data::SourceSummary source = reader->source();
  json["source"] = {{"path", source.path},
                    {"files", source.files},
                    {"bytes", source.bytes},
                    {"checksum", checksum_text(source.checksum)}};
  json["skipped"] = bad;
  json["remarks"] = reader->remarks();
  json["complete"] = tell_completeness(data, json["splits"], log);
  json["version"] = version_text();
  write_atomically(settings_file(request.output), json.dump(2) + "\n");
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  log.info("wrote " + request.output + " in " + format_duration(seconds.count()) + ": " +
           format_count(source.files) + " files, " + format_bytes(source.bytes) + " read");
}

}  // namespace

std::string rows_file(const std::string& folder, data::Split split) {
  return folder + "/" + data::name(split) + ".rows";
}

bool is_prepared(const std::string& path) {
  std::error_code ignored;
  return fs::exists(settings_file(path), ignored);
}

void check_prepared(const ByteData& data) {
  const Json json = read_settings(data.path);
  const std::string path = settings_file(data.path);
  try {
    if (const std::string task = json.at("task"); task != data.task)
      throw UsageError(path + ": was prepared for the task " + task + ", not " + data.task);
    if (const std::string choice = json.at("choice"); choice != data.choice) {
      throw UsageError(path + ": was prepared with " + choice + ", but task asks for " +
                       data.choice + "; use the raw data, or prepare another folder");
    }
  } catch (const Json::exception&) {
    throw DataError(path + ": is damaged; prepare it anew with `lra prepare`");
  }
}

void check_rows(const ByteData& data, data::Split split, const data::Sequences& rows) {
  const Json json = read_settings(data.path);
  try {
    const std::string expected = json.at("splits").at(data::name(split)).at("checksum");
    if (rows.layout() == data.layout && checksum_text(rows.checksum()) == expected) return;
  } catch (const Json::exception&) {
    throw DataError(settings_file(data.path) + ": is damaged; prepare it anew with `lra prepare`");
  }
  throw DataError(rows_file(data.path, split) + ": is not the file that prepared.json speaks of");
}

bool prepare_rows(const ByteData& data, const PrepareRequest& request, Log& log) {
  if (is_prepared(data.path)) throw UsageError(data.path + ": is prepared already");
  if (is_prepared(request.output) && !request.force) {
    throw UsageError(request.output +
                     ": holds a prepared set already; choose another folder, or replace it with "
                     "--force");
  }
  try {
    write_set(data, request, {}, log);
  } catch (const StoppedError& stopped) {
    log.info(stopped.what());
    return false;
  }
  return true;
}

void prepare_on_first_use(ByteData& data, Log& log) {
  std::error_code ignored;  // what is not there is the reader's to report
  if (data.prepared.empty() || is_prepared(data.path)) return;
  if (!is_prepared(data.prepared)) {
    if (!fs::exists(data.path, ignored)) return;
    make_folders(data.prepared);
    FolderLock lock = wait_for_lock(data.prepared, log);
    if (!is_prepared(data.prepared))
      write_set(data, {.output = data.prepared}, std::move(lock), log);
  }
  check_source(data);
  data.path = data.prepared;
}

}  // namespace yoso::tasks
