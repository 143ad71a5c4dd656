#include "yoso/data/shards/manifest.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

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

void Manifest::add(const LeftOut& left_out) {
  too_short += left_out.too_short;
  not_drawn += left_out.not_drawn;
  for (const BadRow& row : left_out.bad_rows) bad_rows.add(row);
  replaced.add(left_out.replaced, left_out.replaced_at);
}

Manifest Manifest::read(const std::string& folder) {
  const std::string text = read_file(path(folder));
  try {
    const json root = json::parse(text);
    if (root.at("format") != kFormat || root.at("version") != kVersion) {
      throw DataError(path(folder) + ": not the manifest of token shards of version " +
                      std::to_string(kVersion) + " (found " + root.at("format").dump() +
                      ", version " + root.at("version").dump() + ")");
    }
    Manifest manifest;
    manifest.complete = root.at("complete");
    manifest.tokenizer = {root.at("tokenizer").at("fingerprint"),
                          root.at("tokenizer").at("vocab_size")};
    manifest.settings = root.at("settings");
    manifest.input_checksum = root.at("input_checksum");
    if (const auto files = root.find("input"); files != root.end()) {
      manifest.input_times = files->at("times");
      manifest.input_contents = files->at("contents");
    }
    manifest.position = {root.at("position").at("file"), root.at("position").at("sentence")};
    manifest.train = shards_of(root.at("train"));
    manifest.validation = shards_of(root.at("validation"));
    for (const auto& [length, count] : root.at("document_lengths").items()) {
      manifest.lengths.add(std::stoll(length), count);
    }
    manifest.too_short = root.at("left_out").at("too_short");
    manifest.not_drawn = root.at("left_out").at("not_drawn");
    if (const auto bad = root.find("bad_rows"); bad != root.end()) {
      manifest.bad_rows = {bad->at("count"), bad->at("reasons"), bad->at("first")};
    }
    if (const auto replaced = root.find("replaced"); replaced != root.end()) {
      manifest.replaced = {replaced->at("count"), replaced->at("first")};
    }
    return manifest;
  } catch (const json::exception& error) {
    throw DataError(path(folder) + ": damaged: " + error.what());
  } catch (const std::logic_error&) {  // of std::stoll
    throw DataError(path(folder) + ": damaged: a length that is no number");
  }
}

void Manifest::write(const std::string& folder) const {
  json document_lengths = json::object();
  for (const auto& [length, count] : lengths.entries()) {
    document_lengths[std::to_string(length)] = count;
  }
  json root = {
      {"format", kFormat},
      {"version", kVersion},
      {"complete", complete},
      {"tokenizer", {{"fingerprint", tokenizer.fingerprint}, {"vocab_size", tokenizer.vocab_size}}},
      {"settings", settings},
      {"input_checksum", input_checksum},
      {"position", {{"file", position.file}, {"sentence", position.sentence}}},
      {"train", to_json(train)},
      {"validation", to_json(validation)},
      {"document_lengths", document_lengths},
      {"left_out", {{"too_short", too_short}, {"not_drawn", not_drawn}}},
  };
  if (!input_contents.empty()) {
    root["input"] = {{"times", input_times}, {"contents", input_contents}};
  }
  if (bad_rows.count > 0) {
    root["bad_rows"] = {
        {"count", bad_rows.count}, {"reasons", bad_rows.reasons}, {"first", bad_rows.first}};
  }
  if (replaced.count > 0) {
    root["replaced"] = {{"count", replaced.count}, {"first", replaced.first}};
  }
  write_atomically(path(folder), root.dump(1, ' ', false, json::error_handler_t::replace) + "\n");
}

}  // namespace yoso::data
