#include "yoso/nn/random.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "yoso/util/random.h"

namespace yoso::nn {
namespace {

const std::vector<uint64_t> kKeys{0, 1, 0x8000000000000000ULL, UINT64_MAX, 0x123456789abcdef0ULL};

at::Tensor as_tensor(const std::vector<uint64_t>& words) {
  return at::tensor(std::vector<int64_t>(words.begin(), words.end()), at::kLong);
}

uint64_t word_at(const at::Tensor& words, int64_t i) {
  return static_cast<uint64_t>(words.flatten()[i].item<int64_t>());
}

TEST(Random, Mix64AndFoldEqualTheScalarFunctions) {
  const at::Tensor mixed = mix64(as_tensor(kKeys));
  const at::Tensor folded = fold(0xfedcba9876543210ULL, as_tensor(kKeys));
  for (size_t i = 0; i < kKeys.size(); ++i) {
    EXPECT_EQ(word_at(mixed, static_cast<int64_t>(i)), yoso::mix64(kKeys[i])) << kKeys[i];
    EXPECT_EQ(word_at(folded, static_cast<int64_t>(i)), yoso::fold(0xfedcba9876543210ULL, kKeys[i]))
        << kKeys[i];
  }
}

TEST(Random, WordsUniformsAndSignsAreThoseOfTheScalarStream) {
  const int64_t count = 130;
  const at::Tensor keys = as_tensor(kKeys);
  const at::Tensor words = random_words(keys, count);
  const at::Tensor uniform = random_uniform(keys, count);
  const at::Tensor signs = random_signs(keys, count);
  ASSERT_EQ(words.sizes(), at::IntArrayRef({5, count}));
  ASSERT_EQ(signs.sizes(), at::IntArrayRef({5, count}));
  ASSERT_EQ(signs.scalar_type(), at::kChar);
  for (size_t k = 0; k < kKeys.size(); ++k) {
    const auto row = static_cast<int64_t>(k);
    RandomStream for_words(kKeys[k]), for_uniform(kKeys[k]), for_signs(kKeys[k]);
    uint64_t word = 0;
    for (int64_t n = 0; n < count; ++n) {
      EXPECT_EQ(word_at(words[row], n), for_words());
      EXPECT_EQ(uniform[row][n].item<double>(), for_uniform.uniform());
      if (n % 64 == 0) word = for_signs();
      EXPECT_EQ(signs[row][n].item<int64_t>(), (word >> (n % 64) & 1) == 1 ? 1 : -1) << n;
    }
  }
}

TEST(Random, SignsOfManyStreamsAreFairAndUncorrelated) {
  const at::Tensor keys = fold(7, at::arange(256));
  const at::Tensor signs = random_signs(keys, 1000).to(at::kDouble);
  // 256,000 fair signs: standard error of the mean 0.002.
  EXPECT_LT(std::abs(signs.mean().item<double>()), 0.01);
  // 256² correlations over 1000 signs each: standard deviation 0.032, the largest near 4.5 of them.
  at::Tensor correlation = at::mm(signs, signs.t()) / 1000;
  correlation.fill_diagonal_(0);
  EXPECT_LT(correlation.abs().max().item<double>(), 0.2);
}

TEST(Random, NormalsHaveTheMomentsOfTheNormalDistribution) {
  const int64_t count = 400'001;  // odd: the second half is one shorter
  const at::Tensor normal = random_normal(key_tensor(3, at::kCPU), count);
  ASSERT_EQ(normal.sizes(), at::IntArrayRef({count}));
  ASSERT_EQ(normal.scalar_type(), at::kFloat);
  const at::Tensor x = normal.to(at::kDouble);
  EXPECT_NEAR(x.mean().item<double>(), 0, 0.01);
  EXPECT_NEAR(x.pow(2).mean().item<double>(), 1, 0.015);
  EXPECT_NEAR(x.pow(3).mean().item<double>(), 0, 0.04);
  EXPECT_NEAR(x.pow(4).mean().item<double>(), 3, 0.1);
  // The two numbers of a pair are independent.
  const int64_t half = count / 2;
  EXPECT_NEAR((x.narrow(0, 0, half) * x.narrow(0, half + 1, half)).mean().item<double>(), 0, 0.01);
}

}  // namespace
}  // namespace yoso::nn
