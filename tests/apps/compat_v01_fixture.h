#pragma once

#include <cmath>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "apps/program_test.h"

namespace yoso::testing {

/// A copy of tests/golden/v0.1, the files that version 0.1.0 wrote, as if it had written them here:
/// what stood where the copy is now, @ROOT@ in the committed files, is the test's folder.
class CompatV01 : public ProgramTest {
 protected:
  using Json = nlohmann::json;
  using Arguments = std::vector<std::string>;

  CompatV01() {
    std::filesystem::copy(source_dir() + "/tests/golden/v0.1", folder_.root(),
                          std::filesystem::copy_options::recursive);
    Arguments states;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.root())) {
      if (!entry.is_regular_file()) continue;
      const std::string name = entry.path().lexically_relative(folder_.root()).string();
      if (place(name) && entry.path().filename() == "state.json") states.push_back(name);
    }
    for (const std::string& state : states) correct_manifest(state);
  }

  /// "PROGRAM SUBCOMMAND ...": words between blanks.
  Outcome typed(const std::string& line) const {
    std::istringstream words(line);
    Arguments arguments;
    std::string program;
    words >> program;
    for (std::string word; words >> word;) arguments.push_back(word);
    return run(program, arguments);
  }

  Outcome done(const std::string& line) const {
    Outcome outcome = typed(line);
    EXPECT_EQ(outcome.exit_code, 0) << line << "\n" << outcome.err;
    EXPECT_EQ(outcome.err.find("error:"), std::string::npos) << line << "\n" << outcome.err;
    return outcome;
  }

  /// The program of a run or configuration, by its name.
  static std::string program_of(const std::string& name) {
    const auto has = [&](const char* part) { return name.find(part) != std::string::npos; };
    if (has("mlm") || has("pretrain-")) return "pretrain";
    if (has("glue") || has("labelled") || has("finetune-")) return "finetune";
    return "lra";
  }

  std::vector<std::string> lines(const std::string& name) const {
    std::vector<std::string> found;
    std::istringstream text(read(name));
    for (std::string line; std::getline(text, line);) found.push_back(line);
    return found;
  }

  std::vector<Json> records(const std::string& name) const {
    std::vector<Json> found;
    for (const std::string& line : lines(name)) found.push_back(Json::parse(line));
    return found;
  }

  /// Everything of `expected` is in `actual`, numbers within `tolerance` of their size: processors
  /// round differently. There may be more in `actual`.
  static void expect_holds(const Json& expected, const Json& actual, const std::string& where,
                           double tolerance = 1e-4) {
    if (expected.is_object()) {
      for (const auto& [key, value] : expected.items()) {
        const bool there = actual.is_object() && actual.contains(key);
        EXPECT_TRUE(there) << where << ": no " << key << " in " << actual;
        if (there) expect_holds(value, actual[key], where + "." + key, tolerance);
      }
    } else if (expected.is_array()) {
      ASSERT_TRUE(actual.is_array() && actual.size() == expected.size()) << where << ": " << actual;
      for (size_t i = 0; i < expected.size(); ++i)
        expect_holds(expected[i], actual[i], where + "[" + std::to_string(i) + "]", tolerance);
    } else if (expected.is_number_float()) {
      ASSERT_TRUE(actual.is_number()) << where << ": " << actual;
      const double value = expected.get<double>();
      EXPECT_NEAR(actual.get<double>(), value, tolerance * std::abs(value) + 1e-6) << where;
    } else {
      EXPECT_EQ(expected, actual) << where;
    }
  }

 private:
  /// Whether the file names the folder.
  bool place(const std::string& name) const {
    static const std::string kRoot = "@ROOT@";
    if (name.ends_with(".safetensors") || name.ends_with(".tokens") || name == "README.md" ||
        name == "make.sh")
      return false;
    std::string text = read(name);
    size_t at = text.find(kRoot);
    if (at == std::string::npos) return false;
    for (; at != std::string::npos; at = text.find(kRoot, at)) {
      text.replace(at, kRoot.size(), folder_.root());
    }
    folder_.write(name, text);
    return true;
  }

  /// The size of the state, which names the folder; without a checksum, as other tools may write
  /// it.
  void correct_manifest(const std::string& state) const {
    const std::string name =
        state.substr(0, state.size() - std::string("state.json").size()) + "manifest.json";
    Json manifest = json(name);
    manifest["files"]["state.json"] = {{"size", read(state).size()}};
    folder_.write(name, manifest.dump(2) + "\n");
  }
};

}  // namespace yoso::testing
