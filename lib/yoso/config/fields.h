#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "yoso/config/tree.h"

namespace yoso::config {

/// An integer that may be left to the program; written `auto` or as a number.
using AutoInt = std::optional<int64_t>;

/// A length of training, written `500` or `500 steps` or `3 epochs` or `1e9 tokens` or `2 hours`.
struct Duration {
  enum class Unit { steps, epochs, tokens, hours };
  double count = 0;
  Unit unit = Unit::steps;

  /// Whether it comes to a number of optimizer steps known beforehand.
  bool is_steps() const { return unit == Unit::steps || unit == Unit::epochs; }

  /// In optimizer steps, rounded up; of steps and epochs only.
  int64_t steps(int64_t steps_per_epoch) const;
  bool operator==(const Duration&) const = default;
};

/// "500 steps", "0.5 epochs", "1e+09 tokens", "2 hours".
std::string to_text(const Duration& duration);

/// Reads `500`, `500 steps`, `1 epoch`, `0.5 epochs`, `1e9 tokens`, `0.5 hours`; steps and tokens
/// are whole. Nothing when `text` is otherwise or negative.
std::optional<Duration> parse_duration(std::string_view text);

template <class T>
struct Range {
  T min = std::numeric_limits<T>::lowest();
  T max = std::numeric_limits<T>::max();
  bool above_min = false;  // true: min itself is not allowed
  bool below_max = false;  // true: max itself is not allowed

  bool contains(T value) const {
    return (above_min ? value > min : value >= min) && (below_max ? value < max : value <= max);
  }
};
using IntRange = Range<int64_t>;
using RealRange = Range<double>;

/// For messages and help: ">= 1", "> 0", "in [0, 1)"; empty when everything is allowed.
std::string to_text(const IntRange& range);
std::string to_text(const RealRange& range);

/// Allowed words; empty: any text.
using Choices = std::vector<std::string>;

/// What `--resume` allows to differ from the run's saved configuration.
enum class OnResume { fixed, free };

/// One key of a struct.
struct Field {
  std::string key;
  std::string help;  // one line: meaning, unit, what 0 or `auto` means
  OnResume on_resume = OnResume::fixed;
};

/// Sees every field of a struct. A struct states its keys once, in `void fields(FieldVisitor&)`;
/// reading, writing, help, comparison and documentation are visitors over that one list.
class FieldVisitor {
 public:
  virtual ~FieldVisitor() = default;

  virtual void field(const Field&, bool&) = 0;
  virtual void field(const Field&, int64_t&, const IntRange&) = 0;
  virtual void field(const Field&, AutoInt&, const IntRange&) = 0;
  virtual void field(const Field&, double&, const RealRange&) = 0;
  virtual void field(const Field&, Duration&) = 0;
  virtual void field(const Field&, std::string&, const Choices&) = 0;
  /// A sub-tree read by somebody else (the attention's or the task's own table).
  virtual void field(const Field&, Tree&) = 0;
  virtual void section(const Field&, const std::function<void(FieldVisitor&)>& fields) = 0;

  template <class Struct>
  void section(const Field& field, Struct& value) {
    section(field, [&value](FieldVisitor& visitor) { value.fields(visitor); });
  }
};

}  // namespace yoso::config
