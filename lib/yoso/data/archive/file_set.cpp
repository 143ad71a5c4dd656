#include "yoso/data/archive/file_set.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

#include "yoso/data/archive/hidden.h"
#include "yoso/data/archive/input_stream.h"
#include "yoso/data/archive/locate.h"
#include "yoso/util/error.h"
#include "yoso/util/scratch_file.h"

namespace yoso::data {

namespace fs = std::filesystem;

namespace {

class Folder : public FileSet {
 public:
  explicit Folder(std::string path) : path_(std::move(path)) {}

  std::string location() const override { return path_; }
  std::string shown(const std::string& name) const override { return path_ + "/" + name; }

  std::optional<int64_t> size(const std::string& name) const override {
    std::error_code error;
    const auto bytes = fs::file_size(shown(name), error);
    return error ? std::nullopt : std::optional(static_cast<int64_t>(bytes));
  }

  std::optional<std::vector<std::string>> names(const std::string& folder) const override {
    std::error_code ignored;
    if (!fs::is_directory(shown(folder), ignored)) return {};
    return sorted_entries(shown(folder), [](const auto&) { return true; });
  }

  std::string read(const std::string& name) const override { return read_file(shown(name)); }
  FileView map(const std::string& name) const override { return FileView(MappedFile(shown(name))); }

 private:
  std::string path_;
};

/// Where a file lies in a ScratchFile.
struct Part {
  uint64_t begin = 0, size = 0;
};

class Unpacked : public FileSet {
 public:
  Unpacked(std::string archive, std::string folder, std::map<std::string, Part> files,
           MappedFile bytes)
      : archive_(std::move(archive)),
        folder_(std::move(folder)),
        files_(std::move(files)),
        bytes_(std::move(bytes)) {}

  std::string location() const override {
    return folder_.empty() ? archive_ : archive_ + "(" + folder_ + ")";
  }
  std::string shown(const std::string& name) const override {
    return archive_ + "(" + (folder_.empty() ? "" : folder_ + "/") + name + ")";
  }

  std::optional<int64_t> size(const std::string& name) const override {
    const auto found = files_.find(name);
    if (found == files_.end()) return {};
    return static_cast<int64_t>(found->second.size);
  }

  std::optional<std::vector<std::string>> names(const std::string& folder) const override {
    std::vector<std::string> names;
    const std::string start = folder + "/";
    for (auto file = files_.lower_bound(start);
         file != files_.end() && file->first.starts_with(start); ++file) {
      std::string name = file->first.substr(start.size());
      if (!is_hidden(name)) names.push_back(std::move(name));
    }
    return names.empty() ? std::nullopt : std::optional(names);
  }

  std::string read(const std::string& name) const override { return std::string(view(name)); }
  FileView map(const std::string& name) const override { return FileView(view(name)); }

 private:
  std::string_view view(const std::string& name) const {
    const auto found = files_.find(name);
    if (found == files_.end()) throw DataError(shown(name) + ": no such file");
    return bytes_.text().substr(found->second.begin, found->second.size);
  }

  std::string archive_, folder_;
  std::map<std::string, Part> files_;
  MappedFile bytes_;
};

/// Folders of an archive in the order of preference: within more `lra_release`, less deep.
auto preference(const std::string& folder) {
  int64_t releases = 0;
  for (const fs::path& part : fs::path(folder)) releases += part == "lra_release";
  return std::tuple(-releases, std::count(folder.begin(), folder.end(), '/'), folder);
}

/// The name of an entry as the stream shows it, PATH(NAME), without a `./` in front; empty where
/// the stream is no archive.
std::string entry_name(const std::string& shown, const std::string& path) {
  if (shown.size() < path.size() + 2) return {};
  std::string name = shown.substr(path.size() + 1, shown.size() - path.size() - 2);
  while (name.starts_with("./")) name.erase(0, 2);
  return name;
}

std::unique_ptr<FileSet> unpack(const std::string& path, const SetRule& rule,
                                const ArchiveProgress& progress) {
  InputStream stream(path);
  const auto total = static_cast<int64_t>(fs::file_size(path));
  const auto report = [&] {
    if (progress) progress(std::min(stream.position(), total), total);
  };
  ScratchFile scratch;
  std::optional<std::string> chosen;  // the best folder so far
  std::map<std::string, Part> files;  // its files
  std::string objection;
  int64_t entries = 0;
  while (stream.next_text()) {
    constexpr int64_t kOften = 256;
    if (entries++ % kOften == 0) report();
    const std::string name = entry_name(stream.name(), path);
    const auto folder = rule.folder_of(name);
    if (!folder) {
      if (rule.objection && objection.empty()) objection = rule.objection(name);
      continue;
    }
    if (chosen && preference(*folder) > preference(*chosen)) continue;
    if (chosen != folder) files.clear();
    chosen = folder;
    Part part{scratch.size(), 0};
    for (auto block = stream.read(); !block.empty(); block = stream.read()) {
      scratch.write(block);
      report();
    }
    part.size = scratch.size() - part.begin;
    files[folder->empty() ? name : name.substr(folder->size() + 1)] = part;
  }
  if (progress) progress(total, total);
  if (!chosen)
    throw DataError(path + ": " + (objection.empty() ? "holds no " + rule.what : objection));
  return std::make_unique<Unpacked>(path, *chosen, std::move(files), scratch.map());
}

/// The Long Range Arena's archive in a folder.
std::optional<std::string> release_in(const std::string& folder) {
  std::error_code ignored;
  for (const char* end : {".gz", ".tar.gz", ".tgz", ".tar"}) {
    const std::string path = folder + "/lra_release" + end;
    if (fs::is_regular_file(path, ignored)) return path;
  }
  return {};
}

}  // namespace

std::unique_ptr<FileSet> open_set(const std::string& path, const SetRule& rule,
                                  const ArchiveProgress& progress) {
  std::error_code ignored;
  if (fs::is_regular_file(path, ignored)) {
    if (!is_archive_name(path))
      throw DataError(path + ": is no archive (expected a folder or lra_release.gz)");
    return unpack(path, rule, progress);
  }
  if (!fs::is_directory(path, ignored)) throw DataError(path + ": no such folder or archive");
  const auto packed = release_in(path);
  try {
    return std::make_unique<Folder>(rule.find_folder(path));
  } catch (const DataError&) {
    if (!packed) throw;
  }
  return unpack(*packed, rule, progress);
}

std::unique_ptr<FileSet> open_split_files(const std::string& path, SetRule rule,
                                          const char* (*file_name)(Split),
                                          const ArchiveProgress& progress) {
  rule.folder_of = [file_name](const std::string& name) -> std::optional<std::string> {
    const std::string file = fs::path(name).filename().string();
    const bool wanted = std::any_of(std::begin(kSplits), std::end(kSplits),
                                    [&](Split split) { return file == file_name(split); });
    return wanted ? std::optional(parent_of(name)) : std::nullopt;
  };
  auto files = open_set(path, rule, progress);
  for (const Split split : kSplits) {
    if (!files->size(file_name(split)))
      throw DataError(files->shown(file_name(split)) + ": no such file");
  }
  return files;
}

std::string parent_of(const std::string& name) {
  const size_t slash = name.rfind('/');
  return slash == std::string::npos ? "" : name.substr(0, slash);
}

}  // namespace yoso::data
