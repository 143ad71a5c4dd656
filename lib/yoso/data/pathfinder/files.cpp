#include "yoso/data/pathfinder/files.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "yoso/data/locate.h"
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

const char* level_folder(const std::string& level) {
  if (level == "easy") return "curv_baseline";
  if (level == "intermediate") return "curv_contour_length_9";
  if (level == "hard") return "curv_contour_length_14";
  throw std::invalid_argument("no Pathfinder level " + level);
}

std::string find_folder(const std::string& path, int64_t resolution, const std::string& level) {
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) throw DataError(path + ": no such folder");
  const std::string name = level_folder(level);
  if (holds_level(path)) {
    const std::string given = fs::path(path).filename().string();
    if (given.starts_with("curv_") && given != name) {
      throw DataError(path + ": is not the level asked for, " + level + " (" + name + ")");
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

std::vector<std::string> metadata_files(const std::string& folder) {
  const std::string metadata = folder + "/metadata";
  std::error_code ignored;
  if (!fs::is_directory(metadata, ignored)) throw DataError(metadata + ": no such folder");
  std::vector<std::string> names = sorted_entries(
      metadata, [](const auto& entry) { return entry.path().extension() == ".npy"; });
  if (names.empty()) throw DataError(metadata + ": holds no metadata (0.npy, 1.npy, ...)");
  const auto number = [](const std::string& name) {
    return parse_integer(name.substr(0, name.size() - 4)).value_or(INT64_MAX);
  };
  std::stable_sort(names.begin(), names.end(), [&](const std::string& a, const std::string& b) {
    return number(a) < number(b);
  });
  for (std::string& name : names) name = metadata + "/" + name;
  return names;
}

}  // namespace yoso::data::pathfinder
