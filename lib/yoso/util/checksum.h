#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace yoso {

/// 64-bit XXH3 of a buffer: quick (memory speed), for detecting damage, not for security.
uint64_t checksum(const void* data, size_t size);
uint64_t checksum(std::string_view bytes);

/// XXH3 of a file's content. DataError when it cannot be read.
uint64_t file_checksum(const std::string& path);

/// 16 lower-case hexadecimal digits, as written in manifests and fingerprints.
std::string checksum_text(uint64_t checksum);

/// XXH3 over bytes that come in pieces; the split into pieces does not matter.
class Checksum {
 public:
  Checksum();
  ~Checksum();
  Checksum(Checksum&&) noexcept;
  Checksum& operator=(Checksum&&) noexcept;

  void add(const void* data, size_t size);
  void add(std::string_view bytes);
  uint64_t value() const;
  std::string text() const { return checksum_text(value()); }

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// CRC-32C (Castagnoli), as used in TensorBoard's event files.
uint32_t crc32c(std::string_view bytes);

}  // namespace yoso
