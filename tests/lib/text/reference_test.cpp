// Ids against those of the reference libraries (tests/golden/tokenizers/make.py), by small
// vocabularies and, where the shared data is there, by the published ones.
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <thread>

#include "lib/text/text_test_support.h"
#include "yoso/util/checksum.h"
#include "yoso/util/file.h"
#include "yoso/util/parallel.h"
#include "yoso/util/utf8.h"

namespace yoso::text {
namespace {

using nlohmann::json;
using testing::golden;
using testing::load_variant;

using Ids = std::vector<TokenId>;

void expect_ids(const json& cases, const std::string& folder) {
  ASSERT_GE(cases["texts"].size(), 100u);
  for (const auto& [variant, all_ids] : cases["ids"].items()) {
    const auto tokenizer = load_variant(variant, folder);
    for (size_t i = 0; i < all_ids.size(); ++i) {
      EXPECT_EQ(tokenizer->encode(cases["texts"][i].get<std::string>()), all_ids[i].get<Ids>())
          << variant << ", text " << i << ": " << cases["texts"][i];
    }
  }
}

void expect_special(const json& cases, const std::string& folder) {
  for (const auto& [kind, of_kind] : cases["special"].items()) {
    const auto tokenizer = load_variant(kind, folder);
    for (const json& one : of_kind["encoded"]) {
      EXPECT_EQ(tokenizer->encode_with_special(one["text"].get<std::string>()),
                one["ids"].get<Ids>())
          << kind << ": " << one["text"];
    }
    for (const json& one : of_kind["decoded"]) {
      const auto ids = one["ids"].get<Ids>();
      EXPECT_EQ(tokenizer->decode(ids), one["text"].get<std::string>()) << kind;
      EXPECT_EQ(tokenizer->decode(ids, false), one["with_special"].get<std::string>()) << kind;
    }
  }
}

void expect_pairs(const json& cases, const std::string& folder) {
  for (const auto& [kind, of_kind] : cases["pairs"].items()) {
    const auto tokenizer = load_variant(kind, folder);
    ASSERT_GE(of_kind.size(), 30u);
    for (const json& one : of_kind) {
      const std::string how = one["truncation"];
      const Truncation truncation = how == "only_first"    ? Truncation::only_first
                                    : how == "only_second" ? Truncation::only_second
                                                           : Truncation::longest_first;
      const Ids a = tokenizer->encode(one["first"].get<std::string>());
      const Ids b = tokenizer->encode(one["second"].get<std::string>());
      const Encoding pair = tokenizer->pair(a, b, one["max_length"].get<size_t>(), truncation);
      EXPECT_EQ(pair.ids, one["ids"].get<Ids>()) << one;
      EXPECT_EQ(pair.type_ids, one["type_ids"].get<Ids>()) << one;
    }
  }
}

TEST(TokenizerReference, SmallVocabularies) {
  const json cases = golden("small.json");
  expect_ids(cases, testing::small_tokenizers());
  expect_special(cases, testing::small_tokenizers());
  expect_pairs(cases, testing::small_tokenizers());
}

/// The published vocabularies; a test without the shared data is skipped.
class PublishedTokenizers : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto folder = yoso::testing::shared_data("tokenizers");
    if (!folder) GTEST_SKIP() << "no shared data";
    folder_ = *folder;
  }
  std::string folder_;
};

TEST_F(PublishedTokenizers, Texts) {
  const json cases = golden("published.json");
  expect_ids(cases, folder_);
  expect_special(cases, folder_);
  expect_pairs(cases, folder_);
}

/// As in the golden's script: the ids of each text, followed by -1.
class IdsChecksum {
 public:
  void add(Ids ids) {
    ids.push_back(-1);
    sum_.add(ids.data(), ids.size() * sizeof(TokenId));
  }
  std::string text() const { return sum_.text(); }

 private:
  Checksum sum_;
};

TEST_F(PublishedTokenizers, EveryCodePoint) {
  constexpr char32_t kBlock = 8192;
  const auto utf8 = [](char32_t c) {
    std::string text;
    append_utf8(text, c);
    return text;
  };
  const json planes = golden("planes.json");
  ASSERT_EQ(planes.size(), 6u);
  for (const auto& [variant, blocks] : planes.items()) {
    const auto tokenizer = load_variant(variant, folder_);
    ASSERT_EQ(blocks.size(), 0x110000u / kBlock);
    parallel_for(
        static_cast<int64_t>(blocks.size()), 0,
        [&, &variant = variant, &blocks = blocks](int64_t block) {
          IdsChecksum sum;
          for (char32_t i = 0; i < kBlock; ++i) {
            const char32_t c = static_cast<char32_t>(block) * kBlock + i;
            if ((c >= 0xd800 && c < 0xe000) || c == U'\n') continue;
            const std::string x = utf8(c);
            sum.add(tokenizer->encode("x" + x + "y " + x + " 1" + x + x + "\u0301\u0327b'" + x));
          }
          EXPECT_EQ(sum.text(), blocks[static_cast<size_t>(block)].get<std::string>())
              << variant << ", code points from " << block * kBlock;
        });
  }
}

TEST_F(PublishedTokenizers, EveryLineOfTheBooks) {
  const auto books = yoso::testing::shared_data("text/books");
  if (!books) GTEST_SKIP() << "no books";
  const json expected = golden("books.json");
  ASSERT_EQ(expected.size(), 17u);
  for (const char* kind : {"albert", "bert", "roberta"}) {
    const auto tokenizer = load_variant(kind, folder_);
    for (const auto& [name, sums] : expected.items()) {
      const std::string text = read_file(*books + "/" + name);
      IdsChecksum sum;
      for (size_t at = 0; at <= text.size();) {
        const size_t end = std::min(text.find('\n', at), text.size());
        sum.add(tokenizer->encode(std::string_view(text).substr(at, end - at)));
        at = end + 1;
      }
      EXPECT_EQ(sum.text(), sums[kind].get<std::string>()) << kind << ", " << name;
    }
  }
}

}  // namespace
}  // namespace yoso::text
