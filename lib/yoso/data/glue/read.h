#pragma once

#include <optional>
#include <string>

#include "yoso/data/glue/tasks.h"
#include "yoso/data/texts/text_rows.h"

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

  /// The rows of a file, those of test and of the diagnostic set without labels. Only QQP's train
  /// and dev may have rows with a wrong number of fields, which are left out and counted, as in
  /// published figures. DataError names file and line: a missing file, no rows, the columns of
  /// another task, a label that the task does not have.
  TextRows read(Part part) const;

 private:
  std::optional<std::string> file_of(Part part) const;

  const GlueTask& task_;
  std::string path_;
  bool raw_ = false;  // MRPC's raw files
};

/// The rows of a labelled file of a task, wherever it is (`finetune score`). DataError as above.
TextRows read_labelled(const GlueTask& task, const std::string& file);

}  // namespace yoso::data::glue
