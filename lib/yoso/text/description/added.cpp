#include "yoso/text/description/added.h"

#include <algorithm>
#include <iterator>

#include "yoso/util/error.h"
#include "yoso/util/text.h"

namespace yoso::text {
namespace {

constexpr const char* kNamed[] = {"cls_token", "bos_token", "sep_token", "eos_token",
                                  "unk_token", "pad_token", "mask_token"};

AddedToken token_of(const Json& json, const std::string& path) {
  AddedToken token;
  if (!json.is_object() || !json.contains("content") || !json["content"].is_string())
    throw DataError(path + ": an added token has no content");
  token.content = json["content"];
  token.special = json.value("special", false);
  token.lstrip = json.value("lstrip", false);
  token.rstrip = json.value("rstrip", false);
  token.single_word = json.value("single_word", false);
  token.normalized = json.value("normalized", !token.special);
  return token;
}

class Collector {
 public:
  explicit Collector(std::vector<AddedToken>& tokens) : tokens_(tokens) {}

  /// The first description of a token counts.
  void add(const AddedToken& token, const std::string& path) {
    const auto known = find(token.content);
    if (known == tokens_.end()) {
      tokens_.push_back(token);
      return;
    }
    if (known->id == kNoToken) known->id = token.id;
    if (token.id != kNoToken && known->id != token.id) {
      throw DataError(path + ": the added token `" + token.content + "` has the id " +
                      std::to_string(token.id) + ", elsewhere in the folder " +
                      std::to_string(known->id));
    }
  }

  /// A special token by its name alone, or with its properties.
  void add_special(const Json& json, const std::string& path) {
    AddedToken token;
    if (json.is_string()) {
      token.content = json;
    } else {
      token = token_of(json, path);
      token.normalized = json.value("normalized", false);
    }
    token.special = true;
    if (token.content.empty()) return;
    if (const auto known = find(token.content); known != tokens_.end()) {
      known->special = true;
      return;
    }
    tokens_.push_back(token);
  }

 private:
  std::vector<AddedToken>::iterator find(const std::string& content) {
    return std::find_if(tokens_.begin(), tokens_.end(),
                        [&](const AddedToken& token) { return token.content == content; });
  }

  std::vector<AddedToken>& tokens_;
};

void add_lists(const JsonFile& file, Collector& collector) {
  for (const char* key : {"additional_special_tokens", "extra_special_tokens"}) {
    const auto list = file.root.find(key);
    if (list == file.root.end() || list->is_null()) continue;
    for (const auto& item : list->items()) collector.add_special(item.value(), file.path);
  }
}

}  // namespace

void read_added_tokens(const AddedTokenFiles& files, TokenizerDescription& description) {
  Collector collector(description.added);
  try {
    const Json decoder = files.config.root.value("added_tokens_decoder", Json::object());
    for (const auto& [id, json] : decoder.items()) {
      AddedToken token = token_of(json, files.config.path);
      const auto number = parse_integer(id);
      if (!number) throw DataError(files.config.path + ": added_tokens_decoder: " + id + ": no id");
      token.id = static_cast<TokenId>(*number);
      collector.add(token, files.config.path);
    }
    const Json whole = files.whole.root.value("added_tokens", Json::array());
    for (const Json& json : whole) {
      AddedToken token = token_of(json, files.whole.path);
      token.id = json.at("id").get<TokenId>();
      collector.add(token, files.whole.path);
    }
    for (const JsonFile* file : {&files.config, &files.map}) {
      for (const char* key : kNamed) {
        const std::string content = file->text(key);
        if (content.empty() || description.special.contains(key)) continue;
        description.special[key] = content;
        collector.add_special(file->root.at(key), file->path);
      }
      add_lists(*file, collector);
    }
    for (const auto& [content, id] : files.added.root.items()) {
      AddedToken token{content, id.get<TokenId>()};
      token.normalized = true;
      collector.add(token, files.added.path);
    }
  } catch (const Json::exception& error) {
    throw DataError(files.whole.path + ": its added tokens are damaged: " + error.what());
  }
  std::stable_sort(description.added.begin(), description.added.end(),
                   [](const AddedToken& a, const AddedToken& b) {
                     return static_cast<uint32_t>(a.id) < static_cast<uint32_t>(b.id);
                   });
}

}  // namespace yoso::text
