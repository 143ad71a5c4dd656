#pragma once

#include <string_view>

namespace yoso::data {

/// What separates the columns of a table: ',', ';' or a tab, where the first lines of a text surely
/// are rows: at least three, all of the same number of fields (RFC 4180), and with a comma or
/// semicolon never followed by a space, as those of a sentence are. 0: no table. `whole`: the text
/// ends here; else its last line may be cut.
char table_separator(std::string_view head, bool whole);

}  // namespace yoso::data
