#include "yoso/data/byte_file.h"

#include <ATen/core/Tensor.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "support/temp_folder.h"
#include "support/user_error.h"
#include "yoso/batching/collate.h"

namespace yoso::batching {
namespace {

using testing::error_text;
using testing::TempFolder;

std::span<const uint8_t> bytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

class ByteFile : public ::testing::Test {
 protected:
  data::ByteFileSummary write(data::ByteDataset::Layout layout,
                              const std::vector<data::RawExample>& rows) {
    data::ByteFileWriter writer(path_, layout);
    for (const data::RawExample& row : rows) writer.add(row);
    return writer.commit();
  }
  std::string error() {
    return error_text([&] { data::open_byte_file(path_); }, ExitCode::data);
  }
  /// Changes one byte of the file.
  void damage(size_t at) {
    std::string content = read_file(path_);
    content[at] = static_cast<char>(content[at] ^ 1);
    folder_.write("x.rows", content);
  }

  TempFolder folder_;
  std::string path_ = folder_.path("x.rows");
};

TEST_F(ByteFile, MapsWhatWasWritten) {
  const auto summary =
      write({.texts = 1, .first_id = 1}, {{"abc", {}, 1}, {"", {}, 0}, {"de", {}, 7}});
  EXPECT_EQ(summary.examples, 3);
  EXPECT_EQ(summary.tokens, 5);
  EXPECT_EQ(summary.longest, 3);
  data::ByteDataset memory({.texts = 1, .first_id = 1});
  memory.add(bytes("abc"), 1);
  memory.add(bytes(""), 0);
  memory.add(bytes("de"), 7);
  data::ByteFileSummary again;
  const data::ByteDataset mapped = data::open_byte_file(path_, &again);
  EXPECT_EQ(again.checksum, summary.checksum);
  EXPECT_EQ(mapped.checksum(), memory.checksum());
  EXPECT_EQ(mapped.total_tokens(), 5);
  EXPECT_EQ(mapped.lengths(), (std::vector<int32_t>{3, 0, 2}));
  const std::vector<int64_t> rows = {2, 0};
  const Batch a = collate(mapped, rows, 4), b = collate(memory, rows, 4);
  EXPECT_TRUE(a.input_ids.equal(b.input_ids));
  EXPECT_EQ(a.input_ids[0][0].item<int64_t>(), 'd' + 1);
  EXPECT_TRUE(a.mask.equal(b.mask));
  EXPECT_TRUE(a.labels.equal(b.labels));
}

TEST_F(ByteFile, HoldsPairs) {
  write({.texts = 2, .first_id = 1}, {{"abc", "d", 1}, {"e", "fgh", 0}});
  const data::ByteDataset rows = data::open_byte_file(path_);
  const Batch batch = collate(rows, std::vector<int64_t>{0, 1}, 0);
  EXPECT_EQ(batch.tokens, 8);
  EXPECT_EQ(batch.input_ids.sizes(), (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(batch.second_ids[1][2].item<int64_t>(), 'h' + 1);
  EXPECT_EQ(batch.second_mask.sum().item<int64_t>(), 4);
  EXPECT_EQ(rows.lengths(), (std::vector<int32_t>{3, 3}));
}

TEST_F(ByteFile, CutIsTheSameInMemoryAndMapped) {
  write({1, 0}, {{"abcdef", {}, 1}, {"gh", {}, 0}});
  data::ByteDataset mapped = data::open_byte_file(path_);
  mapped.cut(3);
  data::ByteDataset memory;
  memory.add(bytes("abc"), 1);
  memory.add(bytes("gh"), 0);
  EXPECT_EQ(mapped.checksum(), memory.checksum());
  EXPECT_EQ(mapped.cut_texts(), 1);
  EXPECT_EQ(collate(mapped, std::vector<int64_t>{0}, 0).input_ids.size(1), 3);
}

TEST_F(ByteFile, NoticesEveryDamage) {
  write({1, 0}, {{"abcdef", {}, 1}, {"gh", {}, 0}, {"i", {}, 2}});
  const size_t size = std::filesystem::file_size(path_);
  const std::string whole = read_file(path_);
  for (size_t at = 0; at < size; ++at) {
    if (at >= 32 + 9 && at < 32 + 16) continue;  // the padding after the symbols holds nothing
    if (at >= 24 && at < 32) continue;  // the first id is compared with the task's, see tasks
    if (at >= size - 24 && at < size - 16) continue;  // the longest text is only told
    damage(at);
    const std::string what = error();
    EXPECT_EQ(what.find(path_ + ": "), 0U) << "byte " << at;
    folder_.write("x.rows", whole);
  }
  for (const size_t kept : {0UL, 10UL, 60UL, size - 1}) {
    folder_.write("x.rows", whole.substr(0, kept));
    EXPECT_EQ(error().find(path_ + ": "), 0U) << kept << " bytes";
  }
  std::filesystem::remove(path_);
  EXPECT_EQ(error(), path_ + ": cannot be read: No such file or directory");
}

TEST_F(ByteFile, NothingAppearsBeforeCommit) {
  {
    data::ByteFileWriter writer(path_, {1, 0});
    writer.add({"abc", {}, 1});
  }
  EXPECT_FALSE(std::filesystem::exists(path_));
}

}  // namespace
}  // namespace yoso::batching
