// Linformer against its definition.

#include <gtest/gtest.h>

#include "lib/nn/attention/dense_statement.h"
#include "yoso/nn/sequence_classifier.h"

namespace yoso::nn {
namespace {

const AttentionShape kLinformerShape{.heads = 2, .head_dim = 6, .max_length = 40, .seed = 2};

DenseStatement linformer_statement(AttentionImpl& attention) {
  return [&attention](const DenseRow& row) {
    const at::Tensor all = attention.named_parameters()["projection.weight"];
    const at::Tensor e =
        all[all.size(0) > 1 ? row.head : 0].index_select(1, row.places);  // [k, tokens]
    const at::Tensor logits = at::matmul(row.query, at::matmul(e, row.key).t()) / std::sqrt(6.0);
    return at::matmul(logits.softmax(-1), at::matmul(e, row.value));
  };
}

TEST(LinformerAttention, EqualsItsDefinition) {
  for (const char* spec : {"{kind: linformer, projected: 4}", "{kind: linformer, projected: 1}",
                           "{kind: linformer, projected: 9, share: layers}", "linformer",
                           "{kind: linformer, projected: 5, compat: mlpen}"}) {
    expect_statement(spec, kLinformerShape, linformer_statement);
  }
}

TEST(LinformerAttention, EqualsSoftmaxWithAnIdentityProjection) {
  at::manual_seed(9);
  AttentionShape shape = kLinformerShape;
  shape.max_length = 11;
  auto linformer = build_wide("{kind: linformer, projected: 11}", shape);
  {
    const at::NoGradGuard no_grad;
    linformer->parameters()[0].copy_(at::eye(11, at::kDouble).unsqueeze(0));
  }
  AttentionInputs inputs = random_inputs(2, 11, shape);
  for (at::Tensor* x : {&inputs.query, &inputs.key, &inputs.value}) *x = x->to(at::kDouble);
  EXPECT_TRUE(testing::near(linformer->forward(inputs),
                            build_wide("softmax", shape)->forward(inputs), 1e-12));
}

TEST(LinformerAttention, SharesAProjectionOverLayersThatIsRegisteredOnce) {
  config::ModelConfig model = tiny_model();
  model.layers = 3;
  const auto projections = [&](const std::string& spec) {
    const auto layers = resolve_attention(attention_written(spec), 3, attention_shape(model, 1));
    SequenceClassifier classifier(model, layers, 20, 2, 1);
    std::vector<std::string> names;
    for (const auto& parameter : classifier->named_parameters()) {
      if (parameter.key().find("projection") != std::string::npos) names.push_back(parameter.key());
    }
    return names;
  };
  EXPECT_EQ(projections("linformer").size(), 3u);
  const std::string first = "encoder.layers.0.attention.core.projection.weight";
  EXPECT_EQ(projections("{kind: linformer, share: layers}"), std::vector<std::string>{first});
  EXPECT_EQ(projections("{kind: linformer, compat: mlpen}"), std::vector<std::string>{first});
  // Only layers of the same options share.
  EXPECT_EQ(projections("[{kind: linformer, share: layers}, softmax, "
                        "{kind: linformer, share: layers, projected: 3}]")
                .size(),
            2u);
}

TEST(LinformerAttention, ASharedProjectionSumsTheGradientsOfItsLayers) {
  at::manual_seed(8);
  const config::ModelConfig model = tiny_model();
  const auto build = [&](const std::string& spec) {
    const auto layers = resolve_attention(attention_written(spec), 2, attention_shape(model, 1));
    Encoder encoder(model, layers, 1);
    init_parameters(*encoder, 1, 0.02);
    return encoder;
  };
  Encoder shared = build("{kind: linformer, share: layers}"), apart = build("linformer");
  const auto projection = [](Encoder& encoder, int64_t layer) -> at::Tensor {
    return encoder->named_parameters()["layers." + std::to_string(layer) +
                                       ".attention.core.projection.weight"];
  };
  {
    const at::NoGradGuard no_grad;
    projection(apart, 1).copy_(projection(apart, 0));
  }
  const at::Tensor hidden = at::randn({2, 9, model.dim});
  const at::Tensor output = shared(hidden), grad = at::randn_like(output);
  EXPECT_TRUE(testing::near(apart(hidden), output, 1e-6));
  (output * grad).sum().backward();
  (apart(hidden) * grad).sum().backward();
  EXPECT_TRUE(testing::near(projection(shared, 0).grad(),
                            projection(apart, 0).grad() + projection(apart, 1).grad(), 1e-5));
}

TEST(LinformerAttention, StartsAsDocumented) {
  AttentionShape shape = kLinformerShape;
  shape.max_length = 4000;
  const auto deviation = [&](const std::string& spec) {
    return build_attention(spec, shape)->parameters()[0].std().item<double>();
  };
  EXPECT_NEAR(deviation("linformer"), 1 / std::sqrt(4256.0), 1e-4);
  EXPECT_NEAR(deviation("{kind: linformer, compat: mlpen}"), 0.02, 1e-4);
}

TEST(LinformerAttention, RefusesMoreTokensThanItHasColumns) {
  auto attention = build_attention("linformer", kLinformerShape);
  EXPECT_THROW(attention->forward(random_inputs(1, 41, kLinformerShape)), c10::Error);
}

}  // namespace
}  // namespace yoso::nn
