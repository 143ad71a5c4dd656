#pragma once

#include <string>
#include <string_view>

namespace yoso {

/// What a file is, by its first bytes. `text` is what none of the others claims: whether it is
/// UTF-8 is decided where it is read.
enum class FileKind {
  text,
  empty,
  git_lfs_pointer,
  utf16,
  utf32,
  html,
  gzip,
  bzip2,
  xz,
  zstd,
  zip,  // also .npz, .docx, .xlsx and PyTorch's .bin
  tar,
  pickle,
  parquet,
  arrow,
  avro,
  hdf5,
  sqlite,
  numpy,
  png,
  jpeg,
  gif,
  pdf,
  executable,
  binary,  // none of these, but with zero bytes
};

/// The first bytes that recognise_file looks at; more do not change what it says.
inline constexpr size_t kRecognisedBytes = 4096;

FileKind recognise_file(std::string_view first_bytes);

/// Whether libarchive reads what is packed in it (data/archive).
bool is_packed(FileKind kind);

/// "is a Git LFS pointer: fetch the file (git lfs pull)", "is UTF-16: convert it (iconv -f UTF-16
/// -t UTF-8)", "is a PNG image". Empty for text and for an empty file.
std::string objection_to(FileKind kind);

/// DataError `PATH: OBJECTION` where the content is not text. HTML is text.
void require_text(const std::string& path, std::string_view content);

/// DataError `PATH: is a Git LFS pointer: ...` where it is one; for files of any other kind.
void refuse_git_lfs_pointer(const std::string& path, std::string_view content);

}  // namespace yoso
