#pragma once

#include <c10/core/impl/LocalDispatchKeySet.h>

#include "yoso/nn/attention/attention.h"

namespace yoso::nn {

/// Runs a scope in float32 (float64 for float64) also under autocast: for attentions whose
/// exponentials, inverses or long sums need the precision.
class WideCore {
 public:
  /// Queries, keys and values in the wider type.
  AttentionInputs inputs;

  explicit WideCore(const AttentionInputs& narrow)
      : inputs(narrow), type_(narrow.value.scalar_type()) {
    for (at::Tensor* x : {&inputs.query, &inputs.key, &inputs.value}) {
      if (x->scalar_type() != at::kDouble) *x = x->to(at::kFloat);
    }
  }

  /// A context in the type of the values that came in.
  at::Tensor narrow(const at::Tensor& context) const { return context.to(type_); }

 private:
  c10::impl::ExcludeDispatchKeyGuard no_autocast_{c10::autocast_dispatch_keyset};
  at::ScalarType type_;
};

}  // namespace yoso::nn
