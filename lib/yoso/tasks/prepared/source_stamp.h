#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

namespace yoso::tasks {

/// Shows, without reading the raw files, whether they have changed.
struct SourceStamp {
  int64_t files = 0;
  int64_t bytes = 0;
  int64_t newest = 0;  // last change of any file, in nanoseconds on the file system's clock
  bool operator==(const SourceStamp&) const = default;
};

nlohmann::ordered_json to_json(const SourceStamp& stamp);

/// The stamp of a location as ExampleReader::source names it: a file, ARCHIVE(FOLDER), or a folder.
/// A folder counts with all files below it, except prepared sets and the folder `output` that one
/// is written to. Nothing when the location does not exist.
std::optional<SourceStamp> stamp_of(const std::string& location, const std::string& output);

}  // namespace yoso::tasks
