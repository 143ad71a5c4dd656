#pragma once

#include <vector>

#include "yoso/data/split.h"
#include "yoso/tasks/task.h"
#include "yoso/util/log.h"

namespace yoso::tasks {

/// Logs the classes of a task with their examples in each of the splits, of very many the most
/// frequent ones; nothing for a task without classes. Warns of what may be a mistake: names that
/// differ in case, spaces or the form of a number alone; names that stand for a missing value; so
/// many classes that the column may be one of texts or numbers; a class that a split lacks.
void report_classes(const Task& task, const std::vector<data::Split>& splits, Log& log);

}  // namespace yoso::tasks
