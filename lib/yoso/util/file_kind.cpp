#include "yoso/util/file_kind.h"

#include <algorithm>
#include <cctype>
#include <cstdint>

#include "yoso/util/error.h"

namespace yoso {
namespace {

using namespace std::string_view_literals;

struct Magic {
  std::string_view bytes;
  FileKind kind;
  size_t offset = 0;
};

constexpr Magic kMagic[] = {
    {"version https://git-lfs.github.com/spec/"sv, FileKind::git_lfs_pointer},
    // Before UTF-16, whose mark is the beginning of this one.
    {"\xff\xfe\0\0"sv, FileKind::utf32},
    {"\0\0\xfe\xff"sv, FileKind::utf32},
    {"\xff\xfe"sv, FileKind::utf16},
    {"\xfe\xff"sv, FileKind::utf16},
    {"\x1f\x8b"sv, FileKind::gzip},
    {"BZh"sv, FileKind::bzip2},
    {"\xfd"
     "7zXZ\0"sv,
     FileKind::xz},
    {"\x28\xb5\x2f\xfd"sv, FileKind::zstd},
    {"PK\x03\x04"sv, FileKind::zip},
    {"PK\x05\x06"sv, FileKind::zip},
    {"ustar"sv, FileKind::tar, 257},
    {"PAR1"sv, FileKind::parquet},
    {"ARROW1\0\0"sv, FileKind::arrow},
    {"\xff\xff\xff\xff"sv, FileKind::arrow},  // a stream of record batches
    {"Obj\x01"sv, FileKind::avro},
    {"\x89HDF\r\n\x1a\n"sv, FileKind::hdf5},
    {"SQLite format 3\0"sv, FileKind::sqlite},
    {"\x93NUMPY"sv, FileKind::numpy},
    {"\x89PNG\r\n\x1a\n"sv, FileKind::png},
    {"\xff\xd8\xff"sv, FileKind::jpeg},
    {"GIF87a"sv, FileKind::gif},
    {"GIF89a"sv, FileKind::gif},
    {"%PDF-"sv, FileKind::pdf},
    {"\x7f"
     "ELF"sv,
     FileKind::executable},
};

bool is_pickle(std::string_view bytes) {
  return bytes.size() > 2 && bytes[0] == '\x80' && bytes[1] >= 2 && bytes[1] <= 5;
}

/// UTF-16 without a mark: ASCII characters have every other byte zero.
bool is_bare_utf16(std::string_view bytes) {
  if (bytes.size() < 8) return false;
  int64_t even = 0, odd = 0;
  for (size_t i = 0; i < bytes.size(); ++i) (i % 2 == 0 ? even : odd) += bytes[i] == 0;
  const auto half = static_cast<int64_t>(bytes.size() / 2);
  return (even == 0 && odd * 10 > half * 7) || (odd == 0 && even * 10 > half * 7);
}

bool is_html(std::string_view bytes) {
  if (bytes.starts_with("\xef\xbb\xbf")) bytes.remove_prefix(3);
  while (!bytes.empty() && std::isspace(static_cast<unsigned char>(bytes.front())) != 0)
    bytes.remove_prefix(1);
  std::string head(bytes.substr(0, 15));
  std::transform(head.begin(), head.end(), head.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return head.starts_with("<!doctype html") || head.starts_with("<html>") ||
         head.starts_with("<html ") || head.starts_with("<head>") || head.starts_with("<body");
}

}  // namespace

FileKind recognise_file(std::string_view first_bytes) {
  const std::string_view bytes = first_bytes.substr(0, kRecognisedBytes);
  if (bytes.empty()) return FileKind::empty;
  for (const Magic& magic : kMagic) {
    if (bytes.size() >= magic.offset && bytes.substr(magic.offset).starts_with(magic.bytes))
      return magic.kind;
  }
  if (is_pickle(bytes)) return FileKind::pickle;
  if (is_bare_utf16(bytes)) return FileKind::utf16;
  if (bytes.find('\0') != std::string_view::npos) return FileKind::binary;
  return is_html(bytes) ? FileKind::html : FileKind::text;
}

bool is_packed(FileKind kind) {
  switch (kind) {
    case FileKind::gzip:
    case FileKind::bzip2:
    case FileKind::xz:
    case FileKind::zstd:
    case FileKind::zip:
    case FileKind::tar:
      return true;
    default:
      return false;
  }
}

std::string objection_to(FileKind kind) {
  switch (kind) {
    case FileKind::text:
    case FileKind::empty:
      return "";
    case FileKind::git_lfs_pointer:
      return "is a Git LFS pointer: fetch the file (git lfs pull)";
    case FileKind::utf16:
      return "is UTF-16: convert it (iconv -f UTF-16 -t UTF-8)";
    case FileKind::utf32:
      return "is UTF-32: convert it (iconv -f UTF-32 -t UTF-8)";
    case FileKind::html:
      return "is HTML: extract its text";
    case FileKind::gzip:
      return "is compressed by gzip";
    case FileKind::bzip2:
      return "is compressed by bzip2";
    case FileKind::xz:
      return "is compressed by xz";
    case FileKind::zstd:
      return "is compressed by zstd";
    case FileKind::zip:
      return "is a zip archive";
    case FileKind::tar:
      return "is a tar archive";
    case FileKind::pickle:
      return "is a Python pickle, which is never read here: save it as safetensors or text";
    case FileKind::parquet:
      return "is a Parquet file: export it as JSON lines (pandas: to_json(orient=\"records\", "
             "lines=True))";
    case FileKind::arrow:
      return "is an Arrow file: export it as JSON lines (datasets: to_json)";
    case FileKind::avro:
      return "is an Avro file: export it as JSON lines";
    case FileKind::hdf5:
      return "is an HDF5 file: export its texts as JSON lines";
    case FileKind::sqlite:
      return "is an SQLite database: export its texts as JSON lines";
    case FileKind::numpy:
      return "is a NumPy array, no text";
    case FileKind::png:
      return "is a PNG image, no text";
    case FileKind::jpeg:
      return "is a JPEG image, no text";
    case FileKind::gif:
      return "is a GIF image, no text";
    case FileKind::pdf:
      return "is a PDF: extract its text (pdftotext)";
    case FileKind::executable:
      return "is a program, no text";
    case FileKind::binary:
      break;
  }
  return "is a binary file, no text";
}

void require_text(const std::string& path, std::string_view content) {
  const FileKind kind = recognise_file(content);
  if (kind == FileKind::html) return;
  const std::string objection = objection_to(kind);
  if (!objection.empty()) throw DataError(path + ": " + objection);
}

void refuse_git_lfs_pointer(const std::string& path, std::string_view content) {
  if (recognise_file(content) == FileKind::git_lfs_pointer)
    throw DataError(path + ": " + objection_to(FileKind::git_lfs_pointer));
}

}  // namespace yoso
