// What `format: auto` makes of a text, and what is said where a given format does not fit.
#include "yoso/data/corpus/format_choice.h"

#include <gtest/gtest.h>

#include <vector>

#include "support/user_error.h"

namespace yoso::data {
namespace {

using config::CorpusFormat;
using yoso::testing::error_text;

TextKind kind_of(const std::string& head, const std::string& name = "x") {
  return recognise_text(name, head);
}

TEST(RecogniseText, ByItsFirstBytesAndName) {
  EXPECT_EQ(kind_of(""), TextKind::empty);
  EXPECT_EQ(kind_of(" \n\n"), TextKind::empty);
  EXPECT_EQ(kind_of("A dark night.\n\nRain.\n"), TextKind::plain);
  EXPECT_EQ(kind_of("{\"text\": \"a\"}\n{\"text\": \"b\"}\n"), TextKind::json_lines);
  EXPECT_EQ(kind_of("\xef\xbb\xbf{\"text\": \"a\"}\n"), TextKind::json_lines);
  EXPECT_EQ(kind_of("{\"text\": \"cut"), TextKind::json_lines);
  EXPECT_EQ(kind_of("{\"text\": \"" + std::string(kTextHead, 'x')), TextKind::json_lines);
  EXPECT_EQ(kind_of("x\n{\"text\": \"a\"}\n", "a.jsonl.gz"), TextKind::json_lines);
  EXPECT_EQ(kind_of("[{\"text\": \"a\"},\n"), TextKind::json_array);
  EXPECT_EQ(kind_of("[\n  {\n"), TextKind::json_array);
  EXPECT_EQ(kind_of("{\n  \"data\": [\n    {\"a\": 1}\n"), TextKind::json_object);
  EXPECT_EQ(kind_of("[1] A footnote.\n"), TextKind::plain);
  EXPECT_EQ(kind_of("{ a brace.\n"), TextKind::plain);
  EXPECT_EQ(kind_of("\n<doc id=\"1\" title=\"A\">\nA\n"), TextKind::wikiextractor);
  EXPECT_EQ(kind_of(" \n = Lobster = \n \n A <unk> .\n"), TextKind::wikitext);
  EXPECT_EQ(kind_of(" = Lobster = \n \n A .\n = = Size = = \n"), TextKind::wikitext);
  EXPECT_EQ(kind_of("= One =\nnothing else\n"), TextKind::plain) << "not sure";
  EXPECT_EQ(kind_of("<!DOCTYPE html>\n<html>"), TextKind::html);
  EXPECT_EQ(kind_of("<mediawiki xmlns=\"x\">\n"), TextKind::xml);
  EXPECT_EQ(kind_of(std::string("a\0b", 3)), TextKind::binary);
  EXPECT_EQ(kind_of("PAR1\x15\x04"), TextKind::foreign);
  EXPECT_EQ(kind_of("\xff\xfe" + std::string("a\0b\0", 4)), TextKind::foreign);
}

TEST(RecogniseText, TablesByTheirColumns) {
  EXPECT_EQ(kind_of("text,label\n\"One, two.\",1\nthree,0\n"), TextKind::csv);
  EXPECT_EQ(kind_of("id;text\n1;\"a\nb\"\n2;c"), TextKind::csv);
  EXPECT_EQ(kind_of("a\t1\nb\t0\nc\t1\n"), TextKind::tsv);
  EXPECT_EQ(kind_of("only one\n", "z(train.csv)"), TextKind::csv);
  EXPECT_EQ(kind_of("only one\n", "TRAIN.TSV.gz"), TextKind::tsv);
  EXPECT_EQ(kind_of("Well, one.\nWell, two.\nWell, three.\n"), TextKind::plain);
  EXPECT_EQ(kind_of("a,b\nc,d\n"), TextKind::plain) << "too few to be sure";
  EXPECT_EQ(kind_of("a\tb\nc\nd\te\n"), TextKind::plain);
}

class Chosen : public ::testing::Test {
 protected:
  CorpusFormat format_of(CorpusFormat format, const std::string& head,
                         const std::string& name = "in/x") {
    config::SourceConfig source;
    source.input = "in";
    source.format = format;
    return choice_.of(source, name, head).kind.name;
  }
  std::string error_of(CorpusFormat format, const std::string& head,
                       const std::string& name = "in/x") {
    return error_text([&] { format_of(format, head, name); }, ExitCode::data);
  }

  std::vector<std::string> warnings_;
  FormatChoice choice_{[this](const std::string& line) { warnings_.push_back(line); }};
};

const std::string kJson = "{\"text\": \"a\"}\n", kTable = "a,1\nb,2\nc,3\n",
                  kDoc = "<doc id=\"1\">\nA\n</doc>\n";

TEST_F(Chosen, AutoTakesWhatItKnowsAndRefusesTheRest) {
  EXPECT_EQ(format_of(CorpusFormat::automatic, "a\n"), CorpusFormat::blank_line);
  EXPECT_EQ(format_of(CorpusFormat::automatic, kJson), CorpusFormat::jsonl);
  EXPECT_EQ(format_of(CorpusFormat::automatic, "[" + kJson), CorpusFormat::jsonl);
  EXPECT_EQ(format_of(CorpusFormat::automatic, kDoc), CorpusFormat::wikiextractor);
  EXPECT_EQ(error_of(CorpusFormat::automatic, kTable).find("in/x: is a table (CSV): export"), 0U);
  EXPECT_EQ(error_of(CorpusFormat::automatic, "<html>").find("in/x: is HTML"), 0U);
  EXPECT_EQ(error_of(CorpusFormat::automatic, "{\n\"a\": 1\n}\n").find("in/x: is one JSON obj"),
            0U);
  EXPECT_TRUE(warnings_.empty());
}

TEST_F(Chosen, AGivenFormatIsTakenAtItsWordWithAWarning) {
  EXPECT_EQ(format_of(CorpusFormat::line, "a\n"), CorpusFormat::line);
  EXPECT_TRUE(warnings_.empty());
  for (const auto& head : {kJson, kDoc, kTable, std::string("<html>")}) {
    EXPECT_EQ(format_of(CorpusFormat::line, head), CorpusFormat::line);
    EXPECT_EQ(format_of(CorpusFormat::line, head, "in/y"), CorpusFormat::line);
  }
  ASSERT_EQ(warnings_.size(), 4U) << "once for each kind";
  EXPECT_EQ(warnings_[0],
            "in/x: is JSON lines, but `format: line` takes all of it for text; `format: jsonl`, or "
            "auto, reads it");
  EXPECT_EQ(error_of(CorpusFormat::jsonl, kTable).find("in/x: `format: jsonl` does not fit, it is"),
            0U);
  EXPECT_EQ(error_of(CorpusFormat::line, "PAR1").find("in/x: is a Parquet file"), 0U);
  EXPECT_EQ(error_of(CorpusFormat::line, "\x1f\x8b\x08", "z(x.gz)"),
            "z(x.gz): is compressed by gzip within another archive: unpack that first");
}

}  // namespace
}  // namespace yoso::data
