#include "yoso/data/archive/input_stream.h"

#include <archive.h>
#include <archive_entry.h>

#include <cerrno>
#include <new>
#include <system_error>
#include <utility>

#include "yoso/data/archive/hidden.h"
#include "yoso/util/error.h"

namespace yoso::data {
namespace {

void close_archive(archive* handle) { archive_read_free(handle); }

archive* new_reader() {
  archive* a = archive_read_new();
  if (a == nullptr) throw std::bad_alloc();
  // Only these: others would take a text that begins like one of theirs (`begin 644 ...`).
  archive_read_support_filter_gzip(a);
  archive_read_support_filter_bzip2(a);
  archive_read_support_filter_xz(a);
  archive_read_support_filter_zstd(a);
  archive_read_support_format_tar(a);
  archive_read_support_format_zip(a);
  archive_read_support_format_empty(a);
  archive_read_support_format_raw(a);
  return a;
}

}  // namespace

InputStream::InputStream(const std::string& path, size_t block)
    : path_(path), name_(path), archive_(new_reader(), close_archive), block_(block) {
  if (archive_read_open_filename(archive_.get(), path.c_str(), block) != ARCHIVE_OK) fail();
}

InputStream::InputStream(const std::string& name, std::string_view bytes)
    : path_(name), name_(name), archive_(new_reader(), close_archive), block_(kBlock) {
  if (archive_read_open_memory(archive_.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) fail();
}

InputStream::~InputStream() = default;

void InputStream::fail() const {
  const int error = archive_errno(archive_.get());
  const char* text = archive_error_string(archive_.get());
  // Errors of the system have its numbers; libarchive's own are negative or concern the format.
  const bool system = error > 0 && error != EINVAL && error != EILSEQ;
  throw DataError(name_ + ": cannot be read: " +
                  (system ? std::generic_category().message(error)
                          : std::string(text != nullptr ? text : "unknown format")));
}

bool InputStream::next_text() {
  peeked_ = {};
  while (true) {
    archive_entry* entry = nullptr;
    const int result = archive_read_next_header(archive_.get(), &entry);
    if (result == ARCHIVE_EOF) return false;
    if (result < ARCHIVE_WARN) fail();
    if (archive_format(archive_.get()) == ARCHIVE_FORMAT_RAW) return true;
    const char* name = archive_entry_pathname_utf8(entry);
    if (name == nullptr) name = archive_entry_pathname(entry);
    if (archive_entry_filetype(entry) != AE_IFREG) continue;
    if (name != nullptr && is_hidden(name)) continue;
    packed_ = true;
    name_ = path_ + "(" + (name != nullptr ? name : "?") + ")";
    return true;
  }
}

std::string_view InputStream::peek() {
  if (peeked_.empty()) peeked_ = read();
  return peeked_;
}

std::string_view InputStream::read() {
  if (!peeked_.empty()) return std::exchange(peeked_, {});
  const la_ssize_t n = archive_read_data(archive_.get(), block_.data(), block_.size());
  if (n < 0) fail();
  return {block_.data(), static_cast<size_t>(n)};
}

int64_t InputStream::position() const { return archive_filter_bytes(archive_.get(), -1); }

}  // namespace yoso::data
