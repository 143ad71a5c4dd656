#include "yoso/data/pathfinder/files.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "yoso/config/fields.h"
#include "yoso/util/error.h"
#include "yoso/util/text.h"

namespace yoso::data::pathfinder {

namespace fs = std::filesystem;

namespace {

bool holds_level(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_directory(folder / "metadata", ignored) ||
         fs::is_directory(folder / "imgs", ignored);
}

/// The folder of a level that a file of an archive belongs to: FOLDER of FOLDER/imgs/BATCH/FILE or
/// FOLDER/metadata/FILE, when it is the archive's root, or is named as the level and lies in `set`
/// or at the root.
std::optional<std::string> level_of(const std::string& name, const std::string& set,
                                    const std::string& level) {
  std::string folder = parent_of(name);
  if (fs::path(folder).filename() != "metadata") folder = parent_of(folder);  // imgs, or neither
  const fs::path path = parent_of(folder), kind = fs::path(folder).filename();
  if (kind != "metadata" && kind != "imgs") return {};
  if (path.empty()) return "";  // a level packed by itself
  if (path.filename() != level) return {};
  if (path.has_parent_path() && path.parent_path().filename() != set) return {};
  return path.string();
}

/// DataError where a batch of images has no metadata; it would be ignored otherwise.
void check_batches(const FileSet& files, const std::vector<std::string>& metadata) {
  std::string last;
  for (const std::string& name : files.names("imgs").value_or(std::vector<std::string>())) {
    const std::string batch = name.substr(0, name.find('/'));
    if (batch == last || !parse_integer(batch)) continue;
    last = batch;
    const std::string described = batch + ".npy";
    if (std::find(metadata.begin(), metadata.end(), described) == metadata.end()) {
      throw DataError(files.shown("metadata/" + described) +
                      ": no such file, but there are images in " + files.shown("imgs/" + batch));
    }
  }
}

std::vector<std::string> fields_of(const std::string& text) {
  std::vector<std::string> fields;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(' ', begin), text.size());
    if (end > begin) fields.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return fields;
}

}  // namespace

const char* level_folder(Level level) {
  switch (level) {
    case Level::easy:
      return "curv_baseline";
    case Level::intermediate:
      return "curv_contour_length_9";
    default:
      return "curv_contour_length_14";
  }
}

std::string find_folder(const std::string& path, int64_t resolution, Level level) {
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) throw DataError(path + ": no such folder");
  const std::string name = level_folder(level);
  if (holds_level(path)) {
    const std::string given = fs::path(path).filename().string();
    if (given.starts_with("curv_") && given != name) {
      throw DataError(path + ": is not the level asked for, " + config::to_text(level) + " (" +
                      name + ")");
    }
    return path;
  }
  const std::string set = "pathfinder" + std::to_string(resolution);
  const std::string inner = "lra_release/" + set + "/" + name;
  for (const std::string& below : {name, "lra_release/" + inner, inner, set + "/" + name}) {
    const fs::path folder = fs::path(path) / below;
    if (holds_level(folder)) return folder.string();
  }
  throw DataError(path + ": no Pathfinder images here (" + name + " with imgs and metadata), nor " +
                  "in " + set + " or lra_release below; `lra generate pathfinder` makes some");
}

ImageInfo parse_metadata(const std::string& text) {
  const std::vector<std::string> fields = fields_of(text);
  constexpr size_t kLabel = 3, kContourLength = 5;
  if (fields.size() <= kLabel) {
    throw DataError("expected at least 4 fields separated by spaces, found " +
                    std::to_string(fields.size()));
  }
  ImageInfo info;
  info.file = fields[0] + "/" + fields[1];
  if (fields[kLabel] != "0" && fields[kLabel] != "1") {
    throw DataError("expected the label 0 or 1 in field 4, found `" + fields[kLabel] + "`");
  }
  info.label = fields[kLabel] == "1";
  if (fields.size() > kContourLength)
    info.contour_length = parse_integer(fields[kContourLength]).value_or(0);
  return info;
}

std::unique_ptr<FileSet> open_files(const std::string& path, int64_t resolution, Level level,
                                    const ArchiveProgress& progress) {
  const std::string set = "pathfinder" + std::to_string(resolution);
  SetRule rule;
  rule.what = std::string("Pathfinder images (") + set + "/" + level_folder(level) +
              " with imgs and metadata)";
  rule.find_folder = [&](const std::string& folder) {
    return find_folder(folder, resolution, level);
  };
  rule.folder_of = [&](const std::string& name) {
    return level_of(name, set, level_folder(level));
  };
  return open_set(path, rule, progress);
}

std::vector<std::string> metadata_files(const FileSet& files) {
  const auto found = files.names("metadata");
  if (!found) throw DataError(files.shown("metadata") + ": no such folder");
  std::vector<std::string> names;
  for (const std::string& name : *found) {
    if (name.ends_with(".npy")) names.push_back(name);
  }
  if (names.empty())
    throw DataError(files.shown("metadata") + ": holds no metadata (0.npy, 1.npy, ...)");
  const auto number = [](const std::string& name) {
    return parse_integer(name.substr(0, name.size() - 4)).value_or(INT64_MAX);
  };
  std::stable_sort(names.begin(), names.end(), [&](const std::string& a, const std::string& b) {
    return number(a) < number(b);
  });
  check_batches(files, names);
  for (std::string& name : names) name = "metadata/" + name;
  return names;
}

}  // namespace yoso::data::pathfinder
