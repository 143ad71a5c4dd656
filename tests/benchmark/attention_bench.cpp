// Times the attentions of this suite against at::scaled_dot_product_attention in one process:
// forward, and forward with backward, per length. Medians over repeats; ratio above 1: quicker than
// scaled_dot_product_attention.
//   attention_bench [threads] [repeats]

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "yoso/ops/expected_attention.h"
#include "yoso/ops/hadamard_codes.h"
#include "yoso/ops/hyperplane_codes.h"
#include "yoso/ops/sampled_attention.h"

namespace {

using Attention =
    std::function<at::Tensor(const at::Tensor&, const at::Tensor&, const at::Tensor&)>;

constexpr int64_t kHeads = 8, kHeadDim = 64, kHashes = 32;

double median_ms(int repeats, const std::function<void()>& run) {
  run();
  std::vector<double> times;
  for (int i = 0; i < repeats; ++i) {
    const auto start = std::chrono::steady_clock::now();
    run();
    times.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
            .count());
  }
  std::nth_element(times.begin(), times.begin() + repeats / 2, times.end());
  return times[repeats / 2];
}

struct Timing {
  double forward, both;
};

Timing time_attention(int repeats, const at::Tensor& x, const at::Tensor& grad,
                      const Attention& attention) {
  const at::Tensor q = x.select(0, 0).unsqueeze(0), k = x.select(0, 1).unsqueeze(0),
                   v = x.select(0, 2).unsqueeze(0);
  const double forward = median_ms(repeats, [&] { attention(q, k, v); });
  const at::Tensor gq = q.detach().requires_grad_(), gk = k.detach().requires_grad_(),
                   gv = v.detach().requires_grad_();
  const double both = median_ms(repeats, [&] {
    torch::autograd::grad({attention(gq, gk, gv)}, {gq, gk, gv}, {grad});
  });
  return {forward, both};
}

/// Queries and keys (unit rows near a common centre per 16 positions, so that codes collide
/// somewhat as in a trained model) and values, [3, heads, length, head_dim].
at::Tensor rows(int64_t length) {
  at::Tensor x = at::randn({3, kHeads, length, kHeadDim});
  at::Tensor hashed = x.narrow(0, 0, 2);
  hashed += at::randn({1, kHeads, length / 16, kHeadDim}).repeat_interleave(16, 2);
  hashed /= hashed.norm(2, -1, true);
  return x;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) at::set_num_threads(std::atoi(argv[1]));
  const int repeats = argc > 2 ? std::atoi(argv[2]) : 7;
  std::printf("%lld heads of %lld, %lld hashes, %d threads, median of %d\n",
              static_cast<long long>(kHeads), static_cast<long long>(kHeadDim),
              static_cast<long long>(kHashes), at::get_num_threads(), repeats);
  std::printf("%6s %-28s %12s %8s %14s %8s\n", "length", "attention", "forward ms", "ratio",
              "with backward", "ratio");
  at::manual_seed(1);
  for (int64_t length : {512, 1024, 2048, 4096}) {
    const int64_t bits = static_cast<int64_t>(std::log2(length));
    const at::Tensor x = rows(length);
    const at::Tensor grad = at::randn({1, kHeads, length, kHeadDim});
    const at::Tensor planes = at::randn({kHeads, kHashes, bits, kHeadDim});
    const at::Tensor signs =
        (at::randint(2, {kHeads, yoso::ops::hadamard_passes(kHashes, bits, kHeadDim), 3, kHeadDim},
                     at::kChar) *
             2 -
         1)
            .to(at::kChar);
    const auto hadamard = [&](const at::Tensor& rows) {
      return yoso::ops::hadamard_codes(rows, signs, kHashes, bits);
    };
    const auto hyperplane = [&](const at::Tensor& rows) {
      return yoso::ops::hyperplane_codes(rows, planes);
    };
    const auto sampled = [&](const auto& hash, const char* gradient) -> Attention {
      return [=](const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
        return yoso::ops::sampled_attention(q, k, v, hash(q), hash(k), bits, {}, {}, gradient);
      };
    };
    const auto expected = [=](const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
      return yoso::ops::expected_attention(q, k, v, bits);
    };
    const auto softmax = [](const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
      return at::scaled_dot_product_attention(q, k, v);
    };
    const auto codes_only = [=](const at::Tensor& q, const at::Tensor& k, const at::Tensor&) {
      hadamard(q);
      return hadamard(k);
    };
    const Timing base = time_attention(repeats, x, grad, softmax);
    const auto print = [&](const char* name, const Timing& t) {
      std::printf("%6lld %-28s %12.2f %8.2f %14.2f %8.2f\n", static_cast<long long>(length), name,
                  t.forward, base.forward / t.forward, t.both, base.both / t.both);
    };
    print("softmax", base);
    const double hashing =
        median_ms(repeats, [&] { codes_only(x[0].unsqueeze(0), x[1].unsqueeze(0), {}); });
    std::printf("%6lld %-28s %12.2f %8.2f\n", static_cast<long long>(length),
                "hadamard codes alone", hashing, base.forward / hashing);
    print("sampled, lower_bound",
          time_attention(repeats, x, grad, sampled(hadamard, "lower_bound")));
    print("sampled, unbiased", time_attention(repeats, x, grad, sampled(hadamard, "unbiased")));
    print("hyperplane, lower_bound",
          time_attention(repeats, x, grad, sampled(hyperplane, "lower_bound")));
    print("expected, exact", time_attention(repeats, x, grad, expected));
  }
}
