#include "yoso/report/run_names.h"

#include <algorithm>
#include <filesystem>

namespace yoso::report {
namespace fs = std::filesystem;

std::vector<std::string> run_names(const std::vector<std::string>& runs) {
  std::vector<std::vector<std::string>> parts;
  for (const std::string& run : runs) {
    std::vector<std::string>& of_run = parts.emplace_back();
    for (const fs::path& part : fs::absolute(run).lexically_normal())
      if (!part.empty()) of_run.push_back(part.string());  // empty: behind a trailing slash
  }
  const auto all_have = [&](const auto& part) {
    return std::ranges::all_of(parts, [&](const auto& of_run) {
      return of_run.size() > 1 && part(of_run) == part(parts.front());
    });
  };
  if (parts.empty()) return {};
  while (all_have([](const auto& of_run) { return of_run.front(); }))
    for (auto& of_run : parts) of_run.erase(of_run.begin());
  while (all_have([](const auto& of_run) { return of_run.back(); }))
    for (auto& of_run : parts) of_run.pop_back();
  std::vector<std::string> names;
  for (const auto& of_run : parts) {
    std::string& name = names.emplace_back(of_run.front());
    for (size_t i = 1; i < of_run.size(); ++i) name += "/" + of_run[i];
  }
  return names;
}

}  // namespace yoso::report
