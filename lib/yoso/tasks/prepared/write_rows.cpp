#include "yoso/tasks/prepared/write_rows.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "yoso/data/byte_file.h"
#include "yoso/report/progress.h"
#include "yoso/runtime/fmt.h"
#include "yoso/runtime/version.h"
#include "yoso/tasks/prepared/prepared.h"
#include "yoso/tasks/prepared/source_stamp.h"
#include "yoso/util/checksum.h"
#include "yoso/util/error.h"
#include "yoso/util/file.h"
#include "yoso/util/format.h"
#include "yoso/util/stop_signal.h"

namespace yoso::tasks {

namespace fs = std::filesystem;

namespace {

using Json = nlohmann::ordered_json;

void remove_set(const std::string& folder) {
  std::error_code ignored;  // a file that stays is replaced later, or that fails with the reason
  fs::remove(settings_file(folder), ignored);
  for (const data::Split split : data::kSplits) fs::remove(rows_file(folder, split), ignored);
}

Json write_split(data::ExampleReader& reader, data::Split split, const ByteData& data,
                 const std::string& folder, report::Progress*& shown, Log& log) {
  report::Progress progress(
      log, {.what = std::string("preparing ") + data::name(split), .total = 0, .unit = "examples"});
  shown = &progress;
  data::ByteFileWriter writer(rows_file(folder, split), data.layout);
  int64_t rows = 0;
  reader.read(split, [&](const data::RawExample& row) {
    constexpr int64_t kOften = 256;
    if (++rows % kOften == 0) throw_if_stopped(kNothingWritten);
    writer.add(row);
    if (rows % kOften == 0) progress.update(rows);
  });
  shown = nullptr;
  const data::ByteFileSummary summary = writer.commit();
  log.info(fmt::format("{}: {} examples, {} symbols, the longest {}", data::name(split),
                       format_count(summary.examples),
                       format_short(static_cast<double>(summary.tokens)),
                       format_count(summary.longest)));
  return {{"rows", summary.examples},
          {"symbols", summary.tokens},
          {"longest", summary.longest},
          {"checksum", checksum_text(summary.checksum)}};
}

/// Logs and returns whether all splits have as many examples as were published.
bool log_completeness(const ByteData& data, const Json& splits, Log& log) {
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
    log.info("the published set is complete: " + counts + " examples of train / dev / test");
  } else {
    log.warn(fmt::format(
        "this is not the whole published set: {} examples of train / dev / test, {} are published; "
        "scores on a part are no scores of the task",
        counts, expected));
  }
  return complete;
}

}  // namespace

void write_rows(const ByteData& data, const PrepareRequest& request, std::optional<FolderLock> lock,
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
  // Before rows are read.
  const auto stamp = stamp_of(reader->source().path, request.output, request.threads);
  make_folders(request.output);
  if (!lock) lock.emplace(request.output);
  remove_set(request.output);
  Json json = {{"format", kPreparedFormat},
               {"task", data.task},
               {"choice", data.choice},
               {"input", data.path}};
  try {
    for (const data::Split split : data::kSplits)
      json["splits"][data::name(split)] =
          write_split(*reader, split, data, request.output, shown, log);
  } catch (...) {
    remove_set(request.output);
    throw;
  }
  auto bad = reader->bad_examples();
  std::sort(bad.begin(), bad.end());
  for (const std::string& row : bad) log.warn("skipped: " + row);
  for (const std::string& remark : reader->remarks()) log.info(remark);
  const data::SourceSummary source = reader->source();
  json["source"] = {{"path", source.path},
                    {"files", source.files},
                    {"bytes", source.bytes},
                    {"checksum", checksum_text(source.checksum)}};
  if (stamp) json["source"]["stamp"] = *stamp;
  json["skipped"] = bad;
  json["remarks"] = reader->remarks();
  json["complete"] = log_completeness(data, json["splits"], log);
  json["version"] = runtime::version_text();
  write_atomically(settings_file(request.output), json.dump(2) + "\n");
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  log.info(fmt::format("wrote {} in {}: {} files, {} read", request.output,
                       format_duration(seconds.count()), format_count(source.files),
                       format_bytes(source.bytes)));
}

bool prepare_rows(const ByteData& data, const PrepareRequest& request, Log& log) {
  if (is_prepared(data.path)) throw UsageError(data.path + ": is prepared already");
  if (is_prepared(request.output) && !request.force) {
    throw UsageError(request.output +
                     ": holds a prepared set already; choose another folder, or replace it with "
                     "--force");
  }
  try {
    write_rows(data, request, {}, log);
  } catch (const StoppedError& stopped) {
    log.info(stopped.what());
    return false;
  }
  return true;
}

}  // namespace yoso::tasks
