#include "yoso/text/byte_level/byte_level_bpe.h"

#include <algorithm>
#include <cstdio>
#include <unordered_map>

#include "yoso/text/vocabulary.h"
#include "yoso/util/checksum.h"
#include "yoso/util/error.h"
#include "yoso/util/utf8.h"

namespace yoso::text {
namespace {

/// The bytes of a token, each of which is written as a letter. A token with any other letter, a
/// special one, is its own bytes.
std::string token_bytes(const std::string& token,
                        const std::unordered_map<char32_t, char>& byte_of_letter) {
  std::string bytes;
  const char* at = token.data();
  while (at < token.data() + token.size()) {
    const auto byte = byte_of_letter.find(decode_utf8(at));
    if (byte == byte_of_letter.end()) return token;
    bytes += byte->second;
  }
  return bytes;
}

std::array<TokenId, 256> ids_of_bytes(const BytePairFiles& files, const std::string& path) {
  std::unordered_map<std::string_view, TokenId> ids;
  for (size_t i = 0; i < files.tokens.size(); ++i) {
    if (files.tokens[i].size() <= 2) ids.emplace(files.tokens[i], static_cast<TokenId>(i));
  }
  std::array<TokenId, 256> result;
  for (int byte = 0; byte < 256; ++byte) {
    std::string letter;
    append_utf8(letter, letter_of_byte(static_cast<uint8_t>(byte)));
    const auto found = ids.find(letter);
    if (found == ids.end()) {
      char hexadecimal[3];
      std::snprintf(hexadecimal, sizeof hexadecimal, "%02x", static_cast<unsigned>(byte));
      throw DataError(path + ": not the vocabulary of a byte-level BPE: it has no token `" +
                      letter + "` for the byte 0x" + hexadecimal);
    }
    result[static_cast<size_t>(byte)] = found->second;
  }
  return result;
}

constexpr SpecialNames kRobertaNames = {"<s>", "</s>", "<mask>", "<pad>", "<unk>"};

SpecialTokens special_in(const BytePairFiles& files) {
  SpecialTokens special = find_special(files.tokens, kRobertaNames, files.description);
  // GPT-2 has one token for all of them.
  if (special.first == kNoToken && special.separator == kNoToken) {
    const auto found = std::find(files.tokens.begin(), files.tokens.end(), "<|endoftext|>");
    if (found != files.tokens.end())
      special.first = special.separator = static_cast<TokenId>(found - files.tokens.begin());
  }
  return special;
}

ByteLevelOptions with_prefix(ByteLevelOptions options, bool prefix_space) {
  options.prefix_space |= prefix_space;
  return options;
}

}  // namespace

ByteLevelBpe::ByteLevelBpe(const std::string& path, const TokenizerOptions& options)
    : ByteLevelBpe(read_byte_pair_files(path), options.prefix_space) {}

ByteLevelBpe::ByteLevelBpe(BytePairFiles files, bool prefix_space)
    : Tokenizer({.kind = "roberta",
                 .variant = prefix_space || files.description.byte_level.prefix_space
                                ? "prefix_space"
                                : "",
                 .double_separator = true,
                 .second_type = false,
                 .mask_takes_space = true,
                 .names = kRobertaNames}),
      options_(with_prefix(files.description.byte_level, prefix_space)),
      steps_(!files.description.normalizer.empty() || !files.description.pre_tokenizer.empty()),
      pre_tokenizer_(files.description.pre_tokenizer),
      merges_(files.merges, ids_of_bytes(files, files.path)) {
  const TokenizerDescription& description = files.description;
  if (steps_ || any_normalized(description.added)) normalizer_ = Normalizer(description.normalizer);
  std::unordered_map<char32_t, char> byte_of_letter;
  for (int byte = 0; byte < 256; ++byte) {
    byte_of_letter[letter_of_byte(static_cast<uint8_t>(byte))] = static_cast<char>(byte);
  }
  const SpecialTokens special = special_in(files);
  std::vector<bool> literal(files.tokens.size());  // written as they are
  for (const AddedToken& token : description.added) literal[static_cast<size_t>(token.id)] = true;
  std::vector<bool> continues(files.tokens.size());
  for (size_t i = 0; i < files.tokens.size(); ++i) {
    const bool plain = literal[i] || special.contains(static_cast<TokenId>(i));
    bytes_.push_back(plain ? files.tokens[i] : token_bytes(files.tokens[i], byte_of_letter));
    continues[i] = !plain && !bytes_[i].starts_with(' ');
  }
  Checksum rules;
  rules.add(files.merges.data(), files.merges.size() * sizeof(BytePairMerge));
  const bool published = !steps_ && options_.use_regex;
  if (const uint64_t more = rules_checksum(description, published, special); more != 0)
    rules.add(&more, sizeof more);
  set_vocabulary({.path = files.path,
                  .tokens = std::move(files.tokens),
                  .special = special,
                  .continues_word = std::move(continues),
                  .rules_checksum = rules.value(),
                  .added = description.added});
}

std::string ByteLevelBpe::normalize(std::string_view text) const { return normalizer_.apply(text); }

void ByteLevelBpe::encode_text(std::string_view text, std::vector<TokenId>& ids) const {
  if (!steps_) return encode_piece(text, ids);
  const std::string plain = normalizer_.apply(text);
  for (const std::string_view piece : pre_tokenizer_.split(plain)) encode_piece(piece, ids);
}

void ByteLevelBpe::encode_piece(std::string_view text, std::vector<TokenId>& ids) const {
  std::string prefixed;
  if (options_.prefix_space && !text.starts_with(' ')) {
    prefixed.append(" ").append(text);
    text = prefixed;
  }
  WordCache& cache = caches_.get();
  const char* at = text.data();
  const char* end = at + text.size();
  while (at < end) {
    const char* behind = options_.use_regex ? rule_.next(at, end) : end;
    const std::string_view piece(at, behind);
    at = behind;
    if (piece.size() > WordCache::kMaxBytes) {
      merges_.apply(piece, ids);
      continue;
    }
    const WordCache::Key key = WordCache::key(piece);
    if (cache.append(key, ids)) continue;
    const size_t before = ids.size();
    merges_.apply(piece, ids);
    cache.put(key, std::span(ids).subspan(before));
  }
}

std::string ByteLevelBpe::decode_text(std::span<const TokenId> ids) const {
  std::string text;
  for (TokenId id : ids) text += bytes_[static_cast<size_t>(id)];
  return text;
}

}  // namespace yoso::text
