#include "yoso/commands/list.h"

#include <iostream>

#include "yoso/config/write.h"
#include "yoso/nn/attention/attention.h"
#include "yoso/tasks/task.h"

namespace yoso::commands {
namespace {

void print_options(const std::function<void(config::FieldVisitor&)>& describe) {
  for (const config::FieldDoc& option : config::document_fields(describe)) {
    std::cout << "      " << option.key << ": " << option.value;
    if (!option.allowed.empty()) std::cout << "  (" << option.allowed << ")";
    std::cout << "\n          " << option.help << "\n";
  }
}

}  // namespace

void list_command() {
  std::cout << "Tasks (section `task`, key `name`):\n";
  for (const tasks::TaskKind& kind : tasks::task_kinds()) {
    std::cout << "\n  " << kind.name << " - " << kind.help << "\n      scores " << kind.metrics
              << "\n";
    print_options(kind.describe);
  }
  std::cout << "\nAttentions (section `attention`, key `kind`):\n";
  for (const nn::AttentionKind& kind : nn::attention_kinds()) {
    std::cout << "\n  " << kind.name << " - " << kind.help << "\n"
              << "      time " << kind.complexity
              << (kind.linear_memory ? ", memory n" : ", memory n²") << "\n";
    if (!kind.paper.empty()) std::cout << "      " << kind.paper << "\n";
    print_options(kind.describe);
  }
}

}  // namespace yoso::commands
