#pragma once

#include <cstdint>
#include <string_view>

namespace yoso::report {

/// Which records a resumed run keeps: those before the step of its checkpoint, and of that step
/// those that the checkpoint covers. The others will be recorded again.
struct RecordCut {
  RecordCut(int64_t step, bool dev_scored = true) : step(step), dev_scored(dev_scored) {}

  /// Whether a record of a split ("train", "dev", "test"; empty when it names none) stays.
  bool keeps(int64_t record_step, std::string_view split) const {
    if (record_step != step) return record_step < step;
    return split == "dev" ? dev_scored : split != "test";  // test is scored at the very end
  }

  int64_t step;
  bool dev_scored;  // the dev scores at `step` are in the checkpoint
};

}  // namespace yoso::report
