#include "yoso/train/run_folder.h"

#include <filesystem>

#include "yoso/config/read.h"
#include "yoso/util/error.h"
#include "yoso/util/file.h"

namespace yoso::train {
namespace {

const std::string& made(const std::string& path) {
  make_folders(path);
  return path;
}

}  // namespace

RunFolder::RunFolder(std::string path) : path_(std::move(path)), lock_(made(path_)) {}

config::Tree read_run_config(const std::string& run) {
  const std::string file = run + "/config.yaml";
  if (!std::filesystem::exists(file))
    throw DataError(run + ": is no run folder (it has no config.yaml)");
  return config::load(file);
}

bool RunFolder::occupied() const { return std::filesystem::exists(file("config.yaml")); }

}  // namespace yoso::train
