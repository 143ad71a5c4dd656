// Files that version 0.1.0 wrote, and the words that its users typed, keep working: what is
// renamed keeps its old name too. tests/golden/v0.1/README.md tells what there is.
#include "apps/compat_v01_fixture.h"
#include "support/shared_data.h"

namespace yoso::testing {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kRuns = {"pretrain-bert", "pretrain-roberta", "finetune-own",
                                        "finetune-mrpc", "lra-yoso",         "lra-masked"};

TEST_F(CompatV01, RunsScoreAsBefore) {
  for (const std::string& name : kRuns) {
    const Outcome scored =
        done(program_of(name) + " eval runs/" + name + " --json --quiet --threads 1");
    if (scored.exit_code == 0)
      expect_holds(json("expected/eval-" + name + ".json"), Json::parse(scored.out), name);
  }
  // With all options, by every record of the run itself.
  const Outcome all = done(
      "lra eval runs/lra-yoso --checkpoint latest --split dev --draws 2 --hashes 4 --attention "
      "yoso "
      "--data data/listops --device cpu --threads 1 --json --quiet");
  const Outcome each = done("lra eval runs/lra-yoso --all-checkpoints --split dev --json --quiet");
  ASSERT_EQ(each.exit_code, 0);
  EXPECT_EQ(Json::parse(all.out)["results"].size(), 2U + 1U) << all.out;
  const Json results = Json::parse(each.out)["results"];
  ASSERT_EQ(results.size(), 2U) << each.out;
  for (const Json& record : records("runs/lra-yoso/metrics.jsonl")) {
    if (record["split"] != "dev") continue;
    EXPECT_NEAR(results[record["step"] == 2 ? 0 : 1]["loss"].get<double>(), record["loss"], 1e-3);
  }
}

TEST_F(CompatV01, RunsGoOnAndEndAsBefore) {
  for (const std::string& name : kRuns) {
    const std::string folder = "runs/" + name;
    const auto before = lines(folder + "/metrics.jsonl");
    const auto expected = records("expected/resumed-" + name + ".jsonl");
    ASSERT_FALSE(expected.empty()) << name;
    const int steps = expected.back()["step"];
    const Outcome resumed =
        run(program_of(name), {"train", folder, "--resume", "--set",
                               "train.duration=" + std::to_string(steps) + " steps"});
    ASSERT_EQ(resumed.exit_code, 0) << name << ": " << resumed.err;
    EXPECT_EQ(json(folder + "/result.json")["status"], "complete");
    EXPECT_EQ(json(folder + "/result.json")["steps"], steps);
    const auto after = lines(folder + "/metrics.jsonl");
    ASSERT_GT(after.size(), before.size()) << name;
    for (size_t i = 0; i < before.size(); ++i) {
      if (Json::parse(before[i])["split"] == "test") continue;  // scored again at the new end
      EXPECT_EQ(after[i], before[i]) << name;
    }
    // The losses after the old ones. Other scores may have other names.
    std::map<std::pair<int, std::string>, double> losses;
    for (const Json& record : records(folder + "/metrics.jsonl"))
      if (record.contains("loss")) losses[{record["step"], record["split"]}] = record["loss"];
    for (const Json& record : expected) {
      if (!record.contains("loss")) continue;
      const std::pair<int, std::string> key = {record["step"], record["split"]};
      ASSERT_TRUE(losses.contains(key)) << name << " has no " << record;
      EXPECT_NEAR(losses[key], record["loss"], 1e-4 * record["loss"].get<double>())
          << name << " " << record;
    }
  }
}

TEST_F(CompatV01, PreparedRowsAreTaken) {
  const auto first_loss = [&](const std::string& name) {
    return records("runs/" + name + "/metrics.jsonl").at(0).at("loss").get<double>();
  };
  done("lra train runs/lra-yoso --output runs/rows --set task.data=rows/listops --quiet");
  EXPECT_NEAR(first_loss("rows"), first_loss("lra-yoso"), 1e-3);
  // Beside their source, whose time stamp a copy cannot have.
  Json settings = json("rows/listops/prepared.json");
  settings["source"].erase("stamp");
  folder_.write("rows/listops/prepared.json", settings.dump());
  const Outcome mapped =
      done("lra train runs/lra-yoso --output runs/mapped --set task.prepared=rows/listops");
  EXPECT_EQ(mapped.err.find("wrote "), std::string::npos) << mapped.err;
  EXPECT_NEAR(first_loss("mapped"), first_loss("lra-yoso"), 1e-3);
}

TEST_F(CompatV01, TokenShardsAreTaken) {
  for (const std::string objective : {"bert", "roberta"}) {
    const std::string manifest = read("shards/" + objective + "/manifest.json"),
                      name = "pretrain-" + objective;
    done("pretrain prepare configs/" + name + ".yaml --quiet");
    EXPECT_EQ(read("shards/" + objective + "/manifest.json"), manifest) << "nothing is to be done";
    done("pretrain train runs/" + name + " --output runs/again --quiet");
    EXPECT_NEAR(records("runs/again/metrics.jsonl").at(0)["loss"].get<double>(),
                records("runs/" + name + "/metrics.jsonl").at(0)["loss"].get<double>(), 1e-3);
    fs::remove_all(folder_.path("runs/again"));
  }
}

TEST_F(CompatV01, PretrainedModelsServe) {
  const std::vector<std::pair<std::string, std::string>> texts = {
      {"pretrain-bert", "alice said that the [MASK] was in the house now."},
      {"pretrain-roberta", "alice said that the <mask> was in"}};
  for (const auto& [name, text] : texts) {
    const Outcome filled =
        run("pretrain", {"fill-mask", "runs/" + name, text, "--json", "--threads", "1"});
    ASSERT_EQ(filled.exit_code, 0) << filled.err;
    expect_holds(json("expected/fill-mask-" + name + ".json"), Json::parse(filled.out), name);
    done("pretrain extend runs/" + name + " --length 40 --bits 4 --output longer-" + name);
    done("pretrain eval longer-" + name + " --quiet");
  }
  for (const char* name : {"pretrain-bert", "pretrain-roberta", "finetune-own"}) {
    done(std::string("pretrain export runs/") + name + " --output export --quiet");
    expect_holds(json(std::string("expected/export-") + name + ".json"), json("export/config.json"),
                 name);
    const std::string file = read("export/model.safetensors");
    const Json tensors = Json::parse(file.substr(8, file.find("}}", 8) + 2 - 8));
    const Json expected = json(std::string("expected/tensors-") + name + ".json");
    for (const auto& [tensor, entry] : expected.items()) {
      if (tensor == "__metadata__") continue;
      ASSERT_TRUE(tensors.contains(tensor)) << name << ": " << tensor;
      EXPECT_EQ(tensors[tensor]["dtype"], entry["dtype"]) << tensor;
      EXPECT_EQ(tensors[tensor]["shape"], entry["shape"]) << tensor;
    }
    fs::remove_all(folder_.path("export"));
  }
  done("finetune train configs/finetune-own.yaml --output runs/new --set train.duration=2 --quiet");
  done(
      "lra train runs/lra-masked --output runs/classes --set task.masked=0 "
      "--set model.init_from=runs/lra-masked --quiet");
}

TEST_F(CompatV01, ClassifiersPredictAsBefore) {
  std::string texts;
  for (const std::string& line : lines("data/labelled_text/test.tsv"))
    if (line != "text\tlabel") texts += line.substr(0, line.find('\t')) + "\n";
  folder_.write("texts.txt", texts);
  EXPECT_EQ(done("finetune predict runs/finetune-own --input texts.txt --quiet").out,
            read("expected/predict-finetune-own.tsv"));
  done("finetune predict runs/finetune-mrpc --split dev --data data/glue --output dev --quiet");
  const Outcome score = done("finetune score MRPC dev/MRPC.tsv data/glue/MRPC/dev.tsv");
  ASSERT_EQ(score.exit_code, 0);
  const Json scored = json("expected/eval-finetune-mrpc.json")["results"][0],
             again = Json::parse(score.out);
  for (const auto& [key, value] : again.items())
    EXPECT_NEAR(value.get<double>(), scored[key].get<double>(), 1e-6) << key;
}

// Each key of 0.1.0 stands in one of them; others are read where the runs are made again.
TEST_F(CompatV01, ConfigurationsMeanWhatTheirFullFormSays) {
  size_t compared = 0;
  for (const auto& entry : fs::directory_iterator(folder_.path("configs/full"))) {
    const std::string file = entry.path().filename().string();
    const std::string dump = program_of(file) + " train configs/%/" + file + " --dump-config full";
    const auto in = [&](const std::string& folder) {
      std::string line = dump;
      return done(line.replace(line.find("%"), 1, folder)).out;
    };
    const std::string full = in("full"), brief = in(".");
    EXPECT_NE(full, "") << file;
    EXPECT_EQ(full, brief) << file;
    ++compared;
  }
  EXPECT_EQ(compared, 8U);
}

TEST_F(CompatV01, ConfigurationsWithAllKeysRun) {
  fs::create_directory_symlink(sample(""), folder_.path("samples"));
  for (const std::string task : {"text", "image", "pathfinder", "retrieval"}) {
    done("lra train configs/every-" + task + ".yaml --dry-run --quiet --set task.data=samples/" +
         task + (task == "pathfinder" ? " --set task.level=hard" : ""));
  }
  done("lra train configs/every-listops.yaml --dry-run --quiet");
  done("finetune train configs/every-glue.yaml --dry-run --quiet");
  done("finetune train configs/every-labelled_text.yaml --dry-run --quiet");
  done("pretrain prepare configs/every-mlm.yaml --quiet");
  done("pretrain train configs/every-mlm.yaml --dry-run --quiet");
}

TEST_F(CompatV01, ASweepGoesOn) {
  const std::string run = "runs/sweep/small/yoso/seed=1,length_pool=2";
  const std::string metrics = read(run + "/metrics.jsonl");
  done("lra sweep configs/sweep.yaml --set train.lr=1e-3 --dry-run");
  done("lra sweep configs/sweep.yaml --quiet");
  EXPECT_EQ(read(run + "/metrics.jsonl"), metrics);
  size_t runs = 0;
  for (const auto& entry : fs::directory_iterator(folder_.path("runs/sweep/small/yoso")))
    runs += fs::exists(entry.path() / "result.json");
  EXPECT_EQ(runs, 2U);
  done("lra table --arena runs/sweep --published all --speed speed.svg");
}

// Beside those typed above.
TEST_F(CompatV01, OldOptionsAreKnown) {
  fs::create_directory_symlink(sample(""), folder_.path("samples"));
  folder_.write("masked.txt", "the [MASK]\n");
  folder_.write("text.txt", "a dull story\n");
  std::string rows = "index\tprediction\n";
  for (int i = 0; i < 146; ++i) rows += std::to_string(i) + "\t1\n";
  folder_.write("files/WNLI.tsv", rows);
  for (const char* line :
       {"lra generate listops --output trees --force --quiet --threads 1 --train 5 --dev 5 "
        "--test 5 --min-length 3 --max-length 20 --max-depth 3 --max-arguments 3 "
        "--value-probability 0.5 "
        "--seed 2",
        "lra generate pathfinder --output images --force --quiet --threads 1 --resolution 32 "
        "--level easy --images 20 --folder-images 10 --seed 3",
        "lra prepare pathfinder --input images --output pixels --set level=easy --skip-bad-rows 1 "
        "--force --threads 1 --quiet",
        "lra bench --attention yoso --lengths 16,32 --repeats 1 --memory 0.1 --time-limit 5 "
        "--max-batch 1 --precision float32 --device cpu --threads 1 --output bench --quiet",
        "lra list",
        "lra table runs/lra-yoso --format csv --curves curves.svg --title x",
        "lra train configs/lra-yoso.yaml --set train.duration=1 --output new --device cpu "
        "--threads 1 --seed 3 --resume --quiet",
        "lra train configs/lra-yoso.yaml --dump-config minimal",
        "pretrain prepare configs/pretrain-bert.yaml --set corpus.shards=tokens-2 --quiet",
        "pretrain prepare --input data/text.txt --tokenizer bert:data/tokenizers/bert/vocab.txt "
        "--format line --sentences punctuation --text-field text --document-lines 10 "
        "--min-words 1 --rate 0.5 --validation 0.2 --shard-tokens 1000 --bad-utf8 replace "
        "--seed 2 --cased --max-word-chars 50 --output tokens --stats --threads 1 --quiet",
        "pretrain tokenize data/text.txt --tokenizer roberta:data/tokenizers/roberta --special "
        "--prefix-space",
        "pretrain tokenize data/text.txt --tokenizer bert:data/tokenizers/bert/vocab.txt --cased "
        "--max-word-chars 9",
        "pretrain tokenize data/text.txt --tokenizer albert:samples/tokenizers/albert "
        "--keep-accents",
        "pretrain export runs/pretrain-bert --output exported --quiet",
        "pretrain import exported --output imported --attention softmax --lenient --quiet "
        "--tokenizer bert:data/tokenizers/bert/vocab.txt --shards shards/bert",
        "pretrain import exported --output imported-hf --compat hf --quiet "
        "--tokenizer bert:data/tokenizers/bert/vocab.txt",
        "pretrain export runs/finetune-own --output classifier --labels no,yes --quiet",
        "pretrain import classifier --output imported-classifier --labels no,yes --quiet",
        "pretrain table runs/pretrain-bert runs/pretrain-roberta --format markdown",
        "pretrain fill-mask runs/pretrain-bert --input masked.txt --checkpoint latest --top 2 "
        "--device cpu --threads 1",
        "finetune predict runs/finetune-own --checkpoint best --input text.txt --output out.tsv "
        "--probabilities --device cpu --threads 1 --quiet",
        "finetune table --each runs/finetune-own runs/finetune-mrpc --format csv --curves c.svg "
        "--title x",
        "finetune submit files --output part.zip --partial",
        "finetune submit files --output full.zip --constant"}) {
    done(line);
  }
}

}  // namespace
}  // namespace yoso::testing
