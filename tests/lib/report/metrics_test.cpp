#include "yoso/report/metrics.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <thread>

#include "support/temp_folder.h"
#include "support/user_error.h"
#include "yoso/util/random.h"

namespace yoso::report {
namespace {

using testing::error_text;
using testing::TempFolder;

TEST(Metrics, WritesOneObjectALineInOrder) {
  TempFolder folder;
  const std::string path = folder.path("metrics.jsonl");
  MetricsWriter writer(path);
  writer.write(
      Record{{"step", 50}, {"epoch", 0.25}, {"split", "train"}, {"loss", 2.0}, {"lr", 1e-3}});
  writer.write(
      Record{{"step", 50}, {"loss", NAN}, {"grad_norm", INFINITY}, {"note", "a\n\"b\" \xff"}});
  writer.sync();
  EXPECT_EQ(read_file(path), R"({"step":50,"epoch":0.25,"split":"train","loss":2.0,"lr":0.001})"
                             "\n"
                             R"({"step":50,"loss":null,"grad_norm":null,"note":"a\n\"b\" )"
                             "\xef\xbf\xbd\"}\n");
}

TEST(Metrics, DoublesKeepTheirBits) {
  TempFolder folder;
  const std::string path = folder.path("metrics.jsonl");
  constexpr uint64_t kSeed = 7;
  RandomStream random(kSeed, "metrics test");
  std::vector<double> values = {0.1, 1.0 / 3, -0.0, 5e-324, 1.7976931348623157e308, 1e22};
  while (values.size() < 2000) {
    const double value = std::bit_cast<double>(random());
    if (std::isfinite(value)) values.push_back(value);
  }
  MetricsWriter writer(path);
  for (double value : values) writer.write(Record{{"step", 1}, {"value", value}});
  const std::vector<Record> records = read_metrics(path);
  ASSERT_EQ(records.size(), values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    ASSERT_EQ(std::bit_cast<uint64_t>(number(records[i], "value")),
              std::bit_cast<uint64_t>(values[i]))
        << values[i] << ", seed " << kSeed;
  }
}

TEST(Metrics, ReadsNumbersAndTexts) {
  const Record record{{"step", 3}, {"loss", nullptr}, {"split", "dev"}};
  EXPECT_EQ(number(record, "step"), 3);
  EXPECT_TRUE(std::isnan(number(record, "loss")));
  EXPECT_TRUE(std::isnan(number(record, "none")));
  EXPECT_TRUE(std::isnan(number(record, "split")));
  EXPECT_EQ(text(record, "split"), "dev");
  EXPECT_EQ(text(record, "step"), "");
}

TEST(Metrics, TruncatesToAStep) {
  TempFolder folder;
  const std::string head = "{\"step\":1}\n{\"step\":2}\n{\"note\":\"no step\"}\n";
  const std::string path = folder.write("metrics.jsonl", head + "{\"step\":3}\n{\"step\":2}\n");
  truncate_metrics(path, 2);
  EXPECT_EQ(read_file(path), head + "{\"step\":2}\n");
  const auto before = std::filesystem::last_write_time(path);
  truncate_metrics(path, 2);
  EXPECT_EQ(std::filesystem::last_write_time(path), before);
  truncate_metrics(folder.path("none"), 2);
  EXPECT_FALSE(std::filesystem::exists(folder.path("none")));
}

TEST(Metrics, KeepsOfTheLastStepWhatTheCheckpointCovers) {
  TempFolder folder;
  const std::string before = "{\"step\":1,\"split\":\"dev\"}\n{\"step\":2,\"split\":\"train\"}\n",
                    dev = "{\"step\":2,\"split\":\"dev\"}\n",
                    test = "{\"step\":2,\"split\":\"test\"}\n";
  const std::string path = folder.write("metrics.jsonl", before + dev + test);
  truncate_metrics(path, 3);
  EXPECT_EQ(read_file(path), before + dev + test);
  truncate_metrics(path, 2);
  EXPECT_EQ(read_file(path), before + dev);
  truncate_metrics(path, {2, /*dev_scored=*/false});
  EXPECT_EQ(read_file(path), before);
}

TEST(Metrics, ATornLineCountsForNothing) {
  TempFolder folder;
  // The second tail is whole but for its newline: appending to it would join two records.
  for (const std::string torn : {"{\"step\":2,\"lo", "{\"step\":2}"}) {
    const std::string path = folder.write("metrics.jsonl", "{\"step\":1}\n" + torn);
    EXPECT_EQ(read_metrics(path).size(), 1u);
    MetricsWriter(path).write(Record{{"step", 2}});
    EXPECT_EQ(read_file(path), "{\"step\":1}\n{\"step\":2}\n");
  }
}

TEST(Metrics, NamesADamagedLine) {
  TempFolder folder;
  for (const std::string bad : {"{\"step\":", "[1]", "", "nan"}) {
    const std::string path =
        folder.write("metrics.jsonl", "{\"step\":1}\n" + bad + "\n{\"step\":3}\n");
    EXPECT_EQ(error_text([&] { read_metrics(path); }, ExitCode::data),
              path + ":2: not a JSON object");
    EXPECT_EQ(error_text([&] { truncate_metrics(path, 1); }, ExitCode::data),
              path + ":2: not a JSON object");
  }
}

TEST(Metrics, AKilledWriterTearsAtMostTheLastLine) {
  TempFolder folder;
  const std::string path = folder.path("metrics.jsonl");
  const pid_t child = ::fork();
  if (child == 0) {
    MetricsWriter writer(path);
    for (int step = 1;; ++step) writer.write(Record{{"step", step}, {"loss", 1.0 / step}});
  }
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  std::error_code missing;
  while (std::filesystem::file_size(path, missing) < 20'000 || missing) {
    ASSERT_LT(std::chrono::steady_clock::now(), give_up);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);

  const std::vector<Record> records = read_metrics(path);
  ASSERT_GT(records.size(), 100u);
  for (size_t i = 0; i < records.size(); ++i) ASSERT_EQ(number(records[i], "step"), i + 1);
  truncate_metrics(path, 100);
  EXPECT_EQ(read_metrics(path).size(), 100u);
}

TEST(Metrics, ReportsThatItCannotBeWritten) {
  TempFolder folder;
  const std::string none = folder.path("none/metrics.jsonl");
  EXPECT_EQ(error_text([&] { MetricsWriter writer(none); }, ExitCode::failure),
            none + ": cannot be written: No such file or directory");
}

}  // namespace
}  // namespace yoso::report
