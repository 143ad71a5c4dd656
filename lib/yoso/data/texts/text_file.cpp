#include "yoso/data/texts/text_file.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <optional>

#include "yoso/data/archive/input_stream.h"
#include "yoso/util/error.h"
#include "yoso/util/file_kind.h"

namespace yoso::data {
namespace {

std::string unpacked(InputStream& stream, const std::string& path) {
  std::optional<std::string> text;
  while (stream.next_text()) {
    if (text)
      throw DataError(path + ": is an archive of several files: unpack it and name one of them");
    text.emplace();
    for (auto block = stream.read(); !block.empty(); block = stream.read()) *text += block;
  }
  if (!text) throw DataError(path + ": the file is empty");
  return std::move(*text);
}

}  // namespace

TextFile::TextFile(std::string path) : path_(std::move(path)), file_(path_) {
  if (is_packed(recognise_file(file_.text()))) {
    InputStream stream(path_);
    own_ = unpacked(stream, path_);
    take(own_);
  } else {
    take(file_.text());
  }
}

TextFile::TextFile(std::string name, std::string content)
    : path_(std::move(name)), own_(std::move(content)) {
  if (is_packed(recognise_file(own_))) {
    const std::string packed = std::move(own_);
    InputStream stream(path_, packed);
    own_ = unpacked(stream, path_);
  }
  take(own_);
}

void TextFile::take(std::string_view text) {
  require_text(path_, text);
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const auto head = text.substr(0, kRecognisedBytes);
  if (head.find('\r') != head.npos && text.find('\n') == text.npos)
    throw DataError(path_ + ": lines end at CR alone: convert it (tr '\\r' '\\n')");
  text_ = text;
}

std::string name_end(const std::string& path) {
  std::string name = std::filesystem::path(path).filename().string();
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const char* end : {".gz", ".bz2", ".xz", ".zst", ".zip"}) {
    if (!name.ends_with(end)) continue;
    name.erase(name.rfind('.'));
    break;
  }
  const size_t dot = name.rfind('.');
  return dot == std::string::npos ? "" : name.substr(dot);
}

}  // namespace yoso::data
