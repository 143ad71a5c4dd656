#include "benchmark/support/op_profile.h"

#include <ATen/record_function.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "yoso/util/format.h"

namespace yoso::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Operation {
  int64_t calls = 0;
  double own_s = 0;
};

std::map<std::string, Operation> operations;
std::vector<double> inner_s;  // of each operation that is running: the time of those it called

struct Begun : at::ObserverContext {
  Clock::time_point at = Clock::now();
};

std::unique_ptr<at::ObserverContext> begin(const at::RecordFunction&) {
  inner_s.push_back(0);
  return std::make_unique<Begun>();
}

void end(const at::RecordFunction& function, at::ObserverContext* context) {
  const auto begun = static_cast<Begun*>(context)->at;
  const double seconds = std::chrono::duration<double>(Clock::now() - begun).count();
  Operation& operation = operations[function.name()];
  ++operation.calls;
  operation.own_s += seconds - inner_s.back();
  inner_s.pop_back();
  if (!inner_s.empty()) inner_s.back() += seconds;
}

}  // namespace

report::Table profile_operations(const std::function<void()>& run) {
  operations.clear();
  const auto handle = at::addThreadLocalCallback(at::RecordFunctionCallback(&begin, &end));
  run();
  at::removeCallback(handle);
  std::vector<std::pair<std::string, Operation>> sorted(operations.begin(), operations.end());
  std::sort(sorted.begin(), sorted.end(),
            [](const auto& a, const auto& b) { return a.second.own_s > b.second.own_s; });
  report::Table table({"operation", "calls", "own ms"});
  for (const auto& [name, operation] : sorted) {
    if (operation.own_s < 5e-4) continue;
    table.add({name, std::to_string(operation.calls), format_fixed(1e3 * operation.own_s, 1)});
  }
  return table;
}

}  // namespace yoso::bench
