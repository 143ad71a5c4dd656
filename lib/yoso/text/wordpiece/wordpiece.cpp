#include "yoso/text/wordpiece/wordpiece.h"

#include <algorithm>

#include "yoso/text/vocabulary.h"
#include "yoso/util/error.h"
#include "yoso/util/utf8.h"

namespace yoso::text {
namespace {

constexpr std::string_view kInside = "##";
constexpr SpecialNames kBertNames = {"[CLS]", "[SEP]", "[MASK]", "[PAD]", "[UNK]"};

/// The tokens that begin a word, or those that continue one, without their mark.
std::vector<std::pair<std::string_view, TokenId>> choose(const WordPieceFiles& files, bool inside) {
  std::vector<std::pair<std::string_view, TokenId>> chosen;
  for (size_t i = 0; i < files.vocabulary; ++i) {
    std::string_view token = files.tokens[i];
    if (inside) {
      if (!token.starts_with(kInside)) continue;
      token.remove_prefix(kInside.size());
    }
    chosen.emplace_back(token, static_cast<TokenId>(i));
  }
  return chosen;
}

void require(TokenId id, const char* name, const std::string& path) {
  if (id == kNoToken) throw DataError(path + ": not a BERT vocabulary: it has no " + name);
}

std::string variant_of(bool cased, size_t max_word_chars) {
  std::string variant = cased ? "cased" : "";
  if (max_word_chars != static_cast<size_t>(TokenizerOptions().max_word_chars))
    variant += (variant.empty() ? "" : "+") + ("max" + std::to_string(max_word_chars));
  return variant;
}

/// That of the options, unless they have the default and tokenizer.json another one.
size_t max_word_chars(const WordPieceFiles& files, const TokenizerOptions& options) {
  const bool given = options.max_word_chars != TokenizerOptions().max_word_chars;
  return static_cast<size_t>(
      given ? options.max_word_chars
            : files.description.max_word_chars.value_or(options.max_word_chars));
}

}  // namespace

WordPiece::WordPiece(const std::string& path, const TokenizerOptions& options)
    : WordPiece(read_word_piece_files(path, options), options) {}

WordPiece::WordPiece(WordPieceFiles files, const TokenizerOptions& options)
    : Tokenizer({.kind = "bert",
                 .variant = variant_of(files.cased, text::max_word_chars(files, options)),
                 .names = kBertNames}),
      cased_(files.cased),
      basic_(files.basic),
      pre_tokenizer_(files.description.pre_tokenizer),
      max_word_chars_(text::max_word_chars(files, options)),
      words_(files.cased),
      begin_(choose(files, false)),
      inside_(choose(files, true)) {
  const TokenizerDescription& description = files.description;
  if (!basic_ || any_normalized(description.added))
    normalizer_ = Normalizer(description.normalizer);
  const SpecialTokens special = find_special(files.tokens, kBertNames, description);
  require(special.unknown, kBertNames.unknown, files.path);
  require(special.first, kBertNames.first, files.path);
  require(special.separator, kBertNames.separator, files.path);
  for (int c = 0; c < 128; ++c) {
    const char text = static_cast<char>(c);
    const TokenId id = begin_.longest({&text, 1}).id;
    punctuation_[c] = id == kNoToken ? special.unknown : id;
  }
  std::vector<bool> continues(files.tokens.size());
  for (size_t i = 0; i < continues.size(); ++i) continues[i] = files.tokens[i].starts_with(kInside);
  set_vocabulary({.path = files.path,
                  .tokens = std::move(files.tokens),
                  .special = special,
                  .continues_word = std::move(continues),
                  .rules_checksum = rules_checksum(description, basic_, special),
                  .added = description.added});
}

std::string WordPiece::normalize(std::string_view text) const { return normalizer_.apply(text); }

void WordPiece::encode_text(std::string_view text, std::vector<TokenId>& ids) const {
  if (!basic_) {
    const std::string plain = normalizer_.apply(text);
    for (const std::string_view word : pre_tokenizer_.split(plain)) {
      const auto characters =
          std::count_if(word.begin(), word.end(), [](char c) { return (c & 0xc0) != 0x80; });
      encode_word(word, static_cast<size_t>(characters), ids);
    }
    return;
  }
  WordCache& cache = caches_.get();
  const char* at = text.data();
  const char* end = at + text.size();
  while (at < end) {
    switch (words_.part(*at)) {
      case BasicWords::kSpace:
        ++at;
        continue;
      case BasicWords::kPunctuation:
        ids.push_back(punctuation_[static_cast<unsigned char>(*at++)]);
        continue;
      default:
        break;
    }
    const char* begin = at;
    bool plain = true;
    while (at < end) {
      const BasicWords::Part part = words_.part(*at);
      if (part == BasicWords::kPlain) {
        ++at;
      } else if (part == BasicWords::kRare) {
        plain = false;
        ++at;
      } else if (part == BasicWords::kMultiByte) {
        const char* behind = at;
        if (words_.is_single(decode_utf8(behind))) break;
        plain = false;
        at = behind;
      } else {
        break;
      }
    }
    if (at == begin) {  // a single character that is a word
      decode_utf8(at);
      plain = false;
    }
    const std::string_view part(begin, at);
    if (part.size() > WordCache::kMaxBytes) {
      encode_part(part, plain, ids);
      continue;
    }
    const WordCache::Key key = WordCache::key(part);
    if (cache.append(key, ids)) continue;
    const size_t before = ids.size();
    encode_part(part, plain, ids);
    cache.put(key, std::span(ids).subspan(before));
  }
}

void WordPiece::encode_part(std::string_view part, bool plain, std::vector<TokenId>& ids) const {
  if (!plain) {
    words_.split(part, [&](std::string_view word, size_t characters) {
      encode_word(word, characters, ids);
    });
    return;
  }
  if (cased_) return encode_word(part, part.size(), ids);
  std::string word(part);
  for (char& c : word) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  encode_word(word, word.size(), ids);
}

void WordPiece::encode_word(std::string_view word, size_t characters,
                            std::vector<TokenId>& ids) const {
  const size_t before = ids.size();
  const PrefixTree* tree = &begin_;
  bool known = characters <= max_word_chars_;
  while (known && !word.empty()) {
    const PrefixTree::Match match = tree->longest(word);
    known = match.id != kNoToken;
    if (known) ids.push_back(match.id);
    word.remove_prefix(match.length);
    tree = &inside_;
  }
  if (!known) {
    ids.resize(before);
    ids.push_back(special().unknown);
  }
}

std::string WordPiece::decode_text(std::span<const TokenId> ids) const {
  std::string text;
  for (TokenId id : ids) {
    std::string_view piece = token(id);
    const bool inside = piece.starts_with(kInside);
    if (inside && !text.empty()) piece.remove_prefix(kInside.size());
    // As the reference: no space before these.
    const bool tight = piece == "." || piece == "?" || piece == "!" || piece == ",";
    if (!text.empty() && !inside && !tight) text += ' ';
    text += piece;
  }
  return text;
}

}  // namespace yoso::text
