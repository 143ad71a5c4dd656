#pragma once

#include <memory>
#include <string>
#include <utility>

#include "yoso/data/archive/file_set.h"
#include "yoso/data/example_reader.h"

/// The Long Range Arena's Retrieval task: pairs of papers of the ACL Anthology Network (Radev et
/// al. 2013), class 1 where one cites the other.
namespace yoso::data::aan {

/// new_aan_pairs.train.tsv, .eval.tsv, .test.tsv.
const char* file_name(Split split);

/// The folder that holds the three files: `path`, or one below it as the Long Range Arena's archive
/// unpacks (the inner `lra_release` before the outer one). DataError when there is none.
std::string find_folder(const std::string& path);

/// The three files, in a folder (find_folder) or packed in an archive (open_set). DataError.
std::unique_ptr<FileSet> open_files(const std::string& path,
                                    const ArchiveProgress& progress = nullptr);

/// Examples of the published form: no header, no quoting, lines of five columns separated by tabs:
/// label (`0.0`, `1.0`), two ids, two texts. Each text is cut to its first 10,000 bytes, as
/// published; nothing is unescaped.
///
/// Bad examples: another number of columns, another label, an empty text. A file of ids alone (an
/// early release) is always an error.
class Reader : public ExampleReader {
 public:
  Reader(std::unique_ptr<FileSet> files, ReadOptions options)
      : ExampleReader(files->location(), std::move(options)), files_(std::move(files)) {}

  void read(Split split, const std::function<void(const RawExample&)>& take) override;

 private:
  std::unique_ptr<FileSet> files_;
};

}  // namespace yoso::data::aan
