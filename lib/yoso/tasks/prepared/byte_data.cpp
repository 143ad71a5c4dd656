#include "yoso/tasks/prepared/byte_data.h"

#include <ATen/Parallel.h>

#include <chrono>
#include <mutex>
#include <utility>

#include "yoso/data/byte_file.h"
#include "yoso/report/progress.h"
#include "yoso/runtime/fmt.h"
#include "yoso/tasks/masked_symbols.h"
#include "yoso/tasks/prepared/prepared.h"
#include "yoso/util/error.h"
#include "yoso/util/format.h"
#include "yoso/util/stop_signal.h"

namespace yoso::tasks {

namespace {

std::string describe(const data::ByteDataset& rows) {
  int64_t longest = 0;
  for (const int32_t length : rows.lengths()) longest = std::max<int64_t>(longest, length);
  return fmt::format("{} examples, {} symbols, the longest {}", format_count(rows.size()),
                     format_short(static_cast<double>(rows.total_tokens())), format_count(longest));
}

/// ", 3 texts cut to 4,096"; empty where none was.
std::string cut_text(int64_t cut, int64_t max_length) {
  if (cut == 0) return "";
  return fmt::format(", {} texts cut to {}", format_count(cut), format_count(max_length));
}

/// Raw examples, read into memory a split at a time.
class RawRows {
 public:
  RawRows(ByteData data, int64_t max_length, Log& log)
      : data_(std::move(data)), max_length_(max_length), log_(log) {
    data::ReadOptions options;
    options.skip_bad_rows = data_.skip_bad_rows;
    options.threads = at::get_num_threads();
    options.progress = [this](int64_t done, int64_t total) {
      if (progress_) progress_->update(done, [total] { return of_total(total); });
    };
    options.unpacking = archive_progress(log);
    reader_ = data_.reader(std::move(options));
    log_.info(data_.task + ": data in " + reader_->source().path);
  }

  data::ByteDataset load(data::Split split) {
    const std::lock_guard lock(mutex_);
    const auto begin = std::chrono::steady_clock::now();
    data::ByteDataset rows(data_.layout);
    int64_t cut = 0;
    const auto bytes = [&](std::string_view text) {
      cut += static_cast<int64_t>(text.size()) > max_length_;
      text = text.substr(0, static_cast<size_t>(max_length_));
      return std::span(reinterpret_cast<const uint8_t*>(text.data()), text.size());
    };
    {
      report::Progress progress(
          log_,
          {.what = std::string("reading ") + data::name(split), .total = 0, .unit = "examples"});
      progress_ = &progress;
      reader_->read(split, [&](const data::RawExample& row) {
        if (data_.layout.texts == 2) {
          rows.add(bytes(row.text), bytes(row.second), row.label);
        } else {
          rows.add(bytes(row.text), row.label);
        }
      });
      progress_ = nullptr;
    }
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    log_.info(fmt::format("{}: {}{} ({})", data::name(split), describe(rows),
                          cut_text(cut, max_length_), format_duration(seconds.count())));
    log_news();
    log_part(data_, split, rows.size(), log_);
    warn_of_labels(data_, split, rows, log_);
    return rows;
  }

 private:
  static std::string of_total(int64_t total) {
    return total > 0 ? "of " + format_count(total) : std::string();
  }

  /// Logs the bad examples and remarks since the last call.
  void log_news() {
    const auto bad = reader_->bad_examples();
    for (; logged_bad_ < bad.size(); ++logged_bad_) log_.warn("skipped: " + bad[logged_bad_]);
    const auto& remarks = reader_->remarks();
    for (; logged_remarks_ < remarks.size(); ++logged_remarks_) log_.info(remarks[logged_remarks_]);
  }

  ByteData data_;
  int64_t max_length_;
  Log& log_;
  std::unique_ptr<data::ExampleReader> reader_;
  report::Progress* progress_ = nullptr;
  size_t logged_bad_ = 0;
  size_t logged_remarks_ = 0;
  std::mutex mutex_;
};

/// `just_prepared`: the skipped examples have been logged already.
std::function<data::ByteDataset(data::Split)> prepared_rows(const ByteData& data,
                                                            int64_t max_length, bool just_prepared,
                                                            Log& log) {
  check_prepared(data);
  log.info(data.task + ": prepared data in " + data.path);
  if (!just_prepared) log_skipped(data, log);
  return [data, max_length, &log](data::Split split) {
    data::ByteDataset rows = data::open_byte_file(rows_file(data.path, split));
    check_rows(data, split, rows);
    if (data.verify) data.verify(rows, rows_file(data.path, split));
    rows.cut(max_length);
    const int64_t cut = rows.cut_texts();
    log.info(fmt::format("{}: {}{}", data::name(split), describe(rows), cut_text(cut, max_length)));
    log_part(data, split, rows.size(), log);
    warn_of_labels(data, split, rows, log);
    return rows;
  };
}

}  // namespace

void warn_of_labels(const ByteData& data, data::Split split, const data::ByteDataset& rows,
                    Log& log) {
  const std::string which = data.task + ": " + data::name(split);
  if (rows.size() == 0) return log.warn(which + " has no example");
  for (int64_t i = 1; i < rows.size(); ++i) {
    if (rows.label(i) != rows.label(0)) return;
  }
  log.warn(fmt::format("{}: every example has the class {} ({} in all)", which, rows.label(0),
                       format_count(rows.size())));
}

void log_part(const ByteData& data, data::Split split, int64_t rows, Log& log) {
  const int64_t published = data.published[static_cast<size_t>(split)];
  if (published == 0 || rows == published) return;
  log.info(fmt::format("{}: {} is a part of the published set, {} of {} examples", data.task,
                       data::name(split), format_count(rows), format_count(published)));
}

std::unique_ptr<Task> open_rows(ByteData data, int64_t max_length, Log& log) {
  ClassificationData about = data.about;
  about.pairs = data.layout.texts == 2;
  const double masked = data.masked;
  if (masked > 0 && about.real_input)
    throw UsageError("task.masked: numbers cannot be masked, use input: tokens");
  const bool just_prepared = prepare_on_first_use(data, log);
  if (is_prepared(data.path)) {
    about.load = prepared_rows(data, max_length, just_prepared, log);
  } else {
    const auto raw = std::make_shared<RawRows>(std::move(data), max_length, log);
    about.load = [raw](data::Split split) { return raw->load(split); };
  }
  return with_masking(std::make_unique<ClassificationTask>(std::move(about)), masked);
}

std::function<void(int64_t, int64_t)> archive_progress(Log& log) {
  return [&log, shown = std::shared_ptr<report::Progress>()](int64_t done, int64_t total) mutable {
    constexpr int64_t kMegabyte = 1'000'000;
    throw_if_stopped("the archive was not read to its end");
    if (!shown) {
      shown = std::make_shared<report::Progress>(
          log, report::Progress::Options{
                   .what = "reading the archive", .total = total / kMegabyte, .unit = "MB"});
    }
    shown->update(done / kMegabyte);
    if (done == total) shown.reset();
  };
}

void masked_field(config::FieldVisitor& visitor, double& masked) {
  visitor.field({"masked",
                 "self-pretraining: fraction of symbols to mask and predict instead of the class; "
                 "0: classify"},
                masked, {.min = 0, .max = 1, .below_max = true});
}

}  // namespace yoso::tasks
