#include "yoso/data/shards/pair_shape.h"

#include <algorithm>

#include "yoso/data/shards/token_shard.h"
#include "yoso/util/format.h"

namespace yoso::data {
namespace {

std::string share(int64_t part, int64_t all) {
  return format_percent(static_cast<double>(part) / static_cast<double>(std::max<int64_t>(1, all)));
}

void add_document(PairShape& shape, const TokenShard& shard, int64_t document, int64_t row_tokens) {
  const TokenRange sentences = shard.document(document);
  ++shape.documents;
  shape.one_sentence += sentences.count == 1;
  int64_t length = 0, count = 0;
  for (int64_t i = 0; i < sentences.count; ++i) {
    length += shard.sentence(sentences.first + i).count;
    ++count;
    if (length < row_tokens && i + 1 < sentences.count) continue;
    ++shape.rows;
    shape.lone_rows += count == 1;
    shape.in_no_row += std::max<int64_t>(0, length - row_tokens);
    length = count = 0;
  }
}

}  // namespace

bool PairShape::is_degenerate() const {
  constexpr double kMuch = 0.3;
  return 2 * lone_rows > rows ||
         static_cast<double>(in_no_row) > kMuch * static_cast<double>(tokens);
}

std::string PairShape::text() const {
  std::string text = share(one_sentence, documents) + " of the documents have one sentence; " +
                     share(in_no_row, tokens) + " of the tokens are in no row; " +
                     share(lone_rows, rows) +
                     " of the rows have one sentence alone, for which the label of the pair is "
                     "always the same";
  if (is_degenerate()) {
    text += ": `sentences: punctuation` in the corpus' source cuts lines into sentences";
  }
  return text;
}

PairShape pair_shape(const std::string& folder, const std::vector<ShardSummary>& shards,
                     int64_t row_tokens) {
  PairShape shape;
  for (const ShardSummary& summary : shards) {
    const TokenShard shard(folder + "/" + summary.file);
    for (int64_t i = 0; i < shard.documents(); ++i) add_document(shape, shard, i, row_tokens);
    shape.tokens += shard.tokens();
  }
  return shape;
}

}  // namespace yoso::data
