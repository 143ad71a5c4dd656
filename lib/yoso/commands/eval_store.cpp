#include "yoso/commands/eval_store.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "yoso/train/evaluation.h"
#include "yoso/util/error.h"

namespace yoso::commands {
namespace {

std::vector<report::Record> read_if_there(const std::string& path) {
  return std::filesystem::exists(path) ? report::read_metrics(path) : std::vector<report::Record>();
}

/// Replaces the words of version 0.1 in a key by the present ones.
void rename_old_words(report::Record& key) {
  const std::string hashes = report::text(key, "hashes");
  if (hashes.starts_with("draw ")) key["hashes"] = "seed " + hashes.substr(5);
  if (hashes == "drawn anew") key["hashes"] = "sampled again";
  std::string attention = report::text(key, "attention");
  if (const size_t at = attention.find("redraw_every="); at != std::string::npos)
    key["attention"] = attention.replace(at, 13, "resample_every=");
}

}  // namespace

EvalStore::EvalStore(const std::string& path) : records_(read_if_there(path)), writer_(path) {
  for (report::Record& record : records_) {
    if (!record.contains("key") || !record["key"].is_object() || !record.contains("scores")) {
      throw DataError(path + ": is no list of evaluations");
    }
    try {
      train::evaluation_from_json(record["scores"]);
    } catch (const nlohmann::json::exception&) {
      throw DataError(path + ": is no list of evaluations");
    }
    rename_old_words(record["key"]);
  }
}

std::optional<train::Evaluation> EvalStore::find(const report::Record& key) const {
  for (const report::Record& record : records_) {
    if (record["key"] == key) return train::evaluation_from_json(record["scores"]);
  }
  return {};
}

void EvalStore::add(const report::Record& key, const train::Evaluation& evaluation) {
  records_.push_back({{"key", key}, {"scores", to_json(evaluation)}});
  writer_.write(records_.back());
  writer_.sync();
}

}  // namespace yoso::commands
