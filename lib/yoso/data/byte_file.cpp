#include "yoso/data/byte_file.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <utility>

#include "yoso/util/error.h"

namespace yoso::data {
namespace {

constexpr std::array<char, 8> kMagic = {'Y', 'O', 'S', 'O', 'R', 'O', 'W', 'S'};
constexpr uint64_t kVersion = 1;

struct Header {
  std::array<char, 8> magic = kMagic;
  uint64_t version = kVersion;
  uint64_t texts = 1;
  uint64_t first_id = 0;
};

struct Footer {
  uint64_t examples = 0;
  uint64_t tokens = 0;
  uint64_t longest = 0;
  uint64_t checksum = 0;
  std::array<char, 8> magic = kMagic;
};

uint64_t aligned(uint64_t size) { return (size + 7) / 8 * 8; }

template <class T>
T read_at(const MappedFile& file, size_t offset) {
  T value;
  std::memcpy(&value, file.data() + offset, sizeof value);
  return value;
}

}  // namespace

ByteFileWriter::ByteFileWriter(std::string path, ByteDataset::Layout layout)
    : file_(std::move(path)), layout_(layout) {
  Header header;
  header.texts = static_cast<uint64_t>(layout.texts);
  header.first_id = static_cast<uint64_t>(layout.first_id);
  file_.write(&header, sizeof header);
}

void ByteFileWriter::add(const data::RawExample& example) {
  const std::string_view texts[] = {example.text, example.second};
  for (int64_t i = 0; i < layout_.texts; ++i) {
    file_.write(texts[i]);
    summary_.tokens += static_cast<int64_t>(texts[i].size());
    summary_.longest = std::max(summary_.longest, static_cast<int64_t>(texts[i].size()));
    ends_.push_back(static_cast<uint64_t>(summary_.tokens));
    sum_.add_text({reinterpret_cast<const uint8_t*>(texts[i].data()), texts[i].size()});
  }
  labels_.push_back(example.label);
  sum_.end_example(example.label);
  ++summary_.examples;
}

ByteFileSummary ByteFileWriter::commit() {
  summary_.checksum = sum_.value();
  const auto tokens = static_cast<uint64_t>(summary_.tokens);
  file_.write(std::string(aligned(tokens) - tokens, '\0'));
  file_.write(ends_.data(), ends_.size() * sizeof(uint64_t));
  file_.write(labels_.data(), labels_.size() * sizeof(int64_t));
  Footer footer;
  footer.examples = static_cast<uint64_t>(summary_.examples);
  footer.tokens = tokens;
  footer.longest = static_cast<uint64_t>(summary_.longest);
  footer.checksum = summary_.checksum;
  file_.write(&footer, sizeof footer);
  file_.commit();
  return summary_;
}

ByteDataset open_byte_file(const std::string& path, ByteFileSummary* summary) {
  auto file = std::make_shared<const MappedFile>(path);
  const auto fail = [&](const std::string& what) -> DataError {
    return DataError(path + ": " + what + "; prepare it again with `lra prepare`");
  };
  if (file->size() < sizeof(Header) + sizeof(Footer)) throw fail("is truncated");
  const auto header = read_at<Header>(*file, 0);
  if (header.magic != kMagic) throw fail("is no file of prepared examples");
  if (header.version != kVersion) {
    throw fail("has format " + std::to_string(header.version) + ", this version reads " +
               std::to_string(kVersion));
  }
  const auto footer = read_at<Footer>(*file, file->size() - sizeof(Footer));
  if (footer.magic != kMagic) throw fail("is truncated");
  const uint64_t texts = header.texts;
  // Sizes are compared without sums or products that a damaged number could overflow.
  const uint64_t space = (file->size() - sizeof(Header) - sizeof(Footer)) / 8;
  if (texts < 1 || texts > 2 || footer.examples > space || footer.tokens / 8 > space ||
      sizeof(Header) + aligned(footer.tokens) +
              (footer.examples * texts + 1 + footer.examples) * 8 + sizeof(Footer) !=
          file->size()) {
    throw fail("is damaged (its size does not fit its counts)");
  }
  ByteDataset::Mapped mapped;
  const std::byte* data = file->data() + sizeof(Header);
  mapped.tokens = reinterpret_cast<const ByteDataset::Token*>(data);
  mapped.ends = reinterpret_cast<const uint64_t*>(data + aligned(footer.tokens));
  mapped.labels = reinterpret_cast<const int64_t*>(mapped.ends + footer.examples * texts + 1);
  mapped.examples = static_cast<int64_t>(footer.examples);
  const uint64_t* last = mapped.ends + footer.examples * texts;
  if (*mapped.ends != 0 || *last != footer.tokens || !std::is_sorted(mapped.ends, last + 1))
    throw fail("is damaged (its examples overlap)");
  mapped.file = std::move(file);
  ByteDataset examples({static_cast<int64_t>(texts), static_cast<int64_t>(header.first_id)},
                       std::move(mapped));
  if (examples.checksum() != footer.checksum) throw fail("is damaged (wrong checksum)");
  if (summary != nullptr) {
    *summary = {static_cast<int64_t>(footer.examples), static_cast<int64_t>(footer.tokens),
                static_cast<int64_t>(footer.longest), footer.checksum};
  }
  return examples;
}

}  // namespace yoso::data
