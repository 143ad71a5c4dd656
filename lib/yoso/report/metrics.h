#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "yoso/report/record_cut.h"
#include "yoso/util/file.h"

namespace yoso::report {

/// One line of metrics.jsonl: an object whose keys keep their order,
/// e.g. `Record{{"step", 50}, {"split", "train"}, {"loss", 2.25}}`.
using Record = nlohmann::ordered_json;

/// Appends records to metrics.jsonl. Doubles are written so that they read back as the same bits; a
/// non-finite one becomes null, as JSON has none. Each record is written to the system at once: a
/// killed process leaves at most one torn line.
class MetricsWriter {
 public:
  /// Opens or creates the file and removes a torn last line. A resumed run calls truncate_metrics
  /// first. SystemError.
  explicit MetricsWriter(const std::string& path);

  /// SystemError (full disk), after which the file still ends in a whole line.
  void write(const Record& record);

  /// Waits until all records are on the disk; called before a checkpoint is published, which may
  /// then rely on them.
  void sync();

 private:
  AppendFile file_;
};

/// The records of a file, in order; a torn last line is left out. DataError names the file, and the
/// line that is no record.
std::vector<Record> read_metrics(const std::string& path);

/// Drops the records behind the cut, and a torn last line. The file is replaced atomically, and not
/// touched when there is nothing to drop or it does not exist.
void truncate_metrics(const std::string& path, RecordCut cut);

/// Whether a metric is a fraction, to be shown in percent; losses and perplexities are not.
bool is_fraction(std::string_view metric);

/// The number under `key`; NaN when it is missing, null or no number.
double number(const Record& record, const std::string& key);

/// The text under `key`; empty when it is missing or no text.
std::string text(const Record& record, const std::string& key);

}  // namespace yoso::report
