#include "yoso/util/staged_folder.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "yoso/util/error.h"
#include "yoso/util/file.h"
#include "yoso/util/path.h"

namespace yoso {
namespace fs = std::filesystem;

StagedFolder::StagedFolder(const std::string& path) {
  fs::path absolute = absolute_path(path.empty() ? "." : path);
  if (!absolute.has_filename()) absolute = absolute.parent_path();  // a slash at the end
  path_ = absolute.string();
  std::error_code error;
  if (fs::exists(absolute, error) && !(fs::is_directory(absolute) && fs::is_empty(absolute)))
    throw UsageError(path_ + ": is there already, expected a new or an empty folder");
  make_folders(absolute.parent_path().string());
  std::string name = (absolute.parent_path() / ("." + absolute.filename().string())).string();
  name += ".XXXXXX";
  if (::mkdtemp(name.data()) == nullptr)
    throw SystemError(path_ + ": cannot be created: " + std::generic_category().message(errno));
  staged_ = name;
  const mode_t mask = ::umask(0);  // mkdtemp's folders are for their owner alone
  ::umask(mask);
  ::chmod(staged_.c_str(), 0777 & ~mask);
}

StagedFolder::~StagedFolder() {
  std::error_code ignored;
  if (!staged_.empty()) fs::remove_all(staged_, ignored);
}

void StagedFolder::commit() {
  sync_folder(staged_);
  rename_durably(staged_, path_);
  staged_.clear();
}

}  // namespace yoso
