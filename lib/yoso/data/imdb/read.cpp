#include "yoso/data/imdb/read.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>
#include <tuple>
#include <utility>

#include "yoso/data/archive/locate.h"
#include "yoso/data/permutation.h"
#include "yoso/util/error.h"
#include "yoso/util/file.h"
#include "yoso/util/text.h"

namespace yoso::data::imdb {

namespace fs = std::filesystem;

namespace {

/// The last three parts of a path: SPLIT/CLASS/FILE; empty where they are not those of a labelled
/// review.
std::optional<std::tuple<bool, int64_t, std::string>> parse_path(const std::string& name) {
  const size_t file = name.rfind('/');
  if (file == std::string::npos || file == 0) return {};
  const size_t kind = name.rfind('/', file - 1);
  if (kind == std::string::npos || kind == 0) return {};
  const size_t set = name.rfind('/', kind - 1);
  const std::string split = name.substr(set == std::string::npos ? 0 : set + 1,
                                        kind - (set == std::string::npos ? 0 : set + 1));
  const std::string folder = name.substr(kind + 1, file - kind - 1);
  if ((split != "train" && split != "test") || (folder != "neg" && folder != "pos")) return {};
  return std::tuple(split == "test", int64_t{folder == "pos"}, name.substr(file + 1));
}

/// Whether a path lies deeper than the reviews: SPLIT/CLASS/FOLDER/…/FILE.
bool lies_deeper(const std::string& name) {
  for (const char* below : {"train/neg/", "train/pos/", "test/neg/", "test/pos/"}) {
    const size_t start = name.find(below);
    if (start == std::string::npos || (start > 0 && name[start - 1] != '/')) continue;
    if (name.find('/', start + std::string_view(below).size()) != std::string::npos) return true;
  }
  return false;
}

/// ID and RATING of ID_RATING.txt.
std::optional<std::pair<int64_t, int64_t>> parse_name(const std::string& file) {
  const size_t bar = file.find('_');
  if (bar == std::string::npos || !file.ends_with(".txt")) return {};
  const auto id = parse_integer(file.substr(0, bar));
  const auto rating = parse_integer(file.substr(bar + 1, file.size() - bar - 5));
  if (!id || !rating || *id < 0) return {};
  return std::pair(*id, *rating);
}

bool holds_reviews(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_directory(folder / "train" / "pos", ignored) ||
         fs::is_directory(folder / "test" / "pos", ignored);
}

}  // namespace

std::string find_source(const std::string& path) {
  return data::find_source(path, "aclImdb", "aclImdb_v1.tar.gz",
                           "reviews here (train/pos, train/neg, test/pos, test/neg)",
                           holds_reviews);
}

Reader::Reader(std::string source, SplitOptions split, ReadOptions options)
    : ExampleReader(std::move(source), std::move(options)), split_(split) {}

void Reader::add(const std::string& name, const std::string& shown, const std::string& content) {
  saw(name, content);
  const auto path = parse_path(name);
  if (!path) {
    bad_.add(shown + ": lies in a folder below the reviews");
    return;
  }
  const auto& [test, label, file] = *path;
  const auto parsed = parse_name(file);
  if (!parsed) {
    bad_.add(shown + ": is not named ID_RATING.txt");
    return;
  }
  const auto [id, rating] = *parsed;
  const bool fits = label == 1 ? rating >= 7 && rating <= 10 : rating >= 1 && rating <= 4;
  if (!fits) {
    bad_.add(shown + ": rating " + std::to_string(rating) + " in the folder " +
             (label == 1 ? "pos, expected 7 to 10" : "neg, expected 1 to 4"));
    return;
  }
  if (content.empty()) {
    bad_.add(shown + ": the file is empty");
    return;
  }
  reviews_.push_back({test, label, id, texts_.size(), content.size()});
  texts_.write(content);
  constexpr int64_t kOften = 64;
  if (reviews_.size() % kOften == 0) progress(static_cast<int64_t>(reviews_.size()), 0);
}

void Reader::load() {
  if (loaded_) return;
  if (is_archive_name(path_)) {
    read_archive(
        path_,
        [](const std::string& name) { return parse_path(name).has_value() || lies_deeper(name); },
        [&](const std::string& name, const std::string& content) {
          add(name, path_ + "(" + name + ")", content);
        });
  } else {
    for (const std::string below : {"train/neg", "train/pos", "test/neg", "test/pos"}) {
      const std::string folder = path_ + "/" + below;
      const auto all = [](const fs::directory_entry&) { return true; };
      for (const std::string& file : sorted_entries(folder, all)) {
        const std::string shown = folder + "/" + file;
        if (fs::is_directory(shown)) {
          bad_.add(shown + ": is a folder; reviews lie in " + below + " itself");
        } else {
          add(below + "/" + file, shown, read_file(shown));
        }
      }
    }
  }
  const auto key = [](const Review& review) {
    return std::tuple(review.test, review.label, review.id);
  };
  std::stable_sort(reviews_.begin(), reviews_.end(),
                   [&](const Review& a, const Review& b) { return key(a) < key(b); });
  drop_repeats();
  for (const bool test : {false, true}) {
    if (std::none_of(reviews_.begin(), reviews_.end(),
                     [test](const Review& review) { return review.test == test; })) {
      throw DataError(path_ + ": no review in " + (test ? "test" : "train"));
    }
  }
  loaded_ = true;
}

void Reader::drop_repeats() {
  const auto same = [&](const Review& a, const Review& b) {
    if (a.test != b.test || a.label != b.label || a.id != b.id) return false;
    bad_.add(path_ + ": " + (a.test ? "test/" : "train/") + (a.label == 1 ? "pos" : "neg") +
             ": id " + std::to_string(a.id) + " comes twice");
    return true;
  };
  reviews_.erase(std::unique(reviews_.begin(), reviews_.end(), same), reviews_.end());
}

std::vector<Reader::Review> Reader::examples_of(Split split) const {
  std::vector<Review> examples;
  const bool test = split == Split::test || (split == Split::dev && split_.dev_is_test);
  if (test || split_.dev_is_test) {
    for (const Review& review : reviews_) {
      if (review.test == test) examples.push_back(review);
    }
    return examples;
  }
  for (const int64_t label : {0, 1}) {
    std::vector<Review> all;
    for (const Review& review : reviews_) {
      if (!review.test && review.label == label) all.push_back(review);
    }
    const auto size = static_cast<int64_t>(all.size());
    const auto held_out = static_cast<int64_t>(std::llround(split_.dev_share * double(size)));
    const auto order =
        permutation(size, RandomStream(split_.seed, "imdb dev", static_cast<uint64_t>(label)));
    std::vector<bool> is_dev(size, false);
    for (int64_t i = 0; i < held_out; ++i) is_dev[order[i]] = true;
    for (int64_t i = 0; i < size; ++i) {
      if (is_dev[i] == (split == Split::dev)) examples.push_back(all[i]);
    }
  }
  return examples;
}

void Reader::read(Split split, const std::function<void(const RawExample&)>& take) {
  load();
  const MappedFile texts = texts_.map();
  for (const Review& review : examples_of(split))
    take({texts.text().substr(review.begin, review.size), {}, review.label});
}

}  // namespace yoso::data::imdb
