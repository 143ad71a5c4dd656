#include <ATen/ops/zeros.h>
#include <c10/util/Exception.h>
#include <torch/library.h>

#include "yoso/ops/cpu/exact_pairs/head_rows.h"
#include "yoso/ops/cpu/exact_pairs/pair_finder.h"
#include "yoso/ops/exact_pairs_origins.h"

namespace yoso::ops {

at::Tensor exact_pairs_origins(const at::Tensor& query_codes, const at::Tensor& key_codes,
                               const std::optional<at::Tensor>& query_mask,
                               const std::optional<at::Tensor>& key_mask,
                               const std::optional<at::Tensor>& document, const ExactPairs& pairs) {
  constexpr const char* kName = "exact_pairs_origins";
  for (const at::Tensor& codes : {query_codes, key_codes})
    TORCH_CHECK(codes.is_cpu() && codes.dim() == 4 && codes.scalar_type() == at::kInt,
                "yoso::", kName, ": codes are ", codes.toString(), " ", codes.sizes(),
                ", expected int32 [batch, heads, hashes, length] on a CPU");
  const int64_t batch = query_codes.size(0), heads = query_codes.size(1);
  const cpu::ValidRows queries(query_mask, batch, query_codes.size(3));
  const cpu::ValidRows keys(key_mask, batch, key_codes.size(3));
  const at::Tensor codes[] = {query_codes, key_codes};
  const at::Tensor result = at::zeros({batch, heads, 4}, at::kLong);
  for (const cpu::Segment& segment : cpu::find_segments(kName, queries, keys, batch, document))
    for (int64_t head = 0; head < heads; ++head) {
      const cpu::PairFinder finder(kName, segment, head, codes, pairs);
      cpu::PairFinder::Scratch scratch;
      cpu::FoundPairs found;
      const int64_t count = segment.count[cpu::kQuery];
      for (int64_t first = 0; first < count; first += cpu::kBlockRows)
        finder.find(first, std::min(cpu::kBlockRows, count - first), scratch, found);
      int64_t* const to =
          result.data_ptr<int64_t>() + (segment.sequence * heads + head) * result.size(2);
      const cpu::PairOrigins& o = found.origins;
      to[0] += o.global;
      to[1] += o.band;
      to[2] += o.hash;
      to[3] += finder.capped();
    }
  return result;
}

namespace {

at::Tensor origins_of(const at::Tensor& query_codes, const at::Tensor& key_codes,
                      const std::optional<at::Tensor>& query_mask,
                      const std::optional<at::Tensor>& key_mask,
                      const std::optional<at::Tensor>& document, int64_t hash_bits,
                      int64_t partners, int64_t cap, int64_t band, int64_t first_tokens,
                      int64_t last_tokens) {
  ExactPairs pairs;
  pairs.hash_bits = hash_bits;
  pairs.partners = partners;
  pairs.cap = cap;
  pairs.band = band;
  pairs.first_tokens = first_tokens;
  pairs.last_tokens = last_tokens;
  return exact_pairs_origins(query_codes, key_codes, query_mask, key_mask, document, pairs);
}

}  // namespace

// For tests/benchmark/exact_pairs_bench.py.
TORCH_LIBRARY_FRAGMENT(yoso, library) {
  library.def(
      "_exact_pairs_origins(Tensor query_codes, Tensor key_codes, Tensor? query_mask, "
      "Tensor? key_mask, Tensor? document, int hash_bits, int partners, int cap, int band, "
      "int first_tokens, int last_tokens) -> Tensor");
}
TORCH_LIBRARY_IMPL(yoso, CPU, library) { library.impl("_exact_pairs_origins", origins_of); }

}  // namespace yoso::ops
