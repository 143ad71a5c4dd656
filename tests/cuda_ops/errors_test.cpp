#include <ATen/core/dispatch/Dispatcher.h>
#include <gtest/gtest.h>

#include <functional>

#include "support/attention_oracle.h"
#include "yoso/ops/hadamard_codes.h"
#include "yoso/ops/hyperplane_codes.h"

// Arguments that do not fit: the error names the argument and the two values that disagree, also
// where only shapes are inferred.

namespace yoso::ops {
namespace {

using testing::AttentionProblem;
using testing::random_problem;

void expect_error(const std::function<at::Tensor()>& call, const std::vector<std::string>& parts) {
  try {
    call();
  } catch (const c10::Error& error) {
    const std::string message = error.what_without_backtrace();
    for (const std::string& part : parts)
      EXPECT_NE(message.find(part), std::string::npos)
          << '"' << part << "\" is not in: " << message;
    return;
  }
  std::string all;
  for (const std::string& part : parts) all += part + " ";
  ADD_FAILURE() << "no error about: " << all;
}

class Errors : public ::testing::TestWithParam<at::DeviceType> {
 protected:
  at::Tensor rand(at::IntArrayRef sizes, at::ScalarType dtype = at::kFloat) const {
    return at::zeros(sizes, at::TensorOptions(GetParam()).dtype(dtype));
  }
};

TEST_P(Errors, HyperplaneCodes) {
  const at::Tensor x = rand({2, 3, 5, 8}), planes = rand({1, 4, 2, 8});
  const auto call = [](const at::Tensor& a, const at::Tensor& b,
                       const std::optional<at::Tensor>& mask = {}) {
    return [=] { return hyperplane_codes(a, b, mask); };
  };
  EXPECT_NO_THROW(call(x, planes)());
  expect_error(call(rand({3, 5, 8}), planes), {"hyperplane_codes", "x has 3", "expected 4"});
  expect_error(call(x, rand({4, 2, 8})), {"planes has 3", "expected 4"});
  expect_error(call(rand({2, 3, 5, 8}, at::kInt), planes), {"x is Int"});
  expect_error(call(x, rand({1, 4, 2, 8}, at::kLong)), {"planes is Long"});
  expect_error(call(x, rand({1, 4, 2, 9})), {"planes.size(3) is 9", "x.size(3) is 8"});
  expect_error(call(x, rand({5, 4, 2, 8})), {"planes.size(0) is 5", "3 (heads)", "6 (batch"});
  expect_error(call(x, rand({1, 0, 2, 8})), {"planes.size(1) is 0"});
  expect_error(call(x, rand({1, 4, 0, 8})), {"planes.size(2) is 0"});
  expect_error(call(x, rand({1, 4, 17, 8})), {"planes.size(2) is 17", "16"});
  expect_error(call(rand({2, 3, 5, 0}), rand({1, 4, 2, 0})), {"x.size(3) is 0"});
  expect_error(call(x, planes, rand({2, 5})), {"mask is Float", "Bool"});
  expect_error(call(x, planes, rand({2, 6}, at::kBool)), {"mask.size(1) is 6", "x.size(2) is 5"});
  expect_error(call(x, planes, rand({3, 5}, at::kBool)), {"mask.size(0) is 3", "x.size(0) is 2"});
  expect_error(call(x, planes, rand({2, 1, 5}, at::kBool)), {"mask has 3", "expected 2"});
}

TEST_P(Errors, HadamardCodes) {
  const at::Tensor x = rand({2, 3, 5, 6}), signs = rand({3, 2, 3, 8}, at::kChar);
  const auto call = [](const at::Tensor& a, const at::Tensor& b, int64_t hashes, int64_t bits,
                       const std::optional<at::Tensor>& mask = {}) {
    return [=] { return hadamard_codes(a, b, hashes, bits, mask); };
  };
  EXPECT_NO_THROW(call(x, signs, 4, 4)());
  expect_error(call(x, signs, 4, 0), {"hadamard_codes", "bits is 0", "1 to 16"});
  expect_error(call(x, signs, 4, 17), {"bits is 17", "1 to 16"});
  expect_error(call(x, signs, 0, 4), {"hashes is 0"});
  expect_error(call(x, signs, int64_t{1} << 60, 4), {"hashes is 1152921504606846976"});
  expect_error(call(x, signs, 5, 4),
               {"signs.size(1) is 2", "5 hashes of 4 bits", "at least 3 passes"});
  expect_error(call(x, rand({3, 2, 3, 16}, at::kChar), 4, 4),
               {"signs.size(3) is 16", "head_dim 6", "need 8"});
  expect_error(call(x, rand({3, 2, 2, 8}, at::kChar), 4, 4), {"signs.size(2) is 2", "expected 3"});
  expect_error(call(x, rand({3, 0, 3, 8}, at::kChar), 4, 4), {"signs.size(1) is 0"});
  expect_error(call(x, rand({4, 2, 3, 8}, at::kChar), 4, 4), {"signs.size(0) is 4", "3 (heads)"});
  expect_error(call(x, rand({3, 2, 3, 8}), 4, 4), {"signs is Float", "Char"});
  expect_error(call(x, rand({2, 3, 8}, at::kChar), 4, 4), {"signs has 3", "expected 4"});
  expect_error(call(x, signs, 4, 4, rand({2, 4}, at::kBool)),
               {"mask.size(1) is 4", "x.size(2) is 5"});
}

TEST_P(Errors, Attentions) {
  struct Call {
    at::Tensor query, key, value, query_codes, key_codes;
    int64_t bits = 4;
    std::optional<at::Tensor> query_mask = {}, key_mask = {};
    std::string gradient = "lower_bound";
  };
  const Call good{rand({2, 3, 5, 8}), rand({2, 3, 7, 8}), rand({2, 3, 7, 6}),
                  rand({2, 3, 4, 5}, at::kInt), rand({2, 3, 4, 7}, at::kInt)};
  const auto sampled = [](const Call& c) {
    return [=] {
      return sampled_attention(c.query, c.key, c.value, c.query_codes, c.key_codes, c.bits,
                               c.query_mask, c.key_mask, c.gradient);
    };
  };
  const auto expected = [](const Call& c) {
    return [=] {
      return expected_attention(c.query, c.key, c.value, c.bits, c.query_mask, c.key_mask,
                                c.gradient);
    };
  };
  EXPECT_NO_THROW(sampled(good)());
  EXPECT_NO_THROW(expected(good)());
  const auto both = [&](const std::function<void(Call&)>& spoil,
                        const std::vector<std::string>& parts) {
    Call bad = good;
    spoil(bad);
    expect_error(sampled(bad), parts);
    expect_error(expected(bad), parts);
  };
  both([&](Call& c) { c.query = rand({3, 5, 8}); }, {"query has 3", "expected 4"});
  both([&](Call& c) { c.key = rand({7, 8}); }, {"key has 2", "expected 4"});
  both([&](Call& c) { c.value = rand({7, 8}); }, {"value has 2", "expected 4"});
  both([&](Call& c) { c.query = rand({2, 3, 5, 8}, at::kInt); }, {"query is Int"});
  both([&](Call& c) { c.key = rand({2, 3, 7, 8}, at::kHalf); }, {"key is Half", "query is Float"});
  both([&](Call& c) { c.value = rand({2, 3, 7, 6}, at::kBool); }, {"value is Bool"});
  both([&](Call& c) { c.key = rand({1, 3, 7, 8}); }, {"key.size(0) is 1", "query.size(0) is 2"});
  both([&](Call& c) { c.key = rand({2, 2, 7, 8}); }, {"key.size(1) is 2", "query.size(1) is 3"});
  both([&](Call& c) { c.key = rand({2, 3, 7, 9}); }, {"key.size(3) is 9", "query.size(3) is 8"});
  both([&](Call& c) { c.value = rand({2, 3, 6, 6}); }, {"value.size(2) is 6", "key.size(2) is 7"});
  both(
      [&](Call& c) {
        c.value = rand({2, 1, 7, 6});
      },
      {"value.size(1) is 1", "query.size(1) is 3"});
  both([&](Call& c) { c.bits = 0; }, {"bits is 0", "1 to 16"});
  both([&](Call& c) { c.bits = 17; }, {"bits is 17", "1 to 16"});
  both(
      [&](Call& c) {
        c.query_mask = rand({2, 7}, at::kBool);
      },
      {"query_mask.size(1) is 7", "query.size(2) is 5"});
  both(
      [&](Call& c) {
        c.key_mask = rand({2, 5}, at::kBool);
      },
      {"key_mask.size(1) is 5", "key.size(2) is 7"});
  both([&](Call& c) { c.key_mask = rand({2, 7}); }, {"key_mask is Float", "Bool"});
  both([&](Call& c) { c.gradient = "best"; }, {"gradient is \"best\"", "\"lower_bound\""});

  const auto codes = [&](const std::function<void(Call&)>& spoil,
                         const std::vector<std::string>& parts) {
    Call bad = good;
    spoil(bad);
    expect_error(sampled(bad), parts);
  };
  codes([](Call& c) { c.gradient = "exact"; },
        {"sampled_attention", "gradient is \"exact\"", "\"unbiased\""});
  codes(
      [&](Call& c) {
        c.query_codes = rand({2, 3, 4, 5}, at::kLong);
      },
      {"query_codes is Long", "Int"});
  codes([&](Call& c) { c.key_codes = rand({2, 3, 4, 7}); }, {"key_codes is Float", "Int"});
  codes(
      [&](Call& c) {
        c.query_codes = rand({2, 3, 5}, at::kInt);
      },
      {"query_codes has 3", "expected 4"});
  codes(
      [&](Call& c) {
        c.query_codes = rand({2, 3, 4, 6}, at::kInt);
      },
      {"query_codes.size(3) is 6", "query.size(2) is 5"});
  codes(
      [&](Call& c) {
        c.key_codes = rand({2, 3, 3, 7}, at::kInt);
      },
      {"key_codes.size(2) is 3", "query_codes.size(2) is 4"});
  codes(
      [&](Call& c) {
        c.query_codes = rand({2, 3, 0, 5}, at::kInt);
      },
      {"query_codes.size(2) is 0"});
  Call bad = good;
  bad.gradient = "unbiased";
  expect_error(expected(bad), {"expected_attention", "gradient is \"unbiased\"", "\"exact\""});
}

INSTANTIATE_TEST_SUITE_P(Devices, Errors, ::testing::Values(at::kCPU, at::kMeta),
                         [](const auto& device) {
                           return device.param == at::kCPU ? "Cpu" : "Meta";
                         });

TEST(DeviceErrors, NameBoth) {
  const at::Tensor x = at::zeros({1, 1, 4, 8}), meta = x.to(at::kMeta);
  expect_error([&] { return expected_attention(x, meta, x, 2); },
               {"key is on meta", "query is on cpu"});
  expect_error(
      [&] {
        return hyperplane_codes(x, meta.expand({1, 1, 4, 8}));
      },
      {"planes is on meta", "x is on cpu"});
}

TEST(CodeErrors, NameThePositionAndTheRange) {
  AttentionProblem p = random_problem({2, 3, 5, 7, 8, 6, 4, 3}, 61);
  const auto call = [&] {
    return sampled_attention(p.query, p.key, p.value, p.query_codes, p.key_codes, p.bits,
                             p.query_mask, p.key_mask);
  };
  for (int32_t code : {8, -1, 1 << 20}) {
    p.key_codes = p.key_codes.clone();
    p.key_codes[1][2][3][6] = code;
    expect_error(call, {"sampled_attention", "key_codes[1, 2, 3, 6] is " + std::to_string(code),
                        "3 bits", "0 to 7"});
    p.query_codes = p.query_codes.clone();
    p.query_codes[0][0][0][0] = code;
    p.key_codes[1][2][3][6] = 0;
    expect_error(call, {"query_codes[0, 0, 0, 0] is " + std::to_string(code)});
    p.query_codes[0][0][0][0] = 0;
  }
  p.key_codes[1][2][3][6] = -1;
  p.key_mask = at::arange(7).lt(6).expand({2, 7});
  EXPECT_NO_THROW(call());
}

TEST(BackwardErrors, AreCheckedToo) {
  const AttentionProblem p = random_problem({1, 1, 5, 7, 8, 6, 4, 3}, 62);
  const auto stack = [&](const at::Tensor& grad) {
    const auto op =
        c10::Dispatcher::singleton().findSchemaOrThrow("yoso::_expected_attention_backward", "");
    std::vector<c10::IValue> arguments{grad,   p.query,       p.key,         p.value,
                                       p.bits, c10::IValue(), c10::IValue(), "exact",
                                       true,   true,          true};
    op.callBoxed(&arguments);
    return arguments[0].toTensor();
  };
  EXPECT_NO_THROW(stack(p.grad));
  expect_error([&] { return stack(p.grad.narrow(2, 0, 4)); },
               {"grad.size(2) is 4", "query.size(2) is 5"});
  expect_error([&] { return stack(p.grad.to(at::kFloat)); }, {"grad is Float", "value is Double"});
}

}  // namespace
}  // namespace yoso::ops
