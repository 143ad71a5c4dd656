#include "yoso/data/archive/content_stamp.h"

#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "yoso/util/checksum.h"
#include "yoso/util/error.h"
#include "yoso/util/parallel.h"
#include "yoso/util/stop_signal.h"

namespace yoso::data {

namespace fs = std::filesystem;

namespace {

uint64_t content_of(const std::string& path) {
  constexpr size_t kBlock = 1 << 20;
  std::ifstream file(path, std::ios::binary);
  if (!file) throw DataError(path + ": cannot be read: " + std::generic_category().message(errno));
  Checksum sum;
  std::vector<char> block(kBlock);
  while (stop_requested() == 0) {
    file.read(block.data(), static_cast<std::streamsize>(block.size()));
    if (file.gcount() == 0) break;
    sum.add(block.data(), static_cast<size_t>(file.gcount()));
  }
  if (file.bad()) throw DataError(path + ": cannot be read to its end");
  return sum.value();
}

}  // namespace

std::string times_checksum(const std::vector<InputFile>& files) {
  Checksum sum;
  for (const InputFile& file : files) {
    std::error_code vanished;  // reading it reports that
    const auto changed = fs::last_write_time(file.path, vanished).time_since_epoch().count();
    sum.add(file.path + "\n" + std::to_string(file.size) + " " + std::to_string(changed) + "\n");
  }
  return sum.text();
}

std::optional<std::string> content_checksum(const std::vector<InputFile>& files, int threads) {
  std::vector<uint64_t> sums(files.size());
  parallel_for(static_cast<int64_t>(files.size()), threads,
               [&](int64_t i) { sums[i] = content_of(files[i].path); });
  if (stop_requested() != 0) return std::nullopt;
  return checksum_text(checksum(sums.data(), sums.size() * sizeof(uint64_t)));
}

}  // namespace yoso::data
