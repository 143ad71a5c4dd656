#include "yoso/config/read.h"

#include <algorithm>

#include "yoso/config/write.h"
#include "yoso/util/error.h"
#include "yoso/util/text.h"

namespace yoso::config {
namespace {

const Tree kNothing = Tree::map();

bool contains(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// How messages name a value.
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
  return value.quoted ? "the text \"" + value.scalar + "\"" : "`" + value.scalar + "`";
}

std::string with_range(const std::string& what, const std::string& range) {
  return range.empty() ? what : what + " " + range;
}

// Every dotted key of a field list, for the suggestion that names another section's key.
std::vector<std::string> all_keys(const std::function<void(FieldVisitor&)>& fields,
                                  const std::string& path) {
  std::vector<std::string> keys;
  for (const FieldDoc& field : document_fields(fields)) keys.push_back(dotted(path, field.key));
  return keys;
}

// Fills fields from one map and collects the problems, in the order of the map's entries.
class Reader : public FieldVisitor {
 public:
  Reader(const Tree& map, std::string path, const std::vector<std::string>& all)
      : map_(map), path_(std::move(path)), all_(all), problems_(map.entries.size()) {}

  // All problems; call after every field was visited.
  std::vector<std::string> problems() {
    std::vector<std::string> flat;
    for (const Entry& entry : map_.entries) {
      if (!contains(known_, entry.first)) {
        complain(entry, "unknown key" + suggestion(entry.first));
      }
      const std::vector<std::string>& found = problems_of(entry);
      flat.insert(flat.end(), found.begin(), found.end());
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
    read(field,
         "a number of steps, epochs, tokens or hours "
         "(500, 500 steps, 0.5 epochs, 1e9 tokens, 2 hours)",
         true, [&](const std::string& text) {
           const std::optional<Duration> value = parse_duration(text);
           if (!value) return false;
           into = *value;
           return true;
         });
  }

  void field(const Field& field, std::string& into, const Choices& choices) override {
    const std::string expected = choices.empty() ? "a text" : join_choices(choices);
    const auto convert = [&](const std::string& text) {
      if (!choices.empty() && !contains(choices, text)) return false;
      into = text;
      return true;
    };
    read(field, expected, true, convert, choices);
  }

  void field(const Field& field, Tree& into) override {
    if (const Entry* entry = find_value(field)) into = entry->second;
  }

  using FieldVisitor::section;
  void section(const Field& field, const std::function<void(FieldVisitor&)>& fields) override {
    const Entry* entry = find(field);
    if (!entry || entry->second.is_null()) return;
    if (!entry->second.is_map()) {
      complain(*entry, "expected a section of keys, not " + describe(entry->second));
      return;
    }
    Reader reader(entry->second, dotted(path_, field.key), all_);
    fields(reader);
    problems_of(*entry) = reader.problems();
  }

 private:
  using Entry = decltype(Tree::entries)::value_type;

  const Entry* find(const Field& field) {
    known_.push_back(field.key);
    const auto entry = std::find_if(map_.entries.begin(), map_.entries.end(),
                                    [&](const Entry& e) { return e.first == field.key; });
    return entry == map_.entries.end() ? nullptr : &*entry;
  }

  // The entry of a field; null where it is missing. Reports an entry without a value as a problem.
  const Entry* find_value(const Field& field) {
    const Entry* entry = find(field);
    if (!entry || !entry->second.is_null()) return entry;
    complain(*entry, "has no value");
    return nullptr;
  }

  // Passes a scalar to `convert`, which returns false for a text that is not what is expected.
  template <class Convert>
  void read(const Field& field, const std::string& expected, bool quoted_too, Convert convert,
            const Choices& choices = {}) {
    const Entry* entry = find_value(field);
    if (!entry) return;
    const Tree& value = entry->second;
    if (value.is_scalar() && (quoted_too || !value.quoted) && convert(value.scalar)) return;
    complain(*entry, "expected " + expected + ", not " + describe(value) +
                         (value.is_scalar() ? did_you_mean(value.scalar, choices) : ""));
  }

  static bool read_integer(const std::string& text, const IntRange& range, int64_t& into) {
    const std::optional<int64_t> value = parse_integer(text);
    if (!value || !range.contains(*value)) return false;
    into = *value;
    return true;
  }

  std::vector<std::string>& problems_of(const Entry& entry) {
    return problems_[static_cast<size_t>(&entry - map_.entries.data())];
  }

  void complain(const Entry& entry, const std::string& what) {
    const auto& [key, value] = entry;
    problems_of(entry).push_back((value.origin.empty() ? "" : value.origin + ": ") +
                                 dotted(path_, key) + ": " + what);
  }

  std::string suggestion(const std::string& key) const {
    for (const std::string& other : all_) {
      if (other == key || other.ends_with("." + key)) return " (did you mean `" + other + "`?)";
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

void refuse_choice(const std::string& word, const std::string& option, const Choices& choices) {
  throw UsageError(option + ": expected " + join_choices(choices) + ", not `" + word + "`" +
                   did_you_mean(word, choices));
}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& known) {
  const std::optional<std::string> near = nearest_name(word, known);
  return near ? " (did you mean `" + *near + "`?)" : "";
}

}  // namespace yoso::config
