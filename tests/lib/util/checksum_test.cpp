#include "yoso/util/checksum.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/temp_folder.h"
#include "support/user_error.h"

namespace yoso {
namespace {

/// 5,000 bytes: XXH3's path for long input.
std::string long_input() {
  std::string bytes;
  for (int i = 0; i < 5000; ++i) bytes += static_cast<char>(i % 251);
  return bytes;
}

// Values of the Python package xxhash 3.
TEST(Checksum, AgreesWithOtherPrograms) {
  EXPECT_EQ(checksum_text(checksum("")), "2d06800538d394c2");
  EXPECT_EQ(checksum_text(checksum("abc")), "78af5f94892f3950");
  EXPECT_EQ(checksum_text(checksum(long_input())), "b418500fc42320ee");
  EXPECT_EQ(checksum_text(0xab), "00000000000000ab");
}

TEST(Checksum, DoesNotDependOnThePieces) {
  const std::string bytes = long_input();
  for (size_t piece : {1u, 7u, 256u, 4999u}) {
    Checksum sum;
    for (size_t at = 0; at < bytes.size(); at += piece) {
      sum.add(std::string_view(bytes).substr(at, piece));
    }
    EXPECT_EQ(sum.text(), "b418500fc42320ee") << "pieces of " << piece;
  }
}

TEST(Checksum, OfAFile) {
  testing::TempFolder folder;
  EXPECT_EQ(file_checksum(folder.write("a", long_input())), checksum(long_input()));
  EXPECT_EQ(file_checksum(folder.write("empty", "")), checksum(""));
  const std::string none = folder.path("none");
  EXPECT_EQ(testing::error_text([&] { file_checksum(none); }, ExitCode::data),
            none + ": cannot be read: No such file or directory");
}

// The check value of the CRC catalogues, and RFC 3720, appendix B.4.
TEST(Checksum, Crc32c) {
  EXPECT_EQ(crc32c("123456789"), 0xe3069283u);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aau);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62a8ab43u);
  EXPECT_EQ(crc32c(""), 0u);
}

}  // namespace
}  // namespace yoso
