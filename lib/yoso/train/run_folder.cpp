#include "yoso/train/run_folder.h"

#include <filesystem>

#include "yoso/util/file.h"

namespace yoso::train {
namespace {

const std::string& made(const std::string& path) {
  make_folders(path);
  return path;
}

}  // namespace

RunFolder::RunFolder(std::string path) : path_(std::move(path)), lock_(made(path_)) {}

bool RunFolder::occupied() const { return std::filesystem::exists(file("config.yaml")); }

}  // namespace yoso::train
