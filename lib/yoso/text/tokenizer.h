#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "yoso/config/corpus.h"
#include "yoso/text/added_tokens.h"
#include "yoso/text/special_tokens.h"
#include "yoso/text/token_id.h"

namespace yoso::text {

using config::TokenizerOptions;

/// A model's input with its special tokens; both vectors have the same length.
struct Encoding {
  std::vector<TokenId> ids;
  std::vector<TokenId> type_ids;
};

/// Which text loses its end when a pair is too long: the longer one until both are equal, the
/// first, or the second.
enum class Truncation { longest_first, only_first, only_second };

/// Text to token ids and back. Text is UTF-8; malformed bytes count as U+FFFD (util/utf8.h). Every
/// member may be called from several threads. Ids are those of the reference:
/// - `bert`, `roberta`: Hugging Face tokenizers 0.23.3;
/// - `albert`: sentencepiece with the steps of Hugging Face's ALBERT around it;
/// with the added tokens and rules of the vocabulary's folder (description/description.h).
class Tokenizer {
 public:
  virtual ~Tokenizer() = default;
  Tokenizer(const Tokenizer&) = delete;
  Tokenizer& operator=(const Tokenizer&) = delete;

  const std::string& kind() const { return kind_; }  // "albert", "bert", "roberta"

  /// Kind, variant and a checksum of the vocabulary: equal when two tokenizers give equal ids.
  const std::string& fingerprint() const { return fingerprint_; }

  const SpecialTokens& special() const { return special_; }

  /// UsageError naming the vocabulary and the token where it has no padding or no mask token, which
  /// `purpose` ("pretraining") needs.
  void require_padding(const std::string& purpose) const;
  void require_mask(const std::string& purpose) const;

  /// Ids are 0 to vocab_size - 1.
  int64_t vocab_size() const { return static_cast<int64_t>(tokens_.size()); }

  /// A token as the vocabulary writes it. std::out_of_range for an id beyond it.
  const std::string& token(TokenId id) const { return tokens_.at(static_cast<size_t>(id)); }
  /// The id of a token as the vocabulary writes it, the last of equal ones; nothing when unknown.
  std::optional<TokenId> find(std::string_view token) const;

  /// Whether a token continues the word of the token before it; special tokens do not. In `roberta`
  /// and `albert` a token without the mark of a space before it does, unless it is the first.
  bool continues_word(TokenId id) const { return continues_word_.at(static_cast<size_t>(id)); }

  /// The ids of a text, appended to `ids`. Added tokens are looked for; the names of the special
  /// tokens above ("[MASK]") are plain text, so that a text cannot forge them.
  void encode(std::string_view text, std::vector<TokenId>& ids) const;
  /// The ids of a text alone.
  std::vector<TokenId> encode(std::string_view text) const;

  /// The same, but the names of special tokens become these tokens. White space before a mask token
  /// of `albert` and `roberta` belongs to it, unless the folder describes it otherwise.
  std::vector<TokenId> encode_with_special(std::string_view text) const;

  /// The text of ids; special tokens are left out or written by their names. std::out_of_range for
  /// an id beyond the vocabulary.
  std::string decode(std::span<const TokenId> ids, bool skip_special = true) const;

  /// [CLS] a [SEP], at most `max_length` ids with the special tokens; `a` loses its end.
  /// UsageError when the vocabulary lacks these tokens or nothing of `a` could stay.
  Encoding single(std::span<const TokenId> a, size_t max_length = SIZE_MAX) const;

  /// [CLS] a [SEP] b [SEP] with type 1 from b on; `roberta`: <s> a </s></s> b </s>, all of type 0.
  /// UsageError as above, and when one text alone would have to lose more than it has.
  Encoding pair(std::span<const TokenId> a, std::span<const TokenId> b,
                size_t max_length = SIZE_MAX,
                Truncation truncation = Truncation::longest_first) const;

 protected:
  /// How a kind of tokenizer differs from the others.
  struct Traits {
    std::string kind;
    std::string variant;            // of the fingerprint; empty: the published form
    bool double_separator = false;  // between two texts
    bool second_type = true;        // the second text has type 1
    bool mask_takes_space = false;  // white space before a mask token belongs to it
    SpecialNames names;             // for messages, and where the folder names none
  };
  explicit Tokenizer(Traits traits) : traits_(std::move(traits)), kind_(traits_.kind) {}

  /// What the constructor hands over.
  struct Vocabulary {
    std::string path;                 // for messages
    std::vector<std::string> tokens;  // by id
    SpecialTokens special;
    std::vector<bool> continues_word;  // by id
    uint64_t rules_checksum = 0;       // of what else the ids depend on, for the fingerprint
    std::vector<AddedToken> added;     // with their ids
  };
  /// To be called once, by the constructor.
  void set_vocabulary(Vocabulary vocabulary);

 private:
  /// What added tokens that ask for it are looked for in.
  virtual std::string normalize(std::string_view text) const { return std::string(text); }
  /// `text` is well-formed and not empty; it may be normalised already.
  virtual void encode_text(std::string_view text, std::vector<TokenId>& ids) const = 0;
  /// `ids` are in the vocabulary; special tokens are written by their names. The result need not be
  /// well-formed UTF-8.
  virtual std::string decode_text(std::span<const TokenId> ids) const = 0;
  void check_special(size_t added, size_t max_length) const;
  void encode_around(const AddedTokens& added, std::string_view text,
                     std::vector<TokenId>& ids) const;

  Traits traits_;
  std::string kind_;
  std::string fingerprint_;
  std::string path_;
  SpecialTokens special_;
  AddedTokens plain_, all_;     // without the special tokens above, and with them
  std::vector<bool> left_out_;  // by id: special, left out of decoded text
  std::vector<std::string> tokens_;
  std::vector<bool> continues_word_;
  std::vector<std::pair<std::string_view, TokenId>> sorted_;  // of tokens_, for find
};

}  // namespace yoso::text
