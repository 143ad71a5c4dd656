#include "yoso/interop/hugging_face/tokenizer_files.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "yoso/util/error.h"
#include "yoso/util/file.h"
#include "yoso/util/file_kind.h"
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
  if (!fs::exists(path)) return;
  result.files[name] = read_file(path);
  refuse_git_lfs_pointer(path, result.files[name]);
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

void choose_kind(TokenizerFiles& files, const std::string& folder) {
  const auto has = [&](const char* name) { return files.files.contains(name); };
  const Json whole = object_of(files, kWhole, folder);
  if ((has("vocab.json") && has("merges.txt")) || model_of(whole) == "\"BPE\"") {
    files.kind = "roberta";
  } else if (has("vocab.txt") || model_of(whole) == "\"WordPiece\"") {
    files.kind = "bert";
    files.name = has("vocab.txt") ? "vocab.txt" : kWhole;
  } else if (has("spiece.model")) {
    files.kind = "albert";
    files.name = "spiece.model";
  } else if (has(kWhole)) {
    throw UsageError(
        folder + "/" + kWhole + ": holds a tokenizer of a kind that is not read here " +
        "(expected BPE or WordPiece, or spiece.model beside it); --tokenizer KIND:PATH names another");
  } else {
    throw DataError(folder +
                    ": has no tokenizer (vocab.txt, vocab.json with merges.txt, "
                    "tokenizer.json or spiece.model); --tokenizer KIND:PATH names one");
  }
}

/// The options that the folder's own rules stand for, so that the run's configuration shows them.
void choose_options(TokenizerFiles& files, const std::string& folder) {
  const Json config = object_of(files, kConfig, folder);
  const auto flag = [&](const char* key, bool otherwise) {
    const auto value = config.find(key);
    return value != config.end() && value->is_boolean() ? value->get<bool>() : otherwise;
  };
  if (files.kind == "bert") files.options.cased = !flag("do_lower_case", true);
  if (files.kind == "roberta") files.options.prefix_space = flag("add_prefix_space", false);
  if (files.kind == "albert") files.options.keep_accents = flag("keep_accents", false);
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
    const std::string usual = files.kind == "bert" ? "vocab.txt" : "spiece.model";
    const bool whole = files.kind == "bert" &&
                       (is_folder ? !fs::exists(path / usual) : path.extension() == ".json");
    const fs::path vocabulary = is_folder ? path / (whole ? kWhole : usual) : path;
    files.name = whole ? kWhole : usual;
    files.files[files.name] = read_file(vocabulary.string());
    refuse_git_lfs_pointer(vocabulary.string(), files.files[files.name]);
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
