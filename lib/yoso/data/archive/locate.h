#pragma once

#include <filesystem>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace yoso::data {

/// The first of the folders `path`/`below[i]` (an empty name: `path` itself) that holds what is
/// looked for.
std::optional<std::string> find_below(
    const std::string& path, std::initializer_list<const char*> below,
    const std::function<bool(const std::filesystem::path&)>& holds);

/// The path of a set that comes as a folder or as an archive, the first of
/// - `path`, an archive, or a folder that holds what is looked for;
/// - `path`/`folder`, when it holds what is looked for;
/// - `path`/`archive`.
///
/// DataError `PATH: no WHAT, nor in FOLDER or ARCHIVE below` when there is none.
std::string find_source(const std::string& path, const std::string& folder,
                        const std::string& archive, const std::string& what,
                        const std::function<bool(const std::filesystem::path&)>& holds);

/// The names of the entries of a folder that `wanted` takes, sorted; hidden ones (is_hidden) are
/// skipped. DataError.
std::vector<std::string> sorted_entries(
    const std::string& folder,
    const std::function<bool(const std::filesystem::directory_entry&)>& wanted);

/// Whether a name is one of an archive that read_archive reads: .tar, .gz, .tgz, .zip, ...
bool is_archive_name(const std::string& path);

/// Calls `visit` with the name and content of every regular file in an archive (any format and
/// compression that libarchive knows) that is not hidden (is_hidden) and whose name `wanted` takes,
/// in the archive's order. Memory: one file. DataError when it is missing, truncated or damaged.
void read_archive(
    const std::string& path, const std::function<bool(const std::string&)>& wanted,
    const std::function<void(const std::string& name, const std::string& content)>& visit);

}  // namespace yoso::data
