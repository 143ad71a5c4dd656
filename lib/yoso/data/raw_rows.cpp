#include "yoso/data/raw_rows.h"

#include "yoso/util/error.h"

namespace yoso::data {

void BadRows::add(const std::string& what) {
  const std::lock_guard lock(mutex_);
  if (static_cast<int64_t>(list_.size()) >= tolerated_) {
    const std::string after = tolerated_ == 0 ? ""
                                              : " (after " + std::to_string(tolerated_) +
                                                    " bad rows that were tolerated)";
    throw DataError(what + after);
  }
  list_.push_back(what);
}

std::vector<std::string> BadRows::list() const {
  const std::lock_guard lock(mutex_);
  return list_;
}

void RowReader::saw(std::string_view name, std::string_view content) {
  ++files_;
  bytes_ += static_cast<int64_t>(content.size());
  sum_.add(name);
  const uint64_t sum = checksum(content);
  sum_.add(&sum, sizeof sum);
}

}  // namespace yoso::data
