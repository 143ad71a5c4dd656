#include <ATen/Parallel.h>

#include <chrono>
#include <filesystem>

#include "yoso/data/listops/files.h"
#include "yoso/data/listops/read.h"
#include "yoso/report/progress.h"
#include "yoso/tasks/classification.h"
#include "yoso/tasks/kind.h"
#include "yoso/util/error.h"
#include "yoso/util/format.h"

namespace yoso::tasks {
namespace {

namespace fs = std::filesystem;
namespace listops = data::listops;

struct ListOpsOptions {
  std::string data;
  bool verify = false;

  void fields(config::FieldVisitor& visitor) {
    visitor.field({"data",
                   "folder that holds basic_train.tsv, basic_val.tsv and basic_test.tsv, or the "
                   "Long Range Arena's "
                   "unpacked archive"},
                  data, {});
    visitor.field({"verify", "recompute every label while reading", config::OnResume::free},
                  verify);
  }

  void resolve(const config::Tree& section) {
    if (data.empty()) {
      throw UsageError((section.origin.empty() ? "" : section.origin + ": ") +
                       "task.data: missing, expected the folder of a ListOps set (`lra generate "
                       "listops` makes one)");
    }
    const fs::path path = fs::absolute(data).lexically_normal();
    data =
        (path.has_filename() ? path : path.parent_path()).string();  // without a slash at the end
  }
};

std::string vocabulary() {
  std::string text;
  for (listops::Token token = 0; token < listops::kSymbols; ++token) {
    text += std::string(listops::symbol_text(token)) + " ";
  }
  return text;
}

data::Sequences load(const std::string& path, const ListOpsOptions& options, int64_t max_length,
                     Log& log) {
  const auto begin = std::chrono::steady_clock::now();
  const std::string file = fs::path(path).filename().string();
  std::error_code ignored;  // a missing file is the reader's to report
  constexpr int64_t kMegabyte = 1'000'000;
  report::Progress progress(
      log, {.what = "reading " + file,
            .total = static_cast<int64_t>(fs::file_size(path, ignored)) / kMegabyte,
            .unit = "MB"});
  listops::ReadOptions read_options;
  read_options.max_length = max_length;
  read_options.verify = options.verify;
  read_options.threads = at::get_num_threads();
  read_options.progress = [&](int64_t done, int64_t) { progress.update(done / kMegabyte); };
  listops::ReadResult read = listops::read(path, read_options);

  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  log.info(file + ": " + format_count(read.rows.size()) + " rows, " +
           format_short(static_cast<double>(read.rows.total_tokens())) + " tokens, the longest " +
           format_count(read.longest) + (options.verify ? ", every label verified" : "") + " (" +
           format_duration(seconds.count()) + ")");
  if (read.cut > 0) {
    log.warn(path + ": " + format_count(read.cut) + " rows cut to model.max_length, " +
             format_count(max_length) + " tokens");
  }
  return std::move(read.rows);
}

std::unique_ptr<Task> open_listops(const ListOpsOptions& options, const config::ModelConfig& model,
                                   Log& log) {
  const std::string folder = listops::find_folder(options.data);
  log.info("listops: data in " + folder);
  const auto read = [options, folder, max_length = model.max_length, &log](data::Split split) {
    return load(folder + "/" + listops::file_name(split), options, max_length, log);
  };
  return std::make_unique<ClassificationTask>(
      ClassificationData{listops::kClasses, listops::kSymbols, vocabulary(), read});
}

}  // namespace

TaskKind listops_task() {
  TaskKind kind;
  kind.name = "listops";
  kind.help =
      "value 0..9 of a nested prefix expression of minima, maxima, medians and sums modulo 10";
  kind.metrics = "accuracy";
  return make_kind<ListOpsOptions>(kind, open_listops);
}

}  // namespace yoso::tasks
