#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "yoso/text/token_id.h"

namespace yoso::text {

/// A cache of words and their ids, for one thread: a table of fixed size in which a new word
/// replaces an older one. Most of a text's words are short and few, so a look-up is one hash
/// and one cache line.
class WordCache {
 public:
  static constexpr size_t kMaxBytes = 31;  // longer words are not kept
  static constexpr size_t kMaxIds = 7;

  /// A word as the table compares it: its bytes, zeros behind them, its length at the end.
  struct Key {
    std::array<uint64_t, 4> words;
    bool operator==(const Key&) const = default;
  };
  /// `word` has 1 to kMaxBytes bytes.
  static Key key(std::string_view word) {
    const char* p = word.data();
    const size_t n = word.size();
    Key key{{0, 0, 0, static_cast<uint64_t>(n) << 56}};
    if (n < 8) {
      key.words[0] = load_short(p, n);
    } else if (n < 16) {
      key.words[0] = load(p);
      key.words[1] = load_short(p + 8, n - 8);
    } else {
      key.words[0] = load(p);
      key.words[1] = load(p + 8);
      if (n < 24) {
        key.words[2] = load_short(p + 16, n - 16);
      } else {
        key.words[2] = load(p + 16);
        key.words[3] |= load_short(p + 24, n - 24);
      }
    }
    return key;
  }

  /// Appends the word's ids; false when it is not there.
  bool append(const Key& key, std::vector<TokenId>& ids) const {
    const Slot* slot = &slots_[index(key)];
    if (slot->key != key) {
      slot += 1;
      if (slot->key != key) return false;
    }
    if (slot->count == 1) {
      ids.push_back(slot->ids[0]);
    } else {
      ids.insert(ids.end(), slot->ids.begin(), slot->ids.begin() + slot->count);
    }
    return true;
  }

  /// Keeps a word, unless it has too many ids.
  void put(const Key& key, std::span<const TokenId> ids) {
    if (ids.size() > kMaxIds) return;
    Slot* slot = &slots_[index(key)];
    slot[1] = slot[0];
    slot->key = key;
    slot->count = static_cast<int32_t>(ids.size());
    std::copy(ids.begin(), ids.end(), slot->ids.begin());
  }

 private:
  struct alignas(64) Slot {
    Key key{};  // no word has length 0
    std::array<TokenId, kMaxIds> ids{};
    int32_t count = 0;
  };
  static constexpr int kPairBits = 14;  // two slots each: 2 MiB

  static uint64_t load(const char* p) {
    uint64_t value = 0;
    std::memcpy(&value, p, sizeof value);
    return value;
  }
  /// Fewer than 8 bytes, without touching what lies behind them.
  static uint64_t load_short(const char* p, size_t n) {
    if (n >= 4) {
      uint32_t low = 0, high = 0;
      std::memcpy(&low, p, 4);
      std::memcpy(&high, p + n - 4, 4);
      return low | static_cast<uint64_t>(high) << (8 * (n - 4));
    }
    if (n == 0) return 0;
    const auto byte = [p](size_t i) { return uint64_t{static_cast<unsigned char>(p[i])}; };
    // Of three bytes the middle one is byte 1, of two the last, of one the only.
    return byte(0) | byte(n / 2) << (8 * (n / 2)) | byte(n - 1) << (8 * (n - 1));
  }

  static size_t index(const Key& key) {
    uint64_t hash = key.words[0] * 0x9e3779b97f4a7c15ULL;
    hash = (hash ^ (hash >> 32) ^ key.words[1]) * 0xbf58476d1ce4e5b9ULL;
    hash = (hash ^ (hash >> 29) ^ key.words[2] ^ key.words[3]) * 0x94d049bb133111ebULL;
    return (hash >> (64 - kPairBits)) * 2;
  }

  std::vector<Slot> slots_ = std::vector<Slot>(size_t{2} << kPairBits);
};

/// One T for each thread that uses an object, made when first asked for. A thread keeps the last
/// few objects' and gives up older ones, so what is kept stays bounded however many objects come
/// and go.
template <class T>
class PerThread {
 public:
  T& get() const {
    static constexpr size_t kKept = 4;
    struct Entry {
      uint64_t serial = 0;
      std::unique_ptr<T> value;
    };
    thread_local std::vector<Entry> entries;  // the newest at the end
    for (size_t i = entries.size(); i-- > 0;) {
      if (entries[i].serial == serial_) return *entries[i].value;
    }
    if (entries.size() == kKept) entries.erase(entries.begin());
    entries.push_back({serial_, std::make_unique<T>()});
    return *entries.back().value;
  }

 private:
  static uint64_t next_serial() {
    static std::atomic<uint64_t> last = 0;
    return ++last;
  }
  uint64_t serial_ = next_serial();
};

}  // namespace yoso::text
