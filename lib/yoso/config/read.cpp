#include "yoso/config/read.h"

#include <algorithm>

#include "yoso/config/write.h"
#include "yoso/util/error.h"
#include "yoso/util/text.h"

namespace yoso::config {
namespace {

const Tree kNothing = Tree::map();

std::string join(const std::string& path, const std::string& key) {
  return path.empty() ? key : path + "." + key;
}

std::string quote(const std::string& text) { return "`" + text + "`"; }

// A value as messages name it.
std::string describe(const Tree& value) {
  switch (value.kind) {
    case Tree::Kind::null:
      return "nothing";
    case Tree::Kind::sequence:
      return "a list";
    case Tree::Kind::map:
      return "a section";
    case Tree::Kind::scalar:
      break;
  }
  return value.quoted ? "the text \"" + value.scalar + "\"" : quote(value.scalar);
}

std::string with_range(const std::string& what, const std::string& range) {
  return range.empty() ? what : what + " " + range;
}

// Every dotted key of a field list, for the suggestion that names another section's key.
std::vector<std::string> all_keys(const std::function<void(FieldVisitor&)>& fields,
                                  const std::string& path) {
  std::vector<std::string> keys;
  for (const FieldDoc& field : document_fields(fields)) keys.push_back(join(path, field.key));
  return keys;
}

// Fills fields from one map and keeps what is wrong, in the order of the map's entries.
class Reader : public FieldVisitor {
 public:
  Reader(const Tree& map, std::string path, const std::vector<std::string>& all)
      : map_(map), path_(std::move(path)), all_(all), problems_(map.entries.size()) {}

  // What is wrong; call when all fields were visited.
  std::vector<std::string> problems() {
    std::vector<std::string> flat;
    for (size_t i = 0; i < map_.entries.size(); ++i) {
      const auto& [key, value] = map_.entries[i];
      if (std::find(known_.begin(), known_.end(), key) == known_.end()) {
        flat.push_back(line(value, key, "unknown key" + suggestion(key)));
      }
      flat.insert(flat.end(), problems_[i].begin(), problems_[i].end());
    }
    return flat;
  }

  void field(const Field& field, bool& into) override {
    read(field, "true or false", false, [&](const std::string& text) {
      if (text != "true" && text != "false") return false;
      into = text == "true";
      return true;
    });
  }

  void field(const Field& field, int64_t& into, const IntRange& range) override {
    read(field, with_range("a whole number", to_text(range)), false,
         [&](const std::string& text) { return read_integer(text, range, into); });
  }

  void field(const Field& field, AutoInt& into, const IntRange& range) override {
    read(field, with_range("auto or a whole number", to_text(range)), false,
         [&](const std::string& text) {
           if (text == "auto") {
             into.reset();
             return true;
           }
           int64_t value = 0;
           if (!read_integer(text, range, value)) return false;
           into = value;
           return true;
         });
  }

  void field(const Field& field, double& into, const RealRange& range) override {
    read(field, with_range("a number", to_text(range)), false, [&](const std::string& text) {
      const std::optional<double> value = parse_number(text);
      if (!value || !range.contains(*value)) return false;
      into = *value;
      return true;
    });
  }

  void field(const Field& field, Duration& into) override {
    read(field, "a number of steps or epochs (500, 500 steps, 0.5 epochs)", true,
         [&](const std::string& text) {
           const std::optional<Duration> value = parse_duration(text);
           if (!value) return false;
           into = *value;
           return true;
         });
  }

  void field(const Field& field, std::string& into, const Choices& choices) override {
    const std::string expected = choices.empty() ? "a text" : join_choices(choices);
    read(
        field, expected, true,
        [&](const std::string& text) {
          if (!choices.empty() && std::find(choices.begin(), choices.end(), text) == choices.end())
            return false;
          into = text;
          return true;
        },
        choices);
  }

  void field(const Field& field, Tree& into) override {
    const Tree* value = find(field);
    if (value) into = *value;
  }

  using FieldVisitor::section;
  void section(const Field& field, const std::function<void(FieldVisitor&)>& fields) override {
    const auto entry = position(field);
    const Tree& value =
        entry == map_.entries.end() || entry->second.is_null() ? kNothing : entry->second;
    if (!value.is_map()) {
      complain(field, value, "expected a section of keys, not " + describe(value));
      return;
    }
    Reader reader(value, join(path_, field.key), all_);
    fields(reader);
    if (entry != map_.entries.end()) at(entry) = reader.problems();
  }

 private:
  using Entry = decltype(Tree::entries)::const_iterator;

  Entry position(const Field& field) {
    known_.push_back(field.key);
    return std::find_if(map_.entries.begin(), map_.entries.end(),
                        [&](const auto& entry) { return entry.first == field.key; });
  }

  std::vector<std::string>& at(Entry entry) { return problems_[entry - map_.entries.begin()]; }

  // The value of a field; null when it is left out, or empty, which is a problem.
  const Tree* find(const Field& field) {
    const auto entry = position(field);
    if (entry == map_.entries.end()) return nullptr;
    if (!entry->second.is_null()) return &entry->second;
    complain(field, entry->second, "has no value");
    return nullptr;
  }

  // Hands a scalar to `convert`, which returns false when the text is not what is expected.
  template <class Convert>
  void read(const Field& field, const std::string& expected, bool quoted_too, Convert convert,
            const Choices& choices = {}) {
    const Tree* value = find(field);
    if (!value) return;
    if (value->is_scalar() && (quoted_too || !value->quoted) && convert(value->scalar)) return;
    std::string what = "expected " + expected + ", not " + describe(*value);
    if (value->is_scalar()) what += did_you_mean(value->scalar, choices);
    complain(field, *value, what);
  }

  static bool read_integer(const std::string& text, const IntRange& range, int64_t& into) {
    const std::optional<int64_t> value = parse_integer(text);
    if (!value || !range.contains(*value)) return false;
    into = *value;
    return true;
  }

  void complain(const Field& field, const Tree& value, const std::string& what) {
    const auto entry = std::find_if(map_.entries.begin(), map_.entries.end(),
                                    [&](const auto& e) { return e.first == field.key; });
    at(entry).push_back(line(value, field.key, what));
  }

  std::string line(const Tree& value, const std::string& key, const std::string& what) const {
    return (value.origin.empty() ? "" : value.origin + ": ") + join(path_, key) + ": " + what;
  }

  std::string suggestion(const std::string& key) const {
    for (const std::string& other : all_) {
      const size_t dot = other.rfind('.');
      const std::string last = dot == std::string::npos ? other : other.substr(dot + 1);
      if (last == key) return " (did you mean `" + other + "`?)";
    }
    const std::string near = did_you_mean(key, known_);
    return near.empty() && !known_.empty() ? ", expected " + join_choices(known_) : near;
  }

  const Tree& map_;
  std::string path_;
  const std::vector<std::string>& all_;
  std::vector<std::string> known_;
  std::vector<std::vector<std::string>> problems_;  // by entry of map_
};

}  // namespace

void read_fields(const Tree& tree, const std::function<void(FieldVisitor&)>& fields,
                 const std::string& path) {
  if (!tree.is_null() && !tree.is_map()) {
    const std::string where =
        (tree.origin.empty() ? "" : tree.origin + ": ") + (path.empty() ? "" : path + ": ");
    throw UsageError(where + "expected a section of keys, not " + describe(tree));
  }
  const std::vector<std::string> all = all_keys(fields, path);
  Reader reader(tree.is_map() ? tree : kNothing, path, all);
  fields(reader);
  std::string message;
  for (const std::string& problem : reader.problems())
    message += (message.empty() ? "" : "\n") + problem;
  if (!message.empty()) throw UsageError(message);
}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& known) {
  const std::optional<std::string> near = nearest_name(word, known);
  return near ? " (did you mean `" + *near + "`?)" : "";
}

}  // namespace yoso::config
