#include "yoso/text/albert/albert.h"

#include <sentencepiece_processor.h>

#include <filesystem>
#include <new>
#include <system_error>

#include "yoso/text/vocabulary.h"
#include "yoso/util/checksum.h"
#include "yoso/util/error.h"
#include "yoso/util/file.h"
#include "yoso/util/file_kind.h"
#include "yoso/util/utf8.h"

namespace yoso::text {
namespace {

constexpr std::string_view kWordMark = "\xe2\x96\x81";  // U+2581

std::string model_file(const std::string& path) {
  std::error_code ignored;  // reading the file reports the same error
  if (!std::filesystem::is_directory(path, ignored)) return path;
  const std::filesystem::path model = std::filesystem::path(path) / "spiece.model";
  if (!std::filesystem::exists(model, ignored) &&
      std::filesystem::exists(std::filesystem::path(path) / "tokenizer.json", ignored)) {
    throw DataError(path +
                    ": has tokenizer.json but no spiece.model, which ALBERT's tokenizer is " +
                    "read from: copy it from where the model came from");
  }
  return model.string();
}

constexpr SpecialNames kAlbertNames = {"[CLS]", "[SEP]", "[MASK]", "<pad>", "<unk>"};

TokenizerDescription description_beside(const std::string& file) {
  const auto folder = std::filesystem::path(file).parent_path();
  return describe_tokenizer({.kind = "albert",
                             .folder = folder.empty() ? "." : folder.string(),
                             .whole = (folder / "tokenizer.json").string()});
}

/// The arguments are known to be valid, so a failure is one of the system.
void check(const sentencepiece::util::Status& status) {
  if (!status.ok()) throw SystemError("sentencepiece: " + status.ToString());
}

}  // namespace

Albert::~Albert() = default;

Albert::Albert(const std::string& path, const TokenizerOptions& options)
    : Albert(model_file(path), description_beside(model_file(path)), options.keep_accents) {}

Albert::Albert(const std::string& file, TokenizerDescription description, bool keep_accents)
    : Tokenizer({.kind = "albert",
                 .variant = keep_accents || description.keep_accents ? "keep_accents" : "",
                 .mask_takes_space = true,
                 .names = kAlbertNames}),
      cleaner_(keep_accents || description.keep_accents),
      model_(std::make_unique<sentencepiece::SentencePieceProcessor>()) {
  const std::string bytes = read_file(file);
  refuse_git_lfs_pointer(file, bytes);
  if (!model_->LoadFromSerializedProto(bytes).ok() || model_->GetPieceSize() == 0) {
    throw DataError(file + ": no sentencepiece model");
  }
  std::vector<std::string> tokens;
  std::vector<bool> continues;
  const int size = model_->GetPieceSize();
  for (int id = 0; id < size; ++id) {
    tokens.push_back(model_->IdToPiece(id));
    const bool plain = model_->IsControl(id) || model_->IsUnknown(id);
    continues.push_back(!plain && !tokens.back().starts_with(kWordMark));
  }
  for (const std::string& token : tokens) instead_.push_back(replacement(token));
  place_added_tokens(description.added, tokens, file);
  SpecialTokens special = find_special(tokens, kAlbertNames, description);
  special.unknown = model_->unk_id();
  if (special.first == kNoToken || special.separator == kNoToken) {
    throw DataError(file + ": not an ALBERT model: it has no [CLS] or [SEP]");
  }
  Checksum rules;
  rules.add(bytes);
  if (const uint64_t more = rules_checksum(description, /*published_steps=*/true, special);
      more != 0)
    rules.add(&more, sizeof more);
  set_vocabulary({.path = file,
                  .tokens = std::move(tokens),
                  .special = special,
                  .continues_word = std::move(continues),
                  .rules_checksum = rules.value(),
                  .added = std::move(description.added)});
}

std::string Albert::normalize(std::string_view text) const {
  std::string clean;
  cleaner_.apply(text, clean);
  return clean;
}

/// The ids that replace a piece that ends in a digit and a comma; none for other pieces.
std::vector<TokenId> Albert::replacement(const std::string& piece) const {
  if (piece.size() < 2 || piece.back() != ',') return {};
  size_t at = piece.size() - 2;
  while (at > 0 && (static_cast<unsigned char>(piece[at]) & 0xc0) == 0x80) --at;
  const char* last = piece.data() + at;
  if (!cleaner_.is_digit(decode_utf8(last))) return {};
  return without_comma(piece);
}

std::vector<TokenId> Albert::without_comma(const std::string& piece) const {
  std::string rest(piece, 0, piece.size() - 1);
  for (size_t at = 0; (at = rest.find(kWordMark, at)) != std::string::npos;) {
    rest.erase(at, kWordMark.size());
  }
  std::vector<std::string> pieces;
  check(model_->Encode(rest, &pieces));
  if (!piece.starts_with(kWordMark) && !pieces.empty() && pieces[0].starts_with(kWordMark)) {
    pieces[0].erase(0, kWordMark.size());
    if (pieces[0].empty()) pieces.erase(pieces.begin());
  }
  pieces.emplace_back(",");
  std::vector<TokenId> ids;
  for (const std::string& part : pieces) ids.push_back(model_->PieceToId(part));
  return ids;
}

void Albert::encode_text(std::string_view text, std::vector<TokenId>& ids) const {
  std::string clean;
  cleaner_.apply(text, clean);
  std::vector<int> pieces;
  check(model_->Encode(clean, &pieces));
  for (const int id : pieces) {
    const std::vector<TokenId>& instead = instead_[static_cast<size_t>(id)];
    if (instead.empty()) {
      ids.push_back(id);
    } else {
      ids.insert(ids.end(), instead.begin(), instead.end());
    }
  }
}

std::string Albert::decode_text(std::span<const TokenId> ids) const {
  std::string text;
  for (TokenId id : ids) {
    std::string piece = token(id);
    for (size_t at = 0; (at = piece.find(kWordMark, at)) != std::string::npos; ++at) {
      piece.replace(at, kWordMark.size(), " ");
    }
    text += piece;
  }
  return text.starts_with(' ') ? text.substr(1) : text;
}

}  // namespace yoso::text
