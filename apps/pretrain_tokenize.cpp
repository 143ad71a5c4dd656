#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>

#include "pretrain_commands.h"
#include "yoso/text/registry.h"
#include "yoso/text/tokenize_lines.h"
#include "yoso/util/error.h"

namespace yoso::apps {
namespace {

struct Tokenize {
  std::string tokenizer;
  text::TokenizerOptions options;
  std::vector<std::string> files;
  bool special = false;
};

int open_input(const std::string& path) {
  if (path == "-") return ::dup(STDIN_FILENO);
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    throw DataError(path + ": cannot be read: " + std::generic_category().message(errno));
  }
  return fd;
}

int tokenize(const Tokenize& request) {
  const auto tokenizer = text::load_tokenizer(request.tokenizer, request.options);
  const std::vector<std::string> inputs =
      request.files.empty() ? std::vector<std::string>{"-"} : request.files;
  for (const std::string& path : inputs) {
    const int in = open_input(path);
    const char* name = path == "-" ? "standard input" : path.c_str();
    text::tokenize_lines(*tokenizer, in, name, STDOUT_FILENO, request.special);
    ::close(in);
  }
  return 0;
}

}  // namespace

void add_tokenize(CLI::App& app) {
  auto request = std::make_shared<Tokenize>();
  CLI::App* command = add_command(app, "tokenize", "lines of text to lines of ids",
                                  [request] { return tokenize(*request); });
  command->footer(
      "Each line of text gives one line of ids on standard output. A line ends at LF only; "
      "malformed UTF-8 counts as U+FFFD. "
      "Names of special tokens are plain text, unless --special is given.");
  std::string kinds;
  for (const text::TokenizerKind& kind : text::tokenizer_kinds()) {
    kinds += std::string(kinds.empty() ? "" : "; ") + kind.name + ": " + kind.help;
  }
  command->add_option("--tokenizer", request->tokenizer, "KIND:PATH. " + kinds)
      ->required()
      ->type_name("KIND:PATH");
  command->add_option("files", request->files, "text files (default: standard input, also as -)")
      ->type_name("FILES");
  command->add_flag("--special", request->special,
                    "add special tokens around each line, and read their names as special tokens");
  add_field_options(*command,
                    [request](config::FieldVisitor& visitor) { request->options.fields(visitor); });
}

}  // namespace yoso::apps
