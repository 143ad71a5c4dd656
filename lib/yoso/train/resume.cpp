#include "yoso/train/resume.h"

#include <algorithm>
#include <filesystem>

#include "yoso/config/read.h"
#include "yoso/config/write.h"
#include "yoso/train/result.h"
#include "yoso/util/error.h"
#include "yoso/util/file.h"

namespace yoso::train {
namespace {

bool may_differ(const std::vector<config::FieldDoc>& fields, const std::string& key) {
  return std::any_of(fields.begin(), fields.end(), [&](const config::FieldDoc& field) {
    return field.key == key && field.on_resume == config::OnResume::free;
  });
}

}  // namespace

void check_resumable(const std::string& saved_config, const Setup& setup, Log& log) {
  config::Experiment experiment;
  const auto fields = config::document_fields([&](config::FieldVisitor& visitor) { experiment.fields(visitor); });
  const config::Tree saved = config::parse(read_file(saved_config), saved_config);
  std::string refused;
  for (const config::Difference& difference : config::differences(saved, setup.tree())) {
    const std::string text = difference.key + ": " + difference.before + " in the run, now " + difference.after;
    if (may_differ(fields, difference.key)) {
      log.info("resumed with another " + text);
    } else {
      refused += (refused.empty() ? "" : "\n") + saved_config + ": " + text;
    }
  }
  if (!refused.empty()) {
    throw UsageError(refused + "\nonly durations, logging, evaluation and output keys may change on --resume");
  }
}

bool is_complete(const RunFolder& run) {
  const std::string path = run.file("result.json");
  return std::filesystem::exists(path) && read_result(path).status == "complete";
}

}  // namespace yoso::train
