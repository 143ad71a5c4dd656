#include "yoso/interop/hugging_face/tokenizer_files.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "yoso/util/error.h"
#include "yoso/util/file.h"
#include "yoso/util/strict_json.h"

namespace yoso::interop {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kConfig = "tokenizer_config.json";
constexpr const char* kWhole = "tokenizer.json";
constexpr const char* kCompanions[] = {kConfig, kWhole, "special_tokens_map.json",
                                       "added_tokens.json"};
constexpr const char* kVocabularies[] = {"vocab.txt", "vocab.json", "merges.txt", "spiece.model"};

void take(TokenizerFiles& result, const std::string& folder, const std::string& name) {
  const std::string path = folder + "/" + name;
  if (fs::exists(path)) result.files[name] = read_file(path);
}

/// The JSON object of a file; an empty one when the file is missing.
Json object_of(const TokenizerFiles& files, const std::string& name, const std::string& folder) {
  const auto found = files.files.find(name);
  return found == files.files.end() ? Json::object()
                                    : parse_json_object(found->second, folder + "/" + name);
}

/// The kind of model in tokenizer.json, in quotes: "WordPiece", "BPE", "Unigram".
std::string model_of(const Json& whole) {
  const auto model = whole.find("model");
  if (model == whole.end() || !model->is_object()) return "";
  return model->value("type", Json("")).dump();
}

/// The vocab.txt of a WordPiece vocabulary, one token a line.
std::string wordpiece_lines(const Json& whole, const std::string& path) {
  const auto fail = [&] { return DataError(path + ": its vocabulary is damaged"); };
  const auto vocab = whole["model"].find("vocab");
  if (vocab == whole["model"].end() || !vocab->is_object()) throw fail();
  std::vector<std::optional<std::string>> tokens(vocab->size());
  for (const auto& [token, id] : vocab->items()) {
    if (!id.is_number_unsigned() || id.get<uint64_t>() >= tokens.size() ||
        tokens[id.get<size_t>()] || token.find('\n') != std::string::npos)
      throw fail();
    tokens[id.get<size_t>()] = token;
  }
  std::string lines;
  for (const auto& token : tokens) lines += *token + "\n";
  return lines;
}

void choose_kind(TokenizerFiles& files, const std::string& folder) {
  const auto has = [&](const char* name) { return files.files.contains(name); };
  const Json whole = object_of(files, kWhole, folder);
  if ((has("vocab.json") && has("merges.txt")) || model_of(whole) == "\"BPE\"") {
    files.kind = "roberta";
  } else if (has("vocab.txt") || model_of(whole) == "\"WordPiece\"") {
    files.kind = "bert";
    files.name = "vocab.txt";
    if (!has("vocab.txt")) files.files["vocab.txt"] = wordpiece_lines(whole, folder + "/" + kWhole);
  } else if (has("spiece.model")) {
    files.kind = "albert";
    files.name = "spiece.model";
  } else if (has(kWhole)) {
    throw UsageError(folder + "/" + kWhole +
                     ": holds a tokenizer of a kind that is not read here " +
                     "(expected BPE or WordPiece); --tokenizer KIND:PATH names another");
  } else {
    throw DataError(folder +
                    ": has no tokenizer (vocab.txt, vocab.json with merges.txt, "
                    "tokenizer.json or spiece.model); --tokenizer KIND:PATH names one");
  }
}

void choose_options(TokenizerFiles& files, const std::string& folder) {
  Json config = object_of(files, kConfig, folder);
  const Json whole = object_of(files, kWhole, folder);
  if (whole.contains("normalizer") && whole["normalizer"].is_object()) {
    const Json& normalizer = whole["normalizer"];
    if (!config.contains("do_lower_case") && normalizer.contains("lowercase"))
      config["do_lower_case"] = normalizer["lowercase"];
    if (!config.contains("strip_accents") && normalizer.contains("strip_accents"))
      config["strip_accents"] = normalizer["strip_accents"];
  }
  const auto flag = [&](const char* key, bool otherwise) {
    const auto value = config.find(key);
    return value != config.end() && value->is_boolean() ? value->get<bool>() : otherwise;
  };
  const std::string where = folder + "/" + kConfig + ": ";
  const bool lower = flag("do_lower_case", true);
  if (files.kind == "bert") {
    files.options.cased = !lower;
    if (flag("strip_accents", lower) != lower)
      throw UsageError(where + "strip_accents: differs from do_lower_case, which is not read here");
    if (!flag("tokenize_chinese_chars", true))
      throw UsageError(where + "tokenize_chinese_chars: false is not read here");
  } else if (files.kind == "roberta") {
    files.options.prefix_space = flag("add_prefix_space", false);
  } else {
    files.options.keep_accents = flag("keep_accents", false);
    if (!lower) throw UsageError(where + "do_lower_case: false is not read here");
  }
}

}  // namespace

std::string TokenizerFiles::in_folder(const std::string& folder) const {
  return kind + ":" + folder + (name.empty() ? "" : "/" + name);
}

void TokenizerFiles::write(const std::string& folder) const {
  make_folders(folder);
  for (const auto& [file, content] : files) write_atomically(folder + "/" + file, content);
}

TokenizerFiles find_tokenizer_files(const std::string& folder) {
  TokenizerFiles files;
  for (const char* name : kVocabularies) take(files, folder, name);
  for (const char* name : kCompanions) take(files, folder, name);
  choose_kind(files, folder);
  choose_options(files, folder);
  return files;
}

TokenizerFiles tokenizer_files_of(const std::string& tokenizer,
                                  const text::TokenizerOptions& options) {
  TokenizerFiles files;
  const size_t colon = tokenizer.find(':');
  files.kind = tokenizer.substr(0, colon);
  files.options = options;
  const fs::path path = tokenizer.substr(colon + 1);
  const bool is_folder = fs::is_directory(path);
  const std::string folder = is_folder ? path.string() : path.parent_path().string();
  if (files.kind == "roberta") {
    for (const char* name : {"vocab.json", "merges.txt"}) take(files, folder, name);
    if (!is_folder && path.extension() == ".json" && path.filename() != "vocab.json") {
      files.files = {{kWhole, read_file(path.string())}};  // only that file is used
      return files;
    }
  } else {
    files.name = files.kind == "bert" ? "vocab.txt" : "spiece.model";
    files.files[files.name] = read_file(path.string());
  }
  for (const char* name : kCompanions) take(files, folder, name);
  return files;
}

std::string tokenizer_config_text(const TokenizerFiles& files, int64_t max_length) {
  Json config;
  if (files.kind == "bert") {
    config["tokenizer_class"] = "BertTokenizer";
    config["do_lower_case"] = !files.options.cased;
  } else if (files.kind == "roberta") {
    config["tokenizer_class"] = "RobertaTokenizer";
    config["add_prefix_space"] = files.options.prefix_space;
  } else {
    config["tokenizer_class"] = "AlbertTokenizer";
    config["do_lower_case"] = true;
    config["keep_accents"] = files.options.keep_accents;
  }
  config["model_max_length"] = max_length;
  return config.dump(2) + "\n";
}

}  // namespace yoso::interop
