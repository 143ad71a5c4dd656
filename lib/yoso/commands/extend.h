#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace yoso::commands {

/// The options of `pretrain extend`.
struct ExtendOptions {
  std::string from;             // a run folder or a checkpoint folder
  int64_t length = 0;           // the new model.max_length
  std::optional<int64_t> bits;  // hash bits; unset: as in the checkpoint
  std::string output;           // the run folder that is made
  bool quiet = false;
};

/// Makes a model for longer inputs: the rows of its position table are repeated (rows i and i + old
/// are equal; those before model.position_offset are not repeated), everything else is kept. Stored
/// hashes are kept too, unless the number of bits changes; then they are sampled again. The result
/// is a run folder without optimizer state, for `train`, `eval` and model.init_from. Returns 0.
/// UsageError: a length that is not greater, an attention whose weights depend on the length, or an
/// output that holds a run. DataError: a damaged checkpoint.
int extend_command(const ExtendOptions& options);

}  // namespace yoso::commands
