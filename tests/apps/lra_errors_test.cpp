// Every mistake a user can make with `lra` gets one clear line and the documented exit code, and
// loses nothing.
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <iterator>
#include <thread>

#include "apps/lra_fixture.h"
#include "support/small_disk.h"

namespace yoso::testing {
namespace {

namespace fs = std::filesystem;
using LraErrors = LraTest;

TEST_F(LraErrors, CommandLine) {
  expect_error(lra({}), 2, "A subcommand is required");
  expect_error(lra({"trian"}), 2, "unknown word `trian` (did you mean `train`?)");
  expect_error(lra({"train"}), 2, "config");
  expect_error(lra({"train", smoke(), "--speed"}), 2, "--speed");
  expect_error(lra({"table"}), 2, "runs");
  expect_error(lra({"generate", "listops", "--output", "x", "--train", "many"}), 2, "--train");
  expect_error(lra({"generate", "listops"}), 2, "--output");
}

TEST_F(LraErrors, Bench) {
  expect_error(lra({"bench", "--attention", "yosso"}), 2, "did you mean `yoso`");
  expect_error(lra({"bench", "--attention", "{kind: yoso, hashs: 2}"}), 2, "did you mean `hashes`");
  expect_error(lra({"bench", "--lengths", "0"}), 2, "--lengths");
  expect_error(lra({"bench", "--repeats", "0"}), 2, "--repeats");
  expect_error(lra({"bench", "--device", "gpu"}), 2, "device");
}

TEST_F(LraErrors, MissingConfig) {
  expect_error(lra({"train", "nowhere.yaml"}), 2, "nowhere.yaml");
}

TEST_F(LraErrors, UnknownKeyNamesFileLineAndTheNearestKey) {
  const std::string file = folder_.write(
      "a.yaml", "task: {name: listops, data: x}\ntrain:\n  learning: 1\n  bach_size: 3\n");
  const Outcome outcome = lra({"train", file});
  const int lines = 2;  // one a mistake
  expect_error(outcome, 2, file + ":4: train.bach_size: unknown key", lines);
  expect_error(outcome, 2, "batch_size", lines);
  expect_error(outcome, 2, file + ":3: train.learning: unknown key", lines);
}

TEST_F(LraErrors, WrongTypeDuplicateKeyAndRange) {
  const auto with = [&](const std::string& text) {
    return lra(
        {"train",
         folder_.write("a.yaml", "task: {name: listops, data: x}\nattention: yoso\n" + text)});
  };
  expect_error(with("train: {batch_size: many}\n"), 2, "a.yaml:3: train.batch_size");
  expect_error(with("train: {lr: 1}\ntrain: {lr: 2}\n"), 2, "a.yaml:4");
  expect_error(with("train: {lr: -1}\n"), 2, "a.yaml:3: train.lr");
  expect_error(with("model: {dim: 10, heads: 3}\n"), 2, "model.dim");
}

TEST_F(LraErrors, UnknownAttentionTaskAndOption) {
  expect_error(train("run", {"--set", "attention.kind=yosso"}), 2, "did you mean `yoso`");
  expect_error(train("run", {"--set", "task.name=listop"}), 2, "did you mean `listops`");
  expect_error(train("run", {"--set", "attention.hashs=3"}), 2, "did you mean `hashes`");
  expect_error(train("run", {"--set", "attention.bits=17"}), 2, "[1, 16]");
  expect_error(train("run", {"--set", "attention.conv_window=4"}), 2, "odd number");
  EXPECT_FALSE(fs::exists(folder_.path("run")));
}

TEST_F(LraErrors, MissingAndWrongData) {
  expect_error(train("run", {"--set", "task.data=nowhere"}), 3, "nowhere: ");

  fs::copy(data(), folder_.path("data"), fs::copy_options::recursive);
  const auto broken_line = [&](const std::string& line) {
    std::string text = read("data/basic_train.tsv");
    const size_t second = text.find('\n', text.find('\n') + 1) + 1;  // after header and first row
    folder_.write("broken/basic_train.tsv",
                  text.substr(0, second) + line + "\r\n" + text.substr(second));
    fs::copy(folder_.path("data/basic_val.tsv"), folder_.path("broken"),
             fs::copy_options::overwrite_existing);
    fs::copy(folder_.path("data/basic_test.tsv"), folder_.path("broken"),
             fs::copy_options::overwrite_existing);
    return train("run", {"--set", "task.data=broken"});
  };
  expect_error(broken_line("( ( ( [MAX 2 ) 9 ) ] )"), 3, "basic_train.tsv:3: ");
  expect_error(broken_line("( ( ( [MEAN 2 ) 9 ) ] )\t5"), 3, "basic_train.tsv:3: ");
  expect_error(broken_line("( ( ( [MAX 2 ) 9 ) ] )\t12"), 3, "basic_train.tsv:3: ");
  EXPECT_FALSE(fs::exists(folder_.path("run/config.yaml")))
      << "a failed start must leave the folder free";
}

TEST_F(LraErrors, AnOccupiedRunFolder) {
  ASSERT_EQ(train("run").exit_code, 0);
  const std::string before = read("run/metrics.jsonl");
  expect_error(train("run"), 2, "already holds a run");
  EXPECT_EQ(read("run/metrics.jsonl"), before);
  expect_error(train("run", {"--resume", "--set", "train.lr=0.5"}), 2,
               "train.lr: 0.001 in the run, now 0.5", /*lines=*/2);
  EXPECT_EQ(train("run", {"--resume"}).exit_code, 0);
  EXPECT_EQ(read("run/metrics.jsonl"), before);
}

TEST_F(LraErrors, AnUnwritableOutput) {
  folder_.write("file", "x");
  expect_error(train("file/run"), 1, "file/run");
  expect_error(train("/proc/run"), 1, "/proc/run");
  expect_error(lra({"generate", "listops", "--output", "/proc/x", "--train", "9", "--dev", "9",
                    "--test", "9"}),
               1, "/proc/x");
}

TEST_F(LraErrors, WhatTheFileSystemRefuses) {
  const std::string name(300, 'x');
  expect_error(lra({"eval", name}), 1, name + "/config.yaml: File name too long");
}

TEST_F(LraErrors, AStandardOutputThatTakesNothing) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  for (const std::string& arguments : std::vector<std::string>{
           "list", "--version", "train --help", "train " + smoke() + " --dump-config full"}) {
    const Outcome outcome = run_program(
        {"/bin/sh", "-c", program() + " " + arguments + " > /dev/full"}, folder_.path(""));
    expect_error(outcome, 1, "standard output: cannot be written");
  }
}

TEST_F(LraErrors, TruncatedAndForeignCheckpoints) {
  ASSERT_EQ(train("run").exit_code, 0);
  const std::string weights = "run/checkpoints/step-20/model.safetensors";
  const std::string whole = read(weights);
  folder_.write(weights, whole.substr(0, whole.size() / 2));
  expect_error(lra({"eval", "run", "--checkpoint", "latest"}), 3, "model.safetensors: truncated");
  folder_.write(weights, whole);
  EXPECT_EQ(lra({"eval", "run", "--checkpoint", "latest"}).exit_code, 0);
  expect_error(lra({"eval", "run", "--checkpoint", "step-3"}), 3, "step-3");
  expect_error(lra({"eval", "nowhere"}), 3, "nowhere: is no run folder");
  folder_.write("foreign/weights.bin", "x");
  expect_error(train("other", {"--set", "model.init_from=foreign"}), 3, "foreign");
  expect_error(lra({"eval", "run", "--split", "exam"}), 2, "expected train, dev or test");
  expect_error(lra({"eval", "run", "--checkpoint", "../x"}), 2, "expected best, latest or step-N");
  expect_error(lra({"eval", "run", "--device", "gpu"}), 2, "expected auto, cpu, cuda");
  expect_error(lra({"eval", "run", "--attention", "softmax", "--hash-seeds", "2"}), 2,
               "has no hashes");
  expect_error(lra({"eval", "run", "--hash-seeds", "x"}), 2, "--hash-seeds: ");
  expect_error(lra({"eval", "run", "--attention", "sofmax"}), 2, "softmax");
  expect_error(lra({"table", "nowhere"}), 3, "nowhere: no such run folder");
}

TEST_F(LraErrors, ANonFiniteLossEndsWithItsOwnCode) {
  const Outcome outcome =
      train("run", {"--set", "train.lr=1e38", "--set", "train.schedule=constant"});
  expect_error(outcome, 4, "at step ");
  expect_error(outcome, 4, "batch of train examples ");
}

// A run on a disk that fills up ends with one line; once there is room, it continues from its last
// whole checkpoint.
TEST_F(LraErrors, AFullDisk) {
  const std::vector<std::string> extra = {
      "--set", "train.duration=60",     "--set", "train.keep_last=100",
      "--set", "run.tensorboard=false", "--set", "train.save_every=5"};
  const Outcome whole = train("whole", extra);
  ASSERT_EQ(whole.exit_code, 0) << whole.err;

  fs::create_directories(folder_.path("disk"));
  const bool mounted = on_small_disk(folder_.path("disk"), 400, [&](const std::string& disk) {
    const Outcome full = train("disk/run", extra);
    expect_error(full, 1, "No space left on device");
    EXPECT_TRUE(fs::exists(disk + "/run/checkpoints/latest")) << full.err;

    resize_disk(disk, 64 << 10);
    std::vector<std::string> again = extra;
    again.push_back("--resume");
    const Outcome resumed = train("disk/run", again);
    EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
    EXPECT_NE(resumed.err.find("resuming after step "), std::string::npos) << resumed.err;
    EXPECT_TRUE(read("disk/run/checkpoints/step-60/model.safetensors") ==
                read("whole/checkpoints/step-60/model.safetensors"));
  });
  if (!mounted) GTEST_SKIP() << "no tmpfs can be mounted here";
}

// A limit on the size of files (ulimit -f) is an error of the write, and log.txt tells it.
TEST_F(LraErrors, AFileBeyondItsLimit) {
  std::vector<std::string> arguments = {"/bin/sh", "-c", "ulimit -f 40; exec \"$@\"", "sh",
                                        program()};
  for (const std::string& argument : train_arguments("run", {})) arguments.push_back(argument);
  const Outcome outcome = run_program(arguments, folder_.root());
  expect_error(outcome, 1, "File too large");
  EXPECT_NE(read("run/log.txt").find("File too large"), std::string::npos);
}

TEST_F(LraErrors, AKilledGeneratorLeavesNothing) {
  const auto files = [&] {
    return std::distance(fs::directory_iterator(folder_.path("set")), fs::directory_iterator());
  };
  fs::create_directories(folder_.path("set"));
  {
    Process process({program(), "generate", "listops", "--output", "set"}, folder_.path(""));
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    process.signal(SIGKILL);
    EXPECT_EQ(process.wait().exit_code, 128 + SIGKILL);
  }
  EXPECT_EQ(files(), 0);
}

}  // namespace
}  // namespace yoso::testing
