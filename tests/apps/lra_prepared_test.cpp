// task.prepared: raw data that is prepared when it is first used.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>
#include <thread>

#include "apps/lra_fixture.h"
#include "support/archive.h"
#include "support/shared_data.h"
#include "support/wait_until.h"

namespace yoso::testing {
namespace {

namespace fs = std::filesystem;

class LraPrepared : public LraTest {
 protected:
  std::vector<std::string> arguments(const std::string& output, const std::string& task) const {
    return {"train",     smoke(),
            "--set",     "task={" + task + "}",
            "--set",     "train.bucket_batches=3",
            "--output",  folder_.path(output),
            "--threads", "1"};
  }
  Outcome train_on(const std::string& output, const std::string& task) const {
    return lra(arguments(output, task));
  }
  static std::string text_task(const std::string& prepared = "rows") {
    return "name: text, data: " + sample("text") + ", prepared: " + prepared;
  }
  std::string weights(const std::string& run) const {
    return read(run + "/checkpoints/step-20/model.safetensors");
  }
  std::unique_ptr<Process> start(const std::string& output, const std::string& task) const {
    auto command = arguments(output, task);
    command.insert(command.begin(), program());
    fs::create_directories(folder_.path(output + "-home"));
    return std::make_unique<Process>(command, folder_.path(output + "-home"));
  }
};

bool wrote(const Outcome& outcome) { return outcome.err.find("wrote ") != std::string::npos; }

TEST_F(LraPrepared, TheFirstRunPreparesAndLaterOnesMap) {
  const Outcome raw = train_on("raw", "name: text, data: " + sample("text"));
  ASSERT_EQ(raw.exit_code, 0) << raw.err;
  const Outcome first = train_on("first", text_task());
  ASSERT_EQ(first.exit_code, 0) << first.err;
  EXPECT_TRUE(wrote(first)) << first.err;
  const auto made = fs::last_write_time(folder_.path("rows/prepared.json"));
  const Outcome second = train_on("second", text_task());
  ASSERT_EQ(second.exit_code, 0) << second.err;
  EXPECT_FALSE(wrote(second)) << second.err;
  EXPECT_NE(second.err.find("prepared data in " + folder_.path("rows")), std::string::npos);
  EXPECT_EQ(fs::last_write_time(folder_.path("rows/prepared.json")), made);
  EXPECT_TRUE(weights("raw") == weights("first"));
  EXPECT_TRUE(weights("raw") == weights("second"));
}

TEST_F(LraPrepared, AnotherSourceOrChoiceIsRefused) {
  ASSERT_EQ(train_on("first", text_task()).exit_code, 0);
  expect_error(train_on("second", text_task() + ", dev_share: 0.2"), 2,
               "was prepared with dev_share 0.1, split_seed 1, but task asks for dev_share 0.2");
  fs::copy(sample("text"), folder_.path("copy"), fs::copy_options::recursive);
  expect_error(train_on("third", "name: text, data: copy, prepared: rows"), 2,
               "rows/prepared.json: was prepared from " + sample("text") + ", but task.data is " +
                   folder_.path("copy"));
  expect_error(train_on("fourth", "name: listops, data: " + sample("text") + ", prepared: rows"), 2,
               "was prepared for the task text, not listops");
}

TEST_F(LraPrepared, AChangedSourceIsNotOverlooked) {
  fs::copy(sample("text"), folder_.path("reviews"), fs::copy_options::recursive);
  const std::string task = "name: text, data: reviews, prepared: reviews/rows";
  ASSERT_EQ(train_on("first", task).exit_code, 0);
  ASSERT_EQ(train_on("second", task).exit_code, 0) << "the set within the source is no change";
  folder_.write("reviews/aclImdb/train/pos/500_9.txt", "one more");
  const std::string rows = folder_.path("reviews/rows");
  expect_error(train_on("third", task), 2,
               rows + "/prepared.json: " + folder_.path("reviews") +
                   " has changed since it was prepared; delete " + rows);
  // Of the same size, too.
  fs::remove(folder_.path("reviews/aclImdb/train/pos/500_9.txt"));
  ASSERT_EQ(train_on("fourth", task).exit_code, 0);
  const std::string review = folder_.path("reviews/aclImdb/train/pos/473_9.txt");
  fs::permissions(review, fs::perms::owner_write, fs::perm_options::add);
  const auto written = fs::last_write_time(review);
  fs::last_write_time(review, written + std::chrono::hours(24 * 365));
  EXPECT_EQ(train_on("touched", task).exit_code, 0) << "the same content";
  std::string text = read("reviews/aclImdb/train/pos/473_9.txt");
  text.front() = text.front() == 'x' ? 'y' : 'x';
  folder_.write("reviews/aclImdb/train/pos/473_9.txt", text);
  fs::last_write_time(review, written - std::chrono::hours(24));
  expect_error(train_on("fifth", task), 2, "has changed since it was prepared");
  // As it is, it can still be used; so can one without a stamp, and one whose source is gone.
  EXPECT_EQ(train_on("sixth", "name: text, data: reviews/rows").exit_code, 0);
  auto settings = json("reviews/rows/prepared.json");
  settings["source"].erase("stamp");
  folder_.write("reviews/rows/prepared.json", settings.dump());
  EXPECT_EQ(train_on("seventh", task).exit_code, 0);
}

// Neither changes a row.
TEST_F(LraPrepared, AResumedRunMayBeginToPrepareOrToVerify) {
  const std::string options = "name: listops, data: " + sample("listops");
  ASSERT_EQ(train_on("run", options).exit_code, 0);
  auto longer = arguments("run", options + ", prepared: rows, verify: true");
  longer.insert(longer.end(), {"--resume", "--set", "train.duration=25"});
  const Outcome resumed = lra(longer);
  ASSERT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_TRUE(fs::exists(folder_.path("rows/prepared.json")));
  EXPECT_NE(resumed.err.find("resuming after step 20"), std::string::npos) << resumed.err;
  auto other = arguments("run", options + ", skip_bad_rows: 3");
  other.push_back("--resume");
  expect_error(lra(other), 2, "task.skip_bad_rows: 0 in the run, now 3", /*lines=*/2);
}

TEST_F(LraPrepared, ADryRunWritesNothing) {
  auto dry = arguments("run", text_task());
  dry.push_back("--dry-run");
  const Outcome outcome = lra(dry);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_FALSE(fs::exists(folder_.path("rows")));
  EXPECT_FALSE(fs::exists(folder_.path("run")));
  expect_error(train_on("run", "name: text, data: nowhere, prepared: rows"), 3, "nowhere");
  EXPECT_FALSE(fs::exists(folder_.path("rows")));
}

TEST_F(LraPrepared, OneOfSeveralProcessesPrepares) {
  const auto first = start("one", text_task(folder_.path("rows"))),
             second = start("two", text_task(folder_.path("rows")));
  const Outcome one = first->wait(), two = second->wait();
  ASSERT_EQ(one.exit_code, 0) << one.err;
  ASSERT_EQ(two.exit_code, 0) << two.err;
  EXPECT_NE(wrote(one), wrote(two)) << one.err << two.err;
  EXPECT_TRUE(weights("one") == weights("two"));
}

TEST_F(LraPrepared, WaitingEndsWithASignal) {
  fs::create_directories(folder_.path("rows"));
  const int lock = ::open(folder_.path("rows/lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0644);
  ASSERT_EQ(::flock(lock, LOCK_EX), 0);
  const auto waiting = start("run", text_task(folder_.path("rows")));
  const auto said = [&] { return read("run/log.txt").find("waiting") != std::string::npos; };
  wait_until(said);
  waiting->signal(SIGTERM);
  const Outcome outcome = waiting->wait();
  ::close(lock);
  EXPECT_EQ(outcome.exit_code, 128 + SIGTERM) << outcome.err;
  EXPECT_NE(outcome.err.find("stopped by SIGTERM"), std::string::npos) << outcome.err;
  EXPECT_EQ(outcome.err.find("error: "), std::string::npos) << outcome.err;
  EXPECT_FALSE(fs::exists(folder_.path("run/config.yaml")));
}

TEST_F(LraPrepared, AStoppedPreparationLeavesNoSet) {
  for (const char* split : {"train", "test"}) {
    for (int id = 0; id < 400; ++id) {
      const std::string name = std::to_string(id);
      folder_.write(std::string("reviews/") + split + "/neg/" + name + "_2.txt", "bad " + name);
      folder_.write(std::string("reviews/") + split + "/pos/" + name + "_9.txt", "good " + name);
    }
  }
  // A review that is read only once somebody writes it: the signal comes before.
  const std::string last = folder_.path("reviews/test/pos/999_9.txt");
  ASSERT_EQ(::mkfifo(last.c_str(), 0644), 0);
  const auto run =
      start("run", "name: text, data: " + folder_.path("reviews") + ", prepared: rows");
  wait_until([&] { return fs::exists(folder_.path("run-home/rows/lock")); });
  run->signal(SIGTERM);
  // It may end without reading that far; then the writer is let go here.
  std::thread writer([&] { folder_.write("reviews/test/pos/999_9.txt", "written at last"); });
  const Outcome outcome = run->wait();
  const int reader = ::open(last.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  writer.join();
  ::close(reader);
  EXPECT_EQ(outcome.exit_code, 128 + SIGTERM) << outcome.err;
  EXPECT_NE(outcome.err.find("stopped by SIGTERM; nothing was written"), std::string::npos);
  for (const auto& entry : fs::directory_iterator(folder_.path("run-home/rows")))
    EXPECT_EQ(entry.path().filename(), "lock");
}

TEST_F(LraPrepared, TheReleaseIsReadPacked) {
  fs::create_directories(folder_.path("lra_release/lra_release"));
  fs::copy(sample("listops"), folder_.path("lra_release/lra_release/listops-1000"));
  fs::copy(sample("pathfinder"), folder_.path("lra_release/lra_release"),
           fs::copy_options::recursive);
  const std::string archive = pack(folder_, "lra_release.gz", {"lra_release"});
  const std::string task =
      "name: listops, data: " + archive + ", prepared: " + folder_.path("rows");
  const Outcome packed = train_on("packed", task);
  ASSERT_EQ(packed.exit_code, 0) << packed.err;
  EXPECT_NE(packed.err.find(archive + "(lra_release/lra_release/listops-1000)"), std::string::npos)
      << packed.err;
  ASSERT_EQ(train_on("plain", "name: listops, data: " + sample("listops")).exit_code, 0);
  EXPECT_TRUE(weights("packed") == weights("plain"));
  ASSERT_EQ(lra({"prepare", "pathfinder", "--input", archive, "--output", "images"}).exit_code, 0);
  ASSERT_EQ(lra({"prepare", "pathfinder", "--input", sample("pathfinder"), "--output", "unpacked"})
                .exit_code,
            0);
  for (const char* split : {"train", "dev", "test"})
    EXPECT_TRUE(read(std::string("images/") + split + ".rows") ==
                read(std::string("unpacked/") + split + ".rows"));

  const std::string whole = read("lra_release.gz");
  folder_.write("cut.gz", whole.substr(0, whole.size() / 2));
  expect_error(lra({"prepare", "pathfinder", "--input", "cut.gz", "--output", "y"}), 3, "cut.gz");
  EXPECT_FALSE(fs::exists(folder_.path("y")));
}

}  // namespace
}  // namespace yoso::testing
