#pragma once

#include <string>
#include <vector>

#include "yoso/config/tree.h"

namespace yoso::train {

/// The names with commas between them, cut for a message.
std::string listed(const std::vector<std::string>& names);

/// UsageError where a run has a labels.txt and its configuration other classes, or another order.
void check_class_names(const std::string& run, const config::Tree& config);

/// The names of the classes of a checkpoint's classifier, in the order of its logits: those of
/// labels.txt beside it (an imported one), else those of the task it was trained on. None where they
/// are not known, or it has no classes. UsageError as check_class_names.
std::vector<std::string> checkpoint_classes(const std::string& folder);

/// The place of each of `wanted` in `names`, upper and lower case taken as equal; none unless these
/// are the same names, each once, in any order.
std::vector<int64_t> match_classes(const std::vector<std::string>& names,
                                   const std::vector<std::string>& wanted);

}  // namespace yoso::train
