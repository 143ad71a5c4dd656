#include "yoso/train/run_folder.h"

#include <filesystem>

#include "yoso/util/file.h"

namespace yoso::train {
namespace {

const std::string& made(const std::string& folder) {
  make_folders(folder);
  return folder;
}

}  // namespace

RunFolder::RunFolder(const std::string& folder) : files_(folder), lock_(made(folder)) {}

bool RunFolder::occupied() const { return std::filesystem::exists(files_.config()); }

}  // namespace yoso::train
