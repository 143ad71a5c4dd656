#include "yoso/data/shards/manifest.h"

#include <nlohmann/json.hpp>

#include "yoso/util/error.h"
#include "yoso/util/file.h"

namespace yoso::data {
namespace {

using nlohmann::json;

constexpr const char* kFormat = "yoso token shards";
constexpr int kVersion = 1;

json to_json(const std::vector<ShardSummary>& shards) {
  json list = json::array();
  for (const ShardSummary& shard : shards) {
    list.push_back({{"file", shard.file},
                    {"documents", shard.documents},
                    {"sentences", shard.sentences},
                    {"tokens", shard.tokens},
                    {"checksum", shard.checksum}});
  }
  return list;
}

std::vector<ShardSummary> shards_of(const json& list) {
  std::vector<ShardSummary> shards;
  for (const json& shard : list) {
    shards.push_back({shard.at("file"), shard.at("documents"), shard.at("sentences"),
                      shard.at("tokens"), shard.at("checksum")});
  }
  return shards;
}

}  // namespace

Manifest Manifest::read(const std::string& folder) {
  const std::string text = read_file(path(folder));
  try {
    const json root = json::parse(text);
    if (root.at("format") != kFormat || root.at("version") != kVersion) {
      throw DataError(path(folder) + ": not the manifest of token shards of version 1");
    }
    Manifest manifest;
    manifest.complete = root.at("complete");
    manifest.tokenizer = {root.at("tokenizer").at("fingerprint"),
                          root.at("tokenizer").at("vocab_size")};
    manifest.settings = root.at("settings");
    manifest.input_checksum = root.at("input_checksum");
    manifest.position = {root.at("position").at("file"), root.at("position").at("sentence")};
    manifest.train = shards_of(root.at("train"));
    manifest.validation = shards_of(root.at("validation"));
    for (const json& entry : root.at("document_lengths")) {
      manifest.lengths.add(entry.at(0), entry.at(1));
    }
    manifest.too_short = root.at("left_out").at("too_short");
    manifest.not_drawn = root.at("left_out").at("not_drawn");
    return manifest;
  } catch (const json::exception& error) {
    throw DataError(path(folder) + ": damaged: " + error.what());
  }
}

void Manifest::write(const std::string& folder) const {
  const json root = {
      {"format", kFormat},
      {"version", kVersion},
      {"complete", complete},
      {"tokenizer", {{"fingerprint", tokenizer.fingerprint}, {"vocab_size", tokenizer.vocab_size}}},
      {"settings", settings},
      {"input_checksum", input_checksum},
      {"position", {{"file", position.file}, {"sentence", position.sentence}}},
      {"train", to_json(train)},
      {"validation", to_json(validation)},
      {"document_lengths", lengths.entries()},
      {"left_out", {{"too_short", too_short}, {"not_drawn", not_drawn}}},
  };
  write_atomically(path(folder), root.dump(1) + "\n");
}

}  // namespace yoso::data
