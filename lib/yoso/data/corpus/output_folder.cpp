#include "yoso/data/corpus/output_folder.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "yoso/config/corpus.h"
#include "yoso/config/read.h"
#include "yoso/config/write.h"
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

/// A corpus' settings with every key that there is now. UsageError: not read.
config::Tree complete(const std::string& settings) {
  config::CorpusConfig corpus;
  config::read(config::parse(settings, "manifest.json"), corpus);
  for (config::Tree& item : corpus.sources.items) {
    config::SourceConfig source;
    config::read(item, source);
    item = config::write(source);
  }
  return config::write(corpus);
}

/// The first setting that differs, "seed: 1, now 2"; empty when none does. A key that older
/// versions did not write has its default there.
std::string other_settings(const std::string& before, const std::string& now) {
  try {
    config::Tree old = complete(before), wanted = complete(now);
    auto &a = old["sources"].items, &b = wanted["sources"].items;
    auto found = config::differences(old, wanted);
    if (found.empty()) return {};
    if (found.front().key == "sources" && a.size() == b.size()) {
      for (size_t i = 0; i < a.size(); ++i) {
        if (a[i] == b[i]) continue;
        found = config::differences(a[i], b[i]);
        found.front().key = "sources[" + std::to_string(i) + "]." + found.front().key;
        break;
      }
    }
    return found.front().key + ": " + found.front().before + ", now " + found.front().after;
  } catch (const UsageError&) {
    return "they are of another version";
  }
}

bool has_shards(const Manifest& manifest) {
  return !manifest.train.empty() || !manifest.validation.empty();
}

}  // namespace

OutputFolder::OutputFolder(std::string path, Manifest wanted, const About& about)
    : path_(std::move(path)) {
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
      check(found, wanted, about);
      manifest_ = found;
      return;
    }
  }
  const auto contents = about.contents();
  if (!contents) return;
  wanted.input_contents = *contents;
  manifest_ = std::move(wanted);
  manifest_.write(path_);
}

void OutputFolder::check(const Manifest& found, const Manifest& wanted, const About& about) const {
  const auto refuse = [this](const std::string& why) {
    throw UsageError(path_ + ": holds a corpus " + why +
                     "; choose another folder, or remove this one");
  };
  if (found.tokenizer.fingerprint != wanted.tokenizer.fingerprint) {
    refuse("made with the tokenizer " + found.tokenizer.fingerprint + ", not with " +
           wanted.tokenizer.fingerprint);
  }
  if (found.settings != wanted.settings) {
    if (const std::string other = other_settings(found.settings, wanted.settings); !other.empty())
      refuse("made with other settings (" + other + ")");
  }
  if (found.bad_rows.count > about.skip_bad_rows) {
    throw UsageError(
        path_ + ": bad lines were passed over when it was made (" +
        std::to_string(found.bad_rows.count) + ", the first: " + found.bad_rows.first.front() +
        "); `skip_bad_rows: " + std::to_string(found.bad_rows.count) + "` accepts that");
  }
  if (found.input_checksum != wanted.input_checksum) {
    refuse("of other texts (their names or sizes differ)");
  }
  // Manifests of version 0.1 know no more than that.
  if (found.input_contents.empty() || found.input_times == wanted.input_times) return;
  const auto contents = about.contents();
  if (contents && *contents != found.input_contents)
    refuse("of other texts (a file was edited since, at equal size)");
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
