#include <algorithm>
#include <cstdio>

#include "pretrain_commands.h"
#include "yoso/data/shards/manifest.h"
#include "yoso/report/table.h"
#include "yoso/util/format.h"

namespace yoso::apps {
namespace {

void add_row(report::Table& table, const char* name, const std::vector<data::ShardSummary>& shards,
             data::ShardSummary& all) {
  data::ShardSummary sum;
  for (const data::ShardSummary& shard : shards) {
    sum.documents += shard.documents;
    sum.sentences += shard.sentences;
    sum.tokens += shard.tokens;
  }
  table.add({name, format_count(sum.documents), format_count(sum.sentences),
             format_count(sum.tokens), format_count(static_cast<int64_t>(shards.size()))});
  all.documents += sum.documents;
  all.sentences += sum.sentences;
  all.tokens += sum.tokens;
}

}  // namespace

void print_statistics(const data::Manifest& manifest) {
  report::Table table({"split", "documents", "sentences", "tokens", "shards"});
  data::ShardSummary all;
  add_row(table, "train", manifest.train, all);
  add_row(table, "validation", manifest.validation, all);
  table.add(
      {"all", format_count(all.documents), format_count(all.sentences), format_count(all.tokens),
       format_count(static_cast<int64_t>(manifest.train.size() + manifest.validation.size()))});
  const data::LengthHistogram& lengths = manifest.lengths;
  report::Table histogram({"tokens a document", "documents", "share"});
  for (int64_t from = 0, to = 64; from <= lengths.longest(); from = to, to *= 2) {
    const int64_t count = lengths.between(from, to);
    histogram.add({format_count(from) + " to " + format_count(to - 1), format_count(count),
                   format_percent(static_cast<double>(count) /
                                  static_cast<double>(std::max<int64_t>(1, lengths.count())))});
  }
  std::printf(
      "%s\n%s\n"
      "of all documents 50 %% have at most %s tokens, 90 %% %s, 95 %% %s, 99 %% %s; "
      "the longest %s\n"
      "left out: %s documents too short, %s not chosen\n",
      table.text().c_str(), histogram.text().c_str(), format_count(lengths.percentile(50)).c_str(),
      format_count(lengths.percentile(90)).c_str(), format_count(lengths.percentile(95)).c_str(),
      format_count(lengths.percentile(99)).c_str(), format_count(lengths.longest()).c_str(),
      format_count(manifest.too_short).c_str(), format_count(manifest.not_drawn).c_str());
}

}  // namespace yoso::apps
