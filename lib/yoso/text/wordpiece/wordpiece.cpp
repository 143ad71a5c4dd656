#include "yoso/text/wordpiece/wordpiece.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "yoso/util/error.h"
#include "yoso/util/file.h"
#include "yoso/util/utf8.h"

namespace yoso::text {
namespace {

constexpr std::string_view kInside = "##";

std::string vocabulary_file(const std::string& path) {
  std::error_code ignored;  // reading the file reports the same error
  if (!std::filesystem::is_directory(path, ignored)) return path;
  return (std::filesystem::path(path) / "vocab.txt").string();
}

std::vector<std::string> read_vocabulary(const std::string& path) {
  const std::string text = read_file(path);
  if (const auto bad = find_bad_utf8(text)) {
    throw DataError(path + ": no vocabulary of one token a line: bad UTF-8 at byte " +
                    std::to_string(*bad));
  }
  std::vector<std::string> tokens;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    std::string_view token(text.data() + at, end - at);
    if (token.ends_with('\r')) token.remove_suffix(1);
    tokens.emplace_back(token);
    at = end + 1;
  }
  return tokens;
}

/// The tokens that begin a word, or those that continue one, without their mark.
std::vector<std::pair<std::string_view, TokenId>> choose(const std::vector<std::string>& tokens,
                                                         bool inside) {
  std::vector<std::pair<std::string_view, TokenId>> chosen;
  for (size_t i = 0; i < tokens.size(); ++i) {
    std::string_view token = tokens[i];
    if (inside) {
      if (!token.starts_with(kInside)) continue;
      token.remove_prefix(kInside.size());
    }
    chosen.emplace_back(token, static_cast<TokenId>(i));
  }
  return chosen;
}

TokenId require(const std::vector<std::string>& tokens, const char* name, const std::string& path) {
  const auto found = std::find(tokens.begin(), tokens.end(), name);
  if (found == tokens.end()) {
    throw DataError(path + ": not a BERT vocabulary: it has no " + name);
  }
  return static_cast<TokenId>(found - tokens.begin());
}

std::string variant_of(const TokenizerOptions& options) {
  std::string variant = options.cased ? "cased" : "";
  if (options.max_word_chars != TokenizerOptions().max_word_chars) {
    variant += (variant.empty() ? "" : "+") + ("max" + std::to_string(options.max_word_chars));
  }
  return variant;
}

}  // namespace

WordPiece::WordPiece(const std::string& path, const TokenizerOptions& options)
    : WordPiece(read_vocabulary(vocabulary_file(path)), vocabulary_file(path), options) {}

WordPiece::WordPiece(std::vector<std::string> tokens, const std::string& path,
                     const TokenizerOptions& options)
    : Tokenizer({.kind = "bert", .variant = variant_of(options)}),
      cased_(options.cased),
      max_word_chars_(static_cast<size_t>(options.max_word_chars)),
      words_(options.cased),
      begin_(choose(tokens, false)),
      inside_(choose(tokens, true)) {
  SpecialTokens special;
  special.unknown = require(tokens, "[UNK]", path);
  special.first = require(tokens, "[CLS]", path);
  special.separator = require(tokens, "[SEP]", path);
  const auto optional = [&](const char* name) {
    const auto found = std::find(tokens.begin(), tokens.end(), name);
    return found == tokens.end() ? kNoToken : static_cast<TokenId>(found - tokens.begin());
  };
  special.mask = optional("[MASK]");
  special.pad = optional("[PAD]");
  for (int c = 0; c < 128; ++c) {
    const char text = static_cast<char>(c);
    const TokenId id = begin_.longest({&text, 1}).id;
    punctuation_[c] = id == kNoToken ? special.unknown : id;
  }
  std::vector<bool> continues(tokens.size());
  for (size_t i = 0; i < tokens.size(); ++i) continues[i] = tokens[i].starts_with(kInside);
  set_vocabulary(std::move(tokens), special, std::move(continues), 0);
}

void WordPiece::encode_text(std::string_view text, std::vector<TokenId>& ids) const {
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
