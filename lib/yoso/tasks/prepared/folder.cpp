#include "yoso/tasks/prepared/folder.h"

#include <filesystem>
#include <system_error>

#include "yoso/util/error.h"
#include "yoso/util/path.h"

namespace yoso::tasks {

namespace fs = std::filesystem;

namespace {

/// Without a slash at the end.
std::string absolute_folder(const std::string& path) {
  const fs::path absolute = absolute_path(path);
  return (absolute.has_filename() ? absolute : absolute.parent_path()).string();
}

}  // namespace

std::string settings_file(const std::string& folder) { return folder + "/prepared.json"; }

std::string rows_file(const std::string& folder, data::Split split) {
  return folder + "/" + data::name(split) + ".rows";
}

bool is_prepared(const std::string& path) {
  std::error_code ignored;
  return fs::exists(settings_file(path), ignored);
}

void prepared_field(config::FieldVisitor& visitor, std::string& prepared) {
  visitor.field({"prepared",
                 "folder that raw data is prepared into when it is first used, "
                 "so that later runs start at once; empty: raw data is read again each time",
                 config::OnResume::free},
                prepared, {});
}

void resolve_data_path(std::string& path, const config::Tree& section, const std::string& what) {
  if (path.empty()) {
    throw UsageError((section.origin.empty() ? "" : section.origin + ": ") +
                     "task.data: missing, expected " + what);
  }
  path = absolute_folder(path);
}

void resolve_prepared_path(std::string& path) {
  if (!path.empty()) path = absolute_folder(path);
}

}  // namespace yoso::tasks
