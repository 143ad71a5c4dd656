#include <ATen/Parallel.h>

#include <chrono>

#include "yoso/data/listops/expression.h"
#include "yoso/data/listops/files.h"
#include "yoso/data/listops/read.h"
#include "yoso/report/progress.h"
#include "yoso/runtime/fmt.h"
#include "yoso/tasks/kind.h"
#include "yoso/tasks/masked_symbols.h"
#include "yoso/tasks/prepared/byte_data.h"
#include "yoso/util/error.h"
#include "yoso/util/format.h"

namespace yoso::tasks {
namespace {

namespace listops = data::listops;

struct ListOpsOptions {
  std::string data;
  std::string prepared;
  bool verify = false;
  int64_t skip_bad_rows = 0;
  double masked = 0;

  void fields(config::FieldVisitor& visitor) {
    visitor.field({"data",
                   "folder that holds basic_train.tsv, basic_val.tsv and basic_test.tsv, "
                   "the Long Range Arena's archive (lra_release.gz) or what it unpacks to, "
                   "or what `lra prepare listops` made"},
                  data, {});
    visitor.field({"verify", "recompute every label when a split is read", config::OnResume::free},
                  verify);
    visitor.field({"skip_bad_rows", "bad lines to skip and list before giving up"}, skip_bad_rows,
                  {.min = 0});
    prepared_field(visitor, prepared);
    masked_field(visitor, masked);
  }

  void resolve(const config::Tree& section) {
    resolve_data_path(data, section,
                      "the folder of a ListOps set (`lra generate listops` makes one)");
    resolve_prepared_path(prepared);
  }
};

std::string vocabulary() {
  std::string text;
  for (listops::Token token = 0; token < listops::kSymbols; ++token) {
    text += std::string(listops::symbol_text(token)) + " ";
  }
  return text;
}

listops::ReadResult load(const data::FileSet& files, data::Split split,
                         const ListOpsOptions& options, data::BadExamples& bad, int64_t max_length,
                         Log& log) {
  const auto begin = std::chrono::steady_clock::now();
  const std::string file = listops::file_name(split), path = files.shown(file);
  const data::FileView content = files.map(file);
  constexpr int64_t kMegabyte = 1'000'000;
  report::Progress progress(log, {.what = "reading " + file,
                                  .total = static_cast<int64_t>(content.text().size()) / kMegabyte,
                                  .unit = "MB"});
  listops::ReadOptions read_options;
  read_options.max_length = max_length;
  read_options.verify = options.verify;
  read_options.bad = &bad;
  read_options.threads = at::get_num_threads();
  read_options.progress = [&](int64_t done, int64_t) { progress.update(done / kMegabyte); };
  listops::ReadResult read = listops::read_text(content.text(), path, read_options);

  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  log.info(fmt::format(
      "{}: {} examples, {} tokens, the longest {}{} ({})", file, format_count(read.examples.size()),
      format_short(static_cast<double>(read.examples.total_tokens())), format_count(read.longest),
      options.verify ? ", every label verified" : "", format_duration(seconds.count())));
  if (read.cut > 0) {
    log.warn(fmt::format("{}: {} examples cut to model.max_length, {} tokens", path,
                         format_count(read.cut), format_count(max_length)));
  }
  return read;
}

/// The files of a set as examples to be prepared.
class ListOpsReader : public data::ExampleReader {
 public:
  ListOpsReader(std::unique_ptr<data::FileSet> files, bool verify, data::ReadOptions options,
                Log& log)
      : ExampleReader(files->location(), std::move(options)),
        files_(std::move(files)),
        verify_(verify),
        log_(log) {}

  void read(data::Split split, const std::function<void(const data::RawExample&)>& row) override {
    const std::string file = listops::file_name(split);
    const data::FileView content = files_->map(file);
    saw(file, content.text());
    const auto hand_over = [&](const data::ByteDataset& rows) {
      for (int64_t i = 0; i < rows.size(); ++i) {
        const auto tokens = rows.tokens(i);
        row({{reinterpret_cast<const char*>(tokens.data()), tokens.size()}, {}, rows.label(i)});
      }
    };
    listops::ReadOptions read;
    read.verify = verify_;
    read.bad = &bad_;
    read.threads = options_.threads;
    listops::read_parts(content.text(), files_->shown(file), read, hand_over);
    if (verify_) log_.info(file + ": every label verified");
  }

 private:
  std::unique_ptr<data::FileSet> files_;
  bool verify_;
  Log& log_;
};

/// DataError for an example whose label is not the value of its expression.
void verify_rows(const data::ByteDataset& rows, const std::string& file) {
  for (int64_t row = 0; row < rows.size(); ++row) {
    const std::string where = file + ": row " + std::to_string(row + 1) + ": ";
    int64_t value = 0;
    try {
      value = listops::evaluate(rows.tokens(row));
    } catch (const DataError& error) {
      throw DataError(where + error.what());
    }
    if (value != rows.label(row)) {
      throw DataError(where + "label " + std::to_string(rows.label(row)) +
                      ", but the expression's value is " + std::to_string(value));
    }
  }
}

ByteData listops_data(const ListOpsOptions& options, Log& log) {
  ByteData data;
  data.task = "listops";
  data.path = options.data;
  data.prepared = options.prepared;
  data.about = {listops::kClasses, listops::kSymbols, vocabulary(), nullptr};
  data.skip_bad_rows = options.skip_bad_rows;
  data.masked = options.masked;
  data.published = {96'000, 2'000, 2'000};
  if (options.verify) data.verify = verify_rows;
  data.reader = [options, &log](data::ReadOptions read) {
    auto files = listops::open_files(options.data, read.unpacking);
    return std::make_unique<ListOpsReader>(std::move(files), options.verify, std::move(read), log);
  };
  return data;
}

std::unique_ptr<Task> open_listops(const ListOpsOptions& options, const config::ModelConfig& model,
                                   Log& log) {
  if (is_prepared(options.data) || !options.prepared.empty())
    return open_rows(listops_data(options, log), model.max_length, log);
  const std::shared_ptr<const data::FileSet> files =
      listops::open_files(options.data, archive_progress(log));
  log.info("listops: data in " + files->location());
  const auto bad = std::make_shared<data::BadExamples>(options.skip_bad_rows);
  const auto read = [options, files, bad, about = listops_data(options, log),
                     max_length = model.max_length, &log](data::Split split) {
    listops::ReadResult read = load(*files, split, options, *bad, max_length, log);
    for (const std::string& row : read.skipped) log.warn("skipped: " + row);
    log_part(about, split, read.examples.size(), log);
    return std::move(read.examples);
  };
  return with_masking(std::make_unique<ClassificationTask>(ClassificationData{
                          listops::kClasses, listops::kSymbols, vocabulary(), read}),
                      options.masked);
}

}  // namespace

TaskKind listops_task() {
  TaskKind kind;
  kind.name = "listops";
  kind.help =
      "value 0..9 of a nested prefix expression of minima, maxima, medians and sums modulo 10";
  kind.metrics = "accuracy";
  return make_kind<ListOpsOptions>(kind, open_listops, listops_data);
}

}  // namespace yoso::tasks
