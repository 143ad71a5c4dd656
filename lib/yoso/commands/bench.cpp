#include "yoso/commands/bench.h"

#include <algorithm>
#include <iostream>

#include "yoso/bench/study.h"
#include "yoso/bench/study_report.h"
#include "yoso/config/read.h"
#include "yoso/nn/attention/attention.h"
#include "yoso/report/progress.h"
#include "yoso/runtime/device.h"
#include "yoso/runtime/memory_meter.h"
#include "yoso/runtime/precision.h"
#include "yoso/util/file.h"
#include "yoso/util/format.h"
#include "yoso/util/log.h"
#include "yoso/util/stop_signal.h"

namespace yoso::commands {
namespace {

bench::StudyOptions study_options(const BenchOptions& options) {
  bench::StudyOptions study;
  for (const std::string& text : options.attentions)
    study.attentions.push_back(
        *config::parse("attention: " + text, "--attention").find("attention"));
  study.lengths = options.lengths;
  study.repeats = options.repeats;
  study.time_limit = options.time_limit;
  study.max_batch = options.max_batch;
  study.precision = runtime::settled(
      config::read_choice<config::Precision>(options.precision, "--precision"), study.device);
  study.device = runtime::choose_device(options.device);
  constexpr double kFraction = 0.8;
  study.memory_limit = static_cast<int64_t>(
      options.memory_gb > 0 ? options.memory_gb * 1e9
                            : kFraction * static_cast<double>(runtime::free_memory(study.device)));
  return study;
}

std::vector<std::string> every_kind() {
  std::vector<std::string> names;
  for (const nn::AttentionKind& kind : nn::attention_kinds()) names.push_back(kind.name);
  return names;
}

/// Removes all but the first of equal values.
template <class Value>
void drop_repeated(std::vector<Value>& values) {
  for (auto at = values.begin(); at != values.end();)
    at = std::find(values.begin(), at, *at) == at ? at + 1 : values.erase(at);
}

std::string describe(const bench::StudyCell& cell, const std::string& name) {
  const std::string what = name + " at " + format_count(cell.length) + ": ";
  if (!cell.largest) return what + "not even one sequence fits";
  const bench::StepMeasure& measure = cell.common ? *cell.common : *cell.largest;
  return what + format_significant(measure.ms, 3) + " ms and " + format_significant(measure.mb, 3) +
         " MB a sequence, " + (cell.common ? "common batch " : "batch ") +
         std::to_string(measure.batch) + (cell.common ? "" : " (" + cell.bound + ")");
}

}  // namespace

int bench_command(const BenchOptions& written) {
  BenchOptions options = written;
  if (options.attentions.empty()) options.attentions = every_kind();
  drop_repeated(options.attentions);
  drop_repeated(options.lengths);
  watch_stop_signals();
  Log::Options log_options;
  log_options.quiet = options.quiet;
  Log log(log_options);
  const int threads = runtime::set_threads(options.threads);
  const bench::StudyOptions study = study_options(options);
  make_folders(options.output);
  log.info("device " + study.device.str() + ", " + std::to_string(threads) + " threads, " +
           options.precision + ", at most " + format_bytes(study.memory_limit) + " of tensors");

  // Each cell is reported twice: at its largest batch and at the common one.
  report::Progress progress(
      log, {.what = "bench",
            .total = static_cast<int64_t>(2 * study.attentions.size() * study.lengths.size()),
            .unit = "cells"});
  std::vector<bench::StudyCell> cells;
  int64_t done = 0;
  const auto finished = bench::run_study(study, [&](const bench::StudyCell& cell) {
    const auto known = std::find_if(cells.begin(), cells.end(), [&](const bench::StudyCell& other) {
      return other.attention == cell.attention && other.length == cell.length;
    });
    if (known == cells.end()) {
      cells.push_back(cell);
    } else {
      *known = cell;  // now measured at the common batch too, or found not to fit
    }
    write_atomically(options.output + "/bench.csv", bench::study_csv(cells, options.attentions));
    write_atomically(options.output + "/bench.svg", bench::study_svg(cells, options.attentions));
    log.info(describe(cell, options.attentions[cell.attention]));
    progress.update(++done);
    return stop_requested() == 0;
  });
  progress.finish();
  std::cout << bench::study_table(finished, options.attentions).text();
  log.info("wrote bench.csv and bench.svg to " + options.output);
  if (stop_requested() == 0) return 0;
  log.info(std::string("stopped by ") + signal_name(stop_requested()));
  return 128 + stop_requested();
}

}  // namespace yoso::commands
