#pragma once

#include "command_line.h"

namespace yoso::data {
struct Manifest;
}

namespace yoso::apps {

/// `pretrain prepare`: text to token shards.
void add_prepare(CLI::App& app);

/// `pretrain tokenize`: lines to lines of ids.
void add_tokenize(CLI::App& app);

/// `pretrain extend`: a longer position table.
void add_extend(CLI::App& app);

/// `pretrain fill-mask`: predictions for masked tokens.
void add_fill_mask(CLI::App& app);

/// `pretrain import`: a model of Hugging Face.
void add_import(CLI::App& app);

/// `pretrain export`: a model for Hugging Face.
void add_export(CLI::App& app);

/// What a prepared corpus holds, and how long its documents are, on standard output.
void print_statistics(const data::Manifest& manifest);

}  // namespace yoso::apps
