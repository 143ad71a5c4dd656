// Times a tokenizer on one thread over the lines of files held in memory, one encode() a line.
// Prints the median of the repeats. tokenizer_compare.py runs it beside the Hugging Face package.
//   tokenizer_bench KIND:PATH REPEATS FILE...
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "yoso/text/registry.h"
#include "yoso/util/file.h"

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: tokenizer_bench KIND:PATH REPEATS FILE...\n");
    return 2;
  }
  const auto tokenizer = yoso::text::load_tokenizer(argv[1]);
  std::string text;
  for (int i = 3; i < argc; ++i) text += yoso::read_file(argv[i]);
  std::vector<std::string_view> lines;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    lines.emplace_back(text.data() + at, end - at);
    at = end + 1;
  }
  std::vector<double> seconds;
  size_t tokens = 0;
  for (int i = 0; i < std::max(1, std::atoi(argv[2])); ++i) {
    tokens = 0;
    const auto start = std::chrono::steady_clock::now();
    for (const std::string_view line : lines) tokens += tokenizer->encode(line).size();
    seconds.push_back(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::nth_element(seconds.begin(), seconds.begin() + seconds.size() / 2, seconds.end());
  std::printf("%zu tokens %.2f MB/s\n", tokens,
              static_cast<double>(text.size()) / seconds[seconds.size() / 2] / 1e6);
}
