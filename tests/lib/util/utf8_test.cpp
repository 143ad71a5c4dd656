#include "yoso/util/utf8.h"

#include <gtest/gtest.h>

namespace yoso {
namespace {

TEST(FindBadUtf8, AcceptsWellFormedText) {
  for (const char* text : {"", "ascii", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80",
                           "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_EQ(find_bad_utf8(text), std::nullopt) << text;
  }
}

TEST(FindBadUtf8, FindsTheFirstBadByte) {
  EXPECT_EQ(find_bad_utf8("caf\xe9!"), 3u);          // Latin-1
  EXPECT_EQ(find_bad_utf8("\xff\xfe"), 0u);          // UTF-16
  EXPECT_EQ(find_bad_utf8("a\xc0\xaf"), 1u);         // overlong
  EXPECT_EQ(find_bad_utf8("\xe0\x9f\xbf"), 0u);      // overlong
  EXPECT_EQ(find_bad_utf8("\xed\xa0\x80"), 0u);      // surrogate
  EXPECT_EQ(find_bad_utf8("\xf4\x90\x80\x80"), 0u);  // beyond U+10FFFF
  EXPECT_EQ(find_bad_utf8("ab\xe2\x82"), 2u);        // cut off
  EXPECT_EQ(find_bad_utf8("\x80"), 0u);
}

TEST(FindBadUtf8, LooksAcrossAndBehindItsStepsOfEightBytes) {
  for (size_t before = 0; before < 40; ++before) {
    const std::string text(before, 'x');
    EXPECT_EQ(find_bad_utf8(text + "\xe2\x82\xac" + text), std::nullopt) << before;
    EXPECT_EQ(find_bad_utf8(text + "\xe2\x82" + text), before);
    EXPECT_EQ(find_bad_utf8(text + "\xf0\x9f\x98\x80\x80"), before + 4);
  }
}

TEST(ReplaceBadUtf8, ReplacesMaximalPartsAsPythonDoes) {
  const std::string bad = "\xef\xbf\xbd";
  EXPECT_EQ(replace_bad_utf8("caf\xe9!"), "caf" + bad + "!");
  EXPECT_EQ(replace_bad_utf8("\xe2\x82"), bad);
  EXPECT_EQ(replace_bad_utf8("\xe2\x82\xe2\x82\xac"), bad + "\xe2\x82\xac");
  EXPECT_EQ(replace_bad_utf8("\xf0\x9f\x98x"), bad + "x");
  EXPECT_EQ(replace_bad_utf8("\xed\xa0\x80"), bad + bad + bad);
  EXPECT_EQ(replace_bad_utf8("\xc0\xaf"), bad + bad);
  EXPECT_EQ(replace_bad_utf8("\xf4\x90\x80\x80"), bad + bad + bad + bad);
  EXPECT_EQ(replace_bad_utf8("good"), "good");
}

TEST(Utf8, DecodesWhatItAppends) {
  for (char32_t c :
       {U'\0', U'a', U'\x7f', U'\x80', U'\x7ff', U'\x800', U'\xfffd', U'\x10000', U'\x10ffff'}) {
    std::string text;
    append_utf8(text, c);
    EXPECT_EQ(find_bad_utf8(text), std::nullopt);
    const char* at = text.data();
    EXPECT_EQ(decode_utf8(at), c);
    EXPECT_EQ(at, text.data() + text.size());
  }
}

TEST(OneLine, ShowsControlCharacters) {
  EXPECT_EQ(one_line("häßlich, \\n"), "häßlich, \\n");
  EXPECT_EQ(one_line("a\nb\r\x1b[2J\x7f"), "a\\nb\\x0d\\x1b[2J\\x7f");
  EXPECT_EQ(one_line(std::string("\0", 1)), "\\x00");
}

}  // namespace
}  // namespace yoso
