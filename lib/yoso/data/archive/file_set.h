#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "yoso/data/split.h"
#include "yoso/util/file.h"

namespace yoso::data {

/// The content of a file, valid as long as the object and its set live.
class FileView {
 public:
  explicit FileView(MappedFile file) : file_(std::move(file)), text_(file_.text()) {}
  explicit FileView(std::string_view text) : text_(text) {}

  std::string_view text() const { return text_; }

 private:
  MappedFile file_;
  std::string_view text_;
};

/// The files of a published set, below a folder or packed in an archive. Names are relative to the
/// set's folder: `metadata/0.npy`. Const members may be called from several threads.
class FileSet {
 public:
  virtual ~FileSet() = default;

  /// FOLDER, or ARCHIVE(FOLDER).
  virtual std::string location() const = 0;

  /// What messages call a file: FOLDER/NAME, or ARCHIVE(FOLDER/NAME).
  virtual std::string shown(const std::string& name) const = 0;

  /// Bytes of a file; nothing where there is none.
  virtual std::optional<int64_t> size(const std::string& name) const = 0;

  /// The names within a folder of the set, sorted; nothing where there is no such folder.
  virtual std::optional<std::vector<std::string>> names(const std::string& folder) const = 0;

  /// The content of a file, as a copy. DataError when there is none or it cannot be read.
  virtual std::string read(const std::string& name) const = 0;
  /// The same without a copy, for large files.
  virtual FileView map(const std::string& name) const = 0;
};

/// Bytes of an archive read so far, and all of them.
using ArchiveProgress = std::function<void(int64_t done, int64_t total)>;

/// How a set is found.
struct SetRule {
  std::string what;  // "ListOps set (basic_train.tsv, ...)", for messages
  /// The folder of the set in a path, or DataError.
  std::function<std::string(const std::string& path)> find_folder;
  /// The folder of the set that a file of an archive belongs to ("" is the archive's root); nothing
  /// for files of no such set.
  std::function<std::optional<std::string>(const std::string& name)> folder_of;
  /// What is wrong with an archive that holds no set but this file; empty: nothing.
  std::function<std::string(const std::string& name)> objection = nullptr;
};

/// Opens the set at `path`, which is
/// - a folder that holds the set, by `rule.find_folder`;
/// - a folder that holds the Long Range Arena's archive (lra_release.gz, lra_release.tar, ...);
/// - an archive, of any format and compression that libarchive reads.
///
/// An archive is read once, in its order, and the files of the set are kept in a ScratchFile, so
/// memory is constant. The Long Range Arena's archive holds some sets twice, in an outer and an
/// inner `lra_release`; the inner one is used. DataError: nothing found, or a damaged archive.
std::unique_ptr<FileSet> open_set(const std::string& path, const SetRule& rule,
                                  const ArchiveProgress& progress = nullptr);

/// open_set for sets that are one file a split in one folder; `rule.folder_of` is filled in.
/// DataError also when one of them is missing.
std::unique_ptr<FileSet> open_split_files(const std::string& path, SetRule rule,
                                          const char* (*file_name)(Split),
                                          const ArchiveProgress& progress);

/// `FOLDER` of `FOLDER/NAME` for a NAME without folder; empty for a file of the root.
std::string parent_of(const std::string& name);

}  // namespace yoso::data
