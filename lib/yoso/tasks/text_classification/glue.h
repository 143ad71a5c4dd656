#pragma once

#include <memory>
#include <string>

#include "yoso/data/glue/read.h"
#include "yoso/tasks/text_classification/task.h"

namespace yoso::tasks {

/// Section `task` of a task of GLUE (Wang et al. 2019).
struct GlueOptions {
  std::string subset;
  std::string data;
  TextInputOptions input;

  void fields(config::FieldVisitor& visitor);
  void resolve(const config::Tree& section);

  /// The options of a resolved section. UsageError when it is that of another task.
  static GlueOptions of(const config::Tree& section);
};

/// The scores that GLUE reports for a task.
TextScoring glue_scoring(const data::glue::GlueTask& task);

}  // namespace yoso::tasks
