#pragma once

#include <string>
#include <vector>

#include "yoso/train/evaluation.h"

namespace yoso::commands {

/// The scores of one checkpoint under one seed of its hashes.
struct Scored {
  std::string checkpoint;  // its folder
  std::string hashes;      // "stored", "seed 1", ...; "-": it has none
  train::Evaluation evaluation;
};

/// One JSON object on stdout; `scored` is not empty.
void print_json(const std::vector<Scored>& scored, const std::string& split);

/// A table on stdout; where one checkpoint was scored under several seeds, with their mean and
/// deviation beside the stored one, the first.
void print_table(const std::vector<Scored>& scored, const std::string& split);

}  // namespace yoso::commands
