#include "yoso/data/locate.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "yoso/util/error.h"

namespace yoso::data {

namespace fs = std::filesystem;

std::optional<std::string> find_below(const std::string& path,
                                      std::initializer_list<const char*> below,
                                      const std::function<bool(const fs::path&)>& holds) {
  for (const char* name : below) {
    const fs::path folder = *name ? fs::path(path) / name : fs::path(path);
    if (holds(folder)) return folder.string();
  }
  return std::nullopt;
}

std::vector<std::string> sorted_entries(
    const std::string& folder, const std::function<bool(const fs::directory_entry&)>& wanted) {
  std::vector<std::string> names;
  try {
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
      if (wanted(entry)) names.push_back(entry.path().filename().string());
    }
  } catch (const fs::filesystem_error& error) {
    throw DataError(folder + ": cannot be read: " + error.code().message());
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool is_archive_name(const std::string& path) {
  for (const char* end : {".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2", ".tar.zst", ".zip"}) {
    if (path.ends_with(end)) return true;
  }
  return false;
}

void read_archive(const std::string& path, const std::function<bool(const std::string&)>& wanted,
                  const std::function<void(const std::string&, const std::string&)>& visit) {
  const std::unique_ptr<archive, decltype(&archive_read_free)> reader(archive_read_new(),
                                                                      &archive_read_free);
  archive_read_support_filter_all(reader.get());
  archive_read_support_format_all(reader.get());
  const auto check = [&](int status) {
    // A warning is about names or times, of which only the names matter, and those are looked at.
    if (status == ARCHIVE_OK || status == ARCHIVE_WARN || status == ARCHIVE_EOF) return;
    const char* reason = archive_error_string(reader.get());
    throw DataError(path + ": the archive cannot be read: " + (reason ? reason : "damaged"));
  };
  constexpr size_t kBlock = 1 << 18;
  check(archive_read_open_filename(reader.get(), path.c_str(), kBlock));
  std::string content;
  for (archive_entry* entry = nullptr;;) {
    const int status = archive_read_next_header(reader.get(), &entry);
    check(status);
    if (status == ARCHIVE_EOF) return;
    const char* raw_name = archive_entry_pathname(entry);
    if (archive_entry_filetype(entry) != AE_IFREG || raw_name == nullptr) continue;
    const std::string name = raw_name;
    if (!wanted(name)) continue;
    content.clear();
    const void* block = nullptr;
    size_t size = 0;
    la_int64_t offset = 0;
    for (int read = ARCHIVE_OK; read != ARCHIVE_EOF;) {
      read = archive_read_data_block(reader.get(), &block, &size, &offset);
      check(read);
      if (read != ARCHIVE_EOF) {
        content.resize(static_cast<size_t>(offset));  // a hole of a sparse file is zeros
        content.append(static_cast<const char*>(block), size);
      }
    }
    visit(name, content);
  }
}

}  // namespace yoso::data
