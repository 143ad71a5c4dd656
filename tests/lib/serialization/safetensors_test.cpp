#include "yoso/serialization/safetensors.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

#include <cstring>

#include "support/temp_folder.h"
#include "support/user_error.h"
#include "yoso/util/file.h"

namespace yoso::serialization {
namespace {

using testing::error_text;
using testing::TempFolder;

at::Tensor numbers(at::ScalarType type) {
  return at::arange(6, at::TensorOptions(type)).view({2, 3});
}

TEST(Safetensors, RoundTripOfEveryType) {
  const TempFolder folder;
  NamedTensors tensors;
  for (const auto type : {at::kDouble, at::kFloat, at::kBFloat16, at::kHalf, at::kLong, at::kInt,
                          at::kShort, at::kChar, at::kByte}) {
    tensors.emplace_back(c10::toString(type), numbers(type));
  }
  tensors.emplace_back("bool", numbers(at::kLong) > 2);
  tensors.emplace_back("scalar", numbers(at::kFloat)[1][2]);
  tensors.emplace_back("none", at::empty({0, 3}));
  tensors.emplace_back("transposed", numbers(at::kFloat).t());
  const std::string path = folder.path("x.safetensors");
  write_safetensors(path, tensors, {{"note", "round trip"}});

  const NamedTensors back = read_safetensors(path);
  ASSERT_EQ(back.size(), tensors.size());
  for (size_t i = 0; i < back.size(); ++i) {
    EXPECT_EQ(back[i].first, tensors[i].first);
    EXPECT_EQ(back[i].second.scalar_type(), tensors[i].second.scalar_type()) << back[i].first;
    EXPECT_TRUE(at::equal(back[i].second, tensors[i].second)) << back[i].first;
  }
}

// Written out by hand after the format's description: length 66, header padded with one blank, two
// floats.
TEST(Safetensors, BytesAreTheFormats) {
  const TempFolder folder;
  const std::string path = folder.path("x.safetensors");
  write_safetensors(path, {{"w", at::arange(2, at::kFloat)}});
  const std::string header = R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
  const std::string padded = header + std::string((8 - header.size() % 8) % 8, ' ');
  std::string expected(8, '\0');
  expected[0] = static_cast<char>(padded.size());
  expected += padded + std::string(4, '\0') + std::string("\x00\x00\x80\x3f", 4);
  EXPECT_EQ(read_file(path), expected);
}

TEST(Safetensors, UnwritablePlaces) {
  EXPECT_EQ(error_text([] { write_safetensors("/proc/none/x.safetensors", {}); }, ExitCode::failure)
                .substr(0, 5),
            "/proc");
}

}  // namespace
}  // namespace yoso::serialization
