#include "yoso/ops/exact_pairs_attention.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/util/Exception.h>
#include <torch/library.h>

#include "yoso/ops/attention_arguments.h"
#include "yoso/ops/exact_pairs_arguments.h"

namespace yoso::ops {
namespace {

template <class Signature>
c10::TypedOperatorHandle<Signature> find(const char* name) {
  return c10::Dispatcher::singleton().findSchemaOrThrow(name, "").typed<Signature>();
}

void check_values(const Arguments& check, const char* op, const ExactPairs& pairs) {
  TORCH_CHECK(pairs.kernel == "angular" || pairs.kernel == "softmax", "yoso::", op,
              ": kernel is \"", pairs.kernel, "\", expected \"angular\" or \"softmax\"");
  TORCH_CHECK(pairs.normalize == "sum" || pairs.normalize == "l2", "yoso::", op,
              ": normalize is \"", pairs.normalize, "\", expected \"sum\" or \"l2\"");
  constexpr int64_t kMost = int64_t{1} << 31;
  check.in_range("bits", pairs.bits, 1, kMaxBits);
  check.in_range("hash_bits", pairs.hash_bits, 1, kMaxBits);
  check.in_range("partners", pairs.partners, 0, kMost);
  check.in_range("cap", pairs.cap, 1, kMost);
  check.in_range("band", pairs.band, 0, kMost);
  check.in_range("first_tokens", pairs.first_tokens, 0, kMost);
  check.in_range("last_tokens", pairs.last_tokens, 0, kMost);
  check.in_range("cells", pairs.cells, 1, kMost);
  TORCH_CHECK(pairs.scale > 0, "yoso::", op, ": scale is ", pairs.scale, ", expected above 0");
  TORCH_CHECK(pairs.tail == "none" || pairs.tail == "linear" || pairs.tail == "cells", "yoso::", op,
              ": tail is \"", pairs.tail, "\", expected \"none\", \"linear\" or \"cells\"");
  TORCH_CHECK(pairs.tail != "linear" || pairs.kernel == "softmax" || pairs.bits >= 2, "yoso::", op,
              ": tail is \"linear\" but bits is ", pairs.bits,
              ": the angular kernel is convex from 2 bits on");
}

}  // namespace

std::tuple<at::Tensor, at::Tensor> exact_pairs_attention(
    const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
    const at::Tensor& query_codes, const at::Tensor& key_codes,
    const std::optional<at::Tensor>& query_mask, const std::optional<at::Tensor>& key_mask,
    const std::optional<at::Tensor>& document, const ExactPairs& pairs) {
  return call_exact_pairs(
      {query, key, value, query_codes, key_codes, query_mask, key_mask, document}, pairs);
}

PairResults call_exact_pairs(const PairTensors& t, const ExactPairs& p) {
  static const auto op = find<decltype(unpack<call_exact_pairs>)>("yoso::exact_pairs_attention");
  return op.call(t.query, t.key, t.value, t.query_codes, t.key_codes, t.query_mask, t.key_mask,
                 t.document, p.kernel, p.bits, p.scale, p.normalize, p.hash_bits, p.partners, p.cap,
                 p.band, p.first_tokens, p.last_tokens, p.tail, p.cells);
}

PairGradients3 call_exact_pairs_backward(const PairGradient& g, const PairTensors& t,
                                         const ExactPairs& p) {
  static const auto op = find<decltype(unpack_backward<call_exact_pairs_backward>)>(
      "yoso::_exact_pairs_attention_backward");
  return op.call(g.grad, g.context, g.log_norm, t.query, t.key, t.value, t.query_codes, t.key_codes,
                 t.query_mask, t.key_mask, t.document, p.kernel, p.bits, p.scale, p.normalize,
                 p.hash_bits, p.partners, p.cap, p.band, p.first_tokens, p.last_tokens, p.tail,
                 p.cells, g.needed[0], g.needed[1], g.needed[2]);
}

void check_exact_pairs(const PairGradient* gradient, const PairTensors& t,
                       const ExactPairs& pairs) {
  const char* op =
      gradient == nullptr ? "exact_pairs_attention" : "_exact_pairs_attention_backward";
  const Arguments check(op);
  check_attention(check, gradient == nullptr ? nullptr : &gradient->grad, t.query, t.key, t.value,
                  pairs.bits, t.query_mask, t.key_mask);
  check_values(check, op, pairs);
  check.has_dims("query_codes", t.query_codes, 4, "[batch, heads, hashes, query length]");
  check.has_dims("key_codes", t.key_codes, 4, "[batch, heads, hashes, key length]");
  // Autograd keeps codes as int16 on a CPU; meta tensors may stand for such codes.
  const bool narrow = gradient != nullptr && t.query_codes.scalar_type() == at::kShort &&
                      t.key_codes.scalar_type() == at::kShort;
  if (!narrow) {
    check.has_dtype("query_codes", t.query_codes, at::kInt);
    check.has_dtype("key_codes", t.key_codes, at::kInt);
  }
  check.same_device("query_codes", t.query_codes, "query", t.query);
  check.same_device("key_codes", t.key_codes, "query", t.query);
  for (int64_t dim : {0, 1}) {
    check.same_size("query_codes", t.query_codes, dim, "query", t.query, dim);
    check.same_size("key_codes", t.key_codes, dim, "key", t.key, dim);
  }
  check.same_size("query_codes", t.query_codes, 3, "query", t.query, 2);
  check.same_size("key_codes", t.key_codes, 3, "key", t.key, 2);
  check.same_size("key_codes", t.key_codes, 2, "query_codes", t.query_codes, 2);
  const bool by_position = pairs.band > 0 || pairs.first_tokens > 0 || pairs.last_tokens > 0 ||
                           (t.document && t.document->defined());
  TORCH_CHECK(!by_position || t.query.sym_size(2) == t.key.sym_size(2), "yoso::", op,
              ": a band, global tokens and documents need queries and keys at the same positions, "
              "but query.size(2) is ",
              t.query.sym_size(2), " and key.size(2) is ", t.key.sym_size(2));
  check.fits_document(t.document, "query", t.query);
}

TORCH_LIBRARY_FRAGMENT(yoso, library) {
  library.def(
      "exact_pairs_attention(Tensor query, Tensor key, Tensor value, "
      "Tensor query_codes, Tensor key_codes, "
      "Tensor? query_mask=None, Tensor? key_mask=None, Tensor? document=None, "
      "str kernel=\"angular\", int bits=8, float scale=1., str normalize=\"sum\", "
      "int hash_bits=16, int partners=40, int cap=8, int band=0, "
      "int first_tokens=0, int last_tokens=0, str tail=\"cells\", int cells=64) -> (Tensor context, Tensor log_norm)");
  library.def(
      "_exact_pairs_attention_backward(Tensor grad, Tensor context, Tensor log_norm, "
      "Tensor query, Tensor key, Tensor value, Tensor query_codes, Tensor key_codes, "
      "Tensor? query_mask, Tensor? key_mask, Tensor? document, "
      "str kernel, int bits, float scale, str normalize, int hash_bits, int partners, int cap, "
      "int band, int first_tokens, int last_tokens, str tail, int cells, "
      "bool need_query, bool need_key, bool need_value) -> (Tensor, Tensor, Tensor)");
}

}  // namespace yoso::ops
