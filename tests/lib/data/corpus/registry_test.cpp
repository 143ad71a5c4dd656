#include "yoso/data/corpus/registry.h"

#include <gtest/gtest.h>

#include "support/user_error.h"
#include "yoso/data/corpus/sentence_rule.h"

namespace yoso::data {
namespace {

using config::CorpusFormat;
using yoso::testing::error_text;

using Documents = std::vector<std::vector<std::string>>;

class Collector : public DocumentSink {
 public:
  void begin_document() override { documents.emplace_back(); }
  void sentence(std::string_view text) override { documents.back().emplace_back(text); }
  void bad_row(int64_t line, const std::string&, const std::string& what) override {
    throw BadRowError(std::to_string(line) + ": " + what);
  }
  Documents documents;
};

/// The documents of lines, each of which comes whole.
Documents parse(const config::SourceConfig& source, const std::vector<std::string>& lines) {
  const auto format = find_format(source.format).make(source);
  Collector collector;
  int64_t number = 0;
  for (const std::string& line : lines) {
    format->line({.text = line, .number = ++number, .begins = true, .ends = true}, collector);
  }
  format->end(collector);
  return collector.documents;
}

Documents parse(CorpusFormat format, const std::vector<std::string>& lines) {
  config::SourceConfig source;
  source.format = format;
  return parse(source, lines);
}

TEST(DocumentFormats, BlankLine) {
  EXPECT_EQ(parse(CorpusFormat::blank_line, {"", "a b ", " c", " \t", "", "d", ""}),
            (Documents{{"a b", "c"}, {"d"}}));
}

TEST(DocumentFormats, File) {
  EXPECT_EQ(parse(CorpusFormat::file, {"", "a", "", "b"}), (Documents{{"a", "b"}}));
  EXPECT_EQ(parse(CorpusFormat::file, {"", " "}), Documents{});
}

TEST(DocumentFormats, Line) {
  EXPECT_EQ(parse(CorpusFormat::line, {"a", "", "b"}), (Documents{{"a"}, {}, {"b"}}));
}

TEST(DocumentFormats, Sentences) {
  config::SourceConfig source;
  source.format = CorpusFormat::sentences;
  source.document_lines = 2;
  EXPECT_EQ(parse(source, {"a", "b", "", "c", "d", "e"}),
            (Documents{{"a", "b"}, {"c", "d"}, {"e"}}));
}

TEST(DocumentFormats, WikiExtractor) {
  EXPECT_EQ(parse(CorpusFormat::wikiextractor,
                  {"<doc id=\"1\" url=\"u\" title=\"T\">", "T", "", "One.", "Two.", "", "</doc>",
                   "", "<doc id=\"2\" url=\"u\" title=\"Empty\">", "Empty", "</doc>"}),
            (Documents{{"One.", "Two."}, {}}));
  const auto error = [](const std::vector<std::string>& lines) {
    return error_text([&] { parse(CorpusFormat::wikiextractor, lines); }, ExitCode::data);
  };
  EXPECT_EQ(error({"plain text"}), "text outside <doc ...> and </doc>");
  EXPECT_EQ(error({"<doc id=\"1\">", "<doc id=\"2\">"}), "<doc> within a document");
  EXPECT_EQ(error({"</doc>"}), "</doc> without <doc>");
  EXPECT_EQ(error({"<doc id=\"1\">", "T", "text"}), "the last <doc> has no </doc>");
}

TEST(DocumentFormats, JsonLines) {
  EXPECT_EQ(parse(CorpusFormat::jsonl,
                  {R"({"text": "One.\nTwo.\n\n", "id": 3})", "", R"({"text": "caf\u00e9"})"}),
            (Documents{{"One.", "Two."}, {"café"}}));
  config::SourceConfig source;
  source.format = CorpusFormat::jsonl;
  source.text_field = "body";
  EXPECT_EQ(parse(source, {R"({"body": "b", "text": "t"})"}), (Documents{{"b"}}));
  const auto error = [](const std::string& line) {
    return error_text([&] { parse(CorpusFormat::jsonl, {line}); }, ExitCode::data);
  };
  EXPECT_EQ(error("{\"text\": "), "1: the object does not end");
  EXPECT_EQ(error("[1]"), "1: no JSON object, it begins with `[1]`");
  EXPECT_EQ(error("text,label"), "1: no JSON object, it begins with `text,label`");
  EXPECT_EQ(error(R"({"txt": "a", "id": 1})"),
            "1: no key `text`; the keys are id, txt (`text_field` names that of the text)");
  EXPECT_EQ(error("{}"),
            "1: no key `text`; the keys are none (`text_field` names that of the text)");
  EXPECT_EQ(error(R"({"text": 3})"), "1: `text` is a number, no text");
  EXPECT_EQ(error(R"({"text": null})"), "1: `text` is a null, no text");
  EXPECT_EQ(error(R"({"text": "a \ud83d b"})"),
            "1: a lone surrogate (\\ud83d): no Unicode character");
  EXPECT_EQ(error(R"({"text": "a \ude00"})"),
            "1: a lone surrogate (\\ude00): no Unicode character");
  EXPECT_EQ(error(R"({"text": "a", "n": NaN})").substr(0, 15), "1: NaN is not J");
  EXPECT_EQ(error(R"({"text": -Infinity})").substr(0, 15), "1: Infinity is ");
  EXPECT_EQ(error(R"({"text": "a", "n": True})").substr(0, 15), "1: True is not ");
  EXPECT_EQ(error("{\"text\": \"a\tb\"}").substr(0, 38), "1: a control character within a string");
  EXPECT_EQ(error(R"({"text": "NaN" "n": 1, "m": NaN})").substr(0, 15), "1: no JSON from");
  // A pair of surrogates is a character, and words within a text are words.
  EXPECT_EQ(parse(CorpusFormat::jsonl, {R"({"text": "\ud83d\ude00 NaN"})"}),
            (Documents{{"😀 NaN"}}));
}

TEST(DocumentFormats, JsonArray) {
  const auto parse_array = [](const std::vector<std::string>& lines) {
    const auto format = json_array_format().make(config::SourceConfig());
    Collector collector;
    int64_t number = 0;
    for (const std::string& line : lines)
      format->line({.text = line, .number = ++number}, collector);
    format->end(collector);
    return collector.documents;
  };
  const Documents both = {{"a [1], {b}"}, {"c \"d\""}};
  EXPECT_EQ(parse_array({R"([{"text": "a [1], {b}"}, {"text": "c \"d\""}])"}), both);
  EXPECT_EQ(parse_array({"[", "  {", "  \"text\": \"a [1], {b}\",", "  \"x\": [1, {}]", "  },",
                         R"({"text": "c \"d\""})", "]", ""}),
            both);
  EXPECT_EQ(parse_array({"[]"}), Documents{});
  const auto error = [&](const std::vector<std::string>& lines) {
    return error_text([&] { parse_array(lines); }, ExitCode::data);
  };
  EXPECT_EQ(error({"[{\"text\": \"a\"},", "{\"text\": 3}]"}), "2: `text` is a number, no text");
  EXPECT_EQ(error({"[{\"text\": \"a\"},", "{\"text\": \"b"}), "2: the array does not end");
  EXPECT_EQ(error({"[{\"text\": \"a\"},", ""}), "2: the array does not end");
  EXPECT_EQ(error({"[{\"text\": \"a\"}] x"}), "text behind the end of the array");
}

TEST(DocumentFormats, WikiText) {
  EXPECT_EQ(parse(CorpusFormat::wikitext,
                  {" ", " = Homarus gammarus = ", " ", " A <unk> lobster . ", " ",
                   " = = Description = = ", " It is large . ", " = Next = ", " x = y = z "}),
            (Documents{{"A <unk> lobster .", "It is large ."}, {"x = y = z"}}));
  EXPECT_TRUE(find_format(CorpusFormat::wikitext).unknown_words);
}

TEST(FirstSentence, EndsBeforeACapital) {
  const auto first = [](std::string_view text) {
    return std::string(text.substr(0, first_sentence(text)));
  };
  EXPECT_EQ(first("One. Two."), "One.");
  EXPECT_EQ(first("Is it? Yes!"), "Is it?");
  EXPECT_EQ(first("\"Stop!\" She ran."), "\"Stop!\"");
  EXPECT_EQ(first("\"Stop!\" she said. Then."), "\"Stop!\" she said.");
  EXPECT_EQ(first("Mr. Smith met J. Brown. \u201cHow?\u201d"), "Mr. Smith met J. Brown.");
  EXPECT_EQ(first("About 3.5 percent. 4 more."), "About 3.5 percent.");
  EXPECT_EQ(first("So did I. Then"), "So did I.");
  EXPECT_EQ(first("no end"), "no end");
  EXPECT_EQ(first(""), "");
}

}  // namespace
}  // namespace yoso::data
