#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "yoso/data/example_reader.h"
#include "yoso/util/scratch_file.h"

/// The Large Movie Review Dataset (Maas et al. 2011), as its owners publish it: one review a file,
/// folders {train,test}/{neg,pos}, names ID_RATING.txt. The Long Range Arena's byte-level Text task
/// takes neg as class 0 and pos as class 1.
namespace yoso::data::imdb {

struct SplitOptions {
  double dev_share = 0.1;  // of each class of train, drawn from `seed`
  uint64_t seed = 1;
  bool dev_is_test = false;  // all of train is train, and dev is test, as in published results
};

/// Where the reviews are: `path` itself, the folder aclImdb or the archive aclImdb_v1.tar.gz in it.
/// DataError when there are none.
std::string find_source(const std::string& path);

/// Examples of a split in the order of class and id, whatever the order of the source. The first
/// call of read() reads the whole source into a temporary file (some 70 MB; SystemError).
///
/// Bad examples:
/// - an empty file;
/// - a name other than ID_RATING.txt;
/// - a rating that does not fit the folder (neg 1 to 4, pos 7 to 10);
/// - an id that comes twice.
class Reader : public ExampleReader {
 public:
  /// `source`: a folder that holds train/ and test/, or an archive of it.
  Reader(std::string source, SplitOptions split, ReadOptions options);

  void read(Split split, const std::function<void(const RawExample&)>& take) override;

 private:
  struct Review {
    bool test = false;
    int64_t label = 0;
    int64_t id = 0;
    size_t begin = 0, size = 0;  // within texts_
  };
  void load();
  void add(const std::string& name, const std::string& shown, const std::string& content);
  void drop_repeats();
  std::vector<Review> examples_of(Split split) const;

  SplitOptions split_;
  bool loaded_ = false;
  ScratchFile texts_;
  std::vector<Review> reviews_;  // sorted by (test, label, id)
};

}  // namespace yoso::data::imdb
