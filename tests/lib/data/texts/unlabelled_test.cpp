#include "yoso/data/texts/unlabelled.h"

#include <gtest/gtest.h>

#include "support/user_error.h"

namespace yoso::data {
namespace {

using testing::error_text;

const TextLayout kSingle;
const TextLayout kPair{.text = "a", .second = "b"};

TextExamples read(const std::string& content, const TextLayout& layout = kSingle,
                  const std::string& name = "in.txt", InputFormat format = InputFormat::automatic) {
  return read_unlabelled_texts(TextFile(name, content), layout, format);
}

std::string error(const std::string& content, const TextLayout& layout = kSingle,
                  const std::string& name = "in.txt") {
  return error_text([&] { read(content, layout, name); }, ExitCode::data);
}

TEST(UnlabelledTexts, LinesAreTextsAndEmptyOnesKeepTheirPlace) {
  const TextExamples texts = read("one\ttwo\n\nthree\n   \n");
  ASSERT_EQ(texts.examples.size(), 4U);
  EXPECT_EQ(texts.examples[0].text, "one\ttwo");
  EXPECT_TRUE(is_blank(texts.examples[1]));
  EXPECT_EQ(texts.examples[2].text, "three");
  EXPECT_EQ(texts.examples[2].index, 2);
  EXPECT_TRUE(is_blank(texts.examples[3]));
  EXPECT_EQ(read("{curly} braces\nb\n").examples[0].text, "{curly} braces");
}

TEST(UnlabelledTexts, PairsHaveATabBetweenThem) {
  EXPECT_EQ(read("one\ttwo\n", kPair).examples[0].second, "two");
  EXPECT_EQ(error("one\n", kPair),
            "in.txt:1: found 1 fields separated by tabs, expected the 2 texts of a pair");
}

TEST(UnlabelledTexts, TablesAndJsonOfTheColumnsTrainedOn) {
  EXPECT_EQ(read("b\tn\ta\n1\t2\t3\n", kPair).examples[0].text, "3");
  EXPECT_EQ(read("text,label\nx,pos\n", kSingle, "in.csv").examples[0].text, "x");
  EXPECT_EQ(read("text,label\n\"x, y\",pos\n").examples[0].text, "x, y");
  EXPECT_EQ(read("{\"text\": \"y\"}\n\n{\"text\": \"z\"}\n").examples[2].text, "z");
  EXPECT_EQ(read("[{\"text\": \"y\"}]").examples[0].text, "y");
}

TEST(UnlabelledTexts, OtherColumnsAreRefusedWithTheWaysOut) {
  EXPECT_EQ(error("id\treview\n7\ta lovely film\n", kSingle, "in.tsv"),
            "in.tsv:1: no column `text`, the columns are id, review (--text names another)");
  EXPECT_EQ(error("id\treview\n7\ta lovely film\n"),
            "in.txt: 2 columns (id, review), where the model was trained on `text`; rename them, "
            "name them by --text and --second, or take each line as a text by --format lines");
  EXPECT_NE(error("a lovely film\tgood\na dull film\tbad\n").find("2 columns"), std::string::npos)
      << "a column of labels is no part of the text";
  EXPECT_EQ(read("id\treview\n7\tx\n", kSingle, "in.tsv", InputFormat::lines).examples.size(), 2U);
  const TextExamples warned = read("review\na lovely film\n");
  ASSERT_EQ(warned.warnings.size(), 1U);
  EXPECT_NE(warned.warnings[0].find("looks like a header"), std::string::npos);
}

TEST(UnlabelledTexts, EmptyInputAndWhatIsNoText) {
  EXPECT_EQ(error("", kPair), "in.txt: the file is empty");
  EXPECT_EQ(error(std::string("\xff\xfet\0", 4)),
            "in.txt: is UTF-16: convert it (iconv -f UTF-16 -t UTF-8)");
}

}  // namespace
}  // namespace yoso::data
