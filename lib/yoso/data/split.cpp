#include "yoso/data/split.h"

namespace yoso::data {

const char* name(Split split) {
  switch (split) {
    case Split::train:
      return "train";
    case Split::dev:
      return "dev";
    default:
      return "test";
  }
}

}  // namespace yoso::data
