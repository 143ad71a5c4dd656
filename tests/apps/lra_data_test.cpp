// lra generate, prepare, sweep and table --lra, as a user calls them.
#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>

#include "apps/lra_fixture.h"
#include "support/shared_data.h"

namespace yoso::testing {
namespace {

namespace fs = std::filesystem;
using LraData = LraTest;

TEST_F(LraData, PreparedAndRawRowsTrainToTheSameWeights) {
  ASSERT_EQ(lra({"prepare", "text", "--input", sample("text"), "--output", "rows"}).exit_code, 0);
  EXPECT_EQ(json("rows/prepared.json")["splits"]["train"]["rows"], 18);
  EXPECT_EQ(json("rows/prepared.json")["complete"], false);
  for (const std::string& data : {sample("text"), folder_.path("rows")}) {
    const std::string output = data == sample("text") ? "raw" : "mapped";
    const Outcome outcome =
        lra({"train", smoke(), "--set", "task={name: text, data: " + data + "}", "--set",
             "train.bucket_batches=3", "--output", output, "--threads", "1"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  }
  EXPECT_TRUE(read("raw/checkpoints/step-20/model.safetensors") ==
              read("mapped/checkpoints/step-20/model.safetensors"));
}

TEST_F(LraData, PrepareRefusesWhatItShould) {
  const std::vector<std::string> arguments = {"prepare",      "text",     "--input",
                                              sample("text"), "--output", "rows"};
  ASSERT_EQ(lra(arguments).exit_code, 0);
  expect_error(lra(arguments), 2, "holds a prepared set already");
  auto forced = arguments;
  forced.push_back("--force");
  EXPECT_EQ(lra(forced).exit_code, 0);
  expect_error(lra({"prepare", "tex", "--input", "x", "--output", "y"}), 2, "did you mean `text`");
  expect_error(lra({"prepare", "text", "--input", "x", "--output", "y", "--set", "sead=1"}), 2,
               "unknown key");
  expect_error(lra({"prepare", "text", "--input", "x", "--output", "y", "--set", "name=listops"}),
               2, "--set name=listops: is said by TASK and --input");
  expect_error(lra({"prepare", "text", "--input", "nowhere", "--output", "y"}), 3,
               "no such folder or archive");
  expect_error(lra({"prepare", "pathfinder", "--input", sample("pathfinder"), "--output", "y",
                    "--set", "level=easy"}),
               3, "no Pathfinder images here");
}

TEST_F(LraData, BadRowsAreSkippedOnRequestAlone) {
  for (const char* split : {"train", "eval", "test"}) {
    folder_.write(std::string("pairs/new_aan_pairs.") + split + ".tsv",
                  "1.0\ta\tb\tx\ty\n0.0\ta\tb\tx\n");
  }
  const std::vector<std::string> arguments = {"prepare", "retrieval", "--input",
                                              "pairs",   "--output",  "rows"};
  expect_error(lra(arguments), 3, "new_aan_pairs.train.tsv:2: expected 5 columns");
  auto tolerant = arguments;
  tolerant.insert(tolerant.end(), {"--skip-bad-rows", "3"});
  const Outcome outcome = lra(tolerant);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_NE(outcome.err.find("skipped: "), std::string::npos) << outcome.err;
  EXPECT_EQ(json("rows/prepared.json")["skipped"].size(), 3U);
}

TEST_F(LraData, GeneratedPathfinderTrains) {
  const std::vector<std::string> arguments = {"generate", "pathfinder", "--images", "40",
                                              "--level",  "easy",       "--output", "data"};
  ASSERT_EQ(lra(arguments).exit_code, 0);
  EXPECT_NE(lra(arguments).err.find("holds this very set already"), std::string::npos);
  const Outcome outcome =
      lra({"train", smoke(), "--set", "task={name: pathfinder, data: data, level: easy}", "--set",
           "model.max_length=1024", "--set", "train.duration=2", "--output", "run"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(json("run/result.json")["test"]["rows"], 4);
}

TEST_F(LraData, InterruptedGenerationGoesOn) {
  const std::vector<std::string> arguments = {"generate",        "pathfinder", "--images", "30000",
                                              "--folder-images", "50",         "--output", "data"};
  auto program_and = arguments;
  program_and.insert(program_and.begin(), program());
  {
    Process process(program_and, folder_.path(""));
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    const std::string first =
        folder_.path("data/pathfinder32/curv_contour_length_14/metadata/0.npy");
    while (!fs::exists(first) && std::chrono::steady_clock::now() < deadline)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    process.signal(SIGTERM);
    EXPECT_EQ(process.wait().exit_code, 128 + SIGTERM);
  }
  EXPECT_FALSE(
      fs::exists(folder_.path("data/pathfinder32/curv_contour_length_14/metadata/599.npy")));
}

TEST_F(LraData, SweepsResumeAndFillTheTable) {
  const std::string tiny = "include: " + smoke() + "\ntask: {data: " + data() +
                           "}\nrun: {threads: 1, tensorboard: false}\n";
  folder_.write("tiny.yaml", tiny);
  folder_.write("sweep.yaml",
                "output: runs\nexperiments: [tiny.yaml]\nattentions: {yoso: {kind: yoso, hashes: "
                "2}, none: none}\ngrid: {run.seed: [1, 2]}\n");
  const Outcome plan = lra({"sweep", "sweep.yaml", "--dry-run"});
  ASSERT_EQ(plan.exit_code, 0) << plan.err;
  EXPECT_NE(plan.out.find("waiting"), std::string::npos) << plan.out;
  const Outcome first = lra({"sweep", "sweep.yaml"});
  ASSERT_EQ(first.exit_code, 0) << first.err;
  EXPECT_NE(first.err.find("sweep: 4 of 4 runs complete"), std::string::npos) << first.err;
  const auto written = fs::last_write_time(folder_.path("runs/tiny/none/seed=2/result.json"));
  fs::remove(folder_.path("runs/tiny/yoso/seed=1/result.json"));  // as if it had been cut
  ASSERT_EQ(lra({"sweep", "sweep.yaml"}).exit_code, 0);
  EXPECT_EQ(fs::last_write_time(folder_.path("runs/tiny/none/seed=2/result.json")), written);
  EXPECT_TRUE(fs::exists(folder_.path("runs/tiny/yoso/seed=1/result.json")));
  expect_error(lra({"sweep", "sweep.yaml", "--set", "train.lr=0.1"}), 2, "train.lr", /*lines=*/2);

  const Outcome table =
      lra({"table", "runs", "--lra", "--published", "harness", "--speed", "speed.svg"});
  ASSERT_EQ(table.exit_code, 0) << table.err;
  for (const char* text :
       {"yoso hashes=2", "none", " ± ", "published: Nyströmformer repository", "58.95"})
    EXPECT_NE(table.out.find(text), std::string::npos) << text << "\n" << table.out;
  EXPECT_NE(read("speed.svg").find("<circle"), std::string::npos);
  const Outcome csv = lra({"table", "runs", "--lra", "--format", "csv"});
  EXPECT_NE(csv.out.find("none,own,default,ListOps,"), std::string::npos) << csv.out;
}

TEST_F(LraData, ADivergedRunIsPassedOver) {
  folder_.write("tiny.yaml", "include: " + smoke() + "\ntask: {data: " + data() +
                                 "}\nrun: {threads: 1, tensorboard: false}\n");
  folder_.write("sweep.yaml",
                "output: runs\nexperiments: [tiny.yaml]\ngrid: {train.lr: [1e38, 1e-3]}\n");
  const Outcome outcome = lra({"sweep", "sweep.yaml"});
  EXPECT_EQ(outcome.exit_code, 4) << outcome.err;
  EXPECT_NE(outcome.err.find("1 of 2 runs complete, 1 diverged"), std::string::npos) << outcome.err;
  EXPECT_TRUE(fs::exists(folder_.path("runs/tiny/lr=1e38/diverged.txt")));
  const Outcome again = lra({"sweep", "sweep.yaml"});
  EXPECT_NE(again.err.find("lr=1e38: diverged"), std::string::npos) << again.err;
}

}  // namespace
}  // namespace yoso::testing
