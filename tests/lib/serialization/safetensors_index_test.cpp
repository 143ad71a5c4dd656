#include "yoso/serialization/safetensors_index.h"

#include <gtest/gtest.h>

#include "support/user_error.h"

namespace yoso::serialization {
namespace {

std::string message(const std::string& text) {
  return testing::error_text([&] { parse_safetensors_index(text, "x"); }, ExitCode::data);
}

TEST(SafetensorsIndex, NamesTheFileOfEachTensor) {
  const auto files = parse_safetensors_index(
      R"({"metadata":{"total_size":1},"weight_map":{"b":"m-2.safetensors","a":"m 1.safetensors"}})",
      "x");
  EXPECT_EQ(files, (std::map<std::string, std::string>{{"a", "m 1.safetensors"},
                                                       {"b", "m-2.safetensors"}}));
  EXPECT_TRUE(parse_safetensors_index(R"({"weight_map":{}})", "x").empty());
}

TEST(SafetensorsIndex, NothingBeyondItsFolder) {
  for (const std::string name : {"../m.safetensors", "a/m.safetensors", "/m.safetensors",
                                 "..\\\\m.safetensors", "C:m.safetensors", ".m.safetensors",
                                 "..safetensors", "m.safetensors\\u0000", "m.bin", ""}) {
    EXPECT_EQ(message(R"({"weight_map":{"a":")" + name + "\"}}"),
              "x: a: expected the name of a safetensors file beside it")
        << name;
  }
}

TEST(SafetensorsIndex, ForeignText) {
  EXPECT_EQ(message(""), "x: is no index of safetensors files");
  EXPECT_EQ(message("[]"), "x: is no index of safetensors files");
  EXPECT_EQ(message("{}"), "x: has no weight_map of tensors and their files");
  EXPECT_EQ(message(R"({"weight_map":[]})"), "x: has no weight_map of tensors and their files");
  EXPECT_EQ(message(R"({"weight_map":{"a":1}})"),
            "x: a: expected the name of a safetensors file beside it");
  EXPECT_EQ(message(R"({"weight_map":{"a":"m.safetensors","a":"n.safetensors"}})"),
            "x: a: stands twice");
}

}  // namespace
}  // namespace yoso::serialization
