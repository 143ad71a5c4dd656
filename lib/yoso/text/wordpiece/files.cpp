#include "yoso/text/wordpiece/files.h"

#include <algorithm>
#include <filesystem>

#include "yoso/text/description/json_file.h"
#include "yoso/text/unicode/character_classes.h"
#include "yoso/text/vocabulary.h"
#include "yoso/util/error.h"
#include "yoso/util/file.h"
#include "yoso/util/file_kind.h"
#include "yoso/util/utf8.h"

namespace yoso::text {
namespace {

namespace fs = std::filesystem;

/// Without white space at the end, as the reference reads lines.
std::string_view trimmed(std::string_view token) {
  while (!token.empty()) {
    size_t at = token.size() - 1;
    while (at > 0 && (static_cast<unsigned char>(token[at]) & 0xc0) == 0x80) --at;
    const char* last = token.data() + at;
    if (!is_white_space(decode_utf8(last))) break;
    token = token.substr(0, at);
  }
  return token;
}

std::vector<std::string> read_lines(const std::string& path) {
  const std::string text = read_file(path);
  refuse_git_lfs_pointer(path, text);
  if (const auto bad = find_bad_utf8(text)) {
    throw DataError(path + ": no vocabulary of one token a line: bad UTF-8 at byte " +
                    std::to_string(*bad));
  }
  std::vector<std::string> tokens;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    tokens.emplace_back(trimmed(std::string_view(text.data() + at, end - at)));
    at = end + 1;
  }
  return tokens;
}

/// The vocabulary inside a tokenizer.json.
std::vector<std::string> read_model(const JsonFile& whole) {
  const auto fail = [&](const std::string& why) { throw DataError(whole.path + ": " + why); };
  const Json model = whole.root.value("model", Json::object());
  if (model.value("type", "") != "WordPiece") fail("its model is no WordPiece");
  const Json vocabulary = model.value("vocab", Json());
  if (!vocabulary.is_object() || vocabulary.empty()) fail("its vocabulary is damaged");
  std::vector<std::string> tokens(vocabulary.size());
  std::vector<bool> seen(tokens.size());
  for (const auto& [token, id] : vocabulary.items()) {
    if (!id.is_number_unsigned() || id.get<uint64_t>() >= tokens.size() || seen[id.get<size_t>()])
      fail("its vocabulary is damaged: `" + one_line(token) + "` has the id " + id.dump());
    seen[id.get<size_t>()] = true;
    tokens[id.get<size_t>()] = token;
  }
  return tokens;
}

}  // namespace

WordPieceFiles read_word_piece_files(const std::string& path,
                                     const config::TokenizerOptions& options) {
  std::error_code ignored;  // reading the file reports the same error
  const fs::path given(path);
  const bool is_folder = fs::is_directory(given, ignored);
  const fs::path folder = is_folder ? given : given.parent_path();
  fs::path whole = folder / "tokenizer.json", vocabulary = is_folder ? folder / "vocab.txt" : given;
  if (!is_folder && given.extension() == ".json") whole = given;
  const bool from_whole = vocabulary == whole || (is_folder && !fs::exists(vocabulary, ignored) &&
                                                  fs::exists(whole, ignored));
  if (from_whole) vocabulary = whole;
  WordPieceFiles files;
  files.path = vocabulary.string();
  files.tokens = from_whole ? read_model(read_json_file(files.path)) : read_lines(files.path);
  files.vocabulary = files.tokens.size();
  files.description = describe_tokenizer({.kind = "bert",
                                          .folder = folder.empty() ? "." : folder.string(),
                                          .whole = whole.string(),
                                          .cased = options.cased});
  place_added_tokens(files.description.added, files.tokens, files.path);
  files.cased = files.description.is_basic(/*cased=*/true);
  files.basic = files.cased || files.description.is_basic(/*cased=*/false);
  return files;
}

}  // namespace yoso::text
