#include "yoso/config/read.h"
#include "yoso/tasks/kind.h"
#include "yoso/tasks/task.h"
#include "yoso/util/error.h"

namespace yoso::tasks {

const std::vector<TaskKind>& task_kinds() {
  static const std::vector<TaskKind> kinds{
      glue_task(),
      image_task(),
      labelled_text_task(),
      listops_task(),
      masked_language_task(),
      pathfinder_task(),
      retrieval_task(),
      text_task(),
  };
  return kinds;
}

const TaskKind& find_task(const config::Tree& section) {
  const config::Tree* name = section.is_map() ? section.find("name") : &section;
  std::vector<std::string> names;
  std::string listed;
  for (const TaskKind& kind : task_kinds()) {
    if (name != nullptr && name->is_scalar() && name->scalar == kind.name) return kind;
    names.push_back(kind.name);
    listed += (listed.empty() ? "" : ", ") + kind.name;
  }
  const bool given = name != nullptr && name->is_scalar();
  const config::Origin& origin = given ? name->origin : section.origin;
  throw UsageError((origin.empty() ? "" : origin + ": ") + "task.name: " +
                   (given ? "unknown task `" + name->scalar + "`" : "missing") + ", expected " +
                   listed + (given ? config::did_you_mean(name->scalar, names) : ""));
}

std::string task_label(const config::Tree& section) {
  const TaskKind& kind = find_task(section);
  return kind.label ? kind.label(section) : kind.name;
}

}  // namespace yoso::tasks
