#include "yoso/tasks/masked_language/degenerate.h"

#include "yoso/data/shards/pair_shape.h"
#include "yoso/util/format.h"

namespace yoso::tasks {
namespace {

int64_t tokens_of(const std::vector<data::ShardSummary>& shards) {
  int64_t tokens = 0;
  for (const data::ShardSummary& shard : shards) tokens += shard.tokens;
  return tokens;
}

void report_pairs(const std::string& folder, const data::Manifest& manifest, int64_t max_length,
                  Log& log) {
  constexpr int64_t kMarks = 3;  // [CLS] and two [SEP]
  const auto shape = data::pair_shape(folder, manifest.train, max_length - kMarks);
  const std::string text =
      "pairs of up to " + format_count(max_length) + " tokens (objective: bert): " + shape.text();
  shape.is_degenerate() ? log.warn(text) : log.info(text);
}

void report_blocks(const data::Manifest& manifest, int64_t max_length, Log& log) {
  constexpr int64_t kMarks = 2;  // <s> and </s>
  for (const auto* shards : {&manifest.train, &manifest.validation}) {
    const int64_t tokens = tokens_of(*shards);
    if (tokens == 0 || tokens >= max_length - kMarks) continue;
    log.warn(std::string(shards == &manifest.train ? "train" : "validation") + ": " +
             format_count(tokens) + " tokens do not fill one row of " + format_count(max_length) +
             " (model.max_length), so there is none");
  }
}

}  // namespace

void report_rows(const std::string& folder, const data::Manifest& manifest,
                 const MaskedLanguageOptions& options, int64_t max_length, Log& log) {
  if (!options.has_pairs()) return report_blocks(manifest, max_length, log);
  if (!options.joins_documents(max_length)) report_pairs(folder, manifest, max_length, log);
}

}  // namespace yoso::tasks
