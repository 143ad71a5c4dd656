#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "yoso/data/byte_dataset.h"
#include "yoso/data/example_reader.h"
#include "yoso/data/listops/symbols.h"

namespace yoso::data::listops {

struct ReadOptions {
  int64_t max_length = INT64_MAX;  // longer expressions lose their end
  bool verify = false;             // recompute every label
  BadExamples* bad = nullptr;      // tolerates and collects wrong lines; null: none is tolerated
  int threads = 0;                 // 0: one a core
  /// Called now and then with the bytes parsed so far and the file's size, by one thread at a time.
  std::function<void(int64_t done, int64_t total)> progress = nullptr;
};

/// Counts of what was read.
struct Summary {
  int64_t cut = 0;                   // examples that lost their end
  int64_t longest = 0;               // tokens of the longest expression before cutting
  std::vector<std::string> skipped;  // what was wrong with the lines left out
};

struct ReadResult : Summary {
  data::ByteDataset examples;
};

/// Reads a file of expressions in either layout:
/// - Long Range Arena: a header line `Source<TAB>Target`, then `expression<TAB>label`;
/// - original ListOps: no header, `label<TAB>expression`.
///
/// Lines end in LF or CRLF. Parentheses only repeat the structure and are dropped.
///
/// Bad examples:
/// - a wrong number of columns;
/// - an unknown symbol, a wrong label or an empty expression;
/// - with `verify`, a malformed expression or one whose value is not the label.
///
/// DataError: a missing or empty file (`PATH: ...`), and the first bad example that is not
/// tolerated (`PATH:LINE: ...`).
ReadResult read(const std::string& path, const ReadOptions& options = {});

/// The same of a file's content; `path` is its name in messages.
ReadResult read_text(std::string_view content, const std::string& path,
                     const ReadOptions& options = {});

/// The same without keeping the examples: the calling thread passes those of some megabytes of the
/// content at a time, in their order, to `take`.
Summary read_parts(std::string_view content, const std::string& path, const ReadOptions& options,
                   const std::function<void(const data::ByteDataset& examples)>& take);

}  // namespace yoso::data::listops
