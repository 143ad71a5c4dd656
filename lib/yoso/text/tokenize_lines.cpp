#include "yoso/text/tokenize_lines.h"

#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <string>
#include <system_error>

#include "yoso/util/error.h"

namespace yoso::text {
namespace {

constexpr size_t kBlock = 1 << 20;

void write_out(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      throw SystemError("standard output: cannot be written: " +
                        std::generic_category().message(errno));
    }
    text.remove_prefix(static_cast<size_t>(n));
  }
}

class LineTokenizer {
 public:
  LineTokenizer(const Tokenizer& tokenizer, bool special, int out)
      : tokenizer_(tokenizer), special_(special), out_(out) {}

  void add(std::string_view line) {
    ids_.clear();
    if (special_) {
      ids_ = tokenizer_.single(tokenizer_.encode_with_special(line)).ids;
    } else {
      tokenizer_.encode(line, ids_);
    }
    char digits[16];
    for (const TokenId id : ids_) {
      text_.append(digits, std::to_chars(digits, digits + sizeof digits, id).ptr) += ' ';
    }
    if (!ids_.empty()) text_.pop_back();
    text_ += '\n';
    ++lines_;
    if (text_.size() > kBlock) flush();
  }

  void flush() {
    write_out(out_, text_);
    text_.clear();
  }

  int64_t lines() const { return lines_; }

 private:
  const Tokenizer& tokenizer_;
  bool special_;
  int out_;
  std::vector<TokenId> ids_;
  std::string text_;
  int64_t lines_ = 0;
};

}  // namespace

int64_t tokenize_lines(const Tokenizer& tokenizer, int in, const char* name, int out,
                       bool special) {
  LineTokenizer lines(tokenizer, special, out);
  std::string pending;  // what has been read and not yet tokenized
  size_t searched = 0;  // of it, without a line's end
  while (true) {
    const size_t before = pending.size();
    pending.resize(before + kBlock);
    const ssize_t n = ::read(in, pending.data() + before, kBlock);
    const int error = errno;
    pending.resize(before + static_cast<size_t>(n > 0 ? n : 0));
    if (n < 0 && error == EINTR) continue;
    if (n < 0) {
      throw DataError(std::string(name) +
                      ": cannot be read: " + std::generic_category().message(error));
    }
    if (n == 0) break;
    size_t begin = 0;
    for (size_t end; (end = pending.find('\n', std::max(begin, searched))) != std::string::npos;) {
      lines.add(std::string_view(pending).substr(begin, end - begin));
      begin = end + 1;
    }
    pending.erase(0, begin);
    searched = pending.size();
    lines.flush();
  }
  if (!pending.empty()) lines.add(pending);
  lines.flush();
  return lines.lines();
}

}  // namespace yoso::text
