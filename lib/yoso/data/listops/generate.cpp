#include "yoso/data/listops/generate.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <string_view>
#include <system_error>
#include <unordered_set>
#include <vector>

#include "yoso/config/write.h"
#include "yoso/data/listops/files.h"
#include "yoso/util/checksum.h"
#include "yoso/util/error.h"
#include "yoso/util/file.h"
#include "yoso/util/parallel.h"
#include "yoso/util/stop_signal.h"

namespace yoso::data::listops {

namespace fs = std::filesystem;

namespace {

constexpr int64_t kBlock = 1024;       // expressions drawn between two looks for duplicates
constexpr int64_t kTries = 1'000'000;  // trees grown for one expression before giving up

struct Candidate {
  uint64_t checksum = 0;
  std::string line;
};

/// Expression number `index` of the endless sequence of a seed: trees are grown until one has an
/// allowed length.
Candidate draw(const GenerateOptions& options, int64_t index) {
  RandomStream random(static_cast<uint64_t>(options.seed), "listops", static_cast<uint64_t>(index));
  thread_local std::vector<Token> tokens;
  for (int64_t i = 0; i < kTries; ++i) {
    if (!grow(options.grammar, options.max_length, random, tokens)) continue;
    if (static_cast<int64_t>(tokens.size()) < options.min_length) continue;
    Candidate candidate;
    candidate.checksum = checksum(tokens.data(), tokens.size() * sizeof(Token));
    append_text(tokens, candidate.line);
    candidate.line += '\t';
    candidate.line += std::to_string(evaluate(tokens));
    candidate.line += "\r\n";
    return candidate;
  }
  throw UsageError("no expression of " + std::to_string(options.min_length) + " to " +
                   std::to_string(options.max_length) + " tokens among " + std::to_string(kTries) +
                   " grown: allow other lengths, more depth or more arguments");
}

std::string path_in(const std::string& folder, Split split) {
  return folder + "/" + file_name(split);
}

std::string settings_in(const std::string& folder) { return folder + "/generated.yaml"; }

/// The files of a set that are there.
std::vector<std::string> files_in(const std::string& folder) {
  std::vector<std::string> found;
  for (Split split : kSplits) {
    std::error_code ignored;  // writing the file reports the same error
    if (fs::exists(path_in(folder, split), ignored)) found.push_back(path_in(folder, split));
  }
  return found;
}

/// Whether the folder holds a complete set made with these settings.
bool holds(const std::string& folder, const std::string& settings) {
  std::error_code ignored;
  // generated.yaml is written last, so the files are complete when it is there.
  return files_in(folder).size() == std::size(kSplits) &&
         fs::exists(settings_in(folder), ignored) && read_file(settings_in(folder)) == settings;
}

void remove_set(const std::string& folder) {
  std::error_code ignored;  // a file that stays is replaced later, or reported then
  for (const std::string& path : files_in(folder)) fs::remove(path, ignored);
  fs::remove(settings_in(folder), ignored);
}

void check(const GenerateOptions& options) {
  if (options.min_length > options.max_length) {
    throw UsageError("min_length " + std::to_string(options.min_length) + " is above max_length " +
                     std::to_string(options.max_length));
  }
  if (const int64_t most = longest(options.grammar, options.min_length);
      most < options.min_length) {
    throw UsageError("min_length " + std::to_string(options.min_length) + ": with max_depth " +
                     std::to_string(options.grammar.max_depth) + " and max_arguments " +
                     std::to_string(options.grammar.max_arguments) +
                     " no expression has more than " + std::to_string(most) + " tokens");
  }
}

/// The three files, filled one after the other, appearing together at the end.
class SetWriter {
 public:
  SetWriter(const GenerateOptions& options, const std::string& folder)
      : files_{AtomicFile(path_in(folder, Split::train)), AtomicFile(path_in(folder, Split::dev)),
               AtomicFile(path_in(folder, Split::test))},
        left_{options.train, options.dev, options.test} {
    for (AtomicFile& file : files_) file.write("Source\tTarget\r\n");
  }

  void add(std::string_view line) {
    while (left_[current_] == 0) ++current_;
    files_[current_].write(line);
    --left_[current_];
  }

  void commit() {
    for (AtomicFile& file : files_) file.commit();
  }

 private:
  AtomicFile files_[3];
  int64_t left_[3];
  int current_ = 0;
};

/// False when a signal stopped it.
bool fill(SetWriter& writer, const GenerateOptions& options, int threads,
          const std::function<void(int64_t)>& progress) {
  const int64_t total = options.train + options.dev + options.test;
  // Checksums of the expressions: of two with the same one by chance the later is left out.
  std::unordered_set<uint64_t> seen;
  seen.reserve(static_cast<size_t>(total));
  std::vector<Candidate> block(static_cast<size_t>(kBlock));
  int64_t found = 0;
  for (int64_t first = 0; found < total; first += kBlock) {
    if (stop_requested() != 0) return false;
    const int64_t before = found;
    constexpr int64_t kGrain = 32;
    parallel_for(kBlock / kGrain, threads, [&](int64_t part) {
      for (int64_t i = part * kGrain; i < (part + 1) * kGrain; ++i) {
        block[i] = draw(options, first + i);
      }
    });
    for (int64_t i = 0; i < kBlock && found < total; ++i) {
      if (!seen.insert(block[i].checksum).second) continue;
      writer.add(block[i].line);
      ++found;
    }
    if (found < total && found - before < kBlock / 100) {
      throw UsageError("too few different expressions of " + std::to_string(options.min_length) +
                       " to " + std::to_string(options.max_length) + " tokens: " +
                       std::to_string(found) + " found among " + std::to_string(first + kBlock) +
                       " drawn, " + std::to_string(total) + " asked for");
    }
    if (progress) progress(found);
  }
  return true;
}

}  // namespace

void GenerateOptions::fields(config::FieldVisitor& visitor) {
  constexpr config::IntRange count{.min = 1, .max = 100'000'000};
  constexpr config::IntRange length{.min = 1, .max = 1'000'000};
  visitor.field({"train", "expressions in basic_train.tsv"}, train, count);
  visitor.field({"dev", "expressions in basic_val.tsv"}, dev, count);
  visitor.field({"test", "expressions in basic_test.tsv"}, test, count);
  visitor.field({"min_length", "tokens of the shortest expression allowed, without parentheses"},
                min_length, length);
  visitor.field({"max_length", "tokens of the longest expression allowed, without parentheses"},
                max_length, length);
  visitor.field({"max_depth", "levels of a tree; the deepest holds values only"}, grammar.max_depth,
                {.min = 1, .max = 100});
  visitor.field({"max_arguments", "an operator has 2 to this many, equally likely"},
                grammar.max_arguments, {.min = 2, .max = 100});
  visitor.field({"value_probability",
                 "chance of a node above the deepest level to be a value, not an operator"},
                grammar.value_probability, {.min = 0, .max = 1});
  visitor.field({"seed", "random seed; the same options give the same files"}, seed, {.min = 0});
}

Generated generate(const GenerateOptions& options, const std::string& folder, Existing existing,
                   int threads, const std::function<void(int64_t)>& progress) {
  check(options);
  const std::string settings = config::to_yaml(config::write(options));
  if (existing == Existing::keep) {
    if (holds(folder, settings)) return Generated::already_there;
    if (const auto found = files_in(folder); !found.empty()) {
      throw UsageError(found.front() +
                       ": exists already and belongs to another set; "
                       "choose another folder, or replace it with --force");
    }
  }

  make_folders(folder);
  SetWriter writer(options, folder);
  if (!fill(writer, options, threads, progress)) return Generated::stopped;
  // A kill between these steps leaves files missing, which every reader notices, and never files of
  // two sets.
  remove_set(folder);
  try {
    writer.commit();
    write_atomically(settings_in(folder), settings);
  } catch (...) {
    remove_set(folder);  // a disk may fill up as late as here
    throw;
  }
  return Generated::written;
}

}  // namespace yoso::data::listops
