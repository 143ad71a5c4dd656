#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <vector>

#include "support/near.h"
#include "yoso/ops/hadamard_codes.h"
#include "yoso/ops/hyperplane_codes.h"

namespace yoso::ops {
namespace {

const std::vector<at::ScalarType> kDtypes{at::kFloat, at::kDouble, at::kBFloat16, at::kHalf};
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

at::Tensor random_signs(at::IntArrayRef sizes) {
  return (at::randint(2, sizes, at::kChar) * 2 - 1).to(at::kChar);
}

/// The group of each (batch, head) out of `groups`, row-major.
int64_t group_of(int64_t groups, int64_t heads, int64_t b, int64_t h) {
  return groups == 1 ? 0 : groups == heads ? h : b * heads + h;
}

/// Products planes·x in float64, [batch, heads, hashes, bits, length].
at::Tensor hyperplane_products(const at::Tensor& x, const at::Tensor& planes) {
  at::Tensor result =
      at::empty({x.size(0), x.size(1), planes.size(1), planes.size(2), x.size(2)}, at::kDouble);
  for (int64_t b = 0; b < x.size(0); ++b)
    for (int64_t h = 0; h < x.size(1); ++h)
      result[b][h] = at::einsum("mtd,nd->mtn",
                                {planes[group_of(planes.size(0), x.size(1), b, h)].to(at::kDouble),
                                 x[b][h].to(at::kDouble)});
  return result;
}

/// The Walsh-Hadamard matrix of Sylvester: H_2n = [[H_n, H_n], [H_n, -H_n]].
at::Tensor sylvester(int64_t dim) {
  at::Tensor matrix = at::ones({1, 1}, at::kDouble);
  while (matrix.size(0) < dim)
    matrix = at::cat({at::cat({matrix, matrix}, 1), at::cat({matrix, -matrix}, 1)}, 0);
  return matrix;
}

/// The coordinate behind every bit by materialised matrices, [batch, heads, hashes, bits, length].
at::Tensor hadamard_products(const at::Tensor& x, const at::Tensor& signs, int64_t hashes,
                             int64_t bits) {
  const int64_t groups = signs.size(0), passes = signs.size(1), dim = signs.size(3);
  const int64_t per_pass = (hashes * bits + passes - 1) / passes;
  const at::Tensor w = sylvester(dim);
  at::Tensor matrices = at::diag_embed(signs.select(2, 0).to(at::kDouble));  // S1
  for (int64_t round : {1, 2})
    matrices = signs.select(2, round).to(at::kDouble).unsqueeze(-1) * at::matmul(w, matrices);
  matrices = at::matmul(w, matrices).reshape({groups, passes * dim, dim});

  std::vector<int64_t> coordinates;  // of bit t of hash m, at m * bits + t
  for (int64_t m = 0; m < hashes; ++m)
    for (int64_t t = 0; t < bits; ++t) {
      const int64_t number = t * hashes + m;
      coordinates.push_back(number / per_pass * dim + number % per_pass);
    }
  matrices = matrices.index_select(1, at::tensor(coordinates)).narrow(2, 0, x.size(3));
  at::Tensor result = at::empty({x.size(0), x.size(1), hashes, bits, x.size(2)}, at::kDouble);
  for (int64_t b = 0; b < x.size(0); ++b)
    for (int64_t h = 0; h < x.size(1); ++h) {
      const at::Tensor matrix = matrices[group_of(groups, x.size(1), b, h)];
      result[b][h] =
          at::matmul(matrix, x[b][h].to(at::kDouble).t()).view({hashes, bits, x.size(2)});
    }
  return result;
}

/// Codes of products [.., hashes, bits, length].
at::Tensor codes_of(const at::Tensor& products) {
  const at::Tensor weight = at::pow(2, at::arange(products.size(3), at::kLong)).unsqueeze(-1);
  return (products.ge(0).to(at::kLong) * weight).sum(3).to(at::kInt);
}

/// Bit for bit, but for bits whose product is within `tie` of zero; at most a fraction `most` of
/// the codes may have one.
void expect_codes(const at::Tensor& codes, const at::Tensor& products, double tie, double most) {
  ASSERT_EQ(codes.scalar_type(), at::kInt);
  const at::Tensor expected = codes_of(products);
  ASSERT_EQ(codes.sizes(), expected.sizes());
  const at::Tensor weight = at::pow(2, at::arange(products.size(3), at::kLong)).unsqueeze(-1);
  const at::Tensor ties = (products.abs().lt(tie).to(at::kLong) * weight).sum(3);
  const at::Tensor differ =
      at::bitwise_and(at::bitwise_xor(codes, expected).to(at::kLong), at::bitwise_not(ties));
  EXPECT_EQ(differ.count_nonzero().item<int64_t>(), 0);
  EXPECT_LE(ties.count_nonzero().item<double>(), 1 + most * static_cast<double>(ties.numel()))
      << "the test is blunt";
}

struct CodeCase {
  int64_t length, head_dim, hashes, bits;
};

class Codes : public ::testing::TestWithParam<CodeCase> {};

TEST_P(Codes, HyperplaneOfSmallIntegersIsExact) {
  const auto [length, head_dim, hashes, bits] = GetParam();
  at::manual_seed(1);
  for (int64_t groups : {1, 2, 6}) {
    const at::Tensor x = at::randint(-4, 5, {3, 2, length, head_dim});
    const at::Tensor planes = at::randint(-4, 5, {groups, hashes, bits, head_dim});
    const at::Tensor expected = codes_of(hyperplane_products(x, planes));
    for (at::ScalarType dtype : kDtypes)
      EXPECT_TRUE(hyperplane_codes(x.to(dtype), planes.to(dtype)).equal(expected))
          << dtype << " groups " << groups;
  }
}

TEST_P(Codes, HyperplaneMatchesFloat64UpToTies) {
  const auto [length, head_dim, hashes, bits] = GetParam();
  at::manual_seed(2);
  const at::Tensor x = at::randn({2, 3, length, head_dim});
  const at::Tensor planes = at::randn({3, hashes, bits, head_dim});
  const at::Tensor products = hyperplane_products(x, planes);
  expect_codes(hyperplane_codes(x, planes), products, 1e-5, 0.01);
  expect_codes(hyperplane_codes(x.to(at::kDouble), planes), products, 1e-13, 0.01);
}

TEST_P(Codes, HadamardOfSmallIntegersIsExact) {
  const auto [length, head_dim, hashes, bits] = GetParam();
  at::manual_seed(3);
  const int64_t dim = hadamard_dim(head_dim, bits),
                fewest = hadamard_passes(hashes, bits, head_dim);
  for (int64_t passes : {fewest, std::max(bits, fewest), fewest + 2}) {
    for (int64_t groups : {1, 2, 6}) {
      const at::Tensor x = at::randint(-4, 5, {3, 2, length, head_dim});
      const at::Tensor signs = random_signs({groups, passes, 3, dim});
      const at::Tensor expected = codes_of(hadamard_products(x, signs, hashes, bits));
      for (at::ScalarType dtype : kDtypes)
        EXPECT_TRUE(hadamard_codes(x.to(dtype), signs, hashes, bits).equal(expected))
            << dtype << " passes " << passes << " groups " << groups;
    }
  }
}

TEST_P(Codes, HadamardMatchesFloat64UpToTies) {
  const auto [length, head_dim, hashes, bits] = GetParam();
  at::manual_seed(4);
  const at::Tensor x = at::randn({2, 3, length, head_dim});
  const at::Tensor signs =
      random_signs({3, hadamard_passes(hashes, bits, head_dim), 3, hadamard_dim(head_dim, bits)});
  const at::Tensor products = hadamard_products(x, signs, hashes, bits);
  // Of few columns many coordinates are sums of terms that cancel.
  const double most = head_dim < 8 ? 0.6 : 0.01;
  expect_codes(hadamard_codes(x, signs, hashes, bits), products, 1e-3, most);
  expect_codes(hadamard_codes(x.to(at::kDouble), signs, hashes, bits), products, 1e-11, most);
}

INSTANTIATE_TEST_SUITE_P(Sizes, Codes,
                         ::testing::Values(CodeCase{1, 1, 1, 1}, CodeCase{7, 3, 31, 2},
                                           CodeCase{8, 8, 33, 8}, CodeCase{9, 24, 48, 5},
                                           CodeCase{33, 80, 5, 16}, CodeCase{33, 3, 4, 16},
                                           CodeCase{150, 64, 32, 9}));

/// Both families as functions of (x, mask) with random numbers of their own.
std::vector<std::function<at::Tensor(const at::Tensor&, const std::optional<at::Tensor>&)>>
families(int64_t groups, int64_t head_dim, int64_t hashes, int64_t bits) {
  const at::Tensor planes = at::randn({groups, hashes, bits, head_dim});
  const at::Tensor signs = random_signs(
      {groups, hadamard_passes(hashes, bits, head_dim), 3, hadamard_dim(head_dim, bits)});
  return {[=](const at::Tensor& x, const std::optional<at::Tensor>& mask) {
            return hyperplane_codes(x, planes, mask);
          },
          [=](const at::Tensor& x, const std::optional<at::Tensor>& mask) {
            return hadamard_codes(x, signs, hashes, bits, mask);
          }};
}

TEST(CodesOfRows, DependOnTheRowAlone) {
  at::manual_seed(5);
  for (const auto& hash : families(1, 24, 33, 7)) {
    const at::Tensor row = at::randn({24});
    const at::Tensor alone = hash(row.expand({1, 1, 1, 24}), {}).flatten();
    for (int64_t length : {2, 16, 17, 150}) {
      for (int64_t at : {int64_t{0}, length / 2, length - 1}) {
        at::Tensor x = at::randn({2, 2, length, 24}) * 1e3;
        x[1][0][at].copy_(row);
        EXPECT_TRUE(hash(x, {})[1][0].select(1, at).equal(alone)) << length << " " << at;
        at::Tensor mask = at::rand({2, length}).lt(0.5);
        mask[1][at] = true;
        EXPECT_TRUE(hash(x, mask)[1][0].select(1, at).equal(alone)) << length << " " << at;
      }
    }
  }
}

TEST(CodesOfRows, DoNotDependOnLength) {
  at::manual_seed(6);
  const at::Tensor x = at::randint(-4, 5, {2, 2, 40, 16}).to(at::kFloat);
  for (const auto& hash : families(4, 16, 8, 6)) EXPECT_TRUE(hash(x * 4, {}).equal(hash(x, {})));
}

TEST(CodesOfRows, MaskedRowsGetZeroAndAreNotRead) {
  at::manual_seed(7);
  const at::Tensor x = at::randn({3, 2, 37, 24});
  at::Tensor mask = at::rand({3, 37}).lt(0.6);
  mask[2].fill_(false);
  const at::Tensor holes = at::where(mask.unsqueeze(1).unsqueeze(-1), x, kNan);
  for (const auto& hash : families(2, 24, 9, 5)) {
    const at::Tensor expected = hash(x, {}) * mask.unsqueeze(1).unsqueeze(1);
    EXPECT_TRUE(hash(holes, mask).equal(expected.to(at::kInt)));
  }
}

TEST(CodesOfRows, ZeroRowsHaveAllBitsAndNanNone) {
  at::manual_seed(8);
  at::Tensor x = at::zeros({1, 1, 3, 8});
  x[0][0][1].fill_(kNan);
  x[0][0][2].fill_(-0.0);
  for (const auto& hash : families(1, 8, 5, 6)) {
    const at::Tensor codes = hash(x, {});
    EXPECT_TRUE(codes.select(3, 0).eq(63).all().item<bool>());
    EXPECT_TRUE(codes.select(3, 1).eq(0).all().item<bool>());
    EXPECT_TRUE(codes.select(3, 2).eq(63).all().item<bool>());
  }
}

TEST(CodesOfRows, OneNanProductClearsOneBit) {
  const at::Tensor x = at::ones({1, 1, 1, 2});
  at::Tensor planes = at::ones({1, 1, 3, 2});
  planes[0][0][1][1] = kNan;
  EXPECT_EQ(hyperplane_codes(x, planes).item<int32_t>(), 0b101);
}

TEST(CodesOfRows, AcceptAnyStridesAndEmptyTensors) {
  at::manual_seed(9);
  for (const auto& hash : families(2, 6, 4, 3)) {
    const at::Tensor x = at::randn({6, 11, 2, 3}).permute({3, 2, 1, 0});
    EXPECT_TRUE(hash(x, {}).equal(hash(x.contiguous(), {})));
    const at::Tensor every = at::randn({3, 2, 22, 12}).slice(2, 0, 22, 2).slice(3, 0, 12, 2);
    EXPECT_TRUE(hash(every, {}).equal(hash(every.contiguous(), {})));
    EXPECT_EQ(hash(at::randn({3, 2, 0, 6}), {}).sizes(), (at::IntArrayRef{3, 2, 4, 0}));
    EXPECT_EQ(hash(at::randn({0, 2, 5, 6}), {}).sizes(), (at::IntArrayRef{0, 2, 4, 5}));
  }
}

TEST(HadamardPasses, AreTheFewest) {
  EXPECT_EQ(hadamard_dim(64, 9), 64);
  EXPECT_EQ(hadamard_dim(80, 9), 128);
  EXPECT_EQ(hadamard_dim(3, 9), 16);
  EXPECT_EQ(hadamard_dim(1, 1), 1);
  EXPECT_EQ(hadamard_passes(32, 9, 64), 5);
  EXPECT_EQ(hadamard_passes(32, 12, 64), 6);
  EXPECT_EQ(hadamard_passes(32, 10, 32), 10);
  EXPECT_EQ(hadamard_passes(1, 1, 64), 1);
}

}  // namespace
}  // namespace yoso::ops
