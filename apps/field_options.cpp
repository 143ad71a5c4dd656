#include <algorithm>
#include <memory>

#include "command_line.h"

namespace yoso::apps {
namespace {

/// Binds each field to an option of a command.
class OptionVisitor : public config::FieldVisitor {
 public:
  explicit OptionVisitor(CLI::App& command) : command_(command) {}

  void field(const config::Field& field, bool& value) override {
    command_.add_flag(flag(field), value, field.help);
  }

  void field(const config::Field& field, int64_t& value, const config::IntRange& range) override {
    add(field, value)->check(CLI::Range(range.min + (range.above_min ? 1 : 0), range.max));
  }

  void field(const config::Field& field, double& value, const config::RealRange& range) override {
    add(field, value)->check([range](const std::string& text) {
      double number = 0;
      const bool good = CLI::detail::lexical_cast(text, number) && range.contains(number);
      return good ? std::string() : "expected a number " + to_text(range) + ", not " + text;
    });
  }

  void field(const config::Field& field, std::string& value,
             const config::Choices& choices) override {
    CLI::Option* option = add(field, value);
    if (!choices.empty()) option->check(CLI::IsMember(choices));
  }

  // The option keeps `value` and sets it from the command line.
  void choice(const config::Field& field, const config::NamedValue& value) override {
    command_.add_option_function<std::string>(flag(field), value.set, field.help)
        ->check(CLI::IsMember(value.allowed))
        ->default_str(value.get());
  }

  void section(const config::Field&,
               const std::function<void(config::FieldVisitor&)>& fields) override {
    fields(*this);
  }

  // Kinds of fields that cannot be options.
  void field(const config::Field& field, config::AutoInt&, const config::IntRange&) override {
    refuse(field);
  }
  void field(const config::Field& field, config::Duration&) override { refuse(field); }
  void field(const config::Field& field, config::Tree&) override { refuse(field); }

 private:
  static std::string flag(const config::Field& field) {
    std::string name = "--" + field.key;
    std::replace(name.begin(), name.end(), '_', '-');
    return name;
  }

  template <class T>
  CLI::Option* add(const config::Field& field, T& value) {
    return command_.add_option(flag(field), value, field.help)->capture_default_str();
  }

  [[noreturn]] static void refuse(const config::Field& field) {
    throw std::logic_error("field " + field.key + " cannot be a command-line option");
  }

  CLI::App& command_;
};

}  // namespace

void add_field_options(CLI::App& command,
                       const std::function<void(config::FieldVisitor&)>& fields) {
  OptionVisitor visitor(command);
  fields(visitor);
}

}  // namespace yoso::apps
