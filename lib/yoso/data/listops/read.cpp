#include "yoso/data/listops/read.h"

#include <algorithm>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include "yoso/data/listops/expression.h"
#include "yoso/data/listops/parse_line.h"
#include "yoso/util/error.h"
#include "yoso/util/file.h"
#include "yoso/util/parallel.h"

namespace yoso::data::listops {
namespace {

constexpr size_t kPartBytes = 1 << 20;  // of text that a thread parses at a time
constexpr size_t kPartsAtATime = 16;    // parsed before their examples are handed over

struct WrongLine {
  int64_t line;  // counted within the part, from 1
  std::string what;
};

/// What one part of the file holds.
struct Part {
  ReadResult result;
  int64_t lines = 0;
  std::vector<WrongLine> wrong;
};

class PartParser {
 public:
  PartParser(Layout layout, const ReadOptions& options) : layout_(layout), options_(options) {}

  Part parse(std::string_view text) {
    Part part;
    while (!text.empty()) {
      const size_t end = std::min(text.find('\n'), text.size());
      ++part.lines;
      try {
        add(text.substr(0, end), part.result);
      } catch (const DataError& error) {
        part.wrong.push_back({part.lines, error.what()});
      }
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    return part;
  }

 private:
  void add(std::string_view line, ReadResult& result) {
    const int64_t label = parse_line(line, layout_, tokens_);
    if (options_.verify) {
      if (const int64_t value = evaluate(tokens_); value != label) {
        throw DataError("label " + std::to_string(label) + ", but the expression's value is " +
                        std::to_string(value));
      }
    }
    const auto length = static_cast<int64_t>(tokens_.size());
    result.longest = std::max(result.longest, length);
    result.cut += length > options_.max_length;
    result.examples.add(std::span(tokens_).first(std::min(length, options_.max_length)), label);
  }

  Layout layout_;
  const ReadOptions& options_;
  std::vector<Token> tokens_;
};

/// Cuts at ends of lines, into pieces of about kPartBytes.
std::vector<std::string_view> cut(std::string_view text) {
  std::vector<std::string_view> pieces;
  while (!text.empty()) {
    const size_t newline =
        text.size() > kPartBytes ? text.find('\n', kPartBytes) : std::string_view::npos;
    const size_t end = newline == std::string_view::npos ? text.size() : newline + 1;
    pieces.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return pieces;
}

/// Passes on what the parts hold, in their order.
class Collector {
 public:
  /// `first`: the number of the first part's first line.
  Collector(const std::string& path, int64_t first, BadExamples* bad)
      : path_(path), next_line_(first), bad_(bad != nullptr ? *bad : none_) {}

  void add(const Part& part) {
    for (const WrongLine& wrong : part.wrong) {
      summary_.skipped.push_back(path_ + ":" + std::to_string(next_line_ - 1 + wrong.line) + ": " +
                                 wrong.what);
      bad_.add(summary_.skipped.back());
    }
    next_line_ += part.lines;
    summary_.cut += part.result.cut;
    summary_.longest = std::max(summary_.longest, part.result.longest);
  }

  Summary summary() && { return std::move(summary_); }

 private:
  const std::string& path_;
  int64_t next_line_;
  BadExamples none_;
  BadExamples& bad_;
  Summary summary_;
};

}  // namespace

ReadResult read(const std::string& path, const ReadOptions& options) {
  const MappedFile file(path);
  return read_text(file.text(), path, options);
}

ReadResult read_text(std::string_view content, const std::string& path,
                     const ReadOptions& options) {
  ReadResult all;
  static_cast<Summary&>(all) =
      read_parts(content, path, options,
                 [&all](const data::ByteDataset& examples) { all.examples.append(examples); });
  return all;
}

Summary read_parts(std::string_view content, const std::string& path, const ReadOptions& options,
                   const std::function<void(const data::ByteDataset& examples)>& take) {
  const auto [text, layout] = recognise_layout(content, path);
  const std::vector<std::string_view> pieces = cut(text);
  Collector collector(path, layout == Layout::lra ? 2 : 1, options.bad);
  std::vector<Part> parts;
  std::mutex mutex;
  int64_t done = 0;
  for (size_t begin = 0; begin < pieces.size(); begin += kPartsAtATime) {
    const size_t count = std::min(pieces.size() - begin, kPartsAtATime);
    parts.assign(count, {});
    parallel_for(static_cast<int64_t>(count), options.threads,
                 [&, layout = layout, text = text](int64_t i) {
                   const std::string_view piece = pieces[begin + static_cast<size_t>(i)];
                   parts[i] = PartParser(layout, options).parse(piece);
                   std::lock_guard lock(mutex);
                   done += static_cast<int64_t>(piece.size());
                   if (options.progress) options.progress(done, static_cast<int64_t>(text.size()));
                 });
    for (const Part& part : parts) {
      collector.add(part);
      take(part.result.examples);
    }
  }
  return std::move(collector).summary();
}

}  // namespace yoso::data::listops
