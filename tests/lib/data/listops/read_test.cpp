#include "yoso/data/listops/read.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "support/shared_data.h"
#include "support/temp_folder.h"
#include "support/user_error.h"
#include "yoso/data/listops/expression.h"

namespace yoso::data::listops {
namespace {

using yoso::testing::error_text;
using yoso::testing::sample;
using yoso::testing::shared_data;
using yoso::testing::TempFolder;

const std::string kHeader = "Source\tTarget\r\n";

std::string text_of(const data::ByteDataset& examples, int64_t example) {
  std::string text;
  for (Token token : examples.tokens(example))
    text += (text.empty() ? "" : " ") + std::string(symbol_text(token));
  return text;
}

class ListOpsRead : public ::testing::Test {
 protected:
  ReadResult parse(const std::string& content, const ReadOptions& options = {}) const {
    return read(folder_.write("rows.tsv", content), options);
  }

  /// What is wrong with a file, without the path of its folder.
  std::string error(const std::string& content, const ReadOptions& options = {}) const {
    const std::string path = folder_.write("rows.tsv", content);
    const std::string text = error_text([&] { read(path, options); }, ExitCode::data);
    EXPECT_TRUE(text.starts_with(path)) << text;
    return text.substr(std::min(text.size(), path.size() - std::string("rows.tsv").size()));
  }

  TempFolder folder_;
};

TEST_F(ListOpsRead, PublishedForm) {
  const auto examples =
      parse(kHeader + "( ( ( [MAX 2 ) ( ( ( [MIN 4 ) 7 ) ] ) ) ] )\t4\r\n5\t5\r\n").examples;
  ASSERT_EQ(examples.size(), 2);
  EXPECT_EQ(text_of(examples, 0), "[MAX 2 [MIN 4 7 ] ]");
  EXPECT_EQ(examples.label(0), 4);
  EXPECT_EQ(text_of(examples, 1), "5");
  EXPECT_EQ(examples.label(1), 5);
}

TEST_F(ListOpsRead, LineEndsAndParenthesesDoNotMatter) {
  const auto published =
      parse(kHeader + "( ( ( [SM 2 ) 9 ) ] )\t1\r\n7\t7\r\n").examples.checksum();
  EXPECT_EQ(parse("Source\tTarget\n( ( ( [SM 2 ) 9 ) ] )\t1\n7\t7\n").examples.checksum(),
            published);
  EXPECT_EQ(parse(kHeader + "( ( ( [SM 2 ) 9 ) ] )\t1\r\n7\t7").examples.checksum(), published);
  EXPECT_EQ(parse(kHeader + "[SM 2 9 ]\t1\r\n  7\t7\r\n").examples.checksum(), published);
  EXPECT_EQ(parse(kHeader + "((([SM 2)9)])\t1\r\n(7)\t7\r\n").examples.checksum(), published);
  EXPECT_EQ(parse("1\t( ( ( [SM 2 ) 9 ) ] )\n7\t7\n").examples.checksum(), published);
}

TEST_F(ListOpsRead, CommittedSamples) {
  const auto published = read(sample("listops/basic_test.tsv"), {.verify = true});
  EXPECT_EQ(published.examples.size(), 4);
  EXPECT_EQ(published.cut, 0);
  const auto original = read(sample("listops/original_layout.tsv"), {.verify = true});
  ASSERT_EQ(original.examples.size(), 4);
  EXPECT_EQ(text_of(original.examples, 0), "[SM 6 5 9 0 ]");
  EXPECT_EQ(original.examples.label(3), 7);
}

TEST_F(ListOpsRead, CutsLongExamplesAndCountsThem) {
  const auto result = parse(kHeader + "[MAX 1 2 3 ]\t3\r\n[MIN 4 5 ]\t4\r\n8\t8\r\n",
                            {.max_length = 4, .verify = true});
  EXPECT_EQ(result.cut, 1);
  EXPECT_EQ(result.longest, 5);
  EXPECT_EQ(text_of(result.examples, 0), "[MAX 1 2 3");
  EXPECT_EQ(text_of(result.examples, 1), "[MIN 4 5 ]");
}

TEST_F(ListOpsRead, NamesFileAndLineOfWhatIsWrong) {
  EXPECT_EQ(error(""), "rows.tsv: the file is empty");
  EXPECT_EQ(error(kHeader), "rows.tsv: no examples after the header");
  EXPECT_EQ(error("Source,Target\n5,5\n"),
            "rows.tsv:1: expected the header `Source<TAB>Target`, or `label<TAB>expression`");
  EXPECT_EQ(error("[MAX 1 2 ]\t2\n"),
            "rows.tsv:1: expected the header `Source<TAB>Target`, or `label<TAB>expression`");
  EXPECT_EQ(error(kHeader + "5\t5\r\n[MAX 1 2 ]\r\n"),
            "rows.tsv:3: expected 2 columns separated by a tab, found 1");
  EXPECT_EQ(error(kHeader + "5\t5\t5\r\n"),
            "rows.tsv:2: expected 2 columns separated by a tab, found 3");
  EXPECT_EQ(error("5\t5\n\n5\t5\n"), "rows.tsv:2: expected 2 columns separated by a tab, found 1");
  for (const char* symbol : {"[PM", "[FLSUM", "[FIRST", "10", "x", "[MAX2"}) {
    EXPECT_EQ(error(kHeader + "5\t5\r\n5\t5\r\n( ( " + symbol + " 1 ) ] )\t1\r\n"),
              "rows.tsv:4: unknown symbol `" + std::string(symbol) +
                  "`, expected 0 to 9, [MIN, [MAX, [MED, [SM or ]");
  }
  EXPECT_EQ(error("5\t5\n1\t[MIN a_very_long_word_that_is_no_symbol ]\n"),
            "rows.tsv:2: unknown symbol `a_very_long_word_tha...`, "
            "expected 0 to 9, [MIN, [MAX, [MED, [SM or ]");
  for (const char* label : {"10", "-1", "", "a", "3.0"}) {
    EXPECT_EQ(error(kHeader + "5\t" + label + "\r\n"),
              "rows.tsv:2: expected a label from 0 to 9, found `" + std::string(label) + "`");
  }
  EXPECT_EQ(error(kHeader + "( ( ) )\t1\r\n"), "rows.tsv:2: no expression");
}

TEST_F(ListOpsRead, VerifyRecomputesLabels) {
  const std::string wrong = kHeader + "[MAX 1 2 ]\t2\r\n[MED 4 7 ]\t6\r\n";
  EXPECT_EQ(parse(wrong).examples.size(), 2);
  EXPECT_EQ(error(wrong, {.verify = true}), "rows.tsv:3: label 6, but the expression's value is 5");
  EXPECT_EQ(error(kHeader + "[MAX 1 2\t2\r\n", {.verify = true}),
            "rows.tsv:2: token 4: expression ends early");
}

TEST_F(ListOpsRead, MissingFile) {
  const std::string path = folder_.path("absent.tsv");
  EXPECT_TRUE(
      error_text([&] { read(path); }, ExitCode::data).starts_with(path + ": cannot be read: "));
}

TEST_F(ListOpsRead, ManyThreadsReadTheSame) {
  // Longer than the parts that threads take at a time.
  std::string content = kHeader;
  RandomStream random(1, "test");
  std::vector<Token> tokens;
  while (content.size() < 18'000'000) {
    if (!grow({}, 500, random, tokens)) continue;
    append_text(tokens, content);
    content += "\t" + std::to_string(evaluate(tokens)) + "\r\n";
  }
  const auto one = parse(content, {.verify = true, .threads = 1});
  std::vector<int64_t> reports;
  ReadOptions options{.threads = 3};
  options.progress = [&](int64_t done, int64_t) { reports.push_back(done); };
  const auto three = parse(content, options);
  EXPECT_EQ(three.examples.checksum(), one.examples.checksum());
  EXPECT_EQ(three.longest, one.longest);
  ASSERT_GT(reports.size(), 3u);
  EXPECT_TRUE(std::is_sorted(reports.begin(), reports.end()));
  EXPECT_EQ(reports.back(), static_cast<int64_t>(content.size() - kHeader.size()));

  std::vector<int64_t> sizes;
  data::ByteDataset handed_over;
  read_parts(content, "rows.tsv", {.threads = 3}, [&](const data::ByteDataset& examples) {
    sizes.push_back(examples.size());
    handed_over.append(examples);
  });
  EXPECT_EQ(handed_over.checksum(), one.examples.checksum());
  EXPECT_LT(*std::max_element(sizes.begin(), sizes.end()), one.examples.size() / 10);

  // Of several wrong lines the first is named.
  for (const int64_t wrong : {one.examples.size() * 9 / 10, one.examples.size() / 2}) {
    size_t position = kHeader.size();
    for (int64_t example = 0; example < wrong; ++example)
      position = content.find('\n', position) + 1;
    content.replace(position, content.find('\n', position) - position, "?\t1");
    EXPECT_TRUE(error(content, {.threads = 3})
                    .starts_with("rows.tsv:" + std::to_string(wrong + 2) + ": unknown symbol `?`"));
  }
}

TEST(ListOpsReadShared, PublishedSetVerifies) {
  const auto folder = shared_data("lra/listops-1000");
  if (!folder) GTEST_SKIP() << "no YOSO_DATA/lra/listops-1000";
  for (const auto& [file, examples] :
       {std::pair{"basic_train.tsv", 1000}, {"basic_val.tsv", 200}, {"basic_test.tsv", 200}}) {
    const auto result = read(*folder + "/" + file, {.max_length = 2000, .verify = true});
    EXPECT_EQ(result.examples.size(), examples) << file;
    EXPECT_EQ(result.cut, 0) << file;
    for (int64_t example = 0; example < result.examples.size(); ++example) {
      const size_t length = result.examples.tokens(example).size();
      EXPECT_TRUE(length > 500 && length < 2000)
          << file << " example " << example << ": " << length;
    }
  }
}

TEST(ListOpsReadShared, TextFormIsThePublishedOne) {
  const auto folder = shared_data("lra/listops-1000");
  if (!folder) GTEST_SKIP() << "no YOSO_DATA/lra/listops-1000";
  const data::ByteDataset examples = read(*folder + "/basic_val.tsv").examples;
  std::string text = kHeader;
  for (int64_t example = 0; example < examples.size(); ++example) {
    append_text(examples.tokens(example), text);
    text += "\t" + std::to_string(examples.label(example)) + "\r\n";
  }
  std::ifstream file(*folder + "/basic_val.tsv", std::ios::binary);
  EXPECT_TRUE(text == std::string(std::istreambuf_iterator<char>(file), {}));
}

TEST(ListOpsReadShared, OriginalLayoutVerifies) {
  const auto path = shared_data("lra/listops-spinn_test_d20s.tsv");
  if (!path) GTEST_SKIP() << "no YOSO_DATA/lra/listops-spinn_test_d20s.tsv";
  EXPECT_EQ(read(*path, {.verify = true}).examples.size(), 10000);
}

}  // namespace
}  // namespace yoso::data::listops
