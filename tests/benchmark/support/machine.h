#pragma once

#include <string>

namespace yoso::bench {

/// Processor, vector instructions and threads: what a time means little without.
std::string describe_machine();

}  // namespace yoso::bench
