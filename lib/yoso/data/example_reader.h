#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "yoso/data/split.h"
#include "yoso/util/checksum.h"

namespace yoso::data {

/// A labelled example as a raw file holds it, valid during the call that passes it.
struct RawExample {
  std::string_view text;
  std::string_view second;  // of a pair; else empty
  int64_t label = 0;
};

/// Examples that cannot be used: some may be tolerated, and are then listed.
class BadExamples {
 public:
  explicit BadExamples(int64_t tolerated = 0) : tolerated_(tolerated) {}

  /// `what` names file and example. DataError when no further bad example is tolerated.
  void add(const std::string& what);

  /// What was added, in that order.
  std::vector<std::string> list() const;

 private:
  int64_t tolerated_;
  mutable std::mutex mutex_;
  std::vector<std::string> list_;
};

struct ReadOptions {
  int64_t skip_bad_rows = 0;  // bad examples to leave out before giving up
  int threads = 0;            // 0: one a core
  /// Called now and then with the examples read of a split and all of them (0: unknown), by one
  /// thread at a time.
  std::function<void(int64_t done, int64_t total)> progress = nullptr;
  /// The same with the bytes of an archive, before anything else.
  std::function<void(int64_t done, int64_t total)> unpacking = nullptr;
};

/// What was read: which files, and a checksum of their names and contents.
struct SourceSummary {
  std::string path;
  int64_t files = 0;
  int64_t bytes = 0;
  uint64_t checksum = 0;
};

/// Reads one raw format. Every split has its examples in a fixed order.
class ExampleReader {
 public:
  ExampleReader(std::string path, ReadOptions options)
      : options_(std::move(options)), path_(std::move(path)), bad_(options_.skip_bad_rows) {}
  virtual ~ExampleReader() = default;

  /// Passes the examples of a split to `take`, one by one. DataError names file and example.
  virtual void read(Split split, const std::function<void(const RawExample&)>& take) = 0;

  /// Where the data was found, and what has been read of it so far.
  SourceSummary source() const { return {path_, files_, bytes_, sum_.value()}; }

  /// Examples left out because they are bad.
  std::vector<std::string> bad_examples() const { return bad_.list(); }

  /// Further remarks on the data for the user, a line each.
  const std::vector<std::string>& remarks() const { return remarks_; }

 protected:
  /// Counts a file into source().
  void saw(std::string_view name, std::string_view content);
  void progress(int64_t done, int64_t total) const {
    if (options_.progress) options_.progress(done, total);
  }

  ReadOptions options_;
  std::string path_;
  BadExamples bad_;
  std::vector<std::string> remarks_;

 private:
  int64_t files_ = 0;
  int64_t bytes_ = 0;
  Checksum sum_;
};

}  // namespace yoso::data
