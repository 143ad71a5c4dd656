#include "yoso/interop/hugging_face/weights.h"

#include <filesystem>
#include <iterator>
#include <map>
#include <set>

#include "yoso/serialization/safetensors_index.h"
#include "yoso/util/error.h"
#include "yoso/util/file.h"
#include "yoso/util/file_kind.h"

namespace yoso::interop {
namespace {

namespace fs = std::filesystem;

/// DataError where git has left a pointer in place of the file.
void check_fetched(const std::string& path) {
  if (fs::exists(path)) refuse_git_lfs_pointer(path, MappedFile(path).text());
}

serialization::NamedTensors read_shards(const std::string& folder, const std::string& index) {
  const auto file_of = serialization::parse_safetensors_index(read_file(index), index);
  std::set<std::string> files, seen;
  for (const auto& item : file_of) files.insert(item.second);
  serialization::NamedTensors tensors;
  for (const std::string& file : files) {
    const std::string path = folder + "/" + file;
    check_fetched(path);
    for (auto& tensor : serialization::read_safetensors(path)) {
      const auto listed = file_of.find(tensor.first);
      if (listed == file_of.end() || listed->second != file)
        throw DataError(path + ": " + tensor.first + ": the index does not place it here");
      seen.insert(tensor.first);
      tensors.push_back(std::move(tensor));
    }
  }
  for (const auto& [name, file] : file_of) {
    if (!seen.contains(name))
      throw DataError(index + ": " + name + ": is not in " + file + ", where the index places it");
  }
  return tensors;
}

}  // namespace

serialization::NamedTensors read_weights(const std::string& folder) {
  const std::string whole = folder + "/model.safetensors", index = whole + ".index.json";
  check_fetched(whole);
  check_fetched(index);
  if (fs::exists(whole)) return serialization::read_safetensors(whole);
  if (fs::exists(index)) return read_shards(folder, index);
  const bool pickled = fs::exists(folder + "/pytorch_model.bin");
  throw DataError(folder + ": has no model.safetensors" +
                  (pickled ? ", only a pickle (pytorch_model.bin), which is not read here; "
                             "transformers can save it again as safetensors"
                           : " and no model.safetensors.index.json"));
}

}  // namespace yoso::interop
