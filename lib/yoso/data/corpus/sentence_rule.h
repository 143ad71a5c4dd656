#pragma once

#include <cstddef>
#include <string_view>

namespace yoso::data {

/// The length of the first sentence of `text`, without the white space behind it: up to . ! or ?,
/// with the quotes and brackets that close there, where white space and then a capital letter, a
/// digit or an opening quote follow. Not at a title (Mr.), an initial or `No.`. The whole text when
/// no sentence ends in it.
size_t first_sentence(std::string_view text);

}  // namespace yoso::data
