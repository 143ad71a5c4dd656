#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace yoso::commands {

/// The options of `pretrain fill-mask`.
struct FillMaskOptions {
  std::string run;                 // a run folder of a masked language model
  std::vector<std::string> texts;  // with the tokenizer's mask token
  /// A file of texts, one a line, empty lines left out; without it and without texts: stdin.
  std::string input;
  std::string checkpoint = "best";
  int64_t top = 5;  // tokens shown for each mask
  std::string device = "auto";
  int64_t threads = 0;
  bool json = false;
};

/// Predicts the masked tokens of texts and prints the most likely ones on stdout, one a line:
/// probability, token, and the text with the token in place of the mask; or one JSON object for
/// each text. Returns 0. UsageError: a text without a mask, or longer than model.max_length; a
/// model of another task.
int fill_mask_command(const FillMaskOptions& options);

}  // namespace yoso::commands
