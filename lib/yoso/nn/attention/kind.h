#pragma once

#include <memory>
#include <string>

#include "yoso/config/compat.h"
#include "yoso/config/read.h"
#include "yoso/config/write.h"
#include "yoso/nn/attention/attention.h"

namespace yoso::nn {

/// The rows of the table of attentions, one a file.
AttentionKind hashed_softmax_attention();
AttentionKind linear_attention();
AttentionKind linformer_attention();
AttentionKind longformer_attention();
AttentionKind none_attention();
AttentionKind nystrom_attention();
AttentionKind performer_attention();
AttentionKind reformer_attention();
AttentionKind softmax_attention();
AttentionKind yoso_attention();
AttentionKind yoso_expectation_attention();

/// UsageError about an option, at where it was written: `origin: path.key: message`.
[[noreturn]] void fail_option(const config::Tree& options, const std::string& path,
                              const std::string& key, const std::string& message);

/// Builds a row of the table from its texts (name to paper), its options, its module and its cost:
/// AttentionKind::multiply_adds with the options as a struct.
///
/// `Options` is an aggregate with `void fields(config::FieldVisitor&)` and
/// `void resolve(const config::Tree& written, const AttentionShape&, const std::string& path)`,
/// which replaces `auto` and checks what depends on several options; where `fields` leaves out what
/// other options rule out, `void describe(config::FieldVisitor&)` lists all and `static void
/// check(const config::Tree& written, const std::string& path)` says so. `Module` is constructed
/// from (Options, AttentionShape), or by its `make` of them.
template <class Options, class Module>
AttentionKind make_kind(AttentionKind kind,
                        int64_t (*multiply_adds)(const Options&, const AttentionShape&,
                                                 int64_t length)) {
  const auto read = [](const config::Tree& resolved, const AttentionShape& shape) {
    Options options;
    config::read(resolved, options, "attention");
    options.resolve(resolved, shape, "attention");
    return options;
  };
  kind.describe = [](config::FieldVisitor& visitor) {
    if constexpr (requires(Options options) { options.describe(visitor); })
      Options{}.describe(visitor);
    else
      Options{}.fields(visitor);
  };
  kind.resolve = [](const config::Tree& written, const AttentionShape& shape,
                    const std::string& path) {
    if constexpr (requires { Options::check(written, path); }) Options::check(written, path);
    Options options;
    config::read(written, options, path);
    options.resolve(written, shape, path);
    return config::write(options);
  };
  kind.make = [read](const config::Tree& resolved,
                     const AttentionShape& shape) -> std::shared_ptr<AttentionImpl> {
    const auto build = [options = read(resolved, shape),
                        shape]() -> std::shared_ptr<AttentionImpl> {
      if constexpr (requires { Module::make(options, shape); })
        return Module::make(options, shape);
      else
        return std::make_shared<Module>(options, shape);
    };
    const std::shared_ptr<AttentionImpl> attention = build();
    attention->build = build;
    return attention;
  };
  kind.multiply_adds = [read, multiply_adds](const config::Tree& resolved,
                                             const AttentionShape& shape, int64_t length) {
    return multiply_adds(read(resolved, shape), shape, length);
  };
  return kind;
}

/// Options of kinds that have none.
struct NoOptions {
  void fields(config::FieldVisitor&) {}
  void resolve(const config::Tree&, const AttentionShape&, const std::string&) {}
};

}  // namespace yoso::nn
