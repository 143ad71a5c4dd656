#include "yoso/text/description/steps.h"

#include <functional>

namespace yoso::text {
namespace {

using N = Normalizer::Step;
using P = PreTokenizer::Step;

/// Calls `step` for each part of a section, those of a Sequence one by one.
void for_each_part(const JsonFile& whole, const char* section, const char* parts,
                   const std::function<void(const Json&)>& step) {
  const auto found = whole.root.find(section);
  if (found == whole.root.end() || found->is_null()) return;
  const std::function<void(const Json&)> visit = [&](const Json& part) {
    if (!part.is_object() || !part.contains("type")) whole.refuse(section, part);
    if (part.at("type") != "Sequence") return step(part);
    for (const Json& inner : part.value(parts, Json::array())) visit(inner);
  };
  visit(*found);
}

void add_bert(const Json& part, std::vector<N>& steps) {
  const bool lowercase = part.value("lowercase", true);
  const Json strip = part.value("strip_accents", Json());
  if (part.value("clean_text", true)) steps.push_back(N::clean);
  if (part.value("handle_chinese_chars", true)) steps.push_back(N::space_cjk);
  if (strip.is_boolean() ? strip.get<bool>() : lowercase) steps.push_back(N::strip_accents);
  if (lowercase) steps.push_back(N::lowercase);
}

/// The tokens of a template: "[CLS]:0 A:0 [SEP]:0".
std::string template_text(const Json& pieces) {
  std::string text;
  for (const Json& piece : pieces) {
    const bool sequence = piece.contains("Sequence");
    const Json& value = piece.at(sequence ? "Sequence" : "SpecialToken");
    text += (text.empty() ? "" : " ") + value.at("id").get<std::string>() + ":" +
            std::to_string(value.at("type_id").get<int>());
  }
  return text;
}

}  // namespace

std::vector<N> normalizer_steps(const JsonFile& whole) {
  std::vector<N> steps;
  for_each_part(whole, "normalizer", "normalizers", [&](const Json& part) {
    const std::string type = part.at("type");
    if (type == "BertNormalizer") return add_bert(part, steps);
    if (type == "Lowercase") return steps.push_back(N::lowercase);
    if (type == "NFD") return steps.push_back(N::nfd);
    if (type == "NFC") return steps.push_back(N::nfc);
    if (type == "NFKD") return steps.push_back(N::nfkd);
    if (type == "NFKC") return steps.push_back(N::nfkc);
    if (type == "StripAccents") return steps.push_back(N::strip_marks);
    whole.refuse("normalizer", part);
  });
  return steps;
}

std::vector<P> pre_tokenizer_steps(const JsonFile& whole,
                                   std::optional<ByteLevelOptions>& byte_level) {
  std::vector<P> steps;
  for_each_part(whole, "pre_tokenizer", "pretokenizers", [&](const Json& part) {
    const std::string type = part.at("type");
    if (byte_level) whole.refuse("pre_tokenizer", part, " behind ByteLevel");
    if (type == "BertPreTokenizer") return steps.push_back(P::bert);
    if (type == "Whitespace") return steps.push_back(P::whitespace);
    if (type == "WhitespaceSplit") return steps.push_back(P::whitespace_split);
    if (type == "Digits") {
      return steps.push_back(part.value("individual_digits", false) ? P::single_digits : P::digits);
    }
    if (type == "Punctuation" && part.value("behavior", "Isolated") == "Isolated")
      return steps.push_back(P::punctuation);
    if (type == "ByteLevel") {
      byte_level =
          ByteLevelOptions{part.value("add_prefix_space", true), part.value("use_regex", true)};
      return;
    }
    whole.refuse("pre_tokenizer", part);
  });
  return steps;
}

void check_post_processor(const JsonFile& whole, const std::string& kind, const std::string& first,
                          const std::string& separator) {
  const bool roberta = kind == "roberta";
  for_each_part(whole, "post_processor", "processors", [&](const Json& part) {
    const std::string type = part.at("type");
    if (type == "ByteLevel") return;
    const auto refuse = [&] {
      whole.refuse("post_processor", part,
                   std::string("; ") + kind + " has " + first + " A " + separator +
                       (roberta ? " " + separator + " B " : " B ") + separator);
    };
    if (type == "BertProcessing" || type == "RobertaProcessing") {
      const bool fits = (type == "RobertaProcessing") == roberta && part.at("cls").at(0) == first &&
                        part.at("sep").at(0) == separator;
      return fits ? void() : refuse();
    }
    if (type != "TemplateProcessing") return refuse();
    const std::string single = template_text(part.at("single")),
                      pair = template_text(part.at("pair"));
    if (single == "A:0") return;  // nothing around a text: this program's own tokens go there
    const std::string f = first + ":0 ", s = " " + separator;
    const bool fits = single == f + "A:0" + s + ":0" &&
                      (roberta ? pair == f + "A:0" + s + ":0" + s + ":0 B:0" + s + ":0"
                               : pair == f + "A:0" + s + ":0 B:1" + s + ":1");
    if (!fits) refuse();
  });
}

}  // namespace yoso::text
