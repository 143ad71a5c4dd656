#pragma once

#include <string>
#include <vector>

namespace yoso::interop {

/// How one tensor was imported or exported.
enum class Fate {
  taken,     // copied
  tied,      // a second copy of a tensor that was taken
  left_out,  // not needed on the other side
  made,      // of a head that the source has not: starts from initial values
  missing,   // not in the source, which should have it: starts from initial values
};

/// How every tensor was imported or exported.
class Accounting {
 public:
  void add(Fate fate, const std::string& name, const std::string& note = "");

  void append(const Accounting& other);

  size_t count(Fate fate) const;

  /// "199 taken, 2 tied, 3 left out, 0 made, 0 missing".
  std::string summary() const;

  /// A table with one row for each tensor; successive layers with the same fate have one row
  /// (`encoder.layer.0-11.`).
  std::string table() const;

 private:
  struct Entry {
    Fate fate;
    std::string name, note;
  };
  std::vector<Entry> entries_;
};

}  // namespace yoso::interop
