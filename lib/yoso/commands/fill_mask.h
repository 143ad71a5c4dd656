#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace yoso::commands {

/// What `pretrain fill-mask` was asked for.
struct FillMaskOptions {
  std::string run;                 // a run folder of a masked language model
  std::vector<std::string> texts;  // with the tokenizer's mask token
  /// A file of texts, a line each, blank ones left out; without it and texts: stdin.
  std::string input;
  std::string checkpoint = "best";
  int64_t top = 5;  // tokens shown for each mask
  std::string device = "auto";
  int64_t threads = 0;
  bool json = false;
};

/// Predicts the masked tokens of texts and prints the likeliest ones on stdout, a line each:
/// probability, token, and the text with it in place; or one JSON object a text. Returns 0.
/// UsageError: a text without a mask, or longer than model.max_length; a model of another task.
int fill_mask_command(const FillMaskOptions& options);

}  // namespace yoso::commands
