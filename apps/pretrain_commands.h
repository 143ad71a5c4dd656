#pragma once

#include "command_line.h"

namespace yoso::data {
struct Manifest;
}

namespace yoso::apps {

/// `pretrain prepare`: turns text into token shards.
void add_prepare(CLI::App& app);

/// `pretrain tokenize`: turns lines of text into lines of ids.
void add_tokenize(CLI::App& app);

/// `pretrain extend`: a longer position table.
void add_extend(CLI::App& app);

/// `pretrain fill-mask`: predictions for masked tokens.
void add_fill_mask(CLI::App& app);

/// `pretrain import`: a model from Hugging Face.
void add_import(CLI::App& app);

/// `pretrain export`: a model for Hugging Face.
void add_export(CLI::App& app);

/// Prints the size of a prepared corpus and the lengths of its documents, in tokens, on stdout.
void print_statistics(const data::Manifest& manifest);

}  // namespace yoso::apps
