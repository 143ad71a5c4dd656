#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "yoso/config/tree.h"

namespace yoso::config {

/// An integer that the program may choose; written `auto` (here std::nullopt) or as a number.
using AutoInt = std::optional<int64_t>;

/// A length of training, written `500` or `500 steps` or `3 epochs` or `1e9 tokens` or `2 hours`.
struct Duration {
  enum class Unit { steps, epochs, tokens, hours };
  double count = 0;
  Unit unit = Unit::steps;

  /// Whether the number of optimizer steps can be computed before training.
  bool is_steps() const { return unit == Unit::steps || unit == Unit::epochs; }

  /// The duration in optimizer steps, rounded up. Only for steps and epochs.
  int64_t steps(int64_t steps_per_epoch) const;
  bool operator==(const Duration&) const = default;
};

/// "500 steps", "0.5 epochs", "1e+09 tokens", "2 hours".
std::string to_text(const Duration& duration);

/// Reads `500`, `500 steps`, `1 epoch`, `0.5 epochs`, `1e9 tokens`, `0.5 hours`; steps and tokens
/// are whole. std::nullopt for any other text and for negative numbers.
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

/// An enum whose values have names, for configurations and messages. `names_of`, declared beside
/// the enum so that argument-dependent lookup finds it, lists them in the order of the values (from
/// 0):
///
///     enum class Norm { pre, post };
///     constexpr auto names_of(Norm) { return std::array{"pre", "post"}; }
template <class Enum>
concept NamedEnum = std::is_enum_v<Enum> && requires(Enum value) {
  names_of(value).size();
};

template <NamedEnum Enum>
std::string to_text(Enum value) {
  return names_of(value).at(static_cast<size_t>(value));
}

/// The value with this name; std::nullopt when there is none.
template <NamedEnum Enum>
std::optional<Enum> parse_name(std::string_view name) {
  const auto names = names_of(Enum{});
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

/// A value of any NamedEnum, as visitors receive it.
struct NamedValue {
  Choices allowed;
  std::function<std::string()> get;
  std::function<void(const std::string&)> set;  // takes one of `allowed`
};

/// Whether `--resume` allows a key to differ from the run's saved configuration.
enum class OnResume { fixed, free };

/// One key of a struct.
struct Field {
  std::string key;
  std::string help;  // one line: meaning, unit, what 0 or `auto` means
  OnResume on_resume = OnResume::fixed;
};

/// Visits every field of a struct. A struct lists its keys once, in `void fields(FieldVisitor&)`;
/// reading, writing, help, comparison and documentation are visitors of that one list.
class FieldVisitor {
 public:
  virtual ~FieldVisitor() = default;

  virtual void field(const Field&, bool&) = 0;
  virtual void field(const Field&, int64_t&, const IntRange&) = 0;
  virtual void field(const Field&, AutoInt&, const IntRange&) = 0;
  virtual void field(const Field&, double&, const RealRange&) = 0;
  virtual void field(const Field&, Duration&) = 0;
  virtual void field(const Field&, std::string&, const Choices&) = 0;
  /// An enum, written as one of its names. `value` refers to the struct and is valid as long as it.
  virtual void choice(const Field& about, const NamedValue& value) {
    std::string name = value.get();
    field(about, name, value.allowed);
    value.set(name);
  }
  /// A sub-tree that another reader interprets (the table of attentions or that of tasks).
  virtual void field(const Field&, Tree&) = 0;
  virtual void section(const Field&, const std::function<void(FieldVisitor&)>& fields) = 0;

  template <class Struct>
  void section(const Field& field, Struct& value) {
    section(field, [&value](FieldVisitor& visitor) { value.fields(visitor); });
  }

  template <NamedEnum Enum>
  void choice(const Field& field, Enum& value) {
    const auto names = names_of(value);
    choice_of(field, value, Choices(names.begin(), names.end()));
  }

  /// The same for a struct that allows only some values of the enum.
  template <NamedEnum Enum>
  void choice(const Field& field, Enum& value, const std::vector<Enum>& allowed) {
    Choices names;
    for (const Enum each : allowed) names.push_back(to_text(each));
    choice_of(field, value, std::move(names));
  }

 private:
  template <NamedEnum Enum>
  void choice_of(const Field& field, Enum& value, Choices allowed) {
    choice(field, NamedValue{.allowed = std::move(allowed),
                             .get = [&value] { return to_text(value); },
                             .set =
                                 [&value](const std::string& name) {
                                   if (const auto named = parse_name<Enum>(name)) value = *named;
                                 }});
  }
};

}  // namespace yoso::config
