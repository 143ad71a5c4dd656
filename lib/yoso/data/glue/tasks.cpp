#include "yoso/data/glue/tasks.h"

#include <algorithm>
#include <cctype>

#include "yoso/util/error.h"
#include "yoso/util/text.h"

namespace yoso::data::glue {
namespace {

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

}  // namespace

// The classes of words are in the order of the published heads: entailment is 0.
std::span<const GlueTask> tasks() {
  static const std::vector<std::string> kBinary = {"0", "1"};
  static const std::vector<std::string> kEntailment = {"entailment", "not_entailment"};
  static const std::vector<GlueTask> all = {
      {"CoLA",
       "whether a sentence is grammatical",
       kBinary,
       "sentence",
       nullptr,
       "label",
       {"mcc"},
       {8551, 1043, 1063}},
      {"SST-2",
       "whether a movie review's sentence is positive",
       kBinary,
       "sentence",
       nullptr,
       "label",
       {"accuracy"},
       {67349, 872, 1821}},
      {"MRPC",
       "whether two sentences of the news mean the same",
       kBinary,
       "#1 String",
       "#2 String",
       "Quality",
       {"f1", "accuracy"},
       {3668, 408, 1725}},
      {"STS-B",
       "how alike two sentences are, from 0 to 5",
       {},
       "sentence1",
       "sentence2",
       "score",
       {"pearson", "spearman"},
       {5749, 1500, 1379}},
      {"QQP",
       "whether two questions ask the same",
       kBinary,
       "question1",
       "question2",
       "is_duplicate",
       {"f1", "accuracy"},
       {363846, 40430, 390965}},
      {"MNLI",
       "whether a text entails, contradicts or leaves open a hypothesis",
       {"entailment", "neutral", "contradiction"},
       "sentence1",
       "sentence2",
       "gold_label",
       {"accuracy"},
       {392702, 9815, 9796}},
      {"QNLI",
       "whether a sentence answers a question",
       kEntailment,
       "question",
       "sentence",
       "label",
       {"accuracy"},
       {104743, 5463, 5463}},
      {"RTE",
       "whether a text entails a hypothesis",
       kEntailment,
       "sentence1",
       "sentence2",
       "label",
       {"accuracy"},
       {2490, 277, 3000}},
      {"WNLI",
       "what a pronoun refers to, as entailment",
       kBinary,
       "sentence1",
       "sentence2",
       "label",
       {"accuracy"},
       {635, 71, 146}},
  };
  return all;
}

int64_t GlueTask::class_of(std::string_view label) const {
  const auto found = std::find(labels.begin(), labels.end(), label);
  return found == labels.end() ? -1 : found - labels.begin();
}

const GlueTask& find_task(const std::string& name) {
  std::vector<std::string> names;
  for (const GlueTask& task : tasks()) {
    if (same_word(task.name, name)) return task;
    names.emplace_back(task.name);
  }
  const auto nearest = nearest_name(name, names);
  throw UsageError("unknown GLUE task `" + name + "`, expected " + join_choices(names) +
                   (nearest ? " (did you mean `" + *nearest + "`?)" : ""));
}

std::span<const SubmissionFile> submission_files() {
  static constexpr std::array<SubmissionFile, 11> all = {{
      {"CoLA.tsv", "CoLA", Part::test, 1063},
      {"SST-2.tsv", "SST-2", Part::test, 1821},
      {"MRPC.tsv", "MRPC", Part::test, 1725},
      {"STS-B.tsv", "STS-B", Part::test, 1379},
      {"QQP.tsv", "QQP", Part::test, 390965},
      {"MNLI-m.tsv", "MNLI", Part::test, 9796},
      {"MNLI-mm.tsv", "MNLI", Part::test_mismatched, 9847},
      {"QNLI.tsv", "QNLI", Part::test, 5463},
      {"RTE.tsv", "RTE", Part::test, 3000},
      {"WNLI.tsv", "WNLI", Part::test, 146},
      {"AX.tsv", "MNLI", Part::diagnostic, 1104},
  }};
  return all;
}

}  // namespace yoso::data::glue
