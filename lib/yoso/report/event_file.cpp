#include "yoso/report/event_file.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <limits>
#include <optional>
#include <vector>

#include "yoso/util/checksum.h"

namespace yoso::report {
namespace {

static_assert(std::endian::native == std::endian::little, "event files are little-endian");

// Protobuf: a field is a varint (number << 3 | wire type) and its value.
enum WireType { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

template <class T>
void put_raw(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void put_varint(std::string& out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

void put_tag(std::string& out, int number, WireType type) { put_varint(out, number << 3 | type); }

std::string varint_field(int number, uint64_t value) {
  std::string out;
  put_tag(out, number, kVarint);
  put_varint(out, value);
  return out;
}

template <class T>
std::string fixed_field(int number, T value) {
  std::string out;
  put_tag(out, number, sizeof value == 8 ? kFixed64 : kFixed32);
  put_raw(out, value);
  return out;
}

/// Text, bytes or a nested message.
std::string bytes_field(int number, std::string_view bytes) {
  std::string out;
  put_tag(out, number, kBytes);
  put_varint(out, bytes.size());
  return out.append(bytes);
}

// Field numbers of tensorflow/core/framework/summary.proto, tensor.proto and util/event.proto.

std::string event(double wall_time, int64_t step, std::string_view content) {
  std::string out = fixed_field(1, wall_time);
  if (step != 0) out += varint_field(2, static_cast<uint64_t>(step));
  return out.append(content);
}

std::string summary(std::string_view tag, std::string_view value) {
  const std::string summary_value = bytes_field(1, tag).append(value);
  return bytes_field(5, bytes_field(1, summary_value));
}

/// TensorFlow masks a checksum because data that holds its own CRC makes CRCs weak.
uint32_t masked_crc(std::string_view bytes) {
  const uint32_t crc = crc32c(bytes);
  return ((crc >> 15) | (crc << 17)) + 0xa282ead8U;
}

template <class T>
T get(std::string_view bytes, size_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

/// The payload of the record at the front of `bytes`; nothing when it is torn or damaged.
std::optional<std::string_view> first_record(std::string_view bytes) {
  constexpr size_t kHead = 12, kFoot = 4;
  if (bytes.size() < kHead + kFoot) return std::nullopt;
  const auto length = get<uint64_t>(bytes, 0);
  if (get<uint32_t>(bytes, 8) != masked_crc(bytes.substr(0, 8))) return std::nullopt;
  if (length > bytes.size() - kHead - kFoot) return std::nullopt;
  const std::string_view payload = bytes.substr(kHead, length);
  if (get<uint32_t>(bytes, kHead + length) != masked_crc(payload)) return std::nullopt;
  return payload;
}

/// Reads the fields of an event as written above, in their order.
class EventReader {
 public:
  /// `event` starts with the wall time's nine bytes, then the step unless it is 0.
  explicit EventReader(std::string_view event)
      : rest_(event.substr(std::min<size_t>(9, event.size()))) {
    if (take(2 << 3 | kVarint)) step = static_cast<int64_t>(varint());
    // Event.summary, Summary.value, Value.tag
    if (take(5 << 3 | kBytes) && open() && take(1 << 3 | kBytes) && open() && take(1 << 3 | kBytes))
      tag = rest_.substr(0, varint());
  }

  int64_t step = 0;
  std::string_view tag;

 private:
  bool take(int byte) {
    if (rest_.empty() || static_cast<unsigned char>(rest_.front()) != byte) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// Enters a nested message behind its length.
  bool open() { return varint() > 0; }
  uint64_t varint() {
    uint64_t value = 0;
    for (int shift = 0; !rest_.empty() && shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) break;
    }
    return value;
  }

  std::string_view rest_;
};

bool keeps(RecordCut cut, std::string_view event) {
  const EventReader read(event);
  return cut.keeps(read.step, read.tag.substr(0, read.tag.find('/')));
}

std::vector<std::filesystem::path> event_files(const std::string& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code missing;
  for (const auto& entry : std::filesystem::directory_iterator(folder, missing)) {
    const std::string name = entry.path().filename();
    if (name.starts_with("events.out.tfevents.") && !name.ends_with(".tmp")) files.push_back(entry);
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// The file to write to. TensorBoard requires "tfevents" and the start time in the name. The usual
/// ending, the name of the machine, is left out, as run folders are passed on.
std::string event_path(const std::string& folder, double now) {
  make_folders(folder);
  truncate_events(folder, std::numeric_limits<int64_t>::max());
  const auto files = event_files(folder);
  if (!files.empty()) return files.back();
  const std::string seconds = std::to_string(static_cast<int64_t>(now));
  return std::filesystem::path(folder) / ("events.out.tfevents." + seconds + ".yoso");
}

double system_seconds() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

EventWriter::EventWriter(const std::string& folder, WallClock clock)
    : clock_(clock ? std::move(clock) : system_seconds), file_(event_path(folder, clock_())) {
  if (std::filesystem::file_size(path()) == 0)
    write(event(clock_(), 0, bytes_field(3, "brain.Event:2")));
}

void EventWriter::scalar(std::string_view tag, double value, int64_t step) {
  write(event(clock_(), step, summary(tag, fixed_field(2, static_cast<float>(value)))));
}

void EventWriter::sync() { file_.sync(); }

void EventWriter::write(std::string_view event) {
  std::string record;
  put_raw(record, static_cast<uint64_t>(event.size()));
  put_raw(record, masked_crc(record));
  record.append(event);
  put_raw(record, masked_crc(event));
  file_.append(record);
}

void truncate_events(const std::string& folder, RecordCut cut) {
  for (const auto& path : event_files(folder)) {
    const std::string content = read_file(path);
    std::string kept;
    std::string_view rest = content;
    while (const auto payload = first_record(rest)) {
      const size_t size = payload->size() + 16;
      if (keeps(cut, *payload)) kept.append(rest.substr(0, size));
      rest.remove_prefix(size);
    }
    if (kept.size() < content.size()) write_atomically(path, kept);
  }
}

}  // namespace yoso::report
