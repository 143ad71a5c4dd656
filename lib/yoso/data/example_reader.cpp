#include "yoso/data/example_reader.h"

#include <algorithm>

#include "yoso/util/error.h"

namespace yoso::data {

void BadExamples::add(const std::string& what) {
  const std::lock_guard lock(mutex_);
  if (static_cast<int64_t>(list_.size()) >= tolerated_) {
    constexpr size_t kShown = 5;
    std::string before;
    for (size_t i = 0; i < std::min(list_.size(), kShown); ++i)
      before += (i == 0 ? "; tolerated before it: " : "; ") + list_[i];
    if (list_.size() > kShown) before += "; and " + std::to_string(list_.size() - kShown) + " more";
    throw DataError(what + before);
  }
  list_.push_back(what);
}

std::vector<std::string> BadExamples::list() const {
  const std::lock_guard lock(mutex_);
  return list_;
}

void ExampleReader::saw(std::string_view name, std::string_view content) {
  ++files_;
  bytes_ += static_cast<int64_t>(content.size());
  sum_.add(name);
  const uint64_t sum = checksum(content);
  sum_.add(&sum, sizeof sum);
}

}  // namespace yoso::data
