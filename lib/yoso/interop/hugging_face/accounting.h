#pragma once

#include <string>
#include <vector>

namespace yoso::interop {

/// What became of one tensor.
enum class Fate {
  taken,     // here as there
  tied,      // a second copy of a taken one
  left_out,  // not needed on the other side
  missing,   // not there: starts from initial values
};

/// What became of every tensor on the way in or out.
class Accounting {
 public:
  void add(Fate fate, const std::string& name, const std::string& note = "");

  void append(const Accounting& other);

  size_t count(Fate fate) const;

  /// "199 taken, 2 tied, 3 left out, 0 missing".
  std::string summary() const;

  /// A table, a row a tensor; layers that fare alike share a row (`encoder.layer.0-11.`).
  std::string table() const;

 private:
  struct Entry {
    Fate fate;
    std::string name, note;
  };
  std::vector<Entry> entries_;
};

}  // namespace yoso::interop
