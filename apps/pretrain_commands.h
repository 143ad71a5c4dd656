#pragma once

#include "command_line.h"

namespace yoso::apps {

/// `pretrain prepare`: text to token shards.
void add_prepare(CLI::App& app);

/// `pretrain tokenize`: lines to lines of ids.
void add_tokenize(CLI::App& app);

/// `pretrain extend`: a longer position table.
void add_extend(CLI::App& app);

/// `pretrain fill-mask`: predictions for masked tokens.
void add_fill_mask(CLI::App& app);

}  // namespace yoso::apps
