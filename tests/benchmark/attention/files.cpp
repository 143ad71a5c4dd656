#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "benchmark/attention/chart.h"
#include "benchmark/attention/report.h"
#include "yoso/util/error.h"
#include "yoso/util/file.h"

namespace yoso::bench {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Result, level, inputs, attention, family, type,
                                                softmax, batch, heads, length, head_dim, forward_s,
                                                both_s, forward_ratio, both_ratio, forward_bytes,
                                                both_bytes, cosine, machine)

namespace {

bool same_case(const Result& a, const Result& b) {
  return a.level == b.level && a.inputs == b.inputs && a.attention == b.attention &&
         a.type == b.type && a.batch == b.batch && a.heads == b.heads && a.length == b.length &&
         a.head_dim == b.head_dim;
}

/// Whole numbers, as programs read them.
report::Table plain_table(const std::vector<Result>& results) {
  report::Table table({"level", "inputs", "attention", "type", "batch", "heads", "length",
                       "head_dim", "forward_s", "both_s", "forward_ratio", "both_ratio",
                       "forward_bytes", "both_bytes", "cosine", "machine"});
  for (const Result& r : results) {
    table.add({r.level, r.inputs, r.attention, r.type, std::to_string(r.batch),
               std::to_string(r.heads), std::to_string(r.length), std::to_string(r.head_dim),
               std::to_string(r.forward_s), std::to_string(r.both_s),
               std::to_string(r.forward_ratio), std::to_string(r.both_ratio),
               std::to_string(r.forward_bytes), std::to_string(r.both_bytes),
               std::to_string(r.cosine), r.machine});
  }
  return table;
}

}  // namespace

std::vector<Result> load_results(const std::string& folder) {
  const std::string path = folder + "/results.json";
  if (!std::filesystem::exists(path)) return {};
  try {
    return nlohmann::json::parse(read_file(path)).get<std::vector<Result>>();
  } catch (const nlohmann::json::exception& error) {
    throw DataError(path + ": was not written by this program: " + error.what());
  }
}

std::vector<Result> merged(std::vector<Result> older, const std::vector<Result>& newer) {
  for (const Result& result : newer) {
    const auto at = std::find_if(older.begin(), older.end(),
                                 [&](const Result& other) { return same_case(result, other); });
    if (at == older.end()) {
      older.push_back(result);
    } else {
      *at = result;
    }
  }
  std::stable_sort(older.begin(), older.end(),
                   [](const Result& a, const Result& b) { return a.length < b.length; });
  return older;
}

void save_results(const std::string& folder, const std::vector<Result>& results) {
  make_folders(folder);
  write_atomically(folder + "/results.json", nlohmann::json(results).dump(1) + "\n");
  write_atomically(folder + "/results.csv", plain_table(results).csv());
  write_atomically(folder + "/ratios.md", ratio_table(results).markdown());
  write_atomically(folder + "/results.svg", chart(results));
  write_atomically(folder + "/quality.svg", quality_chart(results));
}

}  // namespace yoso::bench
