// Runs of `lra train` that are cut, moved or made longer end as whole ones do.
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <sstream>
#include <thread>

#include "apps/lra_fixture.h"

namespace yoso::testing {
namespace {

namespace fs = std::filesystem;

/// Waits until something holds, at most a minute.
void wait_until(const std::function<bool()>& holds) {
  for (int i = 0; i < 60'000 && !holds(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  ASSERT_TRUE(holds());
}

class LraResume : public LraTest {
 protected:
  std::unique_ptr<Process> start(const std::string& output,
                                 const std::vector<std::string>& extra) const {
    std::vector<std::string> arguments = train_arguments(output, extra);
    arguments.insert(arguments.begin(), program());
    return std::make_unique<Process>(arguments, folder_.path(""));
  }

  /// The records of a run without clock readings; a line still being written is left out.
  std::vector<nlohmann::json> records(const std::string& run) const {
    std::vector<nlohmann::json> found;
    std::istringstream lines(read(run + "/metrics.jsonl"));
    for (std::string line; std::getline(lines, line);) {
      auto record = nlohmann::json::parse(line, nullptr, false);
      if (!record.is_object()) continue;
      record.erase("elapsed_s");
      record.erase("tokens_per_second");
      found.push_back(record);
    }
    return found;
  }

  bool has_record(const std::string& run, int step, const std::string& split) const {
    for (const auto& record : records(run))
      if (record["step"] == step && record["split"] == split) return true;
    return false;
  }

  void expect_same_end(const std::string& whole, const std::string& cut, int step) const {
    for (const char* name : {"model.safetensors", "optimizer.safetensors"}) {
      const std::string file = "/checkpoints/step-" + std::to_string(step) + "/" + name;
      EXPECT_TRUE(read(whole + file) == read(cut + file)) << name << " differs";
    }
    EXPECT_EQ(records(whole), records(cut));
    const auto expected = json(whole + "/result.json"), result = json(cut + "/result.json");
    for (const char* key : {"status", "steps", "best_step", "dev", "test"})
      EXPECT_EQ(expected[key], result[key]) << key;
  }

  /// Options of a run that is scored at its end alone, for seconds: row after row of a large split.
  std::vector<std::string> slowly_scored(int steps) const {
    EXPECT_EQ(lra({"generate", "listops", "--output", "slow", "--train", "100", "--dev", "1500",
                   "--test", "1500", "--min-length", "4", "--max-length", "24"})
                  .exit_code,
              0);
    return {"--set", "task.data=slow",     "--set", "train.eval_every=1000",
            "--set", "train.eval_batch=1", "--set", "train.duration=" + std::to_string(steps)};
  }
};

const std::vector<std::string> kLong = {
    "--set", "train.duration=150", "--set", "train.save_every=10", "--set", "train.eval_every=25"};

std::vector<std::string> resumed(std::vector<std::string> options) {
  options.push_back("--resume");
  return options;
}

TEST_F(LraResume, KilledAtAnyMomentItEndsBitForBit) {
  ASSERT_EQ(train("whole", kLong).exit_code, 0);
  for (const char* checkpoint : {"step-10", "step-60", "step-110"}) {
    const auto process = start("cut", resumed(kLong));
    wait_until(
        [&] { return fs::exists(folder_.path(std::string("cut/checkpoints/") + checkpoint)); });
    process->signal(SIGKILL);
    process->wait();
  }
  const Outcome last = train("cut", resumed(kLong));
  ASSERT_EQ(last.exit_code, 0) << last.err;
  EXPECT_NE(last.err.find("resuming after step "), std::string::npos) << last.err;
  expect_same_end("whole", "cut", 150);
}

TEST_F(LraResume, ASignalSavesAndTheRunGoesOn) {
  ASSERT_EQ(train("whole", kLong).exit_code, 0);
  {
    const auto process = start("cut", kLong);
    wait_until([&] { return fs::exists(folder_.path("cut/checkpoints/step-10")); });
    process->signal(SIGTERM);
    const Outcome stopped = process->wait();
    EXPECT_EQ(stopped.exit_code, 128 + SIGTERM) << stopped.err;
    EXPECT_NE(stopped.err.find("stopped by SIGTERM"), std::string::npos) << stopped.err;
  }
  EXPECT_EQ(json("cut/result.json")["status"], "stopped");
  EXPECT_EQ(train("cut", resumed(kLong)).exit_code, 0);
  expect_same_end("whole", "cut", 150);
}

// The last update is done and saved, but the scores that choose the best checkpoint are not there.
TEST_F(LraResume, StoppedWithinTheLastEvaluation) {
  const auto options = slowly_scored(20);
  ASSERT_EQ(train("whole", options).exit_code, 0);
  {
    const auto process = start("cut", options);
    wait_until([&] { return has_record("cut", 20, "train"); });
    process->signal(SIGTERM);
    EXPECT_EQ(process->wait().exit_code, 128 + SIGTERM);
  }
  EXPECT_FALSE(has_record("cut", 20, "dev"));
  EXPECT_EQ(json("cut/result.json")["status"], "stopped");
  ASSERT_EQ(train("cut", resumed(options)).exit_code, 0);
  expect_same_end("whole", "cut", 20);

  const Outcome scored = lra({"eval", "cut", "--split", "dev", "--json", "--threads", "1"});
  ASSERT_EQ(scored.exit_code, 0) << scored.err;
  const auto dev = nlohmann::json::parse(scored.out)["results"][0];
  EXPECT_EQ(dev["accuracy"], json("cut/result.json")["dev"]["accuracy"]);
}

TEST_F(LraResume, AnExtendedRunKilledInTheFinalScoring) {
  const auto options = slowly_scored(30);
  ASSERT_EQ(train("whole", options).exit_code, 0);
  ASSERT_EQ(train("cut", slowly_scored(20)).exit_code, 0);
  {
    const auto process = start("cut", resumed(options));
    wait_until([&] { return has_record("cut", 30, "dev"); });
    process->signal(SIGKILL);
    process->wait();
  }
  EXPECT_EQ(json("cut/result.json")["steps"], 20) << "killed too late to see anything";
  const Outcome last = train("cut", resumed(options));
  ASSERT_EQ(last.exit_code, 0) << last.err;
  EXPECT_EQ(json("cut/result.json")["steps"], 30);
  EXPECT_EQ(json("cut/result.json")["status"], "complete");
  EXPECT_EQ(json("cut/result.json")["test"]["rows"], 1500);
  int scores = 0;
  for (const auto& record : records("cut"))
    scores += record["step"] == 30 && record["split"] != "train";
  EXPECT_EQ(scores, 2) << "dev and test, once each";
}

TEST_F(LraResume, AMovedRunGoesOnWhereItIs) {
  ASSERT_EQ(train("whole", kLong).exit_code, 0);
  {
    const auto process = start("before", kLong);
    wait_until([&] { return fs::exists(folder_.path("before/checkpoints/step-60")); });
    process->signal(SIGTERM);
    EXPECT_EQ(process->wait().exit_code, 128 + SIGTERM);
  }
  fs::create_directories(folder_.path("elsewhere"));
  fs::rename(folder_.path("before"), folder_.path("elsewhere/run"));
  const Outcome moved = lra({"train", "elsewhere/run", "--resume"});
  ASSERT_EQ(moved.exit_code, 0) << moved.err;
  EXPECT_FALSE(fs::exists(folder_.path("before")));
  expect_same_end("whole", "elsewhere/run", 150);
}

TEST_F(LraResume, DurationsMayChange) {
  ASSERT_EQ(train("run").exit_code, 0);
  const Outcome longer = train("run", {"--resume", "--set", "train.duration=30"});
  ASSERT_EQ(longer.exit_code, 0) << longer.err;
  EXPECT_NE(longer.err.find("train.duration: 20 steps in the run, now 30"), std::string::npos)
      << longer.err;
  EXPECT_EQ(json("run/result.json")["steps"], 30);
}

}  // namespace
}  // namespace yoso::testing
