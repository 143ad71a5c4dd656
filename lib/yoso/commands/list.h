#pragma once

namespace yoso::commands {

/// Prints the tasks and the attentions with their options, defaults and help on stdout.
void list_command();

}  // namespace yoso::commands
