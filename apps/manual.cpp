#include "manual.h"

#include <vector>

namespace yoso::apps {
namespace {

/// Text as roff takes it: no line begins with a request, hyphens stay hyphens.
std::string roff(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool line_start = out.empty() || out.back() == '\n';
    if (line_start && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
  }
  return out;
}

std::vector<const CLI::App*> commands_of(const CLI::App& app) { return app.get_subcommands({}); }

/// Its words on the command line, of a value its type; as `--set KEY=VALUE`.
std::string usage_of(const CLI::Option& option) {
  const std::string type = option.get_items_expected() == 0 ? "" : option.get_type_name();
  return option.get_name(option.get_positional()) + (type.empty() ? "" : " " + type);
}

/// Every option of a command and every choice below it, as paragraphs with a tag.
void add_options(std::string& page, const CLI::App& command) {
  for (const CLI::Option* option : command.get_options({})) {
    if (option->get_group().empty()) continue;
    const std::string initial = option->get_default_str();
    page += ".TP\n.B " + roff(usage_of(*option)) + "\n" + roff(option->get_description()) +
            (initial.empty() ? "" : " (default: " + roff(initial) + ")") + "\n";
  }
}

void add_command(std::string& page, const CLI::App& command, const std::string& prefix) {
  const std::string name = prefix + " " + command.get_name();
  page += ".SS " + roff(name) + "\n" + roff(command.get_description()) + "\n";
  add_options(page, command);
  for (const CLI::App* nested : commands_of(command)) add_command(page, *nested, name);
}

/// The words that may follow `words` of subcommands: subcommands and long options.
std::string words_of(const CLI::App& command) {
  std::string words;
  for (const CLI::App* nested : commands_of(command)) words += nested->get_name() + " ";
  for (const CLI::Option* option : command.get_options({}))
    for (const std::string& name : option->get_lnames()) words += "--" + name + " ";
  if (!words.empty()) words.pop_back();
  return words;
}

/// Cases of a shell's `case` over the subcommands that were typed.
void add_cases(std::string& script, const CLI::App& command, const std::string& path) {
  for (const CLI::App* nested : commands_of(command))
    add_cases(script, *nested, path + " " + nested->get_name());
  script += "    '" + path + "') words='" + words_of(command) + "' ;;\n";
}

/// Lists, for nested subcommands, the names of all, separated by `|`.
void add_names(std::string& names, const CLI::App& command) {
  for (const CLI::App* nested : commands_of(command)) {
    names += (names.empty() ? "" : "|") + nested->get_name();
    add_names(names, *nested);
  }
}

/// Subcommands and options by name; anything else is a file.
std::string bash_completion(const CLI::App& program) {
  const std::string name = program.get_name();
  std::string names, cases;
  add_names(names, program);
  add_cases(cases, program, "");
  return "_" + name +
         "() {\n"
         "  local word=${COMP_WORDS[COMP_CWORD]} path= words= i\n"
         "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
         "    case ${COMP_WORDS[i]} in\n"
         "    " +
         names +
         ") path+=\" ${COMP_WORDS[i]}\" ;;\n"
         "    esac\n"
         "  done\n"
         "  case $path in\n" +
         cases +
         "  esac\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
         "}\n"
         "complete -o default -F _" +
         name + " " + name + "\n";
}

void add_fish_lines(std::string& script, const CLI::App& command, const std::string& program,
                    const std::string& path) {
  const std::string here =
      path.empty() ? "__fish_use_subcommand" : "__fish_seen_subcommand_from " + path;
  const std::string start = "complete -c " + program + " -n '" + here + "' ";
  const auto quoted = [](std::string text) {
    for (size_t at = 0; (at = text.find_first_of("\\'", at)) != std::string::npos; at += 2)
      text.insert(at, "\\");
    return "'" + text + "'";
  };
  for (const CLI::App* nested : commands_of(command)) {
    script +=
        start + "-a " + nested->get_name() + " -d " + quoted(nested->get_description()) + "\n";
    add_fish_lines(script, *nested, program, nested->get_name());
  }
  for (const CLI::Option* option : command.get_options({}))
    for (const std::string& name : option->get_lnames())
      script += start + "-l " + name + " -d " + quoted(option->get_description()) + "\n";
}

}  // namespace

std::string manual_page(const CLI::App& program) {
  const std::string name = program.get_name();
  std::string page = ".TH " + name + " 1\n.SH NAME\n" + roff(name) + " \\- " +
                     roff(program.get_description()) + "\n.SH SYNOPSIS\n.B " + roff(name) +
                     "\n.I SUBCOMMAND\n[options]\n.SH OPTIONS\n";
  add_options(page, program);
  page += ".SH SUBCOMMANDS\n";
  for (const CLI::App* command : commands_of(program)) add_command(page, *command, name);
  page +=
      ".SH EXIT STATUS\n"
      ".TP\n.B 0\ndone\n"
      ".TP\n.B 1\nunwritable or full disk, out of memory, internal failure\n"
      ".TP\n.B 2\nwrong option or configuration, occupied run folder, weights that do not fit\n"
      ".TP\n.B 3\nmissing, truncated or wrong data or checkpoint\n"
      ".TP\n.B 4\nthe loss became NaN or infinite\n"
      ".TP\n.B 128+n\nended by signal n after saving\n";
  return page;
}

std::string completion(const CLI::App& program, const std::string& shell) {
  if (shell == "fish") {
    std::string script;
    add_fish_lines(script, program, program.get_name(), "");
    return script;
  }
  const std::string start = shell == "zsh" ? "autoload -U +X bashcompinit && bashcompinit\n" : "";
  return start + bash_completion(program);
}

void add_manual(CLI::App& program) {
  // CallForVersion is how CLI11 prints a text and ends without asking for a subcommand.
  program
      .add_option_function<std::string>(
          "--completion",
          [&program](const std::string& shell) {
            throw CLI::CallForVersion(completion(program, shell), 0);
          },
          "print a script of completions: source <(" + program.get_name() + " --completion bash)")
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->type_name("SHELL");
  program.add_flag_callback(
      "--manual", [&program] { throw CLI::CallForVersion(manual_page(program), 0); },
      "print the manual page, in roff");
}

}  // namespace yoso::apps
