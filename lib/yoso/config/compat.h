#pragma once

#include <array>
#include <string>

#include "yoso/config/fields.h"

namespace yoso::config {

/// Other programs whose results an option can reproduce: the original suite (repository
/// mlpen/Nystromformer) and Hugging Face's models. Each struct with this option defines what a
/// value changes, in member functions beside its fields; modules and tasks call those and do not
/// compare the value itself.
enum class Compat { none, mlpen, hf };
constexpr auto names_of(Compat) { return std::array{"none", "mlpen", "hf"}; }

/// Lists the key `compat` of a struct that can reproduce `program`.
inline void compat_field(FieldVisitor& visitor, Compat& compat, const std::string& help,
                         Compat program = Compat::mlpen) {
  visitor.choice({"compat", help}, compat, {Compat::none, program});
}

}  // namespace yoso::config
