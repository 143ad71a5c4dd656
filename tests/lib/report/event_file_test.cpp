#include "yoso/report/event_file.h"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <vector>

#include "support/paths.h"
#include "support/temp_folder.h"
#include "support/user_error.h"

namespace yoso::report {
namespace {

using testing::TempFolder;

double half_past_one() { return 1.5; }

const std::string kGolden = testing::source_dir() + "/tests/golden/event_file/expected.tfevents";

/// The payloads of a file, found by their lengths alone.
std::vector<std::string> payloads(const std::string& path) {
  const std::string bytes = read_file(path);
  std::vector<std::string> found;
  for (size_t at = 0; at < bytes.size();) {
    uint64_t length = 0;
    std::memcpy(&length, bytes.data() + at, sizeof length);
    found.push_back(bytes.substr(at + 12, length));
    at += length + 16;
    EXPECT_LE(at, bytes.size());
  }
  return found;
}

TEST(EventFile, EqualsTensorBoardsOwnBytes) {
  TempFolder folder;
  EventWriter writer(folder.path("tensorboard"), half_past_one);
  writer.scalar("train/loss", 0.25, 300);
  writer.sync();
  EXPECT_EQ(writer.path(), folder.path("tensorboard/events.out.tfevents.1.yoso"));
  EXPECT_EQ(read_file(writer.path()), read_file(kGolden));
}

TEST(EventFile, CutsBackToAStepAndContinues) {
  TempFolder folder;
  std::string path, expected;
  {
    EventWriter writer(folder.path(""), half_past_one);
    path = writer.path();
    writer.scalar("start", 1, 0);
    for (int64_t step : {1, 127, 128, 20'000}) writer.scalar("loss", 1, step);
    expected = read_file(path);
    for (int64_t step : {20'001L, 30'000L, 1'000'000'000'000L}) writer.scalar("loss", 2, step);
  }
  ASSERT_EQ(payloads(path).size(), 9u);
  truncate_events(folder.path(""), 20'000);
  EXPECT_EQ(read_file(path), expected);

  EventWriter writer(folder.path(""), [] { return 99.0; });
  EXPECT_EQ(writer.path(), path);
  EXPECT_EQ(read_file(path), expected);  // no second header
  writer.scalar("loss", 3, 20'001);
  EXPECT_EQ(payloads(path).size(), 7u);
}

TEST(EventFile, KeepsOfTheLastStepWhatTheCheckpointCovers) {
  TempFolder folder;
  EventWriter writer(folder.path(""), half_past_one);
  writer.scalar("dev/loss", 1, 1);
  writer.scalar("train/loss", 1, 2);
  const std::string before = read_file(writer.path());
  writer.scalar("dev/loss", 1, 2);
  const std::string dev = read_file(writer.path());
  writer.scalar("test/a long name of more than 127 bytes " + std::string(100, 'x'), 1, 2);
  truncate_events(folder.path(""), 2);
  EXPECT_EQ(read_file(writer.path()), dev);
  truncate_events(folder.path(""), {2, /*dev_scored=*/false});
  EXPECT_EQ(read_file(writer.path()), before);
}

TEST(EventFile, DropsATornOrDamagedEnd) {
  const std::string whole = read_file(kGolden);
  const size_t header = 16 + 24;  // size of the first record
  TempFolder folder;
  const auto after_cut = [&](const std::string& content) {
    const std::string path = folder.write("events.out.tfevents.1.yoso", content);
    truncate_events(folder.path(""), 1000);
    return read_file(path);
  };
  EXPECT_EQ(after_cut(whole), whole);
  EXPECT_EQ(after_cut(whole + whole.substr(0, 11)), whole);
  EXPECT_EQ(after_cut(whole + whole.substr(0, 30)), whole);
  EXPECT_EQ(after_cut(whole + std::string(64, '\0')), whole);
  for (size_t at : {header, header + 8, header + 12, header + 20}) {
    std::string damaged = whole;
    damaged[at] ^= 0x10;
    EXPECT_EQ(after_cut(damaged), whole.substr(0, header)) << "byte " << at;
  }
  // Of a file cut to nothing a new one is made, header first.
  folder.write("events.out.tfevents.1.yoso", "torn");
  EventWriter writer(folder.path(""), half_past_one);
  EXPECT_EQ(read_file(writer.path()), whole.substr(0, header));
}

TEST(EventFile, LeavesOtherFilesAlone) {
  TempFolder folder;
  const std::string other = folder.write("notes.txt", "not an event");
  truncate_events(folder.path(""), 0);
  truncate_events(folder.path("none"), 0);
  EXPECT_EQ(read_file(other), "not an event");
  EXPECT_FALSE(std::filesystem::exists(folder.path("none")));
}

TEST(EventFile, ReportsThatItCannotBeWritten) {
  TempFolder folder;
  const std::string path = folder.write("plain", "") + "/tensorboard";
  EXPECT_EQ(testing::error_text([&] { EventWriter writer(path); }, ExitCode::failure),
            path + ": cannot be created: Not a directory");
}

}  // namespace
}  // namespace yoso::report
