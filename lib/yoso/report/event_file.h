#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "yoso/report/record_cut.h"
#include "yoso/util/file.h"

namespace yoso::report {

/// Writes TensorBoard event files: scalars. The format is a sequence of records (length,
/// masked CRC-32C of it, payload, masked CRC-32C of that) around `tensorflow.Event` protobuf
/// messages, encoded here by hand so that no protobuf library enters the process.
class EventWriter {
 public:
  using WallClock = std::function<double()>;  // seconds since 1970

  /// Continues the folder's event file, or starts one. A resumed run calls truncate_events first.
  /// SystemError.
  explicit EventWriter(const std::string& folder, WallClock clock = {});

  /// A point of the curve `tag` ("train/loss"). Stored as float32, as TensorBoard does.
  void scalar(std::string_view tag, double value, int64_t step);

  /// Waits until all events are on the disk.
  void sync();

  const std::string& path() const { return file_.path(); }

 private:
  void write(std::string_view event);

  WallClock clock_;
  AppendFile file_;
};

/// In every event file of the folder, drops events behind the cut (the split is the tag up to its
/// slash) and a torn or damaged end. A file is replaced atomically, and not touched when there is
/// nothing to drop. A missing folder is fine. SystemError.
void truncate_events(const std::string& folder, RecordCut cut);

}  // namespace yoso::report
