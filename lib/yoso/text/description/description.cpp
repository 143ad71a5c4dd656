#include "yoso/text/description/description.h"

#include <algorithm>
#include <iterator>

#include "yoso/text/description/added.h"
#include "yoso/text/description/json_file.h"
#include "yoso/text/description/steps.h"
#include "yoso/util/error.h"

namespace yoso::text {
namespace {

/// Classes of transformers whose rules are those of a kind here.
constexpr std::pair<const char*, const char*> kClasses[] = {
    {"BertTokenizer", "bert"},          {"DistilBertTokenizer", "bert"},
    {"ElectraTokenizer", "bert"},       {"ConvBertTokenizer", "bert"},
    {"MobileBertTokenizer", "bert"},    {"SqueezeBertTokenizer", "bert"},
    {"RobertaTokenizer", "roberta"},    {"GPT2Tokenizer", "roberta"},
    {"LongformerTokenizer", "roberta"}, {"BartTokenizer", "roberta"},
    {"AlbertTokenizer", "albert"},
};
/// Classes that do what tokenizer.json says.
constexpr const char* kGenericClasses[] = {"PreTrainedTokenizer", "TokenizersBackend"};

/// Keys of tokenizer_config.json that change ids when they have another value than the first one,
/// none of which is done here.
void refuse_keys(const JsonFile& config) {
  const std::pair<const char*, Json> kKeys[] = {
      {"do_basic_tokenize", true},      {"split_special_tokens", false},
      {"remove_space", true},           {"add_bos_token", false},
      {"add_eos_token", false},         {"truncation_side", "right"},
      {"word_tokenizer_type", nullptr}, {"subword_tokenizer_type", nullptr},
      {"do_subword_tokenize", true},    {"do_word_tokenize", true},
      {"mecab_kwargs", nullptr},        {"sudachi_kwargs", nullptr},
      {"jumanpp_kwargs", nullptr},
  };
  for (const auto& [key, usual] : kKeys) {
    const auto value = config.root.find(key);
    if (value != config.root.end() && !value->is_null() && *value != usual)
      config.refuse(key, *value);
  }
  for (const char* key : {"never_split", "sp_model_kwargs"}) {
    const auto value = config.root.find(key);
    if (value != config.root.end() && !value->is_null() && !value->empty())
      config.refuse(key, *value);
  }
}

/// Whether transformers takes the rules of a model's own class, not those of tokenizer.json.
bool has_own_class(const DescriptionRequest& request, const JsonFile& config,
                   const JsonFile& whole) {
  std::string name = config.text("tokenizer_class");
  if (name.ends_with("Fast")) name.erase(name.size() - 4);
  if (name.empty()) {  // the model's type decides
    const JsonFile model = read_json_file(request.folder + "/config.json");
    return whole.root.empty() || !model.text("model_type").empty();
  }
  for (const char* generic : kGenericClasses) {
    if (name == generic) return whole.root.empty();
  }
  const auto known = std::find_if(std::begin(kClasses), std::end(kClasses),
                                  [&](const auto& entry) { return name == entry.first; });
  if (known == std::end(kClasses)) config.refuse("tokenizer_class", config.root["tokenizer_class"]);
  // A class of another kind than the files: the files count (some published folders are so).
  return known->second == request.kind || whole.root.empty();
}

std::vector<Normalizer::Step> steps_of_bert(const JsonFile& config, bool cased) {
  const bool lower = config.flag("do_lower_case", true) && !cased;
  std::vector<Normalizer::Step> steps = {Normalizer::Step::clean};
  if (config.flag("tokenize_chinese_chars", true)) steps.push_back(Normalizer::Step::space_cjk);
  if (config.flag("strip_accents", lower)) steps.push_back(Normalizer::Step::strip_accents);
  if (lower) steps.push_back(Normalizer::Step::lowercase);
  return steps;
}

[[noreturn]] void refuse_disagreement(const JsonFile& config, const JsonFile& whole,
                                      const std::string& key, const std::string& says) {
  throw UsageError(whole.path + ": " + key + ": differs from what " +
                   (config.root.empty() ? "the model's tokenizer class" : config.path) + " says (" +
                   says + "), which transformers follows: make them agree");
}

void describe_bert(const DescriptionRequest& request, const JsonFile& config, const JsonFile& whole,
                   TokenizerDescription& description) {
  const bool own = has_own_class(request, config, whole);
  description.normalizer = steps_of_bert(config, request.cased);
  description.pre_tokenizer = {PreTokenizer::Step::bert};
  if (whole.root.empty()) return;
  std::optional<ByteLevelOptions> byte_level;
  const auto normalizer = normalizer_steps(whole);
  const auto pre_tokenizer = pre_tokenizer_steps(whole, byte_level);
  if (byte_level) whole.refuse("pre_tokenizer", whole.root["pre_tokenizer"], " with WordPiece");
  if (own && (normalizer != description.normalizer || pre_tokenizer != description.pre_tokenizer)) {
    refuse_disagreement(
        config, whole, normalizer != description.normalizer ? "normalizer" : "pre_tokenizer",
        "do_lower_case: " + std::string(config.flag("do_lower_case", true) ? "true" : "false"));
  }
  description.normalizer = normalizer;
  description.pre_tokenizer = pre_tokenizer;
  const Json model = whole.root.value("model", Json::object());
  if (model.value("type", "WordPiece") != "WordPiece") return;  // the vocabulary is not from there
  if (const Json prefix = model.value("continuing_subword_prefix", Json("##")); prefix != "##")
    whole.refuse("model.continuing_subword_prefix", prefix);
  if (model.contains("max_input_chars_per_word"))
    description.max_word_chars = model["max_input_chars_per_word"].get<int64_t>();
  description.unknown = model.value("unk_token", "");
}

void describe_roberta(const DescriptionRequest& request, const JsonFile& config,
                      const JsonFile& whole, TokenizerDescription& description) {
  const bool own = has_own_class(request, config, whole);
  description.byte_level.prefix_space = config.flag("add_prefix_space", false);
  if (whole.root.empty()) return;
  const auto normalizer = normalizer_steps(whole);
  std::optional<ByteLevelOptions> byte_level;
  const auto pre_tokenizer = pre_tokenizer_steps(whole, byte_level);
  if (!byte_level) {
    whole.refuse("pre_tokenizer", whole.root.value("pre_tokenizer", Json()),
                 ": ByteLevel is missing");
  }
  if (own && (!normalizer.empty() || !pre_tokenizer.empty()))
    refuse_disagreement(config, whole, normalizer.empty() ? "pre_tokenizer" : "normalizer", "none");
  if (own && !config.root.empty() && *byte_level != description.byte_level) {
    refuse_disagreement(config, whole, "pre_tokenizer",
                        std::string("add_prefix_space: ") +
                            (description.byte_level.prefix_space ? "true" : "false"));
  }
  description.normalizer = normalizer;
  description.pre_tokenizer = pre_tokenizer;
  description.byte_level = *byte_level;
}

void describe_albert(const JsonFile& config, TokenizerDescription& description) {
  description.keep_accents = config.flag("keep_accents", false);
  if (!config.flag("do_lower_case", true)) config.refuse("do_lower_case", false);
  if (!config.flag("add_prefix_space", true)) config.refuse("add_prefix_space", false);
}

}  // namespace

std::vector<Normalizer::Step> basic_normalizer(bool cased) {
  using Step = Normalizer::Step;
  if (cased) return {Step::clean, Step::space_cjk};
  return {Step::clean, Step::space_cjk, Step::strip_accents, Step::lowercase};
}

bool TokenizerDescription::is_basic(bool cased) const {
  return normalizer == basic_normalizer(cased) &&
         pre_tokenizer == std::vector{PreTokenizer::Step::bert};
}

TokenizerDescription describe_tokenizer(const DescriptionRequest& request) {
  const auto in_folder = [&](const char* name) {
    return read_json_file(request.folder + "/" + name);
  };
  const JsonFile config = in_folder("tokenizer_config.json");
  const JsonFile map = in_folder("special_tokens_map.json"), added = in_folder("added_tokens.json");
  const JsonFile whole = read_json_file(request.whole);
  TokenizerDescription description;
  try {
    refuse_keys(config);
    if (request.kind == "bert") describe_bert(request, config, whole, description);
    if (request.kind == "roberta") describe_roberta(request, config, whole, description);
    if (request.kind == "albert") {
      has_own_class(request, config, whole);  // refuses unknown classes
      describe_albert(config, description);
    }
    read_added_tokens({config, whole, map, added}, description);
  } catch (const Json::exception& error) {
    throw DataError(whole.path + ": is no tokenizer.json: " + error.what());
  }
  return description;
}

}  // namespace yoso::text
