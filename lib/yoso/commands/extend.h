#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace yoso::commands {

/// What `pretrain extend` was asked for.
struct ExtendOptions {
  std::string from;             // a run folder or a checkpoint folder
  int64_t length = 0;           // the new model.max_length
  std::optional<int64_t> bits;  // of the hashes; nothing: as they are
  std::string output;           // a folder that is made like a run's
  bool quiet = false;
};

/// Makes a model for longer inputs: the rows of its position table are repeated (rows i and i + old
/// are equal; those before model.position_offset stay single), everything else is kept. Hashes are
/// kept too, unless the number of bits changes; then those stored are sampled again. The result is a
/// run folder without optimizer, from which `train`, `eval` and model.init_from start. Returns 0.
/// UsageError: no greater length, an attention whose weights depend on the length, an occupied
/// output. DataError: a damaged checkpoint.
int extend_command(const ExtendOptions& options);

}  // namespace yoso::commands
