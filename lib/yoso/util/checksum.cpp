#include "yoso/util/checksum.h"

#define XXH_INLINE_ALL  // compiled in here, no library to link
#include <xxhash.h>

#include <array>
#include <cstdio>

#include "yoso/util/file.h"

namespace yoso {
namespace {

/// crc32c of every single byte: 0x82f63b78 is Castagnoli's polynomial, bit-reversed.
constexpr std::array<uint32_t, 256> crc_table() {
  std::array<uint32_t, 256> table{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (crc & 1 ? 0x82f63b78U : 0U);
    table[byte] = crc;
  }
  return table;
}

}  // namespace

struct Checksum::State {
  XXH3_state_t xxh;  // over-aligned; operator new honours that
};

uint64_t checksum(const void* data, size_t size) { return XXH3_64bits(data, size); }

uint64_t checksum(std::string_view bytes) { return checksum(bytes.data(), bytes.size()); }

uint64_t file_checksum(const std::string& path) {
  MappedFile file(path);
  return checksum(file.data(), file.size());
}

std::string checksum_text(uint64_t checksum) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(checksum));
  return text;
}

Checksum::Checksum() : state_(std::make_unique<State>()) { XXH3_64bits_reset(&state_->xxh); }
Checksum::~Checksum() = default;
Checksum::Checksum(Checksum&&) noexcept = default;
Checksum& Checksum::operator=(Checksum&&) noexcept = default;

void Checksum::add(const void* data, size_t size) { XXH3_64bits_update(&state_->xxh, data, size); }

void Checksum::add(std::string_view bytes) { add(bytes.data(), bytes.size()); }

uint64_t Checksum::value() const { return XXH3_64bits_digest(&state_->xxh); }

uint32_t crc32c(std::string_view bytes) {
  static constexpr std::array<uint32_t, 256> kTable = crc_table();
  uint32_t crc = ~0U;
  for (char c : bytes) crc = (crc >> 8) ^ kTable[(crc ^ static_cast<unsigned char>(c)) & 0xffU];
  return ~crc;
}

}  // namespace yoso
