#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "yoso/data/shards/left_out.h"
#include "yoso/data/shards/length_histogram.h"
#include "yoso/data/shards/shard_writer.h"

namespace yoso::data {

/// How far the texts have been turned into whole shards: the next sentence to take.
struct CorpusPosition {
  int64_t file = 0;      // of all files of all sources, in order
  int64_t sentence = 0;  // among the sentences kept of it
};

/// manifest.json of a folder of shards: what they were made from, what they hold, and, while they
/// are being made, the position to continue from.
struct Manifest {
  bool complete = false;
  TokenSource tokenizer;
  std::string settings;        // the options that decide the content, as YAML
  std::string input_checksum;  // of the names and sizes of all files read
  // Empty in manifests of version 0.1:
  std::string input_times;     // data::times_checksum of the files
  std::string input_contents;  // data::content_checksum of the files
  CorpusPosition position;
  std::vector<ShardSummary> train, validation;
  LengthHistogram lengths;  // of all documents, in tokens
  int64_t too_short = 0;    // documents left out for min_words
  int64_t not_drawn = 0;    // documents left out for rate
  BadRows bad_rows;         // passed over for skip_bad_rows
  ReplacedCharacters replaced;

  /// Counts what was left out before a sentence.
  void add(const LeftOut& left_out);

  static std::string path(const std::string& folder) { return folder + "/manifest.json"; }

  /// DataError: missing, damaged, or of another format.
  static Manifest read(const std::string& folder);
  /// SystemError.
  void write(const std::string& folder) const;
};

}  // namespace yoso::data
