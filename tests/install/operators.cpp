// Attention of a row to itself alone gives its value back.
#include <ATen/ATen.h>
#include <yoso/ops/hadamard_codes.h>
#include <yoso/ops/sampled_attention.h>

int main() {
  const at::Tensor q = at::ones({1, 2, 1, 16}) / 4, v = at::randn({1, 2, 1, 16});
  const at::Tensor signs = at::ones({2, 4, 3, 16}, at::kChar);
  const at::Tensor codes = yoso::ops::hadamard_codes(q, signs, /*hashes=*/8, /*bits=*/4);
  return yoso::ops::sampled_attention(q, q, v, codes, codes, /*bits=*/4).allclose(v) ? 0 : 1;
}
