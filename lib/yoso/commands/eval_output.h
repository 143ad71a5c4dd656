#pragma once

#include <string>
#include <vector>

#include "yoso/train/evaluation.h"

namespace yoso::commands {

/// The scores of one checkpoint under one seed of its hashes.
struct Scored {
  std::string checkpoint;  // its folder
  std::string hashes;      // "stored", "seed 1", ...; "-": it has no hashes
  train::Evaluation evaluation;
};

/// Prints one JSON object on stdout; `scored` must not be empty.
void print_json(const std::vector<Scored>& scored, const std::string& split);

/// Prints a table on stdout; `scored` must not be empty. When all scores are of one checkpoint,
/// under several seeds, the last row is the mean and deviation over the seeds other than the stored
/// one.
void print_table(const std::vector<Scored>& scored, const std::string& split);

}  // namespace yoso::commands
