#include <ATen/core/dispatch/Dispatcher.h>
#include <gtest/gtest.h>

#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "support/paths.h"

// The frozen schemas. A new operator needs no line in the golden file, but every line there must
// stay as it is: callers in C++ and Python rely on the signatures.

namespace yoso::ops {
namespace {

struct FrozenSchema {
  bool is_public;
  std::string name;    // "yoso::hadamard_codes"
  std::string schema;  // the whole line after the word in front
};

/// The lines of tests/golden/schemas/operators.txt; `#` begins a comment.
std::vector<FrozenSchema> frozen_schemas() {
  const std::string path = testing::source_dir() + "/tests/golden/schemas/operators.txt";
  std::ifstream file(path);
  EXPECT_TRUE(file.is_open()) << path;
  std::vector<FrozenSchema> schemas;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    const size_t space = line.find(' ');
    const std::string kind = line.substr(0, space), schema = line.substr(space + 1);
    EXPECT_TRUE(kind == "public" || kind == "private") << path << ": " << line;
    schemas.push_back({kind == "public", schema.substr(0, schema.find('(')), schema});
  }
  return schemas;
}

/// The registered operator; fails the test where there is none.
std::optional<c10::OperatorHandle> find_operator(const std::string& name) {
  const auto found = c10::Dispatcher::singleton().findSchema({name, ""});
  EXPECT_TRUE(found.has_value()) << name << " is frozen but no longer registered";
  return found;
}

std::string printed(const c10::FunctionSchema& schema) {
  std::ostringstream text;
  text << schema;
  return text.str();
}

TEST(Schemas, AreTheFrozenOnes) {
  const std::vector<FrozenSchema> schemas = frozen_schemas();
  EXPECT_GE(schemas.size(), 6u);
  for (const FrozenSchema& frozen : schemas) {
    const auto op = find_operator(frozen.name);
    if (!op) continue;
    EXPECT_EQ(printed(op->schema()), frozen.schema)
        << frozen.name << " is frozen: changes are a new operator";
    EXPECT_EQ(frozen.is_public, frozen.name[std::string("yoso::").size()] != '_') << frozen.name;
  }
}

/// A schema without a kernel would be there but fail when called.
TEST(Schemas, HaveKernelsForEveryKey) {
  using c10::DispatchKey;
  for (const FrozenSchema& frozen : frozen_schemas()) {
    const auto op = find_operator(frozen.name);
    if (!op) continue;
    std::vector<DispatchKey> keys{DispatchKey::CPU, DispatchKey::Meta, DispatchKey::AutogradCPU};
    if (frozen.is_public) {
      keys.push_back(DispatchKey::AutocastCPU);
      keys.push_back(DispatchKey::AutocastCUDA);
    }
    for (const DispatchKey key : keys)
      EXPECT_TRUE(op->hasComputedKernelForDispatchKey(key)) << frozen.name << " " << key;
  }
}

}  // namespace
}  // namespace yoso::ops
