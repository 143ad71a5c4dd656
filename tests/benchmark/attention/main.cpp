// attention_bench: time and memory of attentions over the length in one process, as ratios to
// scaled_dot_product_attention. With --output, calls on different lengths or inputs add up to one
// table, so that the whole can be measured in pieces.
#include <ATen/Parallel.h>

#include <functional>
#include <iostream>

#include "benchmark/attention/candidate.h"
#include "benchmark/attention/measure.h"
#include "benchmark/attention/options.h"
#include "benchmark/attention/report.h"
#include "benchmark/support/machine.h"
#include "yoso/report/progress.h"
#include "yoso/runtime/large_blocks.h"
#include "yoso/util/error.h"
#include "yoso/util/resources.h"

namespace {

using namespace yoso;
using bench::Options;
using MakeProblem = std::function<bench::Problem()>;

/// In the order of measuring; made one at a time, as long ones are large.
std::vector<MakeProblem> problems(const Options& options) {
  std::vector<MakeProblem> all;
  if (!options.trained.empty()) {
    for (const bench::Problem& problem :
         bench::trained_problems(options.trained, options.level == "operators"))
      all.push_back([problem] { return problem; });
    return all;
  }
  for (const int64_t length : options.lengths) {
    for (const int64_t head_dim : options.head_dims) {
      bench::ProblemShape shape = options.shape;
      shape.length = length;
      shape.head_dim = head_dim;
      if (options.inputs == "one_bucket") {
        all.push_back([shape] { return bench::few_directions_problem(shape); });
        continue;
      }
      for (const double cosine : options.cosines)
        all.push_back([shape, cosine] { return bench::random_problem(shape, cosine); });
    }
  }
  return all;
}

void print(const Options& options, const std::vector<bench::Result>& results) {
  if (results.empty()) return;
  std::cout << results.front().machine << "; batch " << results.front().batch << ", "
            << results.front().heads
            << " heads; ratio: time of the quicker softmax over this one's\n";
  for (const report::Table& table :
       {bench::full_table(results), bench::ratio_table(results), bench::cost_table(results)})
    std::cout << "\n" << (options.markdown ? table.markdown() : table.text());
}

/// All candidates in all types on one problem, with their ratios.
std::vector<bench::Result> measure_problem(const bench::Problem& problem,
                                           const std::vector<bench::Candidate>& candidates,
                                           const Options& options,
                                           const std::function<void(const std::string&)>& begun) {
  const bench::DenseContexts dense(problem);
  std::vector<bench::Result> results;
  for (const bench::Candidate& candidate : candidates) {
    for (const std::string& type : options.types) {
      begun(problem.inputs + ", length " + std::to_string(problem.length()) + ", " +
            candidate.name + ", " + type);
      if (problem.length() > candidate.longest) continue;
      results.push_back(bench::measure_candidate(candidate, problem,
                                                 type == "float32" ? at::kFloat : at::kBFloat16,
                                                 dense, options.seconds));
      results.back().level = options.level;
      results.back().machine = bench::describe_machine();
    }
  }
  bench::set_ratios(results);
  return results;
}

void run(const Options& options) {
  if (options.show) {
    const std::vector<bench::Result> results = bench::load_results(options.output);
    if (!results.empty()) bench::save_results(options.output, results);
    return print(options, results);
  }
  Log::Options log_options;
  log_options.quiet = options.quiet;
  Log log(log_options);
  const auto candidates =
      options.level == "modules"
          ? bench::module_candidates(options.attentions, options.choice.longest_softmax)
          : bench::operator_candidates(options.choice);
  const auto all_problems = problems(options);
  const size_t cases = all_problems.size() * candidates.size() * options.types.size();
  report::Progress progress(
      log, {.what = "measure", .total = static_cast<int64_t>(cases), .unit = "cases"});
  std::vector<bench::Result> results;
  int64_t begun = 0;
  for (const MakeProblem& make_problem : all_problems) {
    bench::Problem problem = make_problem();
    if (options.real < 1) bench::mask_padding(problem, options.real);
    const auto measured = measure_problem(
        problem, candidates, options,
        [&](const std::string& what) { progress.update(begun++, [&] { return what; }); });
    results.insert(results.end(), measured.begin(), measured.end());
    if (options.output.empty()) continue;
    // After every problem, so that little is lost when a long call is ended.
    bench::save_results(options.output,
                        bench::merged(bench::load_results(options.output), measured));
  }
  progress.finish();
  print(options, results);
}

}  // namespace

int main(int argc, char** argv) {
  runtime::keep_large_blocks();  // as the programs do
  Options options;
  CLI::App app("Time and memory of attentions over the length.", "attention_bench");
  bench::add_options(app, options);
  CLI11_PARSE(app, argc, argv);
  bench::settle_options(app, options);
  at::set_num_threads(options.threads > 0 ? options.threads : usable_cores());
  try {
    run(options);
    return 0;
  } catch (const Error& error) {
    std::cerr << "error: " << error.what() << "\n";
    return static_cast<int>(error.code());
  }
}
