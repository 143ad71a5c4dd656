#include "yoso/text/albert/albert.h"

#include <sentencepiece_processor.h>

#include <filesystem>
#include <new>
#include <system_error>

#include "yoso/util/checksum.h"
#include "yoso/util/error.h"
#include "yoso/util/file.h"
#include "yoso/util/utf8.h"

namespace yoso::text {
namespace {

constexpr std::string_view kWordMark = "\xe2\x96\x81";  // U+2581

std::string model_file(const std::string& path) {
  std::error_code ignored;  // reading the file reports the same error
  if (!std::filesystem::is_directory(path, ignored)) return path;
  return (std::filesystem::path(path) / "spiece.model").string();
}

/// The arguments are known to be valid, so a failure is one of the system.
void check(const sentencepiece::util::Status& status) {
  if (!status.ok()) throw SystemError("sentencepiece: " + status.ToString());
}

}  // namespace

Albert::~Albert() = default;

Albert::Albert(const std::string& path, const TokenizerOptions& options)
    : Tokenizer({.kind = "albert",
                 .variant = options.keep_accents ? "keep_accents" : "",
                 .mask_takes_space = true}),
      cleaner_(options.keep_accents),
      model_(std::make_unique<sentencepiece::SentencePieceProcessor>()) {
  const std::string file = model_file(path);
  const std::string bytes = read_file(file);
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
  const auto find = [&](const char* piece) {
    const int id = model_->PieceToId(piece);
    return id >= 0 && id < size && model_->IdToPiece(id) == piece ? id : kNoToken;
  };
  const SpecialTokens special{find("[CLS]"), find("[SEP]"), find("[MASK]"), find("<pad>"),
                              model_->unk_id()};
  if (special.first == kNoToken || special.separator == kNoToken) {
    throw DataError(file + ": not an ALBERT model: it has no [CLS] or [SEP]");
  }
  for (const std::string& token : tokens) instead_.push_back(replacement(token));
  set_vocabulary(std::move(tokens), special, std::move(continues), checksum(bytes));
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
