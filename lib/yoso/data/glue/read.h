#pragma once

#include <optional>
#include <string>

#include "yoso/data/glue/tasks.h"
#include "yoso/data/texts/text_examples.h"

namespace yoso::data::glue {

/// The official files of one task, as they come out of the archives.
class Folder {
 public:
  /// `path`: the task's folder, or the one that holds those of all tasks. MRPC may also be the raw
  /// msr_paraphrase_train.txt, msr_paraphrase_test.txt and mrpc_dev_ids.tsv. DataError when there
  /// is no such task.
  Folder(const GlueTask& task, const std::string& path);

  const std::string& path() const { return path_; }
  bool has(Part part) const { return file_of(part).has_value(); }

  /// The examples of a file, those of test and of the diagnostic set without labels. Only QQP's
  /// train and dev may have lines with a wrong number of fields, which are left out and counted, as
  /// in published figures. DataError names file and line: a missing file, no examples, the columns
  /// of another task, a label that the task does not have.
  TextExamples read(Part part) const;

 private:
  std::optional<std::string> file_of(Part part) const;

  const GlueTask& task_;
  std::string path_;
  bool raw_ = false;  // MRPC's raw files
};

/// The examples of a labelled file of a task at any path (`finetune score`). DataError as above.
TextExamples read_labelled(const GlueTask& task, const std::string& file);

}  // namespace yoso::data::glue
