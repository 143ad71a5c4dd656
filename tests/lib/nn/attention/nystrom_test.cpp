// Nyströmformer against its definition.

#include <gtest/gtest.h>

#include "lib/nn/attention/dense_statement.h"

namespace yoso::nn {
namespace {

const AttentionShape kNystromShape{.heads = 2, .head_dim = 6, .max_length = 40, .seed = 2};

/// Means of `count` consecutive parts of the rows of x, the first floor(k·n / count) of part k.
at::Tensor means_of_parts(const at::Tensor& x, int64_t count) {
  std::vector<at::Tensor> means;
  const int64_t tokens = x.size(0);
  for (int64_t part = 0; part < count; ++part) {
    const int64_t begin = (part * tokens + count - 1) / count;
    const int64_t end = ((part + 1) * tokens + count - 1) / count;
    means.push_back(x.narrow(0, begin, end - begin).mean(0));
  }
  return at::stack(means);
}

at::Tensor iterate_pinv(const at::Tensor& a, int64_t iterations, const at::Tensor& norms) {
  const at::Tensor i = at::eye(a.size(0), at::kDouble);
  at::Tensor z = a.t() / norms;
  for (int64_t step = 0; step < iterations; ++step) {
    const at::Tensor az = a.mm(z);
    z = z.mm(13 * i - az.mm(15 * i - az.mm(7 * i - az))) / 4;
  }
  return z;
}

/// Largest column sum times largest row sum.
at::Tensor start_norms(const at::Tensor& a) { return a.abs().sum(0).max() * a.abs().sum(1).max(); }

struct NystromFactors {
  at::Tensor first, middle,
      last;  // [tokens, landmarks], [landmarks, landmarks], [landmarks, tokens]
};

NystromFactors factors_of(const DenseRow& row, int64_t landmarks) {
  const int64_t count = std::min(landmarks, row.query.size(0));
  const double scale = 1 / std::sqrt(static_cast<double>(row.query.size(1)));
  const at::Tensor q = means_of_parts(row.query, count), k = means_of_parts(row.key, count);
  return {(row.query.mm(k.t()) * scale).softmax(-1), (q.mm(k.t()) * scale).softmax(-1),
          (q.mm(row.key.t()) * scale).softmax(-1)};
}

TEST(NystromAttention, EqualsItsDefinition) {
  for (const auto& [landmarks, iterations] :
       {std::pair<int64_t, int64_t>{4, 6}, {1, 6}, {16, 2}, {33, 1}, {64, 6}}) {
    expect_statement(
        "{kind: nystrom, landmarks: " + std::to_string(landmarks) +
            ", iterations: " + std::to_string(iterations) + "}",
        kNystromShape,
        [landmarks = landmarks, iterations = iterations](AttentionImpl&) -> DenseStatement {
          return [=](const DenseRow& row) {
            const NystromFactors f = factors_of(row, landmarks);
            return f.first.mm(iterate_pinv(f.middle, iterations, start_norms(f.middle)))
                .mm(f.last)
                .mm(row.value);
          };
        });
  }
}

TEST(NystromAttention, AddsTheConvolutionOfTheValues) {
  expect_statement("{kind: nystrom, landmarks: 3, conv_window: 5}", kNystromShape,
                   [](AttentionImpl& attention) -> DenseStatement {
                     return [&attention](const DenseRow& row) {
                       const NystromFactors f = factors_of(row, 3);
                       const at::Tensor filter =
                           attention.named_parameters()["conv.weight"][row.head].flatten();
                       return f.first.mm(iterate_pinv(f.middle, 6, start_norms(f.middle)))
                                  .mm(f.last)
                                  .mm(row.value) +
                              state_convolution(row, filter);
                     };
                   });
}

/// The iteration cut off at `iterations` is compared with softmax attention, which it reaches at as
/// many landmarks as tokens.
double distance_to_softmax(const std::string& spec, const AttentionInputs& inputs) {
  const at::Tensor nystrom = build_wide(spec, kNystromShape)->forward(inputs);
  const at::Tensor softmax = build_wide("softmax", kNystromShape)->forward(inputs);
  if (!inputs.mask.defined()) return max_difference(nystrom, softmax);
  const at::Tensor real = inputs.mask.unsqueeze(1).unsqueeze(-1);
  return max_difference(nystrom * real, softmax * real);
}

TEST(NystromAttention, EqualsSoftmaxAtAsManyLandmarksAsTokens) {
  at::manual_seed(5);
  AttentionInputs inputs = random_inputs(3, 12, kNystromShape);
  // Longer queries and keys make softmax(Q Kᵀ) well conditioned.
  inputs.query = inputs.query.detach().to(at::kDouble) * 4;
  inputs.key = inputs.query + inputs.key.detach().to(at::kDouble);
  inputs.value = inputs.value.detach().to(at::kDouble);
  EXPECT_LT(distance_to_softmax("{kind: nystrom, landmarks: 12, iterations: 30}", inputs), 1e-6);
  EXPECT_LT(distance_to_softmax("{kind: nystrom, landmarks: 64, iterations: 30}", inputs), 1e-6);
  inputs.mask = mask_of_lengths({12, 7, 1}, 12);  // each row has as many landmarks as valid tokens
  EXPECT_LT(distance_to_softmax("{kind: nystrom, landmarks: 12, iterations: 30}", inputs), 1e-6);
  inputs.mask = at::Tensor();
  EXPECT_GT(distance_to_softmax("{kind: nystrom, landmarks: 6, iterations: 30}", inputs), 1e-2);
}

TEST(NystromAttention, TheIterationConvergesToThePseudoInverse) {
  at::manual_seed(6);
  AttentionInputs inputs = random_inputs(2, 24, kNystromShape);
  inputs.query = inputs.query.detach().to(at::kDouble) * 6;
  inputs.key = inputs.query.clone();
  inputs.value = inputs.value.detach().to(at::kDouble);
  const at::Tensor expected = state_batch(inputs, [](const DenseRow& row) {
    const NystromFactors f = factors_of(row, 8);
    return f.first.mm(at::linalg_pinv(f.middle)).mm(f.last).mm(row.value);
  });
  const auto nystrom = build_wide("{kind: nystrom, landmarks: 8, iterations: 40}", kNystromShape);
  EXPECT_TRUE(testing::near(nystrom->forward(inputs), expected, 1e-6));
}

TEST(NystromAttention, CompatMlpenTakesSegmentsOfTheConfiguredLengthAndNormsOfTheBatch) {
  at::manual_seed(7);
  auto attention = build_wide("{kind: nystrom, landmarks: 8, compat: mlpen}", kNystromShape);
  AttentionInputs inputs = random_inputs(3, 23, kNystromShape);
  for (at::Tensor* x : {&inputs.query, &inputs.key, &inputs.value})
    *x = x->detach().to(at::kDouble);
  inputs.mask = mask_of_lengths({23, 11, 4}, 23);
  const at::Tensor real = inputs.mask.unsqueeze(1).unsqueeze(-1);
  const auto padded = [&](const at::Tensor& x) {
    return at::constant_pad_nd(x * real, {0, 0, 0, 17}) / std::pow(6.0, 0.25);
  };
  const at::Tensor q = padded(inputs.query), k = padded(inputs.key);
  const at::Tensor ql = q.reshape({3, 2, 8, 5, 6}).mean(-2),
                   kl = k.reshape({3, 2, 8, 5, 6}).mean(-2);
  const at::Tensor middle = at::matmul(ql, kl.transpose(-1, -2)).softmax(-1);
  const at::Tensor norms = middle.sum(-2).max() * middle.sum(-1).max();
  const at::Tensor hidden =
      at::constant_pad_nd(inputs.mask.to(at::kDouble), {0, 17}).unsqueeze(1).unsqueeze(1) * 1e9 -
      1e9;
  const at::Tensor last = (at::matmul(ql, k.transpose(-1, -2)) + hidden).softmax(-1);
  const at::Tensor first = at::matmul(q, kl.transpose(-1, -2)).softmax(-1);
  const at::Tensor value = at::constant_pad_nd(inputs.value, {0, 0, 0, 17});
  at::Tensor expected = at::zeros_like(inputs.value);
  for (int64_t row = 0; row < 3; ++row) {
    for (int64_t head = 0; head < 2; ++head) {
      expected[row][head] = first[row][head]
                                .mm(iterate_pinv(middle[row][head], 6, norms))
                                .mm(last[row][head].mm(value[row][head]))
                                .narrow(0, 0, 23);
    }
  }
  EXPECT_TRUE(testing::near(attention->forward(inputs) * real, expected * real, 1e-9));
}

TEST(NystromAttention, CompatMlpenWantsADivisorOfTheConfiguredLength) {
  EXPECT_THROW(build_attention("{kind: nystrom, landmarks: 7, compat: mlpen}", kNystromShape),
               std::exception);
}

}  // namespace
}  // namespace yoso::nn
