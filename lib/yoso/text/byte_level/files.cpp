#include "yoso/text/byte_level/files.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string_view>
#include <system_error>
#include <unordered_map>

#include "yoso/text/vocabulary.h"
#include "yoso/util/error.h"
#include "yoso/util/file.h"
#include "yoso/util/file_kind.h"
#include "yoso/util/utf8.h"

namespace yoso::text {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

using Ids = std::unordered_map<std::string_view, TokenId>;

json read_json(const std::string& path) {
  const std::string text = read_file(path);
  refuse_git_lfs_pointer(path, text);
  try {
    return json::parse(text);
  } catch (const json::exception& error) {
    throw DataError(path + ": no JSON: " + std::string(error.what()));
  }
}

/// `vocabulary` maps tokens to ids; `more` tokens have theirs already.
void read_tokens(const json& vocabulary, const std::string& path, BytePairFiles& files) {
  if (!vocabulary.is_object() || vocabulary.empty()) {
    throw DataError(path + ": expected an object of tokens and their ids");
  }
  std::vector<bool> seen(vocabulary.size());
  files.tokens.resize(vocabulary.size());
  for (const auto& [token, id] : vocabulary.items()) {
    const bool good = id.is_number_unsigned() && id.get<uint64_t>() < seen.size() && !seen[id];
    if (!good) {
      throw DataError(path + ": token `" + token + "` has id " + id.dump() + ", expected 0 to " +
                      std::to_string(seen.size() - 1) + ", each once");
    }
    seen[id] = true;
    files.tokens[id] = token;
  }
}

Ids ids_of(const BytePairFiles& files) {
  Ids ids;
  ids.reserve(files.tokens.size());
  for (size_t i = 0; i < files.tokens.size(); ++i) {
    ids.emplace(files.tokens[i], static_cast<TokenId>(i));
  }
  return ids;
}

void add_merge(std::string_view left, std::string_view right, const Ids& ids,
               const std::string& where, BytePairFiles& files) {
  const auto id = [&](const std::string& token) {
    const auto found = ids.find(token);
    if (found == ids.end()) {
      throw DataError(where + ": `" + token + "` is not in the vocabulary");
    }
    return found->second;
  };
  const TokenId a = id(std::string(left)), b = id(std::string(right));
  files.merges.push_back({a, b, id(std::string(left) + std::string(right))});
}

void add_merge_line(std::string_view line, const Ids& ids, const std::string& where,
                    BytePairFiles& files) {
  const size_t space = line.find(' ');
  if (space == std::string_view::npos || space == 0 || space + 1 == line.size() ||
      line.find(' ', space + 1) != std::string_view::npos) {
    throw DataError(where + ": expected two tokens separated by a space");
  }
  add_merge(line.substr(0, space), line.substr(space + 1), ids, where, files);
}

BytePairFiles read_pair_of_files(const std::string& vocab, const std::string& merges) {
  BytePairFiles files;
  read_tokens(read_json(vocab), vocab, files);
  const Ids ids = ids_of(files);
  const std::string text = read_file(merges);
  refuse_git_lfs_pointer(merges, text);
  std::string_view rest = text;
  for (int64_t number = 1; !rest.empty(); ++number) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with("#version") || (line.empty() && rest.empty())) continue;
    add_merge_line(line, ids, merges + ":" + std::to_string(number), files);
  }
  if (files.merges.empty()) throw DataError(merges + ": no merges here");
  return files;
}

/// DataError for a setting that would change the ids and is not supported here.
void check_model(const json& model, const std::string& path) {
  if (model.value("type", "") != "BPE") throw DataError(path + ": its model is no BPE");
  for (const char* key : {"dropout", "continuing_subword_prefix", "end_of_word_suffix",
                          "ignore_merges", "byte_fallback"}) {
    const json value = model.value(key, json());
    const bool off = value.is_null() || value == "" || value == false || value == 0.0;
    if (!off) throw DataError(path + ": model." + key + " is " + value.dump() + ", not supported");
  }
}

BytePairFiles read_one_file(const std::string& path) {
  const json root = read_json(path);
  try {
    BytePairFiles files;
    const json& model = root.at("model");
    check_model(model, path);
    read_tokens(model.at("vocab"), path, files);
    const Ids ids = ids_of(files);
    int64_t number = 0;
    for (const json& merge : model.at("merges")) {
      const std::string where = path + ": merge " + std::to_string(++number);
      if (merge.is_string()) {
        add_merge_line(merge.get<std::string>(), ids, where, files);
      } else {
        add_merge(merge.at(0).get<std::string>(), merge.at(1).get<std::string>(), ids, where,
                  files);
      }
    }
    return files;
  } catch (const json::exception& error) {
    throw DataError(path + ": no tokenizer.json of a byte-level BPE: " + error.what());
  }
}

}  // namespace

BytePairFiles read_byte_pair_files(const std::string& path) {
  std::error_code ignored;  // reading the file reports the same error
  const fs::path given(path);
  const bool is_folder = fs::is_directory(given, ignored);
  const fs::path folder = is_folder ? given : given.parent_path();
  fs::path vocab = is_folder ? folder / "vocab.json" : given;
  fs::path single = folder / "tokenizer.json";
  if (given.filename() == "merges.txt") vocab = folder / "vocab.json";
  bool from_single = false;
  if (is_folder) {
    from_single = !fs::exists(vocab, ignored);
    if (from_single && !fs::exists(single, ignored))
      throw DataError(path + ": neither vocab.json and merges.txt nor tokenizer.json here");
  } else if (vocab == given) {
    // Files may have any name, so the content decides.
    const std::string text = read_file(path);
    from_single =
        text.find("\"model\"") != std::string::npos && text.find("\"merges\"") != std::string::npos;
    if (from_single) single = given;
  }
  BytePairFiles files = from_single
                            ? read_one_file(single.string())
                            : read_pair_of_files(vocab.string(), (folder / "merges.txt").string());
  files.path = (from_single ? single : vocab).string();
  files.description = describe_tokenizer({.kind = "roberta",
                                          .folder = folder.empty() ? "." : folder.string(),
                                          .whole = single.string()});
  place_added_tokens(files.description.added, files.tokens, files.path);
  return files;
}

char32_t letter_of_byte(uint8_t byte) {
  const auto printable = [](char32_t c) {
    return (c >= 0x21 && c <= 0x7e) || (c >= 0xa1 && c <= 0xac) || (c >= 0xae && c <= 0xff);
  };
  if (printable(byte)) return byte;
  char32_t letter = 0x100;
  for (char32_t c = 0; c < byte; ++c) letter += printable(c) ? 0 : 1;
  return letter;
}

}  // namespace yoso::text
