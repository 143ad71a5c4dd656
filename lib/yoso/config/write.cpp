#include "yoso/config/write.h"

#include <algorithm>

#include "yoso/util/text.h"

namespace yoso::config {
namespace {

Tree to_tree(const AutoInt& value) { return Tree::text(value ? std::to_string(*value) : "auto"); }

// A text is marked as quoted so that to_yaml keeps `"32"` from turning into a number. Words from a
// list of choices, and `auto`, are not quoted.
Tree to_tree(const std::string& value, const Choices& choices) {
  Tree tree = Tree::text(value);
  tree.quoted = choices.empty() && value != "auto";
  return tree;
}

class Writer : public FieldVisitor {
 public:
  explicit Writer(Tree& map) : map_(map) {}

  void field(const Field& field, bool& value) override {
    put(field, Tree::text(value ? "true" : "false"));
  }
  void field(const Field& field, int64_t& value, const IntRange&) override {
    put(field, Tree::text(std::to_string(value)));
  }
  void field(const Field& field, AutoInt& value, const IntRange&) override {
    put(field, to_tree(value));
  }
  void field(const Field& field, double& value, const RealRange&) override {
    put(field, Tree::text(format_number(value)));
  }
  void field(const Field& field, Duration& value) override {
    put(field, Tree::text(to_text(value)));
  }
  void field(const Field& field, std::string& value, const Choices& choices) override {
    put(field, to_tree(value, choices));
  }
  void field(const Field& field, Tree& value) override {
    if (!value.is_null()) put(field, value);
  }
  using FieldVisitor::section;
  void section(const Field& field, const std::function<void(FieldVisitor&)>& fields) override {
    put(field, write_fields(fields));
  }

 private:
  void put(const Field& field, Tree value) { map_[field.key] = std::move(value); }

  Tree& map_;
};

class Documenter : public FieldVisitor {
 public:
  Documenter(std::vector<FieldDoc>& rows, std::string prefix)
      : rows_(rows), prefix_(std::move(prefix)) {}

  void field(const Field& field, bool& value) override {
    add(field, value ? "true" : "false", "true or false");
  }
  void field(const Field& field, int64_t& value, const IntRange& range) override {
    add(field, std::to_string(value), to_text(range));
  }
  void field(const Field& field, AutoInt& value, const IntRange& range) override {
    const std::string allowed = to_text(range);
    add(field, to_tree(value).scalar,
        allowed.empty() ? "auto or a whole number" : "auto or " + allowed);
  }
  void field(const Field& field, double& value, const RealRange& range) override {
    add(field, format_number(value), to_text(range));
  }
  void field(const Field& field, Duration& value) override {
    add(field, to_text(value), "N steps, epochs, tokens or hours");
  }
  void field(const Field& field, std::string& value, const Choices& choices) override {
    add(field, value, join_choices(choices));
  }
  void field(const Field& field, Tree&) override { add(field, "", ""); }
  using FieldVisitor::section;
  void section(const Field& field, const std::function<void(FieldVisitor&)>& fields) override {
    Documenter inner(rows_, prefix_ + field.key + ".");
    fields(inner);
  }

 private:
  void add(const Field& field, const std::string& value, const std::string& allowed) {
    rows_.push_back({prefix_ + field.key, value, allowed, field.help, field.on_resume});
  }

  std::vector<FieldDoc>& rows_;
  std::string prefix_;
};

}  // namespace

Tree write_fields(const std::function<void(FieldVisitor&)>& fields) {
  Tree map = Tree::map();
  Writer writer(map);
  fields(writer);
  return map;
}

std::vector<FieldDoc> document_fields(const std::function<void(FieldVisitor&)>& fields) {
  std::vector<FieldDoc> rows;
  Documenter documenter(rows, "");
  fields(documenter);
  return rows;
}

}  // namespace yoso::config
