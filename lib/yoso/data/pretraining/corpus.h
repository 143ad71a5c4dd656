#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace yoso::data::pretraining {

using TokenId = int32_t;

/// The facts of a corpus' tokenizer that objectives need.
struct Vocabulary {
  int64_t size = 0;        // ids are 0 … size − 1
  TokenId first = -1;      // [CLS], <s>
  TokenId separator = -1;  // [SEP], </s>
  TokenId mask = -1;       // [MASK], <mask>
  TokenId pad = -1;
  std::vector<bool> continues_word;  // by id: continues the word before it; empty: unknown
  std::string fingerprint;           // of the tokenizer

  /// Whether an id is one of the four above, which are never masked.
  bool is_special(TokenId id) const {
    return id == first || id == separator || id == mask || id == pad;
  }
};

/// Token ids of running text: documents made of sentences made of tokens, without special tokens.
/// Positions count over the whole corpus. Const members may be called from several threads.
class Corpus {
 public:
  virtual ~Corpus() = default;

  /// How many there are.
  virtual int64_t tokens() const = 0;
  virtual int64_t sentences() const = 0;
  virtual int64_t documents() const = 0;

  /// Position of a sentence's first token; tokens() for sentence number sentences(). Sentence s
  /// ends where s + 1 begins; it may be empty.
  virtual int64_t sentence_begin(int64_t sentence) const = 0;

  /// Position of a document's first sentence; sentences() for document number documents().
  virtual int64_t document_begin(int64_t document) const = 0;

  /// Copies the tokens at [begin, begin + into.size()), also across sentences and documents.
  /// std::out_of_range when the corpus has fewer.
  virtual void read(int64_t begin, std::span<TokenId> into) const = 0;

  /// Changes with any token or boundary.
  virtual std::string fingerprint() const = 0;

  /// Position of a document's first token; tokens() for document number documents().
  int64_t document_tokens_begin(int64_t document) const {
    return sentence_begin(document_begin(document));
  }
};

}  // namespace yoso::data::pretraining
