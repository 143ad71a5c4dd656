#include "yoso/data/corpus/output_folder.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "yoso/util/error.h"
#include "yoso/util/file.h"

namespace yoso::data {

namespace fs = std::filesystem;

namespace {

/// The path of any file in a folder other than its lock; empty when there is none.
std::string foreign_file(const std::string& folder) {
  std::error_code ignored;  // writing to the folder reports the same error
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.path().filename() != "lock") return entry.path().string();
  }
  return {};
}

bool has_shards(const Manifest& manifest) {
  return !manifest.train.empty() || !manifest.validation.empty();
}

}  // namespace

OutputFolder::OutputFolder(std::string path, const Manifest& wanted)
    : path_(std::move(path)), manifest_(wanted) {
  std::error_code ignored;
  made_ = !fs::exists(path_, ignored);
  const bool begun = fs::exists(Manifest::path(path_), ignored);
  if (!begun) {
    if (const std::string file = foreign_file(path_); !file.empty()) {
      throw UsageError(path_ + ": not empty (" + file +
                       "), and no corpus made by `pretrain prepare`");
    }
  }
  make_folders(path_);
  lock_.emplace(path_);
  if (begun) {
    const Manifest found = Manifest::read(path_);
    if (found.complete || has_shards(found)) {
      check(found, wanted);
      manifest_ = found;
      return;
    }
  }
  manifest_.write(path_);
}

void OutputFolder::check(const Manifest& found, const Manifest& wanted) const {
  const auto refuse = [this](const std::string& why) {
    throw UsageError(path_ + ": holds a corpus " + why +
                     "; choose another folder, or remove this one");
  };
  if (found.tokenizer.fingerprint != wanted.tokenizer.fingerprint) {
    refuse("made with the tokenizer " + found.tokenizer.fingerprint + ", not with " +
           wanted.tokenizer.fingerprint);
  }
  if (found.settings != wanted.settings) refuse("made with other settings");
  if (found.input_checksum != wanted.input_checksum) {
    refuse("of other texts (their names or sizes differ)");
  }
}

void OutputFolder::give_up() {
  std::error_code ignored;  // the error to report is that of the failure
  if (fs::exists(Manifest::path(path_), ignored)) {
    try {
      if (has_shards(Manifest::read(path_))) return;
    } catch (const Error&) {
      return;
    }
  }
  fs::remove(Manifest::path(path_), ignored);
  fs::remove(path_ + "/lock", ignored);
  if (made_) fs::remove(path_, ignored);
}

}  // namespace yoso::data
