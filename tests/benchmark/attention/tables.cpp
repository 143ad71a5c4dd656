#include <algorithm>
#include <set>

#include "benchmark/attention/report.h"
#include "yoso/util/format.h"

namespace yoso::bench {
namespace {

constexpr double kMiB = 1024.0 * 1024;

std::string milliseconds(double value) { return format_fixed(value, value < 10 ? 2 : 1); }

std::string ratio(double value) {
  return value == 0 ? "-" : format_fixed(value, value < 10 ? 2 : 1);
}

}  // namespace

report::Table full_table(const std::vector<Result>& results) {
  report::Table table({"inputs", "length", "head dim", "attention", "type", "forward, ms a head",
                       "ratio", "with backward, ms a head", "ratio", "ns a token",
                       "cosine to dense", "extra MiB, forward", "with backward"});
  for (const Result& r : results) {
    table.add({r.inputs, std::to_string(r.length), std::to_string(r.head_dim), r.attention, r.type,
               milliseconds(r.forward_ms_a_head()), ratio(r.forward_ratio),
               milliseconds(r.both_ms_a_head()), ratio(r.both_ratio),
               format_fixed(r.both_ns_a_token(), 0),
               r.cosine == 0 ? "-" : format_fixed(r.cosine, 3),
               format_fixed(static_cast<double>(r.forward_bytes) / kMiB, 1),
               format_fixed(static_cast<double>(r.both_bytes) / kMiB, 1)});
  }
  return table;
}

namespace {

using Cell = std::string (*)(const Result&);

/// A line for every attention, a column for every length, each in its better type.
report::Table by_length(const std::vector<Result>& results, Cell cell) {
  const std::vector<Result> best = best_types(results);
  std::set<int64_t> lengths;
  for (const Result& result : best) lengths.insert(result.length);
  std::vector<std::string> header = {"inputs", "head dim", "attention"};
  for (const int64_t length : lengths) header.push_back(std::to_string(length));
  report::Table table(header);

  const auto same_line = [](const Result& a, const Result& b) {
    return a.level == b.level && a.inputs == b.inputs && a.attention == b.attention &&
           a.head_dim == b.head_dim;
  };
  for (size_t i = 0; i < best.size(); ++i) {
    const auto is_same = [&](const Result& other) { return same_line(best[i], other); };
    if (std::any_of(best.begin(), best.begin() + i, is_same)) continue;
    std::vector<std::string> row = {best[i].inputs, std::to_string(best[i].head_dim),
                                    best[i].attention};
    for (const int64_t length : lengths) {
      const auto at = std::find_if(best.begin(), best.end(), [&](const Result& other) {
        return is_same(other) && other.length == length;
      });
      row.push_back(at == best.end() ? "-" : cell(*at));
    }
    table.add(row);
  }
  return table;
}

}  // namespace

report::Table ratio_table(const std::vector<Result>& results) {
  return by_length(results, [](const Result& r) {
    return r.both_ratio == 0 ? std::string("-")
                             : ratio(r.both_ratio) + " (" + ratio(r.forward_ratio) + ")";
  });
}

report::Table cost_table(const std::vector<Result>& results) {
  return by_length(results, [](const Result& r) {
    return milliseconds(r.both_ms_a_head()) + " (" +
           format_fixed(static_cast<double>(r.both_bytes) / kMiB, 0) + ")";
  });
}

}  // namespace yoso::bench
