#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "yoso/config/corpus.h"
#include "yoso/data/shards/manifest.h"
#include "yoso/util/log.h"

namespace yoso::data {

/// What turns text into ids. `encode` appends, and may be called from several threads.
struct TokenEncoder {
  TokenSource source;
  int32_t unknown = 0;
  std::function<void(std::string_view text, std::vector<int32_t>& ids)> encode;
};

struct PrepareProgress {
  int64_t bytes = 0, total_bytes = 0;  // of the files on the disk
  int64_t documents = 0, tokens = 0;
};

struct PrepareOptions {
  int threads = 0;  // 0: one a core
  /// `started` is called once before reading begins, `progress` now and then, by one thread at a
  /// time, both with the position reached.
  std::function<void(const PrepareProgress&)> started = nullptr, progress = nullptr;
  /// Called once when an unfinished corpus is continued.
  std::function<void(const Manifest&)> resumed = nullptr;
  Log* log = nullptr;  // takes the formats of the files and warnings about them
};

enum class Prepared { written, already_there, stopped };

/// Makes token shards of the corpus' texts in the folder `corpus.shards`: train-NNNNN.tokens,
/// validation-NNNNN.tokens and manifest.json. The content is a pure function of the texts, the
/// tokenizer and the configuration, whatever the number of threads and however often it was
/// stopped. Memory does not grow with the corpus.
///
/// Files are those of before when their names, sizes and times are, or else their contents.
///
/// A shard appears when it is complete. A folder with some shards is continued, and a complete one
/// is left as it is. After a stop signal (util/stop_signal.h) the unfinished shard is given up.
///
/// UsageError: the folder holds something else, or shards of other texts, another tokenizer or
/// configuration, or another process works there. DataError: texts that are missing, damaged, of a
/// format that is not read, or without a sentence; too many bad rows. SystemError: a shard or the
/// manifest cannot be written.
Prepared prepare(const config::CorpusConfig& corpus, const TokenEncoder& encoder,
                 const PrepareOptions& options = {});

/// Whether the texts that `corpus` names differ from those that its shards were made of. False where
/// they are not there (any more), or are more than a gigabyte, which would take long to read.
bool texts_changed(const config::CorpusConfig& corpus, const Manifest& manifest);

}  // namespace yoso::data
