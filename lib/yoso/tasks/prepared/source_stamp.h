#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

namespace yoso::tasks {

/// What tells, without reading them, whether raw files are those of before.
struct SourceStamp {
  int64_t files = 0;
  int64_t bytes = 0;
  int64_t newest = 0;  // last change of any of them, nanoseconds on the file system's clock
  bool operator==(const SourceStamp&) const = default;
};

nlohmann::ordered_json to_json(const SourceStamp& stamp);

/// Of a location as ExampleReader::source names it: a file, ARCHIVE(FOLDER), or a folder with all below it but
/// prepared sets and the folder `output` that one is to be in. Nothing when it is not there.
std::optional<SourceStamp> stamp_of(const std::string& location, const std::string& output);

}  // namespace yoso::tasks
