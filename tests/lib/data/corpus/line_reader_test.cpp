#include "yoso/data/corpus/line_reader.h"

#include <gtest/gtest.h>

#include "support/temp_folder.h"
#include "support/user_error.h"

namespace yoso::data {
namespace {

using yoso::testing::error_text;
using yoso::testing::TempFolder;

struct Read {
  std::string text;
  int64_t number;
  bool begins, ends;
  bool operator==(const Read&) const = default;
};

std::vector<Read> read_lines(const std::string& path, const LineReader::Options& options = {}) {
  InputStream input(path);
  std::vector<Read> lines;
  while (input.next_text()) {
    LineReader reader(input, options);
    for (Line line; reader.next(line);) {
      lines.push_back({std::string(line.text), line.number, line.begins, line.ends});
    }
  }
  return lines;
}

std::vector<std::string> texts(const std::vector<Read>& lines) {
  std::vector<std::string> result;
  for (const Read& line : lines) result.push_back(line.text);
  return result;
}

using Texts = std::vector<std::string>;

TEST(LineReader, EndsLinesAtLineFeedsOnly) {
  const TempFolder folder;
  const auto lines = [&](const std::string& text) {
    return texts(read_lines(folder.write("x", text)));
  };
  EXPECT_EQ(lines(""), Texts{});
  EXPECT_EQ(lines("a"), Texts{"a"});
  EXPECT_EQ(lines("a\n"), Texts{"a"});
  EXPECT_EQ(lines("a\n\nb\n\n"), (Texts{"a", "", "b", ""}));
  EXPECT_EQ(lines("a\r\nb\rc\x0c\x0b\u0085\u2028d\r\n"), (Texts{"a", "b\rc\x0c\x0b\u0085\u2028d"}));
  EXPECT_EQ(lines("\xef\xbb\xbf"
                  "a\n\xef\xbb\xbf"
                  "b"),
            (Texts{"a", "\ufeffb"}));
}

TEST(LineReader, ReadsLinesAcrossItsBlocks) {
  const TempFolder folder;
  std::string text;
  Texts expected;
  for (int i = 0; i < 3000; ++i) {
    expected.push_back(std::string(static_cast<size_t>(i % 997), 'x') + std::to_string(i));
    text += expected.back() + "\n";
  }
  EXPECT_EQ(texts(read_lines(folder.write("x", text))), expected);
}

TEST(LineReader, CutsLongLinesAtWhiteSpaceOrBetweenCharacters) {
  const TempFolder folder;
  const auto lines = read_lines(folder.write("x", "one two three\nfour\n"), {.longest = 9});
  EXPECT_EQ(lines,
            (std::vector<Read>{
                {"one two ", 1, true, false}, {"three", 1, false, true}, {"four", 2, true, true}}));
  // No white space: never within a character.
  std::string euros;
  for (int i = 0; i < 50; ++i) euros += "\u20ac";
  std::string joined;
  for (const std::string& part : texts(read_lines(folder.write("x", euros), {.longest = 16}))) {
    EXPECT_LE(part.size(), 16u);
    joined += part;
  }
  EXPECT_EQ(joined, euros);
}

TEST(LineReader, NamesTheByteThatIsNoUtf8) {
  const TempFolder folder;
  const std::string path = folder.write("x", "good\ncaf\xe9\n");
  EXPECT_EQ(error_text([&] { read_lines(path); }, ExitCode::data),
            path + ": bad UTF-8 at byte 8 (line 2); `bad_utf8: replace` reads it as U+FFFD");
  EXPECT_EQ(texts(read_lines(path, {.replace_bad_utf8 = true})), (Texts{"good", "caf\ufffd"}));
  // Far into a file, where blocks were given up before.
  const std::string far =
      folder.write("y", std::string(3000000, 'a') + "\n" + std::string(999, 'b') + "\xff");
  EXPECT_NE(error_text([&] { read_lines(far); }, ExitCode::data).find("at byte 3001000 (line 2)"),
            std::string::npos);
}

}  // namespace
}  // namespace yoso::data
