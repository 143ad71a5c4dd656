#pragma once

#include <cstdint>
#include <string>

#include "yoso/config/fields.h"
#include "yoso/config/tree.h"
#include "yoso/data/split.h"

/// The folder that prepare_rows makes, and the options that name it.
namespace yoso::tasks {

inline constexpr int64_t kPreparedFormat = 1;

/// FOLDER/prepared.json.
std::string settings_file(const std::string& folder);

/// FOLDER/train.rows, dev.rows, test.rows.
std::string rows_file(const std::string& folder, data::Split split);

/// Whether a folder holds prepared examples.
bool is_prepared(const std::string& path);

/// The field `prepared` of a task's options.
void prepared_field(config::FieldVisitor& visitor, std::string& prepared);

/// Makes `task.data` absolute. UsageError when it is empty: `missing, expected WHAT`.
void resolve_data_path(std::string& path, const config::Tree& section, const std::string& what);

/// Makes `task.prepared` absolute, unless it is empty.
void resolve_prepared_path(std::string& path);

}  // namespace yoso::tasks
