#include <gtest/gtest.h>

#include <thread>

#include "lib/text/text_test_support.h"
#include "support/temp_folder.h"
#include "support/user_error.h"
#include "yoso/util/file.h"
#include "yoso/util/random.h"
#include "yoso/util/utf8.h"

namespace yoso::text {
namespace {

using testing::load_variant;
using testing::small_tokenizers;
using yoso::testing::error_text;
using yoso::testing::TempFolder;

using Ids = std::vector<TokenId>;

std::string random_bytes(RandomStream& random, uint64_t longest) {
  std::string text;
  for (uint64_t n = random.below(longest + 1); n > 0; --n) {
    text += static_cast<char>(random.below(256));
  }
  return text;
}

std::string random_unicode(RandomStream& random, uint64_t longest) {
  std::string text;
  for (uint64_t n = random.below(longest + 1); n > 0; --n) {
    // Half of the code points from where most text is.
    const auto c = static_cast<char32_t>(random.below(random.below(2) == 0 ? 0x250 : 0x110000));
    if (c < 0xd800 || c > 0xdfff) append_utf8(text, c);
  }
  return text;
}

TEST(ByteLevelBpe, DecodesWhatItEncodes) {
  const auto tokenizer = load_variant("roberta", small_tokenizers());
  RandomStream random(1, "round trip");
  for (int i = 0; i < 2000; ++i) {
    const std::string text = random_unicode(random, 40);
    EXPECT_EQ(tokenizer->decode(tokenizer->encode(text)), text) << "text " << i;
    const std::string bytes = random_bytes(random, 40);
    EXPECT_EQ(tokenizer->decode(tokenizer->encode(bytes)), replace_bad_utf8(bytes))
        << "bytes " << i;
  }
}

TEST(ByteLevelBpe, ReadsTheSameFromEachFormOfFiles) {
  const std::string folder = small_tokenizers() + "/roberta";
  const auto pair = load_tokenizer("roberta:" + folder);
  for (const char* name : {"/vocab.json", "/merges.txt", "/tokenizer.json"}) {
    const auto other = load_tokenizer("roberta:" + folder + name);
    EXPECT_EQ(other->fingerprint(), pair->fingerprint()) << name;
    EXPECT_EQ(other->encode("Alice was beginning"), pair->encode("Alice was beginning"));
  }
}

TEST(Tokenizer, TakesMalformedBytesForReplacementCharacters) {
  for (const char* kind : {"albert", "bert", "roberta"}) {
    const auto tokenizer = load_variant(kind, small_tokenizers());
    EXPECT_EQ(tokenizer->encode("caf\xe9 \xe2\x82!"), tokenizer->encode("caf\ufffd \ufffd!"))
        << kind;
    EXPECT_EQ(tokenizer->encode_with_special("caf\xe9"), tokenizer->encode("caf\ufffd")) << kind;
  }
}

// More words than the cache has room for, met again in another order and by other threads.
TEST(Tokenizer, GivesTheSameIdsToEveryThread) {
  std::vector<std::string> lines(20000);
  RandomStream random(1, "threads");
  for (std::string& line : lines)
    line = random_unicode(random, 30) + " " + std::to_string(random());
  for (const char* kind : {"albert", "bert", "roberta"}) {
    const auto tokenizer = load_variant(kind, small_tokenizers());
    std::vector<Ids> expected;
    for (const std::string& line : lines) expected.push_back(tokenizer->encode(line));
    std::vector<int> wrong(3);
    {
      std::vector<std::jthread> threads;
      for (size_t t = 0; t < wrong.size(); ++t) {
        threads.emplace_back([&, t] {
          for (size_t i = lines.size(); i-- > 0;) {
            wrong[t] += tokenizer->encode(lines[i]) != expected[i];
          }
        });
      }
    }
    EXPECT_EQ(wrong, std::vector<int>(3)) << kind;
  }
}

TEST(Tokenizer, HasItsVocabulary) {
  const auto bert = load_variant("bert", small_tokenizers());
  EXPECT_EQ(bert->token(bert->special().mask), "[MASK]");
  EXPECT_EQ(bert->find("[SEP]"), bert->special().separator);
  EXPECT_EQ(bert->find("no such token"), std::nullopt);
  EXPECT_TRUE(bert->continues_word(bert->find("##s").value()));
  EXPECT_FALSE(bert->continues_word(bert->find("the").value()));
  EXPECT_FALSE(bert->continues_word(bert->special().mask));
  EXPECT_THROW(bert->decode(Ids{static_cast<TokenId>(bert->vocab_size())}), std::out_of_range);

  const auto roberta = load_variant("roberta", small_tokenizers());
  EXPECT_EQ(roberta->vocab_size(), 400);
  EXPECT_FALSE(roberta->continues_word(roberta->find("Ġthe").value()));
  EXPECT_TRUE(roberta->continues_word(roberta->find("the").value_or(roberta->find("t").value())));

  const auto albert = load_variant("albert", small_tokenizers());
  EXPECT_EQ(albert->special().pad, 0);
  EXPECT_EQ(albert->special().first, 2);
  EXPECT_FALSE(albert->continues_word(albert->find("▁the").value()));
}

TEST(Tokenizer, FingerprintsDistinguishVariantsAndVocabularies) {
  std::vector<std::string> prints;
  for (const char* variant :
       {"albert", "albert keep_accents", "bert", "bert cased", "roberta", "roberta prefix_space"}) {
    prints.push_back(load_variant(variant, small_tokenizers())->fingerprint());
    EXPECT_EQ(load_variant(variant, small_tokenizers())->fingerprint(), prints.back());
  }
  TempFolder folder;
  const std::string other =
      folder.write("vocab.txt", read_file(small_tokenizers() + "/bert/vocab.txt") + "more\n");
  prints.push_back(load_tokenizer("bert:" + other)->fingerprint());
  std::sort(prints.begin(), prints.end());
  EXPECT_EQ(std::unique(prints.begin(), prints.end()), prints.end());
}

TEST(Tokenizer, PutsSpecialTokensAroundOneText) {
  const auto bert = load_variant("bert", small_tokenizers());
  const SpecialTokens& special = bert->special();
  EXPECT_EQ(bert->single(Ids{7, 8, 9}).ids, (Ids{special.first, 7, 8, 9, special.separator}));
  EXPECT_EQ(bert->single(Ids{7, 8, 9}, 4).ids, (Ids{special.first, 7, 8, special.separator}));
  EXPECT_EQ(bert->single(Ids{}).type_ids, (Ids{0, 0}));
  const auto roberta = load_variant("roberta", small_tokenizers());
  const TokenId first = roberta->special().first, separator = roberta->special().separator;
  EXPECT_EQ(roberta->pair(Ids{7}, Ids{8}).ids, (Ids{first, 7, separator, separator, 8, separator}));
  EXPECT_EQ(roberta->pair(Ids{7}, Ids{8}).type_ids, (Ids{0, 0, 0, 0, 0, 0}));
}

TEST(Tokenizer, NeverTruncatesAllOfAText) {
  const auto bert = load_variant("bert", small_tokenizers());
  EXPECT_EQ(error_text([&] { bert->single(Ids{7}, 2); }),
            "max_length 2: the special tokens alone are 2");
  EXPECT_EQ(error_text([&] { bert->pair(Ids{7}, Ids{8}, 4); }),
            "a pair of 1 and 1 tokens does not fit into 4: one text would lose all it has");
  EXPECT_EQ(error_text([&] {
              bert->pair(Ids{7, 7}, Ids{8, 8, 8}, 6, Truncation::only_first);
            }),
            "a pair of 2 and 3 tokens does not fit into 6: one text would lose all it has");
}

TEST(WordPiece, MakesWordsBeyondTheLimitUnknown) {
  TempFolder folder;
  const std::string vocab = folder.write("vocab.txt", "[UNK]\n[CLS]\n[SEP]\na\n##a\n");
  const auto normal = load_tokenizer("bert:" + vocab);
  EXPECT_EQ(normal->encode(std::string(100, 'a')).size(), 100u);
  EXPECT_EQ(normal->encode(std::string(101, 'a')), Ids{0});
  const auto google = load_tokenizer("bert:" + vocab, {.max_word_chars = 200});
  EXPECT_EQ(google->encode(std::string(200, 'a')).size(), 200u);
  EXPECT_EQ(google->encode(std::string(201, 'a')), Ids{0});
}

TEST(LoadTokenizer, NamesWhatIsWrong) {
  TempFolder folder;
  const auto error = [](const std::string& name, ExitCode code = ExitCode::data,
                        const TokenizerOptions& options = {}) {
    return error_text([&] { load_tokenizer(name, options); }, code);
  };
  EXPECT_EQ(error("bert", ExitCode::usage),
            "tokenizer `bert`: expected KIND:PATH, where KIND is albert, bert or roberta");
  EXPECT_EQ(error("brt:x", ExitCode::usage),
            "tokenizer `brt:x`: unknown kind `brt` (did you mean `bert`?), "
            "expected albert, bert or roberta");
  EXPECT_EQ(error("roberta:x", ExitCode::usage, {.cased = true}),
            "the tokenizer option cased is not one of roberta (it has prefix_space)");

  const std::string nowhere = folder.path("nowhere");
  for (const char* kind : {"albert:", "bert:", "roberta:"}) {
    EXPECT_EQ(error(kind + nowhere), nowhere + ": cannot be read: No such file or directory");
  }
  const std::string book = folder.write("book.txt", "It was a dark and stormy night.\n");
  EXPECT_EQ(error("albert:" + book), book + ": no sentencepiece model");
  EXPECT_EQ(error("bert:" + book), book + ": not a BERT vocabulary: it has no [UNK]");
  EXPECT_NE(error("roberta:" + book).find(book + ": no JSON"), std::string::npos);
  EXPECT_NE(error("bert:" + small_tokenizers() + "/albert/spiece.model").find("bad UTF-8 at byte"),
            std::string::npos);
  const std::string empty = folder.write("empty/x", "");
  EXPECT_EQ(error("albert:" + empty), empty + ": no sentencepiece model");
  EXPECT_NE(error("roberta:" + folder.path("empty")).find("neither vocab.json"), std::string::npos);
  folder.write("unigram/tokenizer.json", "{}");
  const std::string unigram = folder.path("unigram");
  EXPECT_TRUE(
      error("albert:" + unigram).starts_with(unigram + ": has tokenizer.json but no spiece.model"));
}

TEST(LoadTokenizer, NamesTheLineOfABrokenMerge) {
  TempFolder folder;
  const std::string good = small_tokenizers() + "/roberta/";
  folder.write("vocab.json", read_file(good + "vocab.json"));
  const auto error = [&](const std::string& merges) {
    folder.write("merges.txt", merges);
    return error_text([&] { load_tokenizer("roberta:" + folder.path("")); }, ExitCode::data);
  };
  const std::string merges = folder.path("merges.txt");
  EXPECT_EQ(error("#version: 0.2\nĠ t\nĠ\n"),
            merges + ":3: expected two tokens separated by a space");
  EXPECT_EQ(error("Ġ t\nx Łx\n"), merges + ":2: `Łx` is not in the vocabulary");
  EXPECT_EQ(error(""), merges + ": no merges here");
  folder.write("vocab.json", R"({"a": 0, "b": 2})");
  EXPECT_EQ(error("a b\n"),
            folder.path("vocab.json") + ": token `b` has id 2, expected 0 to 1, each once");
  folder.write("vocab.json", R"({"a": 0, "b": 1, "ab": 2})");
  EXPECT_NE(error("a b\n").find("it has no token"), std::string::npos);
}

}  // namespace
}  // namespace yoso::text
