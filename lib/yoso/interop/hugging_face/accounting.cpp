#include "yoso/interop/hugging_face/accounting.h"

#include <algorithm>
#include <cstdint>

#include "yoso/report/table.h"
#include "yoso/util/utf8.h"

namespace yoso::interop {
namespace {

const char* fate_name(Fate fate) {
  switch (fate) {
    case Fate::taken:
      return "taken";
    case Fate::tied:
      return "tied";
    case Fate::left_out:
      return "left out";
    case Fate::made:
      return "made";
    case Fate::missing:
      break;
  }
  return "missing";
}

/// A tensor's name, split at the number of its layer.
struct LayerName {
  std::string before, after;
  int64_t layer = -1;  // -1: the name has no layer
};

LayerName split_layer(const std::string& name) {
  for (const std::string mark : {"encoder.layer.", "encoder.layers."}) {
    const size_t at = name.find(mark);
    if (at == std::string::npos) continue;
    const size_t begin = at + mark.size(), end = name.find_first_not_of("0123456789", begin);
    if (end == begin || end == std::string::npos || end - begin > 9) continue;
    return {name.substr(0, begin), name.substr(end), std::stoll(name.substr(begin, end - begin))};
  }
  return {name, "", -1};
}

}  // namespace

void Accounting::add(Fate fate, const std::string& name, const std::string& note) {
  entries_.push_back({fate, one_line(name), one_line(note)});
}

void Accounting::append(const Accounting& other) {
  entries_.insert(entries_.end(), other.entries_.begin(), other.entries_.end());
}

size_t Accounting::count(Fate fate) const {
  return static_cast<size_t>(std::count_if(entries_.begin(), entries_.end(),
                                           [&](const Entry& entry) { return entry.fate == fate; }));
}

std::string Accounting::summary() const {
  std::string text;
  for (const Fate fate : {Fate::taken, Fate::tied, Fate::left_out, Fate::made, Fate::missing}) {
    if (fate == Fate::made && count(fate) == 0) continue;
    text += (text.empty() ? "" : ", ") + std::to_string(count(fate)) + " " + fate_name(fate);
  }
  return text;
}

std::string Accounting::table() const {
  struct Row {
    Entry entry;
    LayerName name;
    int64_t last;
  };
  std::vector<Row> rows;
  for (const Entry& entry : entries_) {
    const LayerName name = split_layer(entry.name);
    const auto before = std::find_if(rows.begin(), rows.end(), [&](const Row& row) {
      return name.layer >= 0 && row.last == name.layer - 1 && row.name.before == name.before &&
             row.name.after == name.after && row.entry.fate == entry.fate &&
             split_layer(row.entry.note).after == split_layer(entry.note).after;
    });
    if (before == rows.end()) {
      rows.push_back({entry, name, name.layer});
    } else {
      before->last = name.layer;
    }
  }
  const auto merged = [](const std::string& text, int64_t last) {
    const LayerName name = split_layer(text);
    if (name.layer < 0 || last <= name.layer) return text;
    return name.before + std::to_string(name.layer) + "-" + std::to_string(last) + name.after;
  };
  report::Table table({"tensor", "", "note"});
  for (const Row& row : rows)
    table.add({merged(row.entry.name, row.last), fate_name(row.entry.fate),
               merged(row.entry.note, row.last)});
  return table.text();
}

}  // namespace yoso::interop
