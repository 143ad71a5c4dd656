// `lra sweep` as README says.
#include "apps/lra_fixture.h"

namespace yoso::testing {
namespace {

class LraSweep : public LraTest {
 protected:
  LraSweep() {
    folder_.write("sweep.yaml", "output: runs\nexperiments: {small: " + smoke() +
                                    "}\nset: {task.data: " + data() +
                                    ", train.duration: 20, run.threads: 1}\n"
                                    "grid: {run.seed: [1, 2]}\n");
  }
  Outcome sweep(std::vector<std::string> extra = {}) const {
    std::vector<std::string> arguments = {"sweep", "sweep.yaml"};
    arguments.insert(arguments.end(), extra.begin(), extra.end());
    return lra(arguments);
  }
};

TEST_F(LraSweep, AFinishedOneThatIsToBeLongerGoesOn) {
  ASSERT_EQ(sweep({"--set", "train.duration=10"}).exit_code, 0);
  EXPECT_EQ(json("runs/small/seed=2/result.json")["steps"], 10);
  const Outcome longer = sweep();
  ASSERT_EQ(longer.exit_code, 0) << longer.err;
  EXPECT_NE(longer.err.find("resuming after step 10"), std::string::npos) << longer.err;
  for (const char* run : {"runs/small/seed=1", "runs/small/seed=2"})
    EXPECT_EQ(json(std::string(run) + "/result.json")["steps"], 20);
  const Outcome again = sweep();
  EXPECT_EQ(again.err.find("resuming"), std::string::npos) << again.err;
  EXPECT_NE(again.err.find("sweep 2/2 " + folder_.path("runs/small/seed=2") + ": complete"),
            std::string::npos)
      << again.err;
}

TEST_F(LraSweep, TheTableOfLraTakesItsRunsAndDrawsThem) {
  ASSERT_EQ(sweep().exit_code, 0);
  const Outcome table = lra({"table", "--lra", "runs", "--curves", "curves.svg"});
  ASSERT_EQ(table.exit_code, 0) << table.err;
  EXPECT_NE(table.out.find("yoso hashes=4"), std::string::npos) << table.out;
  EXPECT_NE(read("curves.svg").find("runs/small/seed=2"), std::string::npos);
}

TEST_F(LraSweep, WhatIsWrongWithOneRunDoesNotEndTheOthers) {
  folder_.write("sweep.yaml", "output: runs\nexperiments: {small: " + smoke() +
                                  "}\nset: {train.duration: 5, run.threads: 1}\n"
                                  "grid: {task.data: [nowhere, " +
                                  data() + "]}\n");
  const Outcome swept = sweep();
  EXPECT_EQ(swept.exit_code, 3) << swept.err;
  EXPECT_NE(swept.err.find("1 of 2 runs complete, 1 failed"), std::string::npos) << swept.err;
  EXPECT_NE(swept.err.find("failed: "), std::string::npos) << swept.err;
  EXPECT_NE(swept.err.find("nowhere: no such folder"), std::string::npos) << swept.err;
  EXPECT_NE(read("runs/small/data=nowhere/log.txt").find("error: "), std::string::npos)
      << "log.txt tells how the run ended";
}

TEST_F(LraSweep, AKeyOfTheGridIsNotOverridden) {
  expect_error(sweep({"--set", "run.seed=3"}), 2, "the sweep's grid has run.seed");
}

}  // namespace
}  // namespace yoso::testing
