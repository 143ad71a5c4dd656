#include "yoso/config/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <sstream>

#include "yoso/config/read.h"
#include "yoso/config/renamed_keys.h"
#include "yoso/util/error.h"
#include "yoso/util/utf8.h"

namespace yoso::config {
namespace {

[[noreturn]] void refuse(const Origin& origin, const std::string& what) {
  throw UsageError(origin + ": " + what);
}

Origin origin_of(const YamlSource& source, long line) {
  return source.lines ? source.name + ":" + std::to_string(line + 1) : source.name;
}

// Builds a tree from the parser's events. The event interface is used because yaml-cpp's nodes
// silently keep the first of two equal keys and record no line numbers for maps.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(const std::string& text, const YamlSource& source) : text_(text), source_(source) {}

  Tree root;

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) refuse(at(mark), "a second YAML document begins; a file holds one");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    check(mark, "", anchor);
    if (expects_key()) refuse(at(mark), "a key is missing before `:`");
    Tree null;
    null.origin = at(mark);
    add(std::move(null));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    refuse(at(mark), "aliases (`*name`) are not supported; use `include`");
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check(mark, tag, anchor);
    const bool quoted = tag == "!";
    if (quoted) check_closed(mark);
    if (expects_key()) {
      begin_entry(mark, value, quoted);
      return;
    }
    Tree scalar = Tree::text(value, at(mark));
    scalar.quoted = quoted;
    add(std::move(scalar));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    begin(Tree::Kind::sequence, mark, tag, anchor);
  }
  void OnSequenceEnd() override { end(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    begin(Tree::Kind::map, mark, tag, anchor);
  }
  void OnMapEnd() override { end(); }

 private:
  struct Key {
    std::string name;
    Origin origin;
  };
  // A list or map that is still being read.
  struct Open {
    Tree tree;
    std::optional<Key> key;  // of a map: the key whose value comes next
  };

  Origin at(const YAML::Mark& mark) const { return origin_of(source_, mark.line); }

  bool expects_key() const {
    return !open_.empty() && open_.back().tree.is_map() && !open_.back().key;
  }

  void check(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) const {
    if (anchor != 0) refuse(at(mark), "anchors (`&name`) are not supported; use `include`");
    // yaml-cpp's own tags: "?" for plain values, "!" for quoted ones.
    if (!tag.empty() && tag != "?" && tag != "!")
      refuse(at(mark), "tags (`!name`) are not supported");
  }

  // yaml-cpp lets the end of the file close a quote, and so reads all that follows it as text.
  void check_closed(const YAML::Mark& mark) const {
    size_t i = static_cast<size_t>(mark.pos);
    const char quote = i < text_.size() ? text_[i] : ' ';
    if (quote != '"' && quote != '\'') return;  // a block scalar (| or >)
    for (++i; i < text_.size(); ++i) {
      const bool escaped = quote == '"' ? text_[i] == '\\' : text_.compare(i, 2, "''") == 0;
      if (escaped) {
        ++i;
      } else if (text_[i] == quote) {
        return;
      }
    }
    refuse(at(mark), std::string("the quote ") + quote + " is not closed");
  }

  void begin(Tree::Kind kind, const YAML::Mark& mark, const std::string& tag,
             YAML::anchor_t anchor) {
    check(mark, tag, anchor);
    if (expects_key()) {
      // yaml-cpp also reads a key from text that begins with a bracket and never closes it.
      refuse(at(mark), "a list or section cannot be a key (is a bracket left open?)");
    }
    Open open;
    open.tree.kind = kind;
    open.tree.origin = at(mark);
    open_.push_back(std::move(open));
  }

  void end() {
    Tree tree = std::move(open_.back().tree);
    open_.pop_back();
    add(std::move(tree));
  }

  void begin_entry(const YAML::Mark& mark, const std::string& name, bool quoted) {
    if (name == "<<" && !quoted)
      refuse(at(mark), "merge keys (`<<`) are not supported; use `include`");
    if (const Tree* first = open_.back().tree.find(name)) {
      refuse(at(mark),
             "duplicate key `" + name + "`" + (source_.lines ? ", first at " + first->origin : ""));
    }
    open_.back().key = Key{name, at(mark)};
  }

  void add(Tree value) {
    if (open_.empty()) {
      root = std::move(value);
      return;
    }
    Open& parent = open_.back();
    if (parent.tree.is_sequence()) {
      parent.tree.items.push_back(std::move(value));
      return;
    }
    value.origin = parent.key->origin;  // a section begins at its name, not at its first key
    parent.tree.entries.emplace_back(std::move(parent.key->name), std::move(value));
    parent.key.reset();
  }

  const std::string& text_;
  const YamlSource& source_;
  int documents_ = 0;
  std::vector<Open> open_;
};

// yaml-cpp replaces bad bytes silently and takes the character 0x04 for the end of the file.
void check_bytes(const std::string& text, const YamlSource& source) {
  const auto line_of = [&](size_t at) {
    return std::count(text.begin(), text.begin() + static_cast<long>(at), '\n');
  };
  if (const std::optional<size_t> at = find_bad_utf8(text)) {
    refuse(origin_of(source, line_of(*at)), "not UTF-8 text");
  }
  const auto control = std::find_if(text.begin(), text.end(), [](char c) {
    return (c >= 0 && c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == '\x7f';
  });
  if (control != text.end()) {
    char code[8];
    std::snprintf(code, sizeof code, "0x%02x", static_cast<unsigned char>(*control));
    refuse(origin_of(source, line_of(static_cast<size_t>(control - text.begin()))),
           std::string("control character ") + code);
  }
}

// yaml-cpp's own message, or a plainer one when the line is indented with a tab.
std::string explain(const YAML::Exception& error, const std::string& text) {
  std::istringstream lines(text);
  std::string line;
  for (int i = 0; i <= error.mark.line; ++i) std::getline(lines, line);
  const size_t indent = line.find_first_not_of(" \t");
  if (line.substr(0, indent).find('\t') != std::string::npos) {
    return "indented with a tab, expected spaces";
  }
  return "broken YAML at column " + std::to_string(error.mark.column + 1) + ": " + error.msg;
}

}  // namespace

Tree parse_yaml(const std::string& with_mark, const YamlSource& source) {
  // Without a byte order mark, which yaml-cpp does not count in its positions.
  const std::string text = with_mark.substr(with_mark.starts_with("\xef\xbb\xbf") ? 3 : 0);
  check_bytes(text, source);
  TreeBuilder builder(text, source);
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    refuse(origin_of(source, error.mark.line), explain(error, text));
  }
  return std::move(builder.root);
}

Tree parse_document(const std::string& text, const std::string& name) {
  Tree tree = parse_yaml(text, {name, true});
  if (tree.is_null()) return Tree::map(name + ":1");
  if (!tree.is_map()) refuse(tree.origin, "expected sections (`key: value`) at the top");
  return tree;
}

Tree parse(const std::string& text, const std::string& name) {
  Tree tree = parse_document(text, name);
  rename_old_keys(tree, {});
  return tree;
}

}  // namespace yoso::config
