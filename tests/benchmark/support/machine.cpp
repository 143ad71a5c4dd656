#include "benchmark/support/machine.h"

#include <ATen/Parallel.h>

#include <fstream>

#include "yoso/util/resources.h"

namespace yoso::bench {

std::string describe_machine() {
  std::ifstream info("/proc/cpuinfo");
  std::string model = "unknown processor";
  for (std::string line; std::getline(info, line);) {
    if (!line.starts_with("model name")) continue;
    model = line.substr(line.find(':') + 2);
    break;
  }
  return model + ", " + vector_isa() + ", " + std::to_string(at::get_num_threads()) + " threads";
}

}  // namespace yoso::bench
