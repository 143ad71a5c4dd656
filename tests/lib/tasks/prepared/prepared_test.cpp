#include "yoso/tasks/prepared/prepared.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "support/log_capture.h"
#include "support/temp_folder.h"

namespace yoso::tasks {
namespace {

/// One row a split.
class OneRow : public data::ExampleReader {
 public:
  using ExampleReader::ExampleReader;
  void read(data::Split, const std::function<void(const data::RawExample&)>& row) override {
    row({.text = "text", .second = "", .label = 0});
  }
};

TEST(Prepared, OnFirstUseAsManyThreadsReadAsTheRunHas) {
  const testing::TempFolder folder;
  testing::LogCapture capture;
  int threads = 0;
  ByteData data;
  data.task = "text";
  data.path = folder.write("raw", "text");
  data.prepared = folder.path("rows");
  data.reader = [&](data::ReadOptions options) {
    threads = options.threads;
    return std::make_unique<OneRow>(data.path, std::move(options));
  };
  at::set_num_threads(3);
  EXPECT_TRUE(prepare_on_first_use(data, capture.log));
  at::set_num_threads(1);
  EXPECT_EQ(threads, 3);
  EXPECT_EQ(data.path, folder.path("rows"));
}

}  // namespace
}  // namespace yoso::tasks
