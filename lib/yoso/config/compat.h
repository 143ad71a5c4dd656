#pragma once

#include <array>
#include <string>

#include "yoso/config/fields.h"

namespace yoso::config {

/// Other programs whose results options can be made to repeat: the original suite, from the
/// repository mlpen/Nystromformer, and Hugging Face's models. What that comes to is said by the
/// struct with the option, in functions beside its fields, and asked by name; nobody else looks at
/// the value.
enum class Compat { none, mlpen, hf };
constexpr auto names_of(Compat) { return std::array{"none", "mlpen", "hf"}; }

/// The key `compat` of a struct that repeats one program.
inline void compat_field(FieldVisitor& visitor, Compat& compat, const std::string& help,
                         Compat program = Compat::mlpen) {
  visitor.choice({"compat", help}, compat, {Compat::none, program});
}

}  // namespace yoso::config
