#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

/// Shows whether raw files are still those that a set was prepared from: quickly when nothing was
/// touched, by their contents otherwise.
namespace yoso::tasks {

/// The stamp of a location as ExampleReader::source names it: a file, ARCHIVE(FOLDER), or a folder.
/// A folder counts with all files below it, except hidden ones, prepared sets and the folder
/// `output` that one is written to. Reads every byte on up to `threads` threads (0: all cores).
/// Nothing when the location does not exist. StoppedError.
std::optional<nlohmann::ordered_json> stamp_of(const std::string& location,
                                               const std::string& output, int threads);

/// Whether the files at the location are not those of the stamp, which may be one of version 0.1
/// (numbers and the time of the last change alone). False when the location does not exist.
/// StoppedError.
bool has_changed(const nlohmann::ordered_json& stamp, const std::string& location,
                 const std::string& output, int threads);

}  // namespace yoso::tasks
