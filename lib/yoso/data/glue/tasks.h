#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The nine tasks of GLUE (Wang et al. 2019) and its diagnostic set, as their official files hold
/// them.
namespace yoso::data::glue {

/// A file of a task. MNLI has two of dev and test: texts of the genres of train (matched) and of
/// others.
enum class Part { train, dev, dev_mismatched, test, test_mismatched, diagnostic };

/// A task, its files and its scores.
struct GlueTask {
  const char* name;  // also its folder's
  const char* help;
  std::vector<std::string> labels;  // as files and submissions write them, by class; none: numbers
  const char* text;                 // names of columns in files with a header
  const char* second;               // null: single sentences
  const char* label;
  std::vector<const char*> metrics;  // names of scores, in the order of GLUE
  std::array<int64_t, 3> published;  // examples of train, dev (matched) and test (matched)

  bool is_regression() const { return labels.empty(); }
  bool has_mismatched() const { return std::string_view(name) == "MNLI"; }

  /// The class of a label as written; -1: it is none of the task's.
  int64_t class_of(std::string_view label) const;
};

/// The score range of STS-B.
inline constexpr double kLeastScore = 0, kMostScore = 5;

/// All of them, in GLUE's order.
std::span<const GlueTask> tasks();

/// By name, in any case. UsageError with the nearest name.
const GlueTask& find_task(const std::string& name);

/// A file of a submission: the predictions of a task for a part of its examples.
struct SubmissionFile {
  const char* name;  // "MNLI-m.tsv"
  const char* task;
  Part part;
  int64_t examples;
};

/// The eleven files of a submission, in the order of the official sample.
std::span<const SubmissionFile> submission_files();

}  // namespace yoso::data::glue
