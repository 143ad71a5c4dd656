#include "yoso/serialization/safetensors_layout.h"

#include <gtest/gtest.h>

#include <cstring>

#include "support/user_error.h"

namespace yoso::serialization {
namespace {

std::string with_header(const std::string& header, const std::string& data) {
  const uint64_t length = header.size();
  std::string bytes(sizeof length, '\0');
  std::memcpy(bytes.data(), &length, sizeof length);
  return bytes + header + data;
}

/// What is said of a damaged file, without its name.
std::string message(const std::string& content) {
  const std::string text =
      testing::error_text([&] { parse_safetensors(content, "bad"); }, ExitCode::data);
  EXPECT_TRUE(text.starts_with("bad: ")) << text;
  return text.substr(std::min<size_t>(text.size(), 5));
}

std::string of_header(const std::string& header, const std::string& data = "") {
  return message(with_header(header, data));
}

std::string entry(const std::string& dtype, const std::string& shape, const std::string& offsets) {
  return R"({"dtype":")" + dtype + R"(","shape":[)" + shape + R"(],"data_offsets":[)" + offsets +
         "]}";
}

TEST(SafetensorsLayout, SaysWhereTensorsLie) {
  const std::string header = R"({"__metadata__":{"format":"pt"},"b":)" +
                             entry("F32", "1,2", "2,10") + R"(,"a":)" + entry("F16", "", "0,2") +
                             R"(,"none":)" + entry("I64", "0,7", "2,2") + "}   ";
  const SafetensorsLayout layout = parse_safetensors(with_header(header, "0123456789"), "x");
  EXPECT_EQ(layout.metadata, (std::map<std::string, std::string>{{"format", "pt"}}));
  ASSERT_EQ(layout.tensors.size(), 3u);
  const StoredTensor& b = layout.tensors[0];
  EXPECT_EQ(b.name, "b");
  EXPECT_EQ(b.dtype, "F32");
  EXPECT_EQ(b.shape, (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(b.begin, 8 + header.size() + 2);
  EXPECT_EQ(b.end, 8 + header.size() + 10);
  EXPECT_TRUE(layout.tensors[1].shape.empty());
}

// The format's own example of a file without tensors.
TEST(SafetensorsLayout, AFileWithoutTensors) {
  EXPECT_TRUE(parse_safetensors(with_header("{}      ", ""), "x").tensors.empty());
}

TEST(SafetensorsLayout, EveryTruncationIsFound) {
  const std::string whole = with_header(
      R"({"a":)" + entry("F32", "2,3", "0,24") + R"(,"b":)" + entry("U8", "5", "24,29") + "}",
      std::string(29, 'x'));
  parse_safetensors(whole, "x");
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_NE(message(whole.substr(0, size)).find("truncated"), std::string::npos) << size;
}

TEST(SafetensorsLayout, ForeignFiles) {
  EXPECT_EQ(message(std::string(1000, '\xff')), "is no safetensors file");
  EXPECT_EQ(message(std::string(1000, '\0')), "is no safetensors file");
  EXPECT_EQ(of_header("[1, 2, 3]"), "is no safetensors file");
  EXPECT_EQ(of_header(" {}"), "is no safetensors file");
  EXPECT_EQ(of_header("{} {}"), "is no safetensors file");
  EXPECT_EQ(of_header("{\"\xff\":1}"), "is no safetensors file");
  EXPECT_EQ(of_header(std::string(100'000, '[')), "is no safetensors file");
}

TEST(SafetensorsLayout, BrokenEntries) {
  EXPECT_EQ(of_header(R"({"a":{"dtype":"F32"}})"), "broken safetensors header");
  EXPECT_EQ(of_header(R"({"a":7})"), "broken safetensors header");
  EXPECT_EQ(of_header(R"({"__metadata__":{"a":1}})"), "broken safetensors header");
  const auto one = [](const std::string& dtype, const std::string& shape,
                      const std::string& offsets) {
    return of_header(R"({"a":)" + entry(dtype, shape, offsets) + "}", "xx");
  };
  EXPECT_EQ(one("F8", "1", "0,1"), "a: unknown safetensors dtype F8");
  EXPECT_EQ(one("U8", "3", "0,2"), "a: shape and offsets disagree");
  EXPECT_EQ(one("U8", "2", "2,0"), "a: shape and offsets disagree");
  EXPECT_EQ(one("U8", "-1", "0,1"), "a: impossible shape");
  EXPECT_EQ(one("U8", "1.5", "0,1"), "a: impossible shape");
  EXPECT_EQ(one("U8", "18446744073709551615", "0,1"), "a: impossible shape");
  EXPECT_EQ(one("F64", "4611686018427387904,4", "0,0"), "a: impossible shape");
  EXPECT_EQ(one("F64", "0,4611686018427387904,4", "0,0"), "a: impossible shape");
  EXPECT_EQ(one("U8", "2", "-2,0"), "a: data_offsets are no two byte counts");
  EXPECT_EQ(one("U8", "2", "0,2,4"), "a: data_offsets are no two byte counts");
}

TEST(SafetensorsLayout, TensorsFillTheFile) {
  const auto two = [](const std::string& a, const std::string& b) {
    return of_header(R"({"a":)" + entry("U8", "2", a) + R"(,"b":)" + entry("U8", "2", b) + "}",
                     "xxxx");
  };
  EXPECT_EQ(two("0,2", "1,3"), "b: overlaps another tensor");
  EXPECT_EQ(two("0,2", "0,2"), "b: overlaps another tensor");
  EXPECT_EQ(two("0,2", "3,5"), "b: lies behind a gap");
  EXPECT_EQ(two("1,3", "3,5"), "a: lies behind a gap");
  EXPECT_EQ(of_header(R"({"a":)" + entry("U8", "2", "0,2") + "}", "xxx"),
            "1 bytes belong to no tensor");
}

TEST(SafetensorsLayout, NoNameTwice) {
  EXPECT_EQ(
      of_header(R"({"a":)" + entry("U8", "1", "0,1") + R"(,"a":)" + entry("U8", "1", "1,2") + "}",
                "xx"),
      "a: stands twice");
  EXPECT_EQ(of_header(R"({"a":{"dtype":"U8","shape":[1],"dtype":"I8","data_offsets":[0,1]}})", "x"),
            "dtype: stands twice");
}

}  // namespace
}  // namespace yoso::serialization
