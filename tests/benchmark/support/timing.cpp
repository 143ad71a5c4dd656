#include "benchmark/support/timing.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "yoso/runtime/memory_meter.h"

namespace yoso::bench {
namespace {

/// Keeps the times instead of printing them.
class Collector : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.error_occurred) throw std::runtime_error(run.error_message);
      if (run.run_type == Run::RT_Iteration)
        seconds.push_back(run.real_accumulated_time / static_cast<double>(run.iterations));
    }
  }
  std::vector<double> seconds;
};

std::vector<double> seconds_of(const std::string& name, const std::function<void()>& run,
                               const std::function<void(benchmark::internal::Benchmark&)>& how) {
  benchmark::ClearRegisteredBenchmarks();
  auto* timed = benchmark::RegisterBenchmark(name.c_str(), [&run](benchmark::State& state) {
    for (auto _ : state) run();
  });
  timed->UseRealTime();
  how(*timed);
  Collector collector;
  benchmark::RunSpecifiedBenchmarks(&collector, ".");
  benchmark::ClearRegisteredBenchmarks();
  return collector.seconds;
}

}  // namespace

Measured measure(const std::string& name, double budget_s, const std::function<void()>& run) {
  constexpr int kRepetitions = 5;
  constexpr double kLong_s = 5;
  const runtime::MemoryMeter memory(c10::Device(c10::kCPU), 0);
  // The first call also maps the memory that later ones find: it counts only where it is long.
  std::vector<double> seconds = seconds_of(name, run, [](auto& timed) { timed.Iterations(1); });
  if (seconds.at(0) < budget_s) {
    seconds = seconds_of(name, run, [&](auto& timed) {
      timed.MinTime(budget_s / kRepetitions)->Repetitions(kRepetitions);
    });
  } else if (seconds.at(0) < kLong_s) {
    seconds = seconds_of(name, run, [](auto& timed) { timed.Iterations(1)->Repetitions(2); });
  }
  return {*std::min_element(seconds.begin(), seconds.end()), memory.peak()};
}

}  // namespace yoso::bench
