// What diagnostics say of hand-made and of real calls.

#include "yoso/nn/diagnostics.h"

#include <gtest/gtest.h>

#include "lib/nn/nn_test_support.h"
#include "yoso/nn/attention/yoso_diagnostics.h"
#include "yoso/nn/sequence_classifier.h"

namespace yoso::nn {
namespace {

double figure(const Diagnostics& figures, const std::string& name) {
  for (const auto& [key, value] : figures) {
    if (key == name) return value;
  }
  ADD_FAILURE() << "no figure " << name;
  return 0;
}

const AttentionShape kShape{.heads = 1, .head_dim = 8, .max_length = 64, .layer = 0, .seed = 3};

YosoCall call_of(const at::Tensor& query_codes, const at::Tensor& key_codes) {
  YosoCall call;
  call.inputs = random_inputs(1, query_codes.size(-1), kShape);
  call.query_codes = query_codes.to(at::kInt).view({1, 1, -1, query_codes.size(-1)});
  call.key_codes = key_codes.to(at::kInt).view({1, 1, -1, query_codes.size(-1)});
  call.bits = 3;
  call.gradient = "lower_bound";
  return call;
}

TEST(DiagnoseYoso, CountsKeysPerBucket) {
  // Two hashes of five tokens; the last token is masked.
  YosoCall call = call_of(at::tensor({0, 1, 2, 3, 0, 7, 7, 7, 6, 0}).view({2, 5}),
                          at::tensor({0, 0, 2, 4, 0, 7, 7, 7, 5, 0}).view({2, 5}));
  call.inputs.mask = mask_of_lengths({4}, 5);
  const Diagnostics figures = diagnose_yoso(call, at::ones({1, 1, 5, 8}));
  // Queries meet 2, 0, 1, 0 keys by the first hash and 3, 3, 3, 0 by the second.
  EXPECT_DOUBLE_EQ(figure(figures, "keys_per_bucket"), 12.0 / 8);
  EXPECT_DOUBLE_EQ(figure(figures, "largest_bucket"), 3.0 / 4);
  EXPECT_DOUBLE_EQ(figure(figures, "zero_rows"), 1.0 / 4);
}

TEST(DiagnoseYoso, QueriesWithoutACollisionAreZero) {
  const YosoCall call = call_of(at::zeros({1, 6}), at::ones({1, 6}));
  const Diagnostics figures = diagnose_yoso(call, at::ones({1, 1, 6, 8}));
  EXPECT_EQ(figure(figures, "keys_per_bucket"), 0);
  EXPECT_EQ(figure(figures, "zero_rows"), 1);
  EXPECT_EQ(figure(figures, "context_cosine"), 0);
}

TEST(DiagnoseYoso, CosinesApproachOneWithManyHashes) {
  at::manual_seed(4);
  AttentionInputs inputs = random_inputs(2, 24, kShape);
  inputs.mask = mask_of_lengths({24, 15}, 24);
  const at::Tensor grad = at::randn({2, 1, 24, 8});
  const auto figures = [&](int64_t hashes, const std::string& gradient) {
    auto attention = build_attention("{kind: yoso, bits: 2, hash_family: hyperplane, hashes: " +
                                         std::to_string(hashes) + ", gradient: " + gradient + "}",
                                     kShape);
    return attention->diagnose(inputs, grad);
  };
  const Diagnostics few = figures(4, "unbiased"), many = figures(4096, "unbiased");
  EXPECT_LT(figure(few, "context_cosine"), 0.97);
  EXPECT_GT(figure(many, "context_cosine"), 0.999);
  EXPECT_LT(figure(few, "gradient_cosine"), 0.95);
  EXPECT_GT(figure(many, "gradient_cosine"), 0.99);
  // The surrogate points elsewhere however many hashes there are.
  EXPECT_LT(figure(figures(4096, "lower_bound"), "gradient_cosine"),
            figure(many, "gradient_cosine"));
  // p at random rows is about a quarter: a bucket holds a fourth of the keys.
  EXPECT_NEAR(figure(many, "keys_per_bucket") / 19.5, 0.25, 0.05);
}

/// Share of rows whose neighbours (|i − j| ≤ 1) and a tangent at the mean key for all others sum to
/// less than the neighbours alone, which lack some weight. x [length, length].
double raised_share(const at::Tensor& x) {
  const at::Tensor f = x.exp();
  const at::Tensor mean = x.mean(-1, true), tangent = mean.exp() * (1 + x - mean);
  const at::Tensor position = at::arange(x.size(0));
  const at::Tensor near = (position.unsqueeze(0) - position.unsqueeze(1)).abs().le(1);
  const at::Tensor negative = at::where(near, 0.0, tangent).sum(-1).lt(0);
  const at::Tensor lack = at::where(near, 0.0, f).sum(-1).gt(1e-9 * f.sum(-1));
  return negative.logical_and(lack).to(at::kDouble).mean().item<double>();
}

TEST(DiagnoseExactPairs, RowsAreRaisedWhereTheTailFallsBelowThePairs) {
  at::manual_seed(5);
  AttentionInputs inputs = random_inputs(2, 24, kShape);
  inputs.mask = mask_of_lengths({24, 24}, 24);
  const auto figures = [&](const std::string& options) {
    return build_attention("{kind: hashed_softmax, global_tokens: 0, " + options + "}", kShape)
        ->diagnose(inputs, {});
  };
  const Diagnostics all = figures("band: 24");
  EXPECT_NEAR(figure(all, "found_weight"), 1, 1e-5);
  EXPECT_NEAR(figure(all, "context_cosine"), 1, 1e-5);
  EXPECT_EQ(figure(all, "raised_rows"), 0);
  const std::string coarse = "hashes: 0, band: 1, cells: 1";
  for (const double norm : {0.1, 2.0}) {
    inputs.query = inputs.key = at::randn({2, 1, 24, 8}).mul_(norm);
    const at::Tensor rows = inputs.query.squeeze(1).to(at::kDouble);
    const at::Tensor products = at::matmul(rows, rows.transpose(-1, -2)) / std::sqrt(8.0);
    const double expected = (raised_share(products[0]) + raised_share(products[1])) / 2;
    EXPECT_EQ(expected == 0, norm == 0.1);  // the test sees both
    EXPECT_DOUBLE_EQ(figure(figures(coarse), "raised_rows"), expected) << norm;
    EXPECT_EQ(figure(figures(coarse + ", tail: none"), "raised_rows"), 0);
  }
}

class DiagnosedModel : public ::testing::Test {
 protected:
  DiagnosedModel() {
    at::manual_seed(6);
    model_.layers = 3;
    model_.dropout = 0.1;
  }

  SequenceClassifier build(const std::string& attention) const {
    const auto layers =
        resolve_attention(attention_written(attention), model_.layers, attention_shape(model_, 2));
    return SequenceClassifier(model_, layers, 20, 3, 2);
  }

  config::ModelConfig model_ = tiny_model();
  const at::Tensor ids_ = at::randint(0, 20, {2, 11}, at::kLong);
  const at::Tensor mask_ = mask_of_lengths({11, 6}, 11);
};

TEST_F(DiagnosedModel, HasFiguresOfEveryLayerAndStaysAsItWas) {
  for (const bool shared : {false, true}) {
    model_.shared_weight = shared;
    SequenceClassifier classifier = build("yoso");
    classifier->train();
    const auto layers = diagnose(*classifier, [&] {
      EXPECT_FALSE(classifier->is_training());
      return classifier(ids_, mask_).square().sum();
    });
    ASSERT_EQ(layers.size(), 3u);
    EXPECT_NE(figure(layers[0], "keys_per_bucket"), figure(layers[1], "keys_per_bucket"));
    EXPECT_TRUE(classifier->is_training());
    for (const at::Tensor& parameter : classifier->parameters())
      EXPECT_FALSE(parameter.grad().defined());
    // Nobody listens any more.
    EXPECT_EQ(diagnose(*classifier, [&] { return at::zeros({}); }).size(), 0u);
  }
}

TEST_F(DiagnosedModel, MeanProductsAreThoseOfValidPairs) {
  model_.layers = 1;
  for (const AttentionKind& kind : attention_kinds()) {
    SequenceClassifier classifier = build(kind.name);
    std::vector<AttentionInputs> seen;
    const auto layers =
        diagnose(*classifier, [&] { return classifier(ids_, mask_).square().sum(); });
    classifier->eval();
    auto& attention = classifier->encoder->layers->at<EncoderLayerImpl>(0).attention;
    attention->observer = [&](const AttentionInputs& inputs, const at::Tensor&) {
      seen.push_back(inputs);
    };
    classifier(ids_, mask_);
    attention->observer = nullptr;
    const auto unit = [](const at::Tensor& x) { return x / x.norm(2, -1, true); };
    const at::Tensor products =
        at::matmul(unit(seen[0].query), unit(seen[0].key).transpose(-1, -2));
    const double expected =
        (products[0].mean() + products[1].narrow(1, 0, 6).narrow(2, 0, 6).mean()).item<double>() /
        2;
    ASSERT_EQ(layers.size(), 1u) << kind.name;
    EXPECT_NEAR(figure(layers[0], "mean_qk"), expected, 1e-5) << kind.name;
    const size_t figures = kind.name == "yoso" ? 6 : kind.name == "hashed_softmax" ? 8 : 1;
    EXPECT_EQ(layers[0].size(), figures) << kind.name;
  }
}

TEST_F(DiagnosedModel, PaddingChangesNoFigure) {
  SequenceClassifier classifier = build("yoso");
  const auto figures = [&](const at::Tensor& ids, const at::Tensor& mask) {
    return diagnose(*classifier, [&] { return classifier(ids, mask).square().sum(); });
  };
  const auto padded = figures(ids_.narrow(0, 1, 1), mask_.narrow(0, 1, 1));
  const auto alone = figures(ids_.narrow(0, 1, 1).narrow(1, 0, 6), {});
  for (size_t layer = 0; layer < alone.size(); ++layer) {
    for (const auto& [name, value] : alone[layer])
      EXPECT_NEAR(figure(padded[layer], name), value, 1e-4) << name;
  }
}

}  // namespace
}  // namespace yoso::nn
